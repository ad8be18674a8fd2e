"""Where the add-in goes on Windows and macOS, and what is left when it is taken away."""

from __future__ import annotations

import locale
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import vba_reader

from leads_excel.excel.addin import installing as addin
from leads_excel.excel.addin.installing import install_addin, places, remove_addin, set_interpreter
from leads_excel.excel.addin.macro_book import addin_workbook
from leads_excel.exceptions import SettingsError, WorkbookError, WorkbookLockedError

OURS = {"win32": f'"INTERPRETER_WIN","{sys.executable}"', "darwin": f'"INTERPRETER_MAC","{sys.executable}"'}
"""The line of the settings file that names this Python."""


@pytest.fixture(params=["win32", "darwin"])
def system(request):
    """Give each kind of computer that has Excel."""
    return request.param


@pytest.fixture
def where(system, tmp_path):
    """Find the places of a computer whose user has nothing yet."""
    return places(system, tmp_path, {})


def test_windows_loads_addins_from_xlstart(tmp_path):
    """The folders are the user's, wherever Windows says they are."""
    found = places("win32", tmp_path, {"APPDATA": str(tmp_path / "roaming"), "USERPROFILE": str(tmp_path / "me")})

    assert found.addin == tmp_path / "roaming" / "Microsoft" / "Excel" / "XLSTART" / "leads_excel.xlam"
    assert found.settings == tmp_path / "me" / ".leads_excel" / "leads_excel.conf"


def test_windows_without_variables_is_found_from_home(tmp_path):
    """A service may run without the variables of a user."""
    found = places("win32", tmp_path, {})

    assert found.addin.parent == tmp_path / "AppData" / "Roaming" / "Microsoft" / "Excel" / "XLSTART"
    assert found.settings == tmp_path / ".leads_excel" / "leads_excel.conf"


def test_macos_has_its_places_in_containers(tmp_path):
    """Excel for Mac may read its own folders only."""
    found = places("darwin", tmp_path, {})
    office = tmp_path / "Library" / "Group Containers" / "UBF8T346G9.Office"

    assert found.addin == office / "User Content.localized" / "Startup.localized" / "Excel" / "leads_excel.xlam"
    assert found.settings == tmp_path / "Library" / "Containers" / "com.microsoft.Excel" / "Data" / "leads_excel.conf"
    assert found.scripts == tmp_path / "Library" / "Application Scripts" / "com.microsoft.Excel"


def test_the_vba_looks_for_settings_where_they_are_written(tmp_path):
    """The file is named after the project's name in the VBA, and its folder on Windows too."""
    source = vba_reader.sources(addin_workbook())["xlwings"]

    assert 'PROJECT_NAME As String = "leads_excel"' in source
    assert r'Environ("USERPROFILE") & "\." & PROJECT_NAME & "\" & PROJECT_NAME & ".conf"' in source
    assert places("win32", tmp_path, {}).settings.name == places("darwin", tmp_path, {}).settings.name


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is an Excel for this system")
@pytest.mark.parametrize("action", [install_addin, remove_addin, set_interpreter])
def test_elsewhere_there_is_no_excel(action):
    """The user is told which systems have Excel, and what works here instead."""
    with pytest.raises(WorkbookError, match="Windows and macOS only: use the command line or a notebook"):
        action()


def test_installing_writes_the_addin_and_names_this_python(where, system):
    """The add-in stands where Excel opens it, and its settings name the Python that has this package."""
    path = install_addin(where)

    assert path.read_bytes() == addin_workbook()
    assert where.settings.read_text(locale.getencoding()).splitlines() == [OURS[system]]


def test_installing_again_renews_both(where, system):
    """A later version takes the place of an earlier one, another Python that of the first."""
    where.addin.parent.mkdir(parents=True)
    where.addin.write_bytes(b"old")
    where.settings.parent.mkdir(parents=True)
    where.settings.write_text(OURS[system].replace(sys.executable, "/old/python") + "\n")
    install_addin(where)

    assert where.addin.read_bytes() == addin_workbook()
    assert where.settings.read_text().splitlines() == [OURS[system]]


def test_other_settings_are_kept(where, system):
    """What the user set for xlwings' VBA stays, when the add-in comes and when it goes."""
    theirs = '"SHOW CONSOLE","True"\n'
    where.settings.parent.mkdir(parents=True)
    where.settings.write_text(f'\n{theirs}"interpreter_{OURS[system][13:16].lower()}","/old/python"\n')
    install_addin(where)
    installed = where.settings.read_text()
    remove_addin(where)

    assert installed == f"{theirs}{OURS[system]}\n"
    assert where.settings.read_text() == theirs


def test_macos_gets_the_script_that_starts_python(tmp_path):
    """Excel for Mac runs Python through the script of the installed xlwings; Windows needs none."""
    where = places("darwin", tmp_path, {})
    set_interpreter(where)

    assert [path.name for path in where.scripts.iterdir()] == [f"xlwings-{version('xlwings')}.applescript"]
    assert places("win32", tmp_path, {}).scripts is None


def test_removing_leaves_nothing_of_ours(where):
    """Add-in and settings are gone, and removing says whether there was something."""
    install_addin(where)

    assert (remove_addin(where), remove_addin(where)) == (True, False)
    assert not where.addin.exists()
    assert not where.settings.exists()


def test_an_addin_that_excel_holds_is_not_removed(where, monkeypatch):
    """On Windows a file that is open cannot go; the user is told to close Excel, and the settings stay."""
    install_addin(where)

    def refuse(_path, **_options):
        raise PermissionError

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(WorkbookLockedError, match="close Excel"):
        remove_addin(where)
    assert where.settings.exists()


def test_a_path_that_vba_cannot_read_is_refused(where, monkeypatch):
    """VBA reads files in the code page of Windows; a Python outside it is named before anything is written."""
    monkeypatch.setattr(addin.sys, "executable", "C:\\Users\\محمد\\python.exe")
    monkeypatch.setattr(addin.locale, "getencoding", lambda: "cp1252")
    with pytest.raises(SettingsError, match="plain letters"):
        set_interpreter(where)

    assert not where.settings.exists()


def test_a_folder_that_vba_cannot_find_is_refused(tmp_path, monkeypatch):
    """A user's folder outside the code page is named before anything is written; in its own code page all is well."""
    where = places("win32", tmp_path / "محمد", {})
    monkeypatch.setattr(addin.locale, "getencoding", lambda: "cp1252")
    with pytest.raises(SettingsError, match=r"محمد.+: in the region settings of Windows"):
        install_addin(where)
    found = list(tmp_path.rglob("*"))

    monkeypatch.setattr(addin.locale, "getencoding", lambda: "cp1256")
    install_addin(where)

    assert found == []
    assert where.settings.exists()
