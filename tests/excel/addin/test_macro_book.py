"""The workbook with buttons and the add-in: what is in them, what they run, and that nothing runs by itself."""

from __future__ import annotations

import io
import re
import zipfile
from importlib.metadata import version
from types import SimpleNamespace

import excel_double
import libreoffice
import pandas as pd
import pytest
import udf_host
import vba_reader
import xlwings as xw
from open_xml_validator import schema_findings
from openpyxl.xml.functions import fromstring
from package_rules import check
from zip_parts import parts_that_differ, read_parts, zipped

from leads_excel.excel.addin import macro_book as macrobook
from leads_excel.excel.addin.vba_project import Module
from leads_excel.excel.book.protocol import Fill
from leads_excel.excel.file.file_book import FileBook
from leads_excel.excel.template import building as template
from leads_excel.exceptions import WorkbookError, WorkbookLayoutError

CALL = "import leads_excel.excel.macros as macros; macros.{}()"
BUTTONS = {
    "Refresh": CALL.format("refresh"),
    "Reload": CALL.format("reload"),
    "Check connection": CALL.format("check_connection"),
    "Clear data": CALL.format("clear_data"),
    "About": CALL.format("about"),
}
"""The buttons of Home and what each has Python do."""
RIBBON = ("refresh", "reload", "new_report", "sign_in", "check_connection")
"""The functions that buttons of the ribbon call, in order."""

OFFICE = pytest.mark.skipif(libreoffice.PROGRAM is None, reason="LibreOffice is not installed")

OPEN = """
Function Opened(url)
  Dim options(2) As New com.sun.star.beans.PropertyValue
  options(0).Name = "Hidden"
  options(0).Value = True
  options(1).Name = "MacroExecutionMode"
  options(1).Value = 4
  options(2).Name = "FilterName"
  options(2).Value = "Calc MS Excel 2007 VBA XML"
  Opened = StarDesktop.loadComponentFromURL(url, "_blank", 0, options())
End Function

Sub Run(document, script)
  document.getScriptProvider().getScript(script).invoke(Array(), Array(), Array())
End Sub
"""
"""How a driver opens a workbook, macros allowed, and runs one of its macros."""

PRESS_BUTTONS = """
Sub Main
  document = Opened("{book}")
  Open "{report}" For Output As #1
  For number = 0 To document.Sheets.Count - 1
    sheet = document.Sheets.getByIndex(number)
    For place = 0 To sheet.DrawPage.Forms.Count - 1
      form = sheet.DrawPage.Forms.getByIndex(place)
      For control = 0 To form.Count - 1
        Print #1, sheet.Name & "|" & form.getByIndex(control).Label
        events = form.getScriptEvents(control)
        Run document, events(0).ScriptCode
      Next
    Next
  Next
  Close #1
  document.close(True)
End Sub
"""
"""Lists the buttons of a workbook by sheet and caption, and presses each."""

PRESS_RIBBON = """
Sub Main
  document = Opened("{book}")
  Run document, "vnd.sun.star.script:LeadsAddin.LeadsFormulas.PressAll?language=Basic&location=document"
  document.close(True)
End Sub
"""
"""Presses the buttons of the add-in's ribbon through a macro that the test puts into it."""

RECORDER = """
Public Function RunPython(command As String)
    Open "{commands}" For Append As #9
    Print #9, command
    Close #9
End Function
"""
"""Stands in for the module xlwings: writes down what Python would be given."""


@pytest.fixture(scope="module")
def report():
    """Build the workbook with buttons from the template."""
    return macrobook.macro_workbook(template.template_path().read_bytes())


@pytest.fixture(scope="module")
def addin():
    """Build the add-in."""
    return macrobook.addin_workbook()


@pytest.fixture
def recorder(monkeypatch, tmp_path):
    """Build with a module that writes down the commands instead of xlwings' own; give what was written."""
    commands = tmp_path / "commands.txt"
    source = RECORDER.format(commands=commands)
    monkeypatch.setattr(macrobook, "_xlwings_modules", lambda _runner, _changes: [Module("xlwings", source)])
    return SimpleNamespace(commands=lambda: commands.read_text().splitlines())


