"""What the doctor finds out about Excel on this computer; the rest of its report is seen through the command line."""

from __future__ import annotations

import sys

import pytest

from leads_excel.doctor.excel import excel_findings
from leads_excel.excel.addin.installing import install_addin, places, runner


@pytest.fixture(params=["win32", "darwin"])
def system(request):
    """Give each kind of computer that has Excel."""
    return request.param


@pytest.fixture
def where(system, tmp_path):
    """Find the places of a computer whose user has nothing yet."""
    return places(system, tmp_path, {})


def findings(system, home, store=None, **environ):
    return {finding.subject: finding for finding in excel_findings(store, system, home, environ)}


def test_a_computer_without_excel():
    """On Linux nothing is missing: there is no Excel to look at."""
    (found,) = excel_findings(platform="linux", environ={})

    assert found.well
    assert found.subject == "Excel"


def test_before_the_addin_is_installed(system, tmp_path):
    """Who works with files only needs no add-in: it is offered, not missed."""
    found = findings(system, tmp_path)

    for subject in ("add-in", "Python of Excel"):
        assert found[subject].well
        assert "leads-excel addin install" in found[subject].text


def test_after_the_addin_is_installed(system, where, tmp_path):
    """The report names the add-in's place and the Python it runs."""
    install_addin(where)

    found = findings(system, tmp_path)

    assert found["add-in"].text == str(where.addin)
    assert found["Python of Excel"].text == sys.executable
    assert all(finding.well for subject, finding in found.items() if subject != "pywin32")


def test_an_addin_of_another_release(system, where, tmp_path):
    """An add-in that the installed package would not build any more has to be installed again."""
    install_addin(where)
    where.addin.write_bytes(where.addin.read_bytes()[:-1])

    found = findings(system, tmp_path)["add-in"]

    assert not found.well
    assert "another release: close Excel and run 'leads-excel addin install'" in found.text


@pytest.mark.parametrize(("python", "well"), [("gone/python.exe", False), ("other", True)])
def test_another_python(system, where, tmp_path, python, well):
    """A Python that was removed stops every button; one of another environment is worth knowing."""
    install_addin(where)
    (tmp_path / "other").touch()
    named = str(tmp_path / python)
    where.settings.write_text(f'"{where.interpreter}","{named}"\n')

    found = findings(system, tmp_path)["Python of Excel"]

    assert found.well == well
    assert named in found.text
    assert "leads-excel addin install" in found.text


def test_windows_needs_the_bridge_to_com(tmp_path):
    """Without pywin32, which pip installs on Windows only, no formula reaches Python."""
    found = findings("win32", tmp_path)["pywin32"]

    assert found.well == (sys.platform == "win32")


def test_the_mac_needs_the_script_of_this_xlwings(tmp_path):
    """After an upgrade of xlwings Excel looks for a script of another name."""
    where = places("darwin", tmp_path, {})
    install_addin(where)
    assert findings("darwin", tmp_path)["script of xlwings"].text == runner(where).name

    runner(where).rename(where.scripts / "xlwings-0.1.applescript")

    assert not findings("darwin", tmp_path)["script of xlwings"].well


def test_the_mac_keeps_its_permission_to_itself(tmp_path):
    """No program may read it, so the report says where a person finds it."""
    assert "Privacy & Security, Automation" in findings("darwin", tmp_path)["permission"].text


@pytest.mark.parametrize("folder", ["OneDrive", "OneDriveCommercial", "OneDriveConsumer", "cloud storage"])
def test_what_onedrive_copies(tmp_path, folder):
    """A database or an interpreter that is copied while it is written to breaks; it is named."""
    synced = tmp_path / ("Library/CloudStorage/OneDrive-Group" if folder == "cloud storage" else "Group")
    synced.mkdir(parents=True)
    environ = {} if folder == "cloud storage" else {folder: str(synced)}

    inside = findings("linux", tmp_path, str(synced / "leads.sqlite"), **environ)["OneDrive"]
    outside = findings("linux", tmp_path, str(tmp_path / "leads.sqlite"), **environ)["OneDrive"]

    assert not inside.well
    assert inside.text.startswith("the store is in a OneDrive folder")
    assert outside.well
