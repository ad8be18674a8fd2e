"""Each notebook runs from top to bottom on the demo, uses public names, and is stored without output."""

import re

import nbclient
import nbformat
import pytest
from places import ROOT

import leads_excel as lx

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks():
    """The folder is not empty."""
    assert NOTEBOOKS


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore")  # of Jupyter's own machinery
def test_a_notebook_runs_from_top_to_bottom(path, tmp_path):
    """Without any setting, every cell runs, warns of nothing, and needs no internet to be looked at."""
    notebook = nbformat.read(path, as_version=4)

    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()

    results = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any(output.output_type == "execute_result" for output in results)
    assert [output.text for output in results if output.output_type == "stream"] == []
    assert re.findall(r"\w+Warning\b", str([output.get("data") for output in results])) == []
    assert "cdn" not in str([output.get("data") for output in results])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_output(path):
    """Nobody's leads end up in the repository."""
    cells = nbformat.read(path, as_version=4).cells

    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in cells)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_uses_public_names(path):
    """A reader can find everything it uses in the documentation."""
    code = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")

    assert set(re.findall(r"\blx\.(\w+)", code)) <= set(lx.__all__)
    assert set(re.findall(r"leads_excel\S*", code)) <= {"leads_excel"}
