"""Progress of a fetch: a bar in a terminal or a notebook, or any function of the caller's."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from leads_excel.terminal.streams import steady

if TYPE_CHECKING:
    from collections.abc import Iterator

Progress = Callable[[int, int], None]
"""Called with the number of windows done and of all windows."""


@contextmanager
def watched(progress: Progress | bool | None, windows: int) -> Iterator[Progress | None]:
    """Show progress for as long as the context lasts.

    Args:
        progress: True shows a bar on standard error, or in the notebook's cell; a function is used as it is; None and
            False show nothing.
        windows: How many windows there are.

    Yields:
        The function to call after each window, or None.
    """
    if progress is not True:
        yield progress or None
        return
    from rich.console import Console  # noqa: PLC0415 - only who wants a bar pays for it
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    console = Console(file=steady(sys.stderr))
    seen = find_spec("ipywidgets") if console.is_jupyter else console.is_terminal
    if not seen:  # without ipywidgets Rich shows a warning in place of a bar, and in a file an empty line
        yield None
        return
    columns = (TextColumn("Fetching"), BarColumn(), MofNCompleteColumn(), TextColumn("windows"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("windows", total=windows)
        yield lambda done, _all: bar.update(task, completed=done)
