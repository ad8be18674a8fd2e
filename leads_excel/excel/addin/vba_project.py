"""VBA sources -> `vbaProject.bin`, the project that a macro-enabled workbook carries.

MS-OVBA without performance caches: Excel compiles the sources when it opens the book, as it does for every workbook
that xlwings ships. The one package on PyPI for this is a first draft that works through files in the working directory.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from leads_excel.excel.addin.compound_file import compound_file

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Literal["code", "class", "workbook", "sheet"]

_CHUNK = 4096
_CODE_PAGE = "cp1252"

_BASES: dict[Kind, str] = {
    "class": "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}",
    "workbook": "0{00020819-0000-0000-C000-000000000046}",
    "sheet": "0{00020820-0000-0000-C000-000000000046}",
}
"""What an object module is an instance of, by kind."""

_REFERENCES = {
    "stdole": r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation",
    "Office": (
        r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#"
        r"C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library"
    ),
}
"""Type libraries every Excel project refers to. Excel finds them by their identifier, wherever they are installed."""

_IDENTITY = "{E9DEBEA1-0C92-4F76-B511-C9C501B64671}"
_OPEN_PROJECT = (
    'CMG="4042A92FAD2FAD2FAD2FAD"\r\n'  # not protected
    'DPB="4042A92AAA2AAA2A"\r\n'  # no password
    'GC="4042A92AAA2AAAD5"\r\n'  # visible
)
"""MS-OVBA 2.3.1.15 to 2.3.1.17, encrypted with `_IDENTITY` as the key (2.4.3)."""


@dataclass(frozen=True, slots=True)
class Module:
    """One module of a VBA project.

    Args:
        name: Its name: a VBA identifier, unique in the project.
        source: Its text, as the editor exports it or bare. Only characters of Windows code page 1252.
        kind: `code` for a standard module, `class`, or the module of the `workbook` or of a `sheet`.
    """

    name: str
    source: str = ""
    kind: Kind = "code"

    @property
    def text(self) -> str:
        """The module's text in the form a project stores: its attributes, then the code (MS-OVBA 2.3.4.3)."""
        code = re.sub(r"\AVERSION .*?^END\s*?$", "", self.source, flags=re.DOTALL | re.MULTILINE)
        code = re.sub(r"^Attribute VB_\w+ = .*\n?", "", code, flags=re.MULTILINE).strip()
        attributes = {"Name": f'"{self.name}"'}
        if self.kind != "code":
            attributes |= {
                "Base": f'"{_BASES[self.kind]}"',
                "GlobalNameSpace": "False",
                "Creatable": "False",
                "PredeclaredId": str(self.kind != "class"),
                "Exposed": "True",
                "TemplateDerived": "False",
                "Customizable": str(self.kind != "class"),
            }
        lines = [f"Attribute VB_{name} = {value}" for name, value in attributes.items()]
        return "\r\n".join([*lines, *code.splitlines(), ""])


def vba_project(name: str, modules: Sequence[Module]) -> bytes:
    """Build the bytes of `vbaProject.bin`.

    Args:
        name: The project's name: a VBA identifier that no module has.
        modules: Its modules. The workbook and every sheet need theirs, named as their code names.

    Returns:
        A compound file with the streams of MS-OVBA 2.2.

    Raises:
        UnicodeEncodeError: A source has characters outside code page 1252.
    """
    streams = {f"VBA/{module.name}": compress(module.text.encode(_CODE_PAGE)) for module in modules}
    return compound_file(
        {
            **streams,
            "VBA/dir": compress(_dir(name, modules)),
            "VBA/_VBA_PROJECT": bytes.fromhex("CC61FFFF000000"),  # 2.3.4.1: no cache
            "PROJECT": _project(name, modules).encode(_CODE_PAGE),
            "PROJECTwm": b"".join(_both_names(module.name) for module in modules) + b"\0\0",
        }
    )


def _project(name: str, modules: Sequence[Module]) -> str:
    """List the modules for the host (MS-OVBA 2.3.1)."""
    entries = {"code": "Module={}", "class": "Class={}"}
    listed = "".join(
        entries.get(module.kind, "Document={}/&H00000000").format(module.name) + "\r\n" for module in modules
    )
    windows = "".join(f"{module.name}=0, 0, 0, 0, C\r\n" for module in modules)
    return (
        f'ID="{_IDENTITY}"\r\n{listed}Name="{name}"\r\nHelpContextID="0"\r\n'
        f'VersionCompatible32="393222000"\r\n{_OPEN_PROJECT}\r\n'
        "[Host Extender Info]\r\n&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000\r\n\r\n"
        f"[Workspace]\r\n{windows}"
    )


