#!/usr/bin/env bash
# Builds a real CPython for Windows that runs under Wine, with all that leads_excel needs, from package registries alone.
#
#   bash tests/on_windows/build.sh          prints the folder: `python` is the Windows Python, `prefix` an untouched Wine
#   bash tests/on_windows/build.sh --find   prints it if it is built already, and fails otherwise
#
# It is kept in $ON_WINDOWS_CACHE (by default in the user's cache) under a key of everything it is made of, so that the
# next run has nothing to do. Needed from Debian: wine wine64 gcc-mingw-w64-x86-64 osslsigncode unzip; and a Python 3.11
# with pip, $PYTHON311 or the first one found, whose standard library is copied.
#
# Where the interpreter comes from: the wheel of panda3d for Windows carries the Python Software Foundation's own
# python311.dll and extension modules, signed by it. python.exe is the few lines of shims/python.c.
set -euo pipefail
cd "$(dirname "$0")"
checkout=$(realpath ../..)
cache=${ON_WINDOWS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/leads_excel/on_windows}

say() { echo "[$SECONDS s] $*" >&2; }
fail() { echo "$*" >&2; exit 1; }

find_python() {
    for python in "${PYTHON311:-}" "$checkout/.venv/bin/python" python3 python3.11; do
        [ -n "$python" ] && "$python" -c 'import pip, sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null &&
            { echo "$python"; return; }
    done
    fail "No Python 3.11 with pip is found: name one in the variable PYTHON311."
}

requirements() {        # what a user's pip would install on Windows, and what the tests there import
    "$python" - "$checkout/pyproject.toml" <<'PYTHON'
import sys
import tomllib

with open(sys.argv[1], "rb") as file:
    needed = tomllib.load(file)["project"]["dependencies"]
print(*(line.partition(";")[0] for line in needed), sep="\n")    # their markers are for the machine that pip runs on
print("colorama", "pywin32-ctypes", "pytest", "pytest-timeout", "hypothesis", "python-calamine", "orjson", "oletools", "trustme", "socksio", sep="\n")
PYTHON
}

pip() { "$python" -m pip --disable-pip-version-check -q "$@"; }
for_windows=(--platform win_amd64 --python-version 311 --implementation cp --only-binary=:all:)
in_wine() { echo | WINEPREFIX=$work/prefix WINEDEBUG=-all DISPLAY='' wine "$@" 2>&1 | cat >&2; }  # its streams: pipes only
compile() { x86_64-w64-mingw32-gcc -O2 -s -static "$@"; }

download_interpreter() {
    pip download --no-deps --require-hashes "${for_windows[@]}" -d "$work/pinned" -r pinned.txt
    mkdir "$work/dlls"
    unzip -q -j "$work"/pinned/panda3d-*.whl 'deploy_libs/*' -d "$work/dlls"
    rm "$work"/pinned/panda3d-*.whl
    mkdir -p "$work/python/DLLs" "$work/python/Lib/site-packages"
    cp "$work"/dlls/{python311,VCRUNTIME140}.dll "$work/python"
    cp "$work"/dlls/*.pyd "$work"/dlls/{libcrypto-3,libffi-8,libssl-3,sqlite3}.dll "$work/python/DLLs"
    for file in "$work"/python/*.dll "$work"/python/DLLs/*; do check_signature "$file"; done
}

check_signature() {     # the digest of the file is the one that was signed; no network is asked, the chain has expired
    local signed by='Python Software Foundation'
    [ "$(basename "$1")" = VCRUNTIME140.dll ] && by='Microsoft Corporation'
    signed=$(osslsigncode verify -ignore-cdp -ignore-timestamp -in "$1" 2>/dev/null || true)
    grep -q "O=$by" <<<"$signed" || fail "$1 is not signed by $by."
    [ "$(sed -n 's/^Current message digest *: *//p' <<<"$signed")" = \
      "$(sed -n 's/^Calculated message digest *: *//p' <<<"$signed")" ] || fail "$1 was changed after it was signed."
}