def code_names(parts):
    """Give the names that tie the workbook and its sheets to their modules, in the order of the tabs."""
    count = sum(name.startswith("xl/worksheets/sheet") for name in parts)
    sheets = [f"xl/worksheets/sheet{number}.xml" for number in range(1, count + 1)]
    names = [
        re.search(rb'<(?:workbookPr|sheetPr)\b[^>]* codeName="(\w+)"', parts[part])
        for part in ("xl/workbook.xml", *sheets)
    ]
    return [name[1].decode() for name in names]


def commands_in(source):
    """Give what each Sub of a module has Python run."""
    subs = re.findall(r'^Public Sub (\w+)\(\)\s+RunLeads "(\w+)"\s+End Sub$', source.replace("\r", ""), re.MULTILINE)
    return [(name, CALL.format(macro)) for name, macro in subs]


# --- the workbook with buttons -------------------------------------------------------------------------------------


def test_everything_in_the_workbook_is_kept(report):
    """Only what macros need changes: the list of parts, code names, and the drawing on Home."""
    before = read_parts(template.template_path())
    sheets = {name for name in before if name.startswith("xl/worksheets/sheet")}
    changed = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", *sheets}
    differences = parts_that_differ(template.template_path(), report)

    assert {name for name, how in differences.items() if how == "added"} >= {
        "xl/vbaProject.bin",
        "xl/drawings/buttons.vml",
    }
    assert {name for name, how in differences.items() if how == "changed"} - {
        "xl/worksheets/_rels/sheet1.xml.rels"
    } == changed
    after = read_parts(report)
    for sheet in sheets:
        ours = rb'(?<=<sheetPr) codeName="Sheet\d"|<sheetPr codeName="Sheet\d"/>|<legacyDrawing r:id="leads_buttons"/>'
        assert re.sub(ours, b"", after[sheet]) == before[sheet]


def test_every_sheet_has_its_module(report):
    """Excel ties sheets to modules by code name; each name is there in both places."""
    modules = vba_reader.sources(report)

    assert list(modules) == [*code_names(read_parts(report)), "xlwings", "Dictionary", "LeadsMacros", "LeadsButtons"]


def test_a_code_name_that_is_there_stays():
    """A workbook that Excel has saved keeps the names that it gave to its sheets."""
    parts = read_parts(template.template_path())
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<workbookPr ", b'<workbookPr codeName="DieseMappe" ')
    sheet = "xl/worksheets/sheet3.xml"
    parts[sheet] = re.sub(
        rb"<sheetPr\b[^>]*?(?=/?>)|(?=<dimension)", rb'<sheetPr codeName="Tabelle3"', parts[sheet], count=1
    )
    parts[sheet] = parts[sheet].replace(b'codeName="Tabelle3"<dim', b'codeName="Tabelle3"/><dim')
    report = macrobook.macro_workbook(zipped(parts.items()))

    names = list(vba_reader.sources(report))

    assert (names[0], names[3]) == ("DieseMappe", "Tabelle3")
    assert code_names(read_parts(report))[:4] == names[:4]


@pytest.mark.parametrize("kind", ["report", "addin"])
def test_excel_would_open_it_without_repair(kind, request, tmp_path):
    """No rule for packages is broken."""
    path = tmp_path / {"report": "report.xlsm", "addin": "addin.xlam"}[kind]
    path.write_bytes(request.getfixturevalue(kind))

    assert check(path) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["report", "addin"])
def test_it_is_valid_by_the_schemas_of_microsoft(kind, request, tmp_path):
    """The Open XML SDK finds nothing."""
    path = tmp_path / {"report": "report.xlsm", "addin": "addin.xlam"}[kind]
    path.write_bytes(request.getfixturevalue(kind))

    assert schema_findings(path) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["report", "addin"])
def test_nothing_runs_by_itself(kind, request):
    """No module has an event or a name that Excel runs on its own."""
    modules = vba_reader.sources(request.getfixturevalue(kind))

    assert not [name for name, source in modules.items() if vba_reader.automatic(source)]
    assert modules


def test_a_button_only_calls_python(report):
    """Each macro is one line, and the command survives cmd.exe and AppleScript: no quotes, no bars."""
    commands = dict(commands_in(vba_reader.sources(report)["LeadsButtons"]))

    assert list(commands.values()) == list(BUTTONS.values())
    assert not [command for command in commands.values() if set('"|') & set(command)]