def _dir(name: str, modules: Sequence[Module]) -> bytes:
    """Describe the project, its references and its modules, record by record (MS-OVBA 2.3.4.2)."""
    information = (
        _record(0x01, _u32(3))  # system: 64-bit Windows
        + _record(0x02, _u32(0x409))
        + _record(0x14, _u32(0x409))
        + _record(0x03, _u16(1252))
        + _record(0x04, name.encode(_CODE_PAGE))
        + _both(0x05, 0x40, "")
        + _record(0x06)
        + _record(0x3D)
        + _record(0x07, _u32(0))
        + _record(0x08, _u32(0))
        + struct.pack("<HIIH", 0x09, 4, 1, 1)  # version; its size field counts only the first number
        + _both(0x0C, 0x3C, "")
    )
    references = b"".join(_reference(*reference) for reference in _REFERENCES.items())
    count = _record(0x0F, _u16(len(modules))) + _record(0x13, _u16(0xFFFF))
    return information + references + count + b"".join(map(_module, modules)) + _record(0x10)


def _reference(name: str, library: str) -> bytes:
    identifier = library.encode(_CODE_PAGE)
    return _both(0x16, 0x3E, name) + _record(0x0D, _u32(len(identifier)) + identifier + bytes(6))


def _module(module: Module) -> bytes:
    return (
        _both(0x19, 0x47, module.name)
        + _both(0x1A, 0x32, module.name)
        + _both(0x1C, 0x48, "")
        + _record(0x31, _u32(0))  # the source starts at once: no cache before it
        + _record(0x1E, _u32(0))
        + _record(0x2C, _u16(0xFFFF))
        + _record(0x21 if module.kind == "code" else 0x22)
        + _record(0x2B)
    )


def _record(identifier: int, content: bytes = b"") -> bytes:
    return struct.pack("<HI", identifier, len(content)) + content


def _both(identifier: int, unicode_identifier: int, text: str) -> bytes:
    """Write a text twice, as most records want it: in the code page and in UTF-16."""
    return _record(identifier, text.encode(_CODE_PAGE)) + _record(unicode_identifier, text.encode("utf-16-le"))


def _both_names(name: str) -> bytes:
    return name.encode(_CODE_PAGE) + b"\0" + name.encode("utf-16-le") + b"\0\0"


def _u16(number: int) -> bytes:
    return struct.pack("<H", number)


def _u32(number: int) -> bytes:
    return struct.pack("<I", number)


def compress(content: bytes) -> bytes:
    """Compress a stream the way VBA projects are (MS-OVBA 2.4.1).

    Args:
        content: The bytes to compress.

    Returns:
        A compressed container: chunks of at most 4096 bytes, each a run of literals and back references.
    """
    chunks = (content[start : start + _CHUNK] for start in range(0, len(content), _CHUNK))
    return b"\x01" + b"".join(map(_compressed_chunk, chunks))


def _compressed_chunk(chunk: bytes) -> bytes:
    tokens = _tokens(chunk)
    if len(tokens) > _CHUNK:  # cannot be shortened: stored as it is, at full length (2.4.1.3.10)
        return _u16(0x3000 | (_CHUNK - 1)) + chunk.ljust(_CHUNK, b"\0")
    return _u16(0xB000 | (len(tokens) - 1)) + tokens


def _tokens(chunk: bytes) -> bytes:
    """Write the chunk as groups of eight tokens, each group behind a byte that says which are references."""
    packed, at = bytearray(), 0
    while at < len(chunk):
        flags, group = 0, b""
        for bit in range(8):
            offset, length = _longest_match(chunk, at)
            if length:
                flags |= 1 << bit
                group += _u16((offset - 1) << (16 - _offset_bits(at)) | (length - 3))
            else:
                length = 1
                group += chunk[at : at + 1]
            at += length
        packed += bytes([flags]) + group
    return bytes(packed)


def _longest_match(chunk: bytes, at: int) -> tuple[int, int]:
    """Find the longest earlier text equal to what comes next: how far back, how long; (0, 0) for fewer than 3 bytes."""
    found, length = -1, 0
    longest = min((0xFFFF >> _offset_bits(at)) + 3, len(chunk) - at)
    for wanted in range(3, longest + 1):
        start = chunk.find(chunk[at : at + wanted], max(found, 0), at + wanted - 1)
        if start < 0:
            break
        found, length = start, wanted
    return (at - found, length) if length else (0, 0)


def _offset_bits(at: int) -> int:
    """Give how many of a reference's 16 bits hold the offset at this place of a chunk (2.4.1.3.19.1)."""
    return max((at - 1).bit_length(), 4)
