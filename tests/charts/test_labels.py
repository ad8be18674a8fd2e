"""Texts as labels: what a renderer cannot hold, cannot show, or would take for the same."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from leads_excel.charts.labels import LONGEST, with_labels


def test_a_frame_has_labels():
    """Texts of every type and the headings; numbers, dates and what is missing stay; the frame itself too."""
    frame = pd.DataFrame({"a\0": ["x\x0b", None], "n": [1, 2], "d": pd.to_datetime(["2026-01-01", None])})
    frame = frame.assign(s=frame["a\0"].astype("string"), o=pd.Series(["\ud800\n", 5], dtype=object))

    told = with_labels(frame)

    assert list(told) == ["a\ufffd", "n", "d", "s", "o"]
    assert told["s"].tolist()[0] == told["a\ufffd"].tolist()[0] == "x\ufffd"
    assert told["o"].tolist() == ["\ufffd ", 5]
    assert told.isna().sum().tolist() == [1, 0, 1, 1, 0]
    assert frame.iloc[0, 0] == "x\x0b"


def test_long_texts_are_cut_and_stay_apart():
    """A reason of a hundred thousand characters took a renderer minutes."""
    texts = ["x" * 100_000 + end for end in ("1", "2", "1")]

    told = with_labels(pd.DataFrame({"value": texts}))["value"].tolist()

    assert told[0] == told[2] == "x" * LONGEST + "…"
    assert told[1] == "x" * LONGEST + "… (2)"


@given(st.lists(st.text("ab\x0b\x0c\n (2)", max_size=4), max_size=12))
def test_as_many_labels_as_texts(texts):
    """Two texts are two labels, and one is one."""
    told = with_labels(pd.DataFrame({"value": pd.Series(texts, dtype="string")}))["value"].tolist()

    assert len(set(zip(texts, told, strict=True))) == len(set(texts)) == len(set(told))
