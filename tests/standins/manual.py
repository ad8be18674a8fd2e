"""README and the manual's pages as text, their fenced blocks, and the commands and formulas in them."""

import re
import shlex
from itertools import pairwise

from places import PACKAGE, ROOT

PAGES = {"README": ROOT / "README.md", **{page.stem: page for page in sorted((PACKAGE / "docs").glob("*.md"))}}
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in PAGES.items()}

_FORMULA = r"=[A-Z]+_?[A-Z]*\("
_TEMPLATE = re.compile(r"\.\.\.|\[|\((?:from|id|kpi|dimension|since|text)\b")  # how a formula is written, not one


def blocks(text, *languages):
    """List the fenced blocks in some languages; "" is one without."""
    return [
        body
        for language, body in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        if language in languages
    ]


def program_lines(text):
    """List the words of every call of our program, in blocks of any shell and between backticks."""
    lines = "\n".join(blocks(text, "sh", "bat", "crontab", "ini")).splitlines()
    lines += re.findall(r"`([^`\n]*leads-excel[^`\n]*)`", text)
    for line in lines:
        call = re.sub(r"""/TR "(.*)\"""", r"&& \1", line).replace("\\", "/").replace(";", " && ")
        words = shlex.split(call)
        for at, word in enumerate(words):
            if re.fullmatch(r"(?:.*[/=])?leads-excel(?:\.exe)?", word):
                rest = words[at + 1 :]
                yield rest[: rest.index("&&")] if "&&" in rest else rest


def sections(text):
    """Map the headings of a page's second rank to what stands below each."""
    found = [*re.finditer(r"^## (.+)$", text, re.MULTILINE)]
    ends = [(one.end(), other.start()) for one, other in pairwise(found)]
    ends += [(found[-1].end(), len(text))] if found else []
    return {match[1]: text[start:end] for match, (start, end) in zip(found, ends, strict=True)}


def formulas(text):
    """List the formulas of a page that can be typed as they stand."""
    found = re.findall(rf"`({_FORMULA}[^`]*\))`", text) + re.findall(rf"^({_FORMULA}.*\))$", text, re.MULTILINE)
    return [formula for formula in dict.fromkeys(found) if not _TEMPLATE.search(formula)]
