/* python.exe, and with -mwindows -DWINDOWED pythonw.exe: what CPython's own PC/python.c does, with the DLL beside it. */
#include <windows.h>

typedef int (*main_function)(int, wchar_t **);

int wmain(int count, wchar_t **arguments)
{
    HMODULE python = LoadLibraryW(L"python311.dll");
    main_function py_main = python ? (main_function)(void *)GetProcAddress(python, "Py_Main") : NULL;
    return py_main ? py_main(count, arguments) : 111;
}

#ifdef WINDOWED
extern int __argc;
extern wchar_t **__wargv;

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, LPWSTR line, int show)
{
    (void)instance, (void)previous, (void)line, (void)show;
    return wmain(__argc, __wargv);
}
#endif