def test_buttons_are_bound_to_their_macros(report):
    """Caption, macro and description of each button, one below the other on the range named for them."""
    drawing = fromstring(read_parts(report)["xl/drawings/buttons.vml"])
    vml, office, excel = (
        "{urn:schemas-microsoft-com:vml}",
        "{urn:schemas-microsoft-com:office:office}",
        "{urn:schemas-microsoft-com:office:excel}",
    )
    shapes = drawing.findall(f"{vml}shape")
    macros = [shape.findtext(f"{excel}ClientData/{excel}FmlaMacro") for shape in shapes]
    rows = [int(shape.findtext(f"{excel}ClientData/{excel}Anchor").split(", ")[2]) for shape in shapes]

    assert ["".join(shape.find(f"{vml}textbox").itertext()) for shape in shapes] == list(BUTTONS)
    assert macros == [f"[0]!{name}" for name, _ in commands_in(vba_reader.sources(report)["LeadsButtons"])]
    assert rows == sorted(set(rows))
    assert len({shape.get("id") for shape in shapes}) == len(shapes)
    assert all(shape.get("alt") and shape.get(f"{office}button") == "t" for shape in shapes)


def test_a_refresh_keeps_macros_and_buttons(report, tmp_path):
    """The writer of files changes values, and nothing that makes the workbook run."""
    path = tmp_path / "report.xlsm"
    path.write_bytes(report)
    with FileBook(path) as book:
        standing = book.standing("errors", ["leadExternalId", "message"], ["leadExternalId"])
        frame = pd.DataFrame({"leadExternalId": [1, 2], "message": pd.array(["a", "b"], dtype="string")})
        book.write(Fill("errors", frame, rows=[0, 1], carried=[-1] * 2 if standing.room else []))
        book.write_named({"out_status": "Complete"})
        book.save()

    differences = parts_that_differ(report, path)
    assert "xl/worksheets/sheet5.xml" in differences
    assert not [part for part in differences if part.endswith((".vml", ".bin"))]
    assert b'<legacyDrawing r:id="leads_buttons"/>' in read_parts(path)["xl/worksheets/sheet1.xml"]
    assert list(vba_reader.sources(path.read_bytes())) == list(vba_reader.sources(report))


def test_a_workbook_with_macros_is_refused(report):
    """Macros are not added twice, nor to somebody else's."""
    with pytest.raises(WorkbookLayoutError, match="macros already"):
        macrobook.macro_workbook(report)


def test_a_workbook_without_room_for_buttons_is_refused():
    """Without the range named `buttons` the workbook is not one of ours."""
    parts = read_parts(template.template_path())
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'name="buttons"', b'name="knobs"')

    with pytest.raises(WorkbookLayoutError, match="no range named buttons"):
        macrobook.macro_workbook(zipped(parts.items()))


def test_notes_where_the_buttons_go_are_refused():
    """A sheet has one drawing for notes and buttons; one that is there is not replaced."""
    parts = read_parts(template.template_path())
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"</worksheet>", b'<legacyDrawing r:id="rId9"/></worksheet>')

    with pytest.raises(WorkbookLayoutError, match="notes or controls"):
        macrobook.macro_workbook(zipped(parts.items()))


# --- the VBA of xlwings --------------------------------------------------------------------------------------------


OURS = {
    '" -B -P -c """ & BeforeXlwings(PythonCommand) & "': '" -B -c ""',
    'Replace(PYTHONPATH, "%", "")': "PYTHONPATH",
    'Const PROJECT_NAME As String = "leads_excel"': 'Const PROJECT_NAME As String = "{name}"',
    '"ADD_WORKBOOK_TO_PYTHONPATH", "false"': '"ADD_WORKBOOK_TO_PYTHONPATH", "true"',
    '" -B -P -c ""': '" -B -c ""',
    '& IIf(GetConfig("PYTHONPATH") = "", "", ";" & GetConfig("PYTHONPATH"))': '& ";" & GetConfig("PYTHONPATH")',
}
"""What is ours in the VBA of xlwings, and what stands there in the installed one."""

OURS_IN_THE_ADDIN = OURS | {
    "Public PythonNumber As Long\n": "",
    '"false;" & PythonNumber & ";;"': 'AddExcelDir & ";" & ActiveWorkbook.FullName & ";" & ThisWorkbook.FullName & ";"',
    'ConsoleSwitch & IIf(ConsoleSwitch = "", " /C ", " /K ")': 'ConsoleSwitch & " /K "',
}


