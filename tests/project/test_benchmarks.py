"""Benchmarks are not run with the tests: what they name of the package is looked up, lest they rot unseen."""

import re
import warnings

import pytest
from places import ROOT

IMPORTS = sorted(
    {
        (path.name, line.strip())
        for path in (ROOT / "tests" / "benchmarks").glob("*.py")
        for line in re.findall(r"^ *(?:from|import) leads_excel.*$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
)


@pytest.mark.parametrize(("file", "line"), IMPORTS, ids=lambda text: text)
def test_what_a_benchmark_imports_is_there(file, line):
    """In the programs that it writes down and starts, too; under the name of today."""
    assert file
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(line, {})  # noqa: S102 - a line of our own
