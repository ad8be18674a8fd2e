"""A sign to every process of a user to begin anew: a button was pressed, or sign-in or settings are others now.

Buttons, formulas and the command line run in processes of their own, and that of the formulas as long as Excel.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import platformdirs

from leads_excel.settings.sources import config_file

if TYPE_CHECKING:
    from pathlib import Path


def give_sign() -> None:
    """Have every process of this user begin anew."""
    with suppress(OSError):  # a folder that cannot be written: then the others go on as they are
        sign = _sign()
        sign.parent.mkdir(parents=True, exist_ok=True)
        sign.touch()


def last_sign() -> tuple[int, int]:
    """Tell when the last sign was given, and when the settings file was written.

    Returns:
        Two times in nanoseconds, to be compared with earlier ones; 0 where there was none.
    """
    return _written(_sign()), _written(config_file())


def _sign() -> Path:
    return platformdirs.user_data_path("leads-excel", appauthor=False) / "forget"


def _written(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
