"""What a maintainer finds beside the code: changelog, security, the workflow of the CI, the metadata of the wheel."""

from __future__ import annotations

import re
import sys
import tomllib
from datetime import date
from email.parser import HeaderParser
from itertools import pairwise
from zipfile import ZipFile

import pytest
import yaml
from places import PACKAGE, ROOT
from programs import run
from trove_classifiers import classifiers

GITHUB = ROOT / ".github"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CHANGELOG = (GITHUB / "CHANGELOG.md").read_text(encoding="utf-8")
HEADINGS = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)
SECURITY = (GITHUB / "SECURITY.md").read_text(encoding="utf-8")


def entries():
    """Versions and days of the changelog, from the top."""
    found = [re.fullmatch(r"\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d\d-\d\d)", heading) for heading in HEADINGS]
    assert all(found), "a heading is [version] - date; what has not landed is not in the changelog"
    return [(tuple(map(int, match.groups()[:3])), date.fromisoformat(match[4])) for match in found]


def test_the_version_is_the_top_entry_of_the_changelog():
    """Whoever lands something that users notice writes both."""
    hint = "give version in pyproject.toml and the top entry of .github/CHANGELOG.md the same number"
    assert HEADINGS[0].startswith(f"[{PROJECT['version']}]"), hint


def test_versions_fall_and_days_do_not_rise():
    """The newest version is on top, none is there twice, and none is older than one below it."""
    assert len(entries()) > 1
    assert all(upper[0] > lower[0] and upper[1] >= lower[1] for upper, lower in pairwise(entries()))


def test_every_version_says_what_changed():
    """Under the headings of Keep a Changelog, each with a line."""
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    for entry in re.split(r"^## .+$", CHANGELOG, flags=re.MULTILINE)[1:]:
        parts = re.split(r"^### (.+)$", entry, flags=re.MULTILINE)
        assert parts[0].strip() == ""
        assert parts[1::2]
        assert set(parts[1::2]) <= kinds
        assert all(part.strip().startswith("- ") for part in parts[2::2])


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md"])
def test_the_files_that_a_paper_names_exist(name):
    """A step that leads to a file which has moved leads nowhere."""
    paths = set(re.findall(r"`((?:leads_excel|tests|\.github|\.ci)/[\w./]*)`", (GITHUB / name).read_text("utf-8")))

    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_nothing_of_the_package_but_the_client_goes_to_the_network():
    """SECURITY says so: no other module imports what could, the store and a cloud's target excepted.

    The sandbox and the server are asked, and ask nobody.
    """
    named = r"httpx|http\.client|requests|aiohttp|urllib3|smtplib|ftplib|socket|urllib\.request import urlopen"
    networks = rf"^\s*(?:import|from) (?:{named})\b"
    users = {
        path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        if re.search(networks, path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert users <= {"client", "sandbox", "serving"}


def test_the_ways_out_are_named():
    """Each variable, command and option that SECURITY names is one of the program."""
    source = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))

    assert "127.0.0.1" in source
    assert re.findall(r"leads-excel (\w+(?: prune| erase| revoke)?)`", SECURITY) == [
        "doctor",
        "serve",
        "token revoke",
        "logout",
        "store prune",
        "store erase",
    ]
    for command in ("doctor", "serve", "revoke", "logout", "prune", "erase"):
        assert re.search(rf"^def {command}\(", source, re.MULTILINE)


def test_the_papers_name_nobody():
    """No address of a person, and none of a site but the form of the changelog."""
    for path in GITHUB.rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"[\w.]+@[\w.]+\w", text)
        assert set(re.findall(r"https?://[^/\s)]+", text)) <= {"https://keepachangelog.com"}


def test_the_workflow_runs_what_decides():
    """On every push and pull request, on each Python that the metadata names, `.ci/run` and no secret."""
    text = (GITHUB / "workflows" / "ci.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    (job,) = workflow["jobs"].values()
    runs = [step["run"] for step in job["steps"] if "run" in step]
    named = [line.rpartition(" :: ")[2] for line in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", line)]

    assert set(workflow[True]) == {"push", "pull_request"}  # YAML 1.1 reads the key `on` as true
    assert runs == [".ci/run"]
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert job["strategy"]["matrix"]["python-version"] == named
    assert workflow["permissions"] == {"contents": "read"}
    assert "secrets" not in text


@pytest.fixture(scope="module")
def metadata(tmp_path_factory):
    """Build the wheel and read its metadata."""
    folder = tmp_path_factory.mktemp("wheel")
    program = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    result = run([sys.executable, "-c", program, str(folder)], cwd=ROOT, check=True)
    with ZipFile(folder / result.stdout.split()[-1]) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(wheel.read(name).decode())


def test_the_metadata_of_the_wheel_are_complete(metadata):
    """Name, version, licence, readme, who, what for, and no address of a site."""
    assert (metadata["Name"], metadata["Version"]) == ("leads-excel", PROJECT["version"])
    assert (metadata["License-Expression"], metadata["License-File"]) == ("MIT", "LICENSE")
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Author"] == metadata["Maintainer"] == "The leads_excel project"
    assert len(metadata["Keywords"].split(",")) >= 5
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata.get_payload().startswith("# leads_excel")
    assert metadata.get_all("Project-URL") is metadata["Home-page"] is None
    assert {"charts", "cloud", "report", "reference", "notebooks"} <= set(metadata.get_all("Provides-Extra"))


def test_the_classifiers_exist_and_tell_systems_and_pythons(metadata):
    """Every one is in the list of the index; Windows, Mac and Linux, and each Python that the CI runs."""
    given = metadata.get_all("Classifier")

    assert given == sorted(
        given, key=lambda line: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", line)]
    )
    assert set(given) <= classifiers
    assert sum(line.startswith("Operating System ::") for line in given) == 3
