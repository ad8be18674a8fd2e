"""Which names a function and its arguments cannot have in VBA and on a worksheet."""

from __future__ import annotations

import re

RESERVED = frozenset(
    # MS-VBAL 3.3.5.2: keywords of statements, markers, operators, names, special forms, types, literals, the future
    """
    call case close const declare defbool defbyte defcur defdate defdbl defint deflng deflnglng deflngptr defobj defsng
    defstr defvar dim do else elseif end endif enum erase event exit for friend function get global gosub goto if
    implements input let lock loop lset next on open option print private public put raiseevent redim resume return
    rset seek select set static stop sub type unlock wend while with write rem
    any as byref byval each in new shared until withevents optional paramarray preserve spc tab then to
    addressof and eqv imp is like mod not or typeof xor
    abs cbool cbyte ccur cdate cdbl cdec cint clng clnglng clngptr csng cstr cvar cverr date debug doevents fix int len
    lenb me pset scale sgn string
    array circle inputb lbound ubound
    boolean byte currency double integer long longlong longptr single variant
    true false nothing empty null
    attribute lineinput cdecl decimal defdec
    """.split()  # noqa: SIM905 - a list of quoted words would be four times as long
)
"""Identifiers that VBA keeps for itself, in lower case."""

_CELL = re.compile(r"[A-Z]{1,3}[0-9]+|R[0-9]*C[0-9]*|[RC][0-9]*", re.IGNORECASE)
_IDENTIFIER = re.compile(r"[A-Z][A-Z0-9_]{0,254}", re.IGNORECASE)


def name_problem(name: str) -> str:
    """Say why a name cannot be used for a function of a worksheet or for one of its arguments.

    Args:
        name: The name in Python, which xlwings uses in VBA unchanged.

    Returns:
        The reason; empty for a name that works.
    """
    if not _IDENTIFIER.fullmatch(name):
        return f"{name} is no identifier in VBA: letters, digits and underscores, beginning with a letter"
    if name.lower() in RESERVED:
        return f"{name} is a word of VBA"
    return f"{name} reads like the address of a cell" if _CELL.fullmatch(name) else ""


def signature_problems(function: str, arguments: list[str]) -> list[str]:
    """Say what is wrong with a function's name and arguments.

    Args:
        function: The function's name.
        arguments: The names of its arguments.

    Returns:
        The reasons; Insert Function also fails for arguments whose names take more than 254 characters together.
    """
    names = [function, *arguments]
    problems = [problem for problem in map(name_problem, names) if problem]
    if len({name.lower() for name in names}) < len(names):
        problems.append(f"{function} has a name twice; VBA does not tell capitals")
    if len(", ".join(arguments)) > 254:
        problems.append(f"the arguments of {function} are too long for Insert Function")
    return problems
