"""Which windows of a store tell what changed between two moments. Pure.

People ask for ranges that roll on from day to day, so that the store holds windows that overlap, each as old as its
last answer. What is known at a moment is what they say together, a fresher one in place of an older one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leads_excel.windows.week_grid import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from leads_excel.store.entries.entry import Version


class Comparable(NamedTuple):
    """Windows whose leads can be compared, in the order of their answers.

    Args:
        before: Those that tell how it stood.
        after: Those that tell how it stands. A lead in them is new if it is in none of those before.
        covered: Those of the former that the latter cover: a lead in them is gone if it is in none of the latter.
    """

    before: list[Version]
    after: list[Version]
    covered: list[Version]


def comparable(before: Iterable[Version], after: Iterable[Version], since: datetime) -> Comparable:
    """Choose the windows to compare.

    A window counts as it stands if it was asked for since, or is final. It counts only where it is known how it stood:
    a window that was asked for the first time in between would otherwise be full of leads that look new.

    Args:
        before: The windows as they stood at the earlier moment.
        after: The windows as they stand at the later one.
        since: The earlier moment.
    """
    stood = _telling(before)
    stands = [
        version
        for version in _telling(version for version in after if version.final or version.last_seen > since)
        if _is_known(version.window, stood)
    ]
    covered = [version for version in stood if _end_of_cover(version.window, stands) == version.window.end]
    return Comparable(stood, stands, covered)


def _telling(versions: Iterable[Version]) -> list[Version]:
    """Leave out the windows that fresher ones cover; the freshest come last."""
    found: list[Version] = []
    for version in sorted(versions, key=lambda version: (version.last_seen, version.window), reverse=True):
        if _end_of_cover(version.window, found) < version.window.end:
            found.append(version)
    return found[::-1]


def _is_known(window: Window, stood: Sequence[Version]) -> bool:
    """Tell whether it is known how a window stood: from answers, or because it had not begun when they were given."""
    end = _end_of_cover(window, stood)
    if end == window.end or end >= max((version.last_seen for version in stood), default=end):
        return True
    return any(version.window.end == end and version.last_seen <= end for version in stood)


def _end_of_cover(window: Window, versions: Iterable[Version]) -> datetime:
    """Find the instant up to which windows cover another one without a gap, from its start."""
    end = window.start
    for other in sorted(
        other.window for other in versions if other.window.start < window.end and window.start < other.window.end
    ):
        if other.start <= end < other.end:
            end = other.end
    return min(end, window.end)


def stretches(windows: Iterable[Window]) -> list[Window]:
    """Put windows that overlap or touch together."""
    found: list[Window] = []
    for window in sorted(windows):
        if found and window.start <= found[-1].end:
            found[-1] = Window(found[-1].start, max(found[-1].end, window.end))
        else:
            found.append(window)
    return found
