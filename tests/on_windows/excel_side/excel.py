"""Excel with the add-in that `leads-excel addin install` put in place: a formula goes in, what the cell gets comes out.

The add-in's file is opened, its VBA is run, and that loads xlwings' DLL from beside the Python named in the settings.
The DLL starts that Python with VBA's command line, and the call goes to it with VARIANTs of the types that Excel sends.
"""

from __future__ import annotations

import ctypes
import os
from ctypes import byref, c_char_p, c_long, c_uint
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import vba_reader
from comtypes import GUID, COMError
from comtypes.automation import DISPPARAMS, EXCEPINFO, VARIANT

from excel_side.objects import ExcelObject, Range, Workbook, Worksheet, intersect
from excel_side.settings import get_config
from excel_side.values import MISSING, SIZE, Typed, error, read, write
from excel_side.vba import Module, VbaError
from excel_side.vba_expressions import Project

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comtypes.automation import IDispatch

_ADDIN = "leads_excel.xlam"
_METHOD = 1
_KILL, _START = -1, 1
_STRING = 8  # vbString
_EXCEPTION = -2147352567
"""An error that the called object tells of itself (DISP_E_EXCEPTION); VBA has the number that it gives."""
_NUMBERS = {-2147023174: 462}
"""What VBA has numbers of its own for: a server that is not available (RPC_S_SERVER_UNAVAILABLE)."""
_AUTOMATIC, MANUAL = -4105, -4135


class Excel:
    """Excel with one workbook open and the add-in loaded.

    Args:
        path: The workbook; one that was never saved by default.
        sheet: What its sheet `leads_excel.conf` says, if it has one.
    """

    def __init__(self, path: str = "Book1", sheet: Mapping[str, str] | None = None) -> None:
        addin = Path(os.environ["APPDATA"], "Microsoft", "Excel", "XLSTART", _ADDIN)
        sources = vba_reader.sources(addin.read_bytes())
        self.dialog = False
        self._library: ctypes.CDLL | None = None
        bar = SimpleNamespace(Controls=lambda _number: SimpleNamespace(Enabled=not self.dialog))
        self.application = SimpleNamespace(
            CommandBars=lambda _name: bar, Name="Microsoft Excel", Intersect=intersect,
            UserControl=True, ScreenUpdating=True, Calculation=_AUTOMATIC,
        )  # fmt: skip
        self._known = Project({
            "thisworkbook": SimpleNamespace(FullName=str(addin)),
            "application": self.application,
            "loadlibrary": self._load,
            "parentfolder": lambda text: text.rpartition("\\")[0],
            "isobject": lambda value: isinstance(value, ExcelObject),
            "xlcalculationmanual": MANUAL,
            "vartype": lambda value: _STRING if isinstance(value, str) else -1,
            "cverr": error,
            "xlerrna": "#N/A",
            "err": SimpleNamespace(Raise=VbaError.Raise),
            "xlpy": lambda: SimpleNamespace(CallUDF=self.call),
            "killpy": self.kill,
            "getconfig": "",
        })  # fmt: skip
        names = ("xlwings", "LeadsCells", "LeadsPython", "LeadsFormulas")
        self._runner, *_, self._formulas = (Module(sources[name], self._known) for name in names)
        self.open(path, sheet)

    def open(self, path: str, sheet: Mapping[str, str] | None = None) -> None:
        """Open another workbook, which is the active one from then on.

        Args:
            path: As for the class.
            sheet: As for the class.
        """
        self.workbook = Workbook(path)
        self.caller: object = Range([[None]], self.workbook.sheet)
        self._known |= {"activeworkbook": self.workbook, "getconfig": get_config(Path(path), sheet or {})}

    @property
    def formulas(self) -> Sequence[str]:
        """The names of the add-in's formulas."""
        return list(self._formulas.procedures)

    @property
    def command(self) -> str:
        """The command line by which Python is started, as VBA builds it."""
        return str(self._runner.run("XLPyCommand"))

    def cells(self, *rows: Sequence[object], used: tuple[int, int, int, int] | None = None, areas: int = 1) -> Range:
        """Give a range of a sheet with these rows of values.

        Args:
            rows: The rows.
            used: The first and last row and column in use; by default those of the rows up to an empty end.
            areas: Of how many areas these are the first.
        """
        height = len(rows)
        while height > 1 and not any(cell is not None for cell in rows[height - 1]):
            height -= 1
        return Range(rows, Worksheet(self.workbook, "Sheet2", used or (1, 1, height, len(rows[0]))), areas=areas)

    def calculate(self, formula: str, *arguments: object) -> Typed:
        """Calculate a formula.

        Args:
            formula: Its name.
            arguments: Its arguments, as `values` has them; those that are not given are left out.

        Returns:
            What the cell gets; of a table, `Typed("array", rows)`.

        Raises:
            VbaError: It fails where no cell can show it: called from VBA.
        """
        self.application.Caller = self.caller
        result = self._formulas.run(formula, arguments, MISSING)
        return result if isinstance(result, Typed) else Typed("text", result)

    def start(self) -> None:
        """Have Python started, which the first formula does otherwise."""
        self._server(_START)

    def kill(self) -> None:
        """End Python, as `KillPy` of xlwings does."""
        self._server(_KILL)

    def call(self, *arguments: object) -> Any:
        """Call `CallUDF` of the Python that runs, which is started if need be.

        Args:
            arguments: As VBA passes them: module, function, `Array(...)`, workbook, caller.

        Returns:
            What comes back: a text as such, everything else `Typed`.

        Raises:
            VbaError: Python raised an error.
        """
        server: IDispatch = self._server(_START).value
        given = (VARIANT * len(arguments))()
        for place, argument in enumerate(reversed(arguments)):
            write(ctypes.addressof(given) + place * SIZE, argument)
        parameters = DISPPARAMS(cArgs=len(arguments), rgvarg=given)
        result, failure, wrong = VARIANT(), EXCEPINFO(), c_uint()
        number = server.GetIDsOfNames("CallUDF")[0]
        try:
            server._IDispatch__com_Invoke(
                number, byref(GUID()), 0, _METHOD, byref(parameters), byref(result), byref(failure), byref(wrong)
            )
        except COMError as refused:
            number = failure.scode if refused.hresult == _EXCEPTION else refused.hresult
            raise VbaError(_NUMBERS.get(number, number), failure.bstrDescription or "Automation error") from None
        found = read(ctypes.addressof(result))
        return found.value if found.kind == "text" else found

    def _load(self, path: str) -> int:
        """Load a DLL as Windows' LoadLibrary does: 0 where there is none."""
        if not Path(path).exists():
            return 0
        self._library = ctypes.CDLL(path)
        return 1

    def _server(self, mode: int) -> VARIANT:
        """Do what `XLPy` and `KillPy` do: have the DLL start Python with VBA's command line, or end it."""
        if self._library is None:
            self._runner.run("XLPyLoadDLL")
        server = VARIANT()
        line = self.command.encode("mbcs", "replace")  # VBA passes texts to a DLL in the code page
        if self._library.XLPyDLLActivateAuto(byref(server), c_char_p(line), c_long(mode)):
            raise VbaError(1000, str(server.value))
        return server
