"""Work that is done again and again (`--watch`): each round is a run of its own in the log, each line has its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel.cli.running.exit_codes import code_of, complain, stamped
from leads_excel.exceptions import LeadsError
from leads_excel.terminal.rounds import rounds

if TYPE_CHECKING:
    from collections.abc import Callable


def watched(minutes: float | None, work: Callable[[], int]) -> int:
    """Do work once, or again and again.

    What is wrong with the call itself ends it in the first round; what fails later may be well again in the next.

    Args:
        minutes: The pause between rounds; None for one round.
        work: A round; it gives its exit code.

    Returns:
        The exit code of the last round.

    Raises:
        LeadsError: The first round could not be done.
    """
    from leads_excel.log.runs import begin_again, end_round
    from leads_excel.settings.model import Settings

    if not minutes:
        return work()
    code, is_first = 0, True
    for _ in rounds(minutes):
        if not is_first:
            begin_again()
        with stamped(Settings().zone):
            code, why = _round(work, is_first=is_first)
        end_round(code, why)
        is_first = False
    return code


def _round(work: Callable[[], int], *, is_first: bool) -> tuple[int, str]:
    try:
        return work(), ""
    except LeadsError as error:
        if is_first:
            raise
        complain(str(error))
        return code_of(error), str(error)
