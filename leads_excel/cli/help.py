"""The command `help`: the pages of `leads_excel/docs`, in the terminal."""

from __future__ import annotations

import re
from difflib import get_close_matches
from importlib.resources import files
from typing import Annotated

import typer

from leads_excel.exceptions import ArgumentError

_PICTURE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")


def show(
    context: typer.Context,
    topic: Annotated[str | None, typer.Argument(metavar="TOPIC", help="A page; left out, all are listed.")] = None,
) -> None:
    """Show a page of the manual, or list the pages."""
    pages = _pages()
    if topic is None:
        width = max(map(len, pages))
        for name, text in pages.items():
            typer.echo(f"{name:<{width}}  {_summary(text)}")
        return
    name = topic.strip().lower().removesuffix(".md")
    if name not in pages:
        raise ArgumentError(_unknown(topic, context, list(pages)))
    _print(_PICTURE.sub(r"*Picture: \1*", pages[name]))


def _pages() -> dict[str, str]:
    folder = files("leads_excel").joinpath("docs")
    found = {page.name.removesuffix(".md"): page for page in folder.iterdir() if page.name.endswith(".md")}
    return {name: found[name].read_text(encoding="utf-8") for name in sorted(found)}


def _summary(text: str) -> str:
    """Give the first sentence below a page's title."""
    return text.splitlines()[2]


def _unknown(topic: str, context: typer.Context, pages: list[str]) -> str:
    commands = getattr(context.parent and context.parent.command, "commands", {})
    if topic in commands:
        return f"{topic} is a command: leads-excel {topic} --help tells about it, leads-excel help commands about all."
    (close,) = get_close_matches(topic.lower(), pages, n=1, cutoff=0)
    return f"There is no page {topic!r}; is it {close}? leads-excel help lists them."


def _print(text: str) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    if console.is_terminal:
        console.print(Markdown(text))
    else:
        typer.echo(text.rstrip("\n"))
