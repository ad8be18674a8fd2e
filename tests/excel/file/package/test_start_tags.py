"""Start tags as any program may write them: what an XML parser reads is what is read and written here."""

from __future__ import annotations

from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads_excel.excel.file.package.start_tags import (
    attributes_of,
    start_tag,
    whole_element,
    with_attributes,
    without_elements,
)

VALUES = st.text("aZ1é<>&'\"=/ 😀", max_size=8)
QUOTING = st.sampled_from(["'", '"'])
BLANKS = st.sampled_from(["", " ", "\n  "])


@st.composite
def tags(draw):
    """Write a start tag with some attributes, one of them of another namespace, in any spelling."""
    names = draw(st.lists(st.sampled_from(["ref", "name", "x:ref", "hidden", "refs"]), unique=True))
    written = []
    for name in names:
        quote, value = draw(QUOTING), draw(VALUES)
        raw = quoteattr(value, {"'": "&apos;", '"': "&quot;"})[1:-1]
        raw = raw.replace("&gt;", draw(st.sampled_from(["&gt;", ">"])))
        written.append(f"{draw(BLANKS) or ' '}{name}{draw(BLANKS)}={draw(BLANKS)}{quote}{raw}{quote}")
    return f"<p:table{''.join(written)}{draw(BLANKS)}{draw(st.sampled_from(['/>', '>']))}".encode()


def parsed(tag):
    """Read a tag's attributes with an XML parser."""
    start = tag if tag.endswith(b"/>") else tag + b"</p:table>"
    root = ET.fromstring(b'<root xmlns:p="p" xmlns:x="x">%s</root>' % start)  # noqa: S314 - written above
    return {name.replace("{x}", "x:"): value for name, value in root[0].items()}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # texts that fit a pattern
@given(tags())
def test_attributes_are_those_of_a_parser(tag):
    """Quotes, blanks, entities and `>` within a value make no difference."""
    found = start_tag("table").fullmatch(tag)
    assert found
    assert found[1] == b"p:"
    assert attributes_of(tag) == parsed(tag)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # texts that fit a pattern
@given(tags(), VALUES, st.booleans())
def test_one_attribute_is_written(tag, value, gone):
    """It is there once or no longer, the others and those of another namespace are what they were."""
    new = with_attributes(tag, ref=None if gone else value)
    expected = {name: old for name, old in parsed(tag).items() if name != "ref"}
    assert parsed(new) == (expected if gone else expected | {"ref": value})
    assert new.endswith(b"/>") == tag.endswith(b"/>")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # texts that fit a pattern
@given(tags())
def test_an_attribute_that_says_so_already_changes_nothing(tag):
    """What is rewritten with its own value is the same to a parser."""
    assert parsed(with_attributes(tag, **{k: v for k, v in parsed(tag).items() if ":" not in k})) == parsed(tag)


@pytest.mark.parametrize("end", ["/>", "></x:table >", "><a>table</a></x:table>"])
def test_whole_elements(end):
    """An element goes with what is in it, one whose name only starts the same stays."""
    text = f"<root><tables a='1'/><x:table a='1>' b='2'{end}<x:table a='2'/></root>".encode()
    left = without_elements(text, "table", lambda found: found["a"] == "1>")
    assert left == b"<root><tables a='1'/><x:table a='2'/></root>"
    assert len(whole_element("table", "tables").findall(text)) == 3
