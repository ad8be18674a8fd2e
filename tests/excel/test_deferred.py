"""Libraries that are loaded later: until then something stands for them, and nobody notices."""

from __future__ import annotations

import pytest
from programs import printed_by


def seen(code):
    """Run code in a Python that has loaded nothing, and give the lines that it printed."""
    return printed_by(f"import sys\nfrom leads_excel.excel.deferred import *\n{code}").split()


def test_a_module_is_loaded_with_its_first_use():
    """Importing it is none, nor is naming it in another import; afterwards it is the module itself."""
    assert seen("""
defer("json", "json.decoder")
import json as first, json.decoder
import json.decoder as decoder
print("json.scanner" in sys.modules)
import json as second
print(first.loads("[1]"), decoder.JSONDecoder.__name__, second.dumps({}))
import json as third
print(third is sys.modules["json"], third.decoder is sys.modules["json.decoder"])
""") == ["False", "[1]", "JSONDecoder", "{}", "True", "True"]


def test_what_is_in_a_package_can_be_loaded_without_it_being_named():
    """A part of it that nobody deferred."""
    assert seen('defer("json"); import json.scanner; print(json.scanner.make_scanner is not None)') == ["True"]


def test_a_module_that_is_loaded_stays():
    """Others use it already."""
    assert seen('import json; defer("json"); print(json.__file__ is not None and json is sys.modules["json"])') == [
        "True"
    ]


def test_all_can_be_loaded_when_there_is_time():
    """Once; where nothing is deferred there is nothing to do."""
    assert seen("""
defer("json", "html")
load_deferred()
print("json.decoder" in sys.modules, "html.entities" in sys.modules)
load_deferred()
""") == ["True", "True"]


def test_many_threads_may_be_the_first():
    """Answers arrive side by side."""
    assert seen("""
from threading import Barrier, Thread
defer("json")
import json
found, together = [], Barrier(8)
def use():
    together.wait()
    found.append(json.loads("1"))
threads = [Thread(target=use) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(found == [1] * 8)
""") == ["True"]


def test_a_module_does_without_what_is_kept_from_it():
    """Others have it all the same, before and afterwards."""
    assert seen("""
load_without(["_json"], "json.scanner")
import json.scanner, _json
print(json.scanner.c_make_scanner, _json.__name__)
""") == ["None", "_json"]


def test_nothing_stays_hidden_when_loading_fails():
    """Whoever needs it can still have it."""
    with pytest.raises(Exception, match="exit status 1"):
        seen('load_without(["json"], "no_such_module")')
    assert seen("""
try:
    load_without(["json"], "no_such_module")
except ModuleNotFoundError:
    import json
    print(json.loads("1"))
""") == ["1"]
