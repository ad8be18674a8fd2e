"""Has Excel calculate cells again whose results have arrived, without disturbing whoever works in it.

Excel is asked by `Range.Dirty`, which changes nothing in the workbook: what can be undone stays so, protected sheets
are no obstacle, and cells that were moved are found. While somebody edits a cell or a dialog is open, Excel refuses,
and is asked again. Cells that were deleted are let go.
"""

from __future__ import annotations

import sys
import threading
import time
from contextlib import suppress
from importlib import import_module
from itertools import groupby
from operator import itemgetter
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from leads_excel.fetching.background import Background

pythoncom: Any = import_module("pythoncom") if sys.platform == "win32" else None
"""Of pywin32, which xlwings brings."""

TOGETHER = 1.0
"""Seconds for which further results are waited for while some are under way, so that Excel calculates once."""

_MANY = 30
"""How many ranges `Application.Union` takes."""

_PAUSES = 0.05, 1.0
"""Seconds between two tries while Excel is busy: the first, and the longest."""

_BUSY = {-2147418111, -2147417846, -2146777998}
"""What Excel says then: RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER, VBA_E_IGNORE (see xlwings' `udfs.py`)."""

_METHOD_OR_PROPERTY = 1 | 2


class Recalculation:
    """Cells whose results have arrived.

    Args:
        background: What works the results out.
    """

    def __init__(self, background: Background) -> None:
        self._background = background
        self._arrived: SimpleQueue[Any] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def of(self, cell: Any) -> Callable[[], None]:  # noqa: ANN401 - an object of COM
        """Make what has a cell calculated again.

        Args:
            cell: The cell, as COM passes it to the thread that Excel called, which is this one.

        Returns:
            A function to call once, in any thread.
        """
        stream = pythoncom.CoMarshalInterThreadInterfaceInStream(pythoncom.IID_IDispatch, cell)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="leads-recalculation", daemon=True)
            self._thread.start()
        return lambda: self._arrived.put(stream)

    def _work(self) -> None:
        pythoncom.CoInitialize()
        while True:
            streams = list(self._together())
            with suppress(Exception):  # the next ones still want to be calculated
                _calculate(
                    [pythoncom.CoGetInterfaceAndReleaseStream(item, pythoncom.IID_IDispatch) for item in streams]
                )

    def _together(self) -> Iterator[Any]:
        yield self._arrived.get()
        until = time.monotonic() + TOGETHER
        while time.monotonic() < until:
            try:
                yield self._arrived.get(timeout=_PAUSES[0])
            except Empty:
                if self._background.idle:
                    return


def _calculate(cells: Sequence[Any]) -> None:
    """Have cells calculated, those of a sheet at once; or one by one where Excel does not take them together."""
    placed = sorted(_placed(cells), key=itemgetter(0))
    for _, of_sheet in groupby(placed, key=lambda item: item[0].rpartition("!")[0]):
        ranges = list(dict(of_sheet).values())
        try:
            _asked(_joined(ranges), "Dirty")
        except pythoncom.com_error:
            for cell in ranges:
                with suppress(pythoncom.com_error):
                    _asked(cell, "Dirty")


def _placed(cells: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    for cell in cells:
        with suppress(pythoncom.com_error):  # it was deleted, or its workbook closed
            yield _asked(cell, "Address", True, True, 1, True), cell  # absolute, A1, its sheet too


def _joined(ranges: Sequence[Any]) -> Any:  # noqa: ANN401 - a range
    if len(ranges) == 1:
        return ranges[0]
    union = _asked(_asked(ranges[0], "Application"), "Union", *ranges[:_MANY])
    return _joined([*ranges[_MANY:], union])


def _asked(com_object: Any, name: str, *arguments: Any) -> Any:  # noqa: ANN401 - objects of COM
    """Call a method or read a property as soon as Excel listens.

    By its name: what pywin32 makes of a description that a busy Excel gave is of no use.
    """
    pause, longest = _PAUSES
    while True:
        try:
            number = com_object.GetIDsOfNames(0, name)
            return com_object.Invoke(number, 0, _METHOD_OR_PROPERTY, True, *arguments)
        except pythoncom.com_error as refused:
            if refused.hresult not in _BUSY:
                raise
        time.sleep(pause)
        pause = min(pause * 1.5, longest)
