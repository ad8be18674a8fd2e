"""Which stored windows together answer for a window. Pure.

A window is answered by itself, or by windows that touch end to end and fill it exactly: that is how every range is put
together anyway. A larger window never answers for a part of itself: one would have to cut its bulks by a date inside
them, and the API page does not say which date a range filters on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from leads_excel.store.entries.entry import Version
    from leads_excel.windows.week_grid import Window


def tiled(window: Window, offered: Iterable[Version]) -> list[Version]:
    """Choose the fewest stored windows that fill a window.

    Args:
        window: The window.
        offered: Stored windows, none of them reaching out of it.

    Returns:
        Them in time order, or nothing where they leave a gap.
    """
    chains: dict[datetime, list[Version]] = {window.start: []}
    for version in sorted(offered, key=lambda version: version.window):
        so_far, best = chains.get(version.window.start), chains.get(version.window.end)
        if so_far is not None and (best is None or len(so_far) + 1 < len(best)):
            chains[version.window.end] = [*so_far, version]
    return chains.get(window.end, [])
