"""Writes what the shims export, and has numpy load its complex functions from the shim: `exports.py PYTHON OUT`.

`python3.dll`, which extension modules for any Python 3 are linked to, hands every name on to `python311.dll`.
`cmathshim.dll` stands in for the mathematical part of the C runtime and hands on what is none of its business.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pefile

_RUNTIME, _SHIM = b"api-ms-win-crt-math-l1-1-0.dll", b"cmathshim.dll"
_IMPORTS, _EXPORTS = 1, 0  # entries of the table of directories in a PE file
_EXECUTABLE = 0x20000000  # a section that holds code
_KINDS = ("", "f", "l")
_COMPLEX = ("ccos", "ccosh", "cexp", "csin", "csinh", "ctan", "ctanh", "cpow", "carg", "cimag")
_OURS = {f"{name}{kind}" for name in _COMPLEX for kind in _KINDS} | {"cabsf", "cabsl", "crealf", "creall"}


def _parsed(path: Path, directory: int) -> pefile.PE:
    file = pefile.PE(str(path), fast_load=True)
    file.parse_data_directories(directories=[directory])
    return file


def _from_runtime(module: Path) -> set[str]:
    entries = getattr(_parsed(module, _IMPORTS), "DIRECTORY_ENTRY_IMPORT", [])
    return {item.name.decode() for entry in entries if entry.dll in {_RUNTIME, _SHIM} for item in entry.imports}


def _complex_functions(python: Path) -> list[str]:
    """Point every module that needs one of ours to the shim; give what the shim has to export for them."""
    names: set[str] = set()
    for module in python.rglob("numpy/**/*.pyd"):
        imported = _from_runtime(module)
        if imported & _OURS:
            names |= imported
            shim = _SHIM.ljust(len(_RUNTIME), b"\0")
            module.write_bytes(module.read_bytes().replace(_RUNTIME + b"\0", shim + b"\0"))
    return [f"{name} = x_{name}" if name in _OURS else f"{name} = ucrtbase.{name}" for name in sorted(names)]


def _names_of_python(python: Path) -> list[str]:
    file = _parsed(python / "python311.dll", _EXPORTS)
    lines = []
    for symbol in file.DIRECTORY_ENTRY_EXPORT.symbols:
        is_code = file.get_section_by_rva(symbol.address).Characteristics & _EXECUTABLE
        lines.append(f"{symbol.name.decode()} = python311.{symbol.name.decode()}{'' if is_code else ' DATA'}")
    return lines


def _write(out: Path, library: str, exports: list[str]) -> None:
    lines = (f"LIBRARY {library}.dll", "EXPORTS", *(f"  {export}" for export in exports))
    (out / f"{library}.def").write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    home, target = map(Path, sys.argv[1:])
    _write(target, "cmathshim", _complex_functions(home))
    _write(target, "python3", _names_of_python(home))
