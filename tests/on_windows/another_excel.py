"""An Excel in a process of its own: it can be ended, and so can the Python that it started.

`python another_excel.py` is that process: it does what lines of its standard input say, and answers each with a line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import programs
from excel_side import processes
from excel_side.excel import Excel

HERE = Path(__file__).parent
STANDINS = Path(programs.__file__).parent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from excel_side.values import Typed

    Told = list[list[str]]


@contextmanager
def another_excel(*, limit: float = 280, folder: Path | None = None, **variables: str) -> Iterator[AnotherExcel]:
    """Start an Excel in which formulas wait for what they fetch; afterwards it is no more.

    Args:
        limit: Seconds that it may run.
        folder: Where it is, as after its user opened a file there.
        variables: Its environment, beside that of this process.

    Yields:
        The Excel.
    """
    path = os.pathsep.join(map(str, (HERE, STANDINS, os.environ.get("PYTHONPATH", ""))))
    environment = os.environ | {"PYTHONPATH": path, "LEADS_EXCEL_LOADING_AFTER": "3600"} | variables
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)  # under Wine it must be pipes
    with programs.started(
        [sys.executable, __file__], limit=limit, env=environment, cwd=folder or HERE, **streams
    ) as program:
        yield AnotherExcel(program)


class AnotherExcel:
    """An Excel, and what can be asked of it.

    Args:
        program: The process.
    """

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self.program = program

    def calculate(self, formula: str, *arguments: object) -> Told:
        """Calculate a formula.

        Args:
            formula: Its name.
            arguments: Texts and numbers.

        Returns:
            The cells, each with its kind.
        """
        return self._do("calculate", formula, *arguments)

    def open(self, path: str, **settings: str) -> None:
        """Open a workbook.

        Args:
            path: The workbook.
            settings: What its sheet `leads_excel.conf` says.
        """
        self._do("open", path, settings)

    def open_addin(self) -> None:
        """Open the add-in anew, as it is installed now."""
        self._do("open_addin")

    def kill_python(self) -> None:
        """End Python as `KillPy` does."""
        self._do("kill_python")

    def close(self) -> None:
        """Close Excel as a user does."""
        self.program.stdin.close()
        self.program.wait()

    @property
    def pythons(self) -> set[int]:
        """The numbers of the Pythons that it started."""
        own = processes.started_by(self.program.pid)
        return {number for number, program in own.items() if program.lower().startswith("python")}

    @property
    def started(self) -> set[int]:
        """The numbers of all processes that it started."""
        return set(processes.started_by(self.program.pid))

    def _do(self, *what: object) -> Any:
        print(json.dumps(what), file=self.program.stdin, flush=True)
        answer = self.program.stdout.readline()
        if not answer:
            raise AssertionError("Excel has ended")
        return json.loads(answer)


def told(rows: list[list[Typed]]) -> Told:
    """Write cells as `AnotherExcel.calculate` does."""
    return [[f"{cell.kind} {cell.value}" for cell in row] for row in rows]


class _Process:
    """The other side: what is done in the process of the Excel."""

    def __init__(self) -> None:
        self.excel = Excel("Book1")

    def calculate(self, formula: str, *arguments: object) -> Told:
        cell = self.excel.calculate(formula, *arguments)
        return told(cell.value if cell.kind == "array" else [[cell]])

    def open(self, path: str, settings: dict[str, str]) -> None:
        self.excel.open(path, settings)

    def open_addin(self) -> None:
        self.excel = Excel("Book1")

    def kill_python(self) -> None:
        self.excel.kill()


if __name__ == "__main__":
    process = _Process()
    for line in sys.stdin:
        name, *given = json.loads(line)
        print(json.dumps(getattr(process, name)(*given)), flush=True)