@pytest.mark.parametrize(
    ("kind", "runner", "ours", "name"),
    [
        ("report", "xlwings.bas", OURS, "xlwings"),
        ("addin", "xlwings_custom_addin.bas", OURS_IN_THE_ADDIN, "myaddin"),
    ],
)
def test_the_vba_of_xlwings_is_that_of_the_installed_one(kind, runner, ours, name, request):
    """All of it, but for whose settings count, where code is searched for, and how Python is started for formulas."""
    shipped = macrobook.xlwings_folder().joinpath(runner).read_text(encoding="cp1252").strip().splitlines()
    carried = "\n".join(vba_reader.sources(request.getfixturevalue(kind))["xlwings"].strip().splitlines())
    assert f'Public Const XLWINGS_VERSION As String = "{version("xlwings")}"' in carried

    for here, there in ours.items():
        assert here in carried
        carried = carried.replace(here, there.format(name=name) if "{" in there else there)
    assert carried.splitlines() == shipped


def test_an_xlwings_that_reads_settings_otherwise_is_refused(monkeypatch, tmp_path):
    """Nothing is built from VBA that we do not know."""
    (tmp_path / "xlwings.bas").write_text("Public Const XLWINGS_VERSION As String = 9", encoding="cp1252")
    monkeypatch.setattr(macrobook, "xlwings_folder", lambda: tmp_path)

    with pytest.raises(WorkbookError, match="not supported"):
        macrobook.macro_workbook(template.template_path().read_bytes())


def test_without_xlwings_the_user_is_told(monkeypatch):
    """A broken installation is named."""
    monkeypatch.setattr(macrobook, "find_spec", lambda _name: None)

    with pytest.raises(WorkbookError, match="not installed"):
        macrobook.addin_workbook()


# --- the add-in ----------------------------------------------------------------------------------------------------