copy_library() {
    local library
    library=$("$python" -c 'import os; print(os.path.dirname(os.__file__))')
    tar -C "$library" --exclude={site-packages,dist-packages,lib-dynload,test,idlelib,lib2to3,__pycache__,'config-*'} -c . |
        tar -C "$work/python/Lib" -x
    # The interpreter is 3.11.9, and since 3.11.8 it calls this as a method of the class.
    "$python" -c 'import sys; sys.exit(sys.version_info >= (3, 11, 8))' &&
        sed -i 's/^    def invalidate_caches(cls):/    @classmethod\n&/' "$work/python/Lib/importlib/metadata/__init__.py"
    compile -municode -o "$work/python/python.exe" shims/python.c
    compile -municode -mwindows -DWINDOWED -o "$work/python/pythonw.exe" shims/python.c
}

install_packages() {
    requirements > "$work/requirements.txt"
    pip download "${for_windows[@]}" -c "$checkout/.ci/constraints.txt" --find-links "$work/pinned" -d "$work/wheels" \
        -r "$work/requirements.txt"
    cp "$work"/pinned/*.whl "$work/wheels"          # of these no other file will do, whatever the index has
    pip install --target "$work/python/Lib/site-packages" "${for_windows[@]}" --no-index --no-deps --no-compile \
        "$work"/wheels/*.whl
    mv "$work"/python/Lib/site-packages/xlwings??-*.dll "$work/python"     # where a wheel's data files go on Windows
    "$python" -m compileall -q "$work/python/Lib" >/dev/null || true       # some templates in there are no Python
}

fill_gaps() {           # what Wine 8 lacks; a Windows has all of it
    "$python" -m pip -q install --target "$work/tools" pefile
    PYTHONPATH=$work/tools "$python" shims/exports.py "$work/python" "$work"
    compile -shared -o "$work/python/cmathshim.dll" shims/complex_functions.c "$work/cmathshim.def"
    compile -shared -o "$work/python/bcryptprimitives.dll" shims/bcryptprimitives.c -ladvapi32
    compile -shared -o "$work/python/python3.dll" -x c /dev/null -x none "$work/python3.def"
}

make_prefix() {
    in_wine wineboot -i
    WINEPREFIX=$work/prefix wineserver -w
    in_wine winecfg -v win10
    WINEPREFIX=$work/prefix wineserver -w
    # Wine links a user's folders to this machine's own: nothing may be written there.
    find "$work/prefix/drive_c/users" -type l | while read -r link; do rm "$link" && mkdir "$link"; done
}

for program in wine x86_64-w64-mingw32-gcc osslsigncode unzip; do
    command -v "$program" >/dev/null ||
        fail "$program is missing: apt-get install wine wine64 gcc-mingw-w64-x86-64 osslsigncode unzip"
done
python=$(find_python)
key=$({ cat build.sh pinned.txt shims/* "$checkout/.ci/constraints.txt"; requirements; "$python" -V; wine --version 2>/dev/null; } |
    sha256sum | cut -c1-16)
work=$cache/$key
if [ ! -e "$work/complete" ]; then
    [ "${1:-}" = --find ] && fail "It is not built."
    mkdir -p "$cache"
    exec 9>"$cache/lock" && flock 9     # two at once build it once
fi
if [ ! -e "$work/complete" ]; then
    find "$cache" -mindepth 1 -maxdepth 1 -type d -mtime +30 -exec rm -rf {} +      # what nobody has used for a month
    rm -rf "$work" && mkdir "$work"
    download_interpreter
    say "interpreter downloaded and checked"
    copy_library
    say "interpreter complete"
    install_packages
    say "packages installed"
    fill_gaps
    say "gaps of Wine filled"
    make_prefix
    say "Wine prefix made"
    rm -rf "${work:?}"/{pinned,wheels,dlls,tools}
    touch "$work/complete"
fi
touch "$work"
echo "$work"