def test_a_build_can_be_repeated(addin):
    """The same package gives the same bytes whenever it is built, so that an installed add-in can be compared."""
    with zipfile.ZipFile(io.BytesIO(addin)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert macrobook.addin_workbook() == addin


def test_the_addin_has_its_modules(addin):
    """The ribbon's and the formulas' beside those of xlwings."""
    assert list(vba_reader.sources(addin)) == [
        "ThisWorkbook",
        "Sheet1",
        "xlwings",
        "Dictionary",
        "LeadsMacros",
        "LeadsRibbon",
        "LeadsCells",
        "LeadsFormulas",
        "LeadsPython",
    ]


def test_the_ribbon_calls_what_is_there(addin):
    """Each button has a label and a tip, and its callbacks are macros of the module LeadsRibbon."""
    parts = read_parts(addin)
    ribbon = fromstring(parts["customUI/customUI14.xml"])
    buttons = ribbon.findall(".//{*}button")
    macros = set(
        re.findall(
            r"^Public Sub (\w+)\(control As IRibbonControl", vba_reader.sources(addin)["LeadsRibbon"], re.MULTILINE
        )
    )
    callbacks = {button.get(name) for button in buttons for name in ("onAction", "getEnabled")} - {None}

    assert [button.get("label") for button in buttons] == [
        "Refresh",
        "Reload",
        "New report",
        "Functions",
        "Sign in",
        "Check",
    ]
    assert [button.get("tag") for button in buttons if button.get("tag")] == list(RIBBON)
    assert callbacks == {f"LeadsRibbon.{name}" for name in macros}
    assert all(button.get("screentip") and button.get("supertip") for button in buttons)
    assert b'Target="customUI/customUI14.xml"' in parts["_rels/.rels"]


def test_the_addin_opens_out_of_sight(addin):
    """Its one sheet has no window, and its content type says that it is an add-in."""
    parts = read_parts(addin)

    assert b'<workbookView visibility="hidden"' in parts["xl/workbook.xml"]
    assert b"application/vnd.ms-excel.addin.macroEnabled.main+xml" in parts["[Content_Types].xml"]


def test_texts_of_formulas_are_where_excel_keeps_them(monkeypatch):
    """The category is the workbook's first own one, and the help of arguments is an extension of the workbook."""
    ours = macrobook._ours
    texts = {"LeadsFormulas.xml": b'<ext uri="{8193D73E-4604-4355-AFF4-8A2333D13BE4}"/>'}
    monkeypatch.setattr(macrobook, "_ours", lambda name: texts.get(name) or ours(name))

    workbook = read_parts(macrobook.addin_workbook())["xl/workbook.xml"]

    groups = b'</sheets><functionGroups builtInGroupCount="19"><functionGroup name="Leads"/></functionGroups><calcPr'
    assert groups in workbook
    assert workbook.endswith(b'<extLst><ext uri="{8193D73E-4604-4355-AFF4-8A2333D13BE4}"/></extLst></workbook>')


def test_the_formulas_of_the_addin_are_those_of_python():
    """The committed module is what xlwings generates now; `python tests/standins/udf_host.py MODULE` writes it anew."""
    pytest.importorskip("leads_excel.excel.udfs")
    with udf_host.windows_excel() as excel:
        excel.load("leads_excel.excel.udfs")
        generated = excel.formulas()

    committed = tuple(
        (udf_host.FORMULAS / f"LeadsFormulas.{kind}").read_text(encoding="cp1252") for kind in ("bas", "xml")
    )
    assert generated == committed, "run: python tests/standins/udf_host.py leads_excel.excel.udfs"


# --- run by LibreOffice --------------------------------------------------------------------------------------------


@pytest.mark.slow
@OFFICE
def test_pressing_each_button_runs_its_command(recorder, tmp_path):
    """LibreOffice shows the buttons on their cells of Home and runs each one."""
    book, report = tmp_path / "report.xlsm", tmp_path / "report.txt"
    book.write_bytes(macrobook.macro_workbook(template.template_path().read_bytes()))

    libreoffice.run_basic(OPEN + PRESS_BUTTONS.format(report=report, book=book.as_uri()), tmp_path / "office")

    assert report.read_text().splitlines() == [f"Home|{caption}" for caption in BUTTONS]
    assert recorder.commands() == list(BUTTONS.values())


@pytest.mark.slow
@OFFICE
def test_pressing_each_button_of_the_ribbon_runs_its_command(recorder, monkeypatch, tmp_path):
    """The macro of the ribbon hands the function named in the button's tag to Python."""
    source = macrobook._module("LeadsRibbon").source.replace("As IRibbonControl", "As Variant")  # only Office has it
    presses = "\n".join(f'  button.Tag = "{tag}"\n  RunMacro button' for tag in RIBBON)
    press = f"Type Pressed\n  Tag As String\nEnd Type\nSub PressAll()\n  Dim button As Pressed\n{presses}\nEnd Sub"
    modules = {"LeadsRibbon": source, "LeadsFormulas": press, "LeadsCells": "", "LeadsPython": ""}
    modules["LeadsMacros"] = macrobook._module("LeadsMacros").source
    monkeypatch.setattr(macrobook, "_module", lambda name: Module(name, modules[name]))
    book = tmp_path / "addin.xlam"
    book.write_bytes(macrobook.addin_workbook())

    libreoffice.run_basic(OPEN + PRESS_RIBBON.format(book=book.as_uri()), tmp_path / "office")

    assert recorder.commands() == [CALL.format(tag) for tag in RIBBON]


# --- with the Python that they call --------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [*BUTTONS.values(), *map(CALL.format, RIBBON)])
def test_every_command_names_a_function(command):
    """What a button has Python call is there to be called."""
    macros = pytest.importorskip("leads_excel.excel.macros")

    assert callable(getattr(macros, command.rpartition(".")[2].removesuffix("()"), None))


@pytest.mark.slow
def test_the_refresh_button_fills_the_workbook(report, tmp_path):
    """The command of the first button, executed as RunPython does, fills the tables of its workbook."""
    pytest.importorskip("leads_excel.excel.macros")
    path = tmp_path / "report.xlsm"
    path.write_bytes(report)
    with excel_double.running():
        book = xw.Book(path)
        book.names["in_environment"].refers_to_range.value = "demo"
        book.set_mock_caller()
        exec(BUTTONS["Refresh"], {})  # noqa: S102 - our own command, as RunPython runs it

        leads = book.sheets["Leads"].tables["leads"].data_body_range
        assert leads.shape[0] > 1
        assert leads[0, 0].value is not None
