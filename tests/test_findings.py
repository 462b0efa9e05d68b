"""Findings and their keys: by which a finding is known again in the next audit."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import inputs_of, planted
from hypothesis import example, given
from hypothesis import strategies as st

from auditor.findings import FINDINGS, class_findings, finding_key, findings_of, no_findings
from auditor.pipeline import run

CELL = st.text(st.sampled_from("ab\x1e\x1f"), max_size=3)
FIELDS = st.tuples(CELL, CELL, CELL, CELL, CELL)


def keys(frame: pd.DataFrame, predictions: Any = None) -> dict[str, set[str]]:
    """Kind -> the keys found in an audit."""
    table = run(frame, [] if predictions is None else [predictions]).findings
    return {kind: set(part["key"]) for kind, part in table.groupby("kind", observed=True)}


@pytest.fixture(params=["ids", "no ids"])
def fault_frame(request: pytest.FixtureRequest) -> tuple[pd.DataFrame, Any]:
    """The planted faults, with ids and without."""
    frame, probs, _ = planted()
    return (frame if request.param == "ids" else frame.drop(columns="id")), probs


def test_a_key_is_a_hash_of_what_identifies_the_finding() -> None:
    """sha256 over kind, item, content hash, part and given label, 16 hex digits."""
    raw = "label_issue\x1f17\x1fab\x1f\x1fcat"

    assert (
        finding_key(kind="label_issue", identity="17", content="ab", given="cat")
        == hashlib.sha256(raw.encode()).hexdigest()[:16]
    )


@given(FIELDS, FIELDS)
@example(("k", "a\x1e", "b", "", "c\x1fd"), ("k", "a\x1fb", "", "c\x1e", "d"))
@example(("k", "a\x1f", "b", "", ""), ("k", "a", "\x1fb", "", ""))
def test_different_findings_have_different_keys(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """Also when the fields hold the characters that separate them."""
    names = ("kind", "identity", "content", "part", "given")
    first, second = (finding_key(**dict(zip(names, fields, strict=True))) for fields in (one, other))

    assert (first == second) == (one == other)


def test_sorting_leaves_the_keys(fault_frame: tuple[pd.DataFrame, Any]) -> None:
    """Row numbers are in no key."""
    frame, probs = fault_frame
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(frame))
        assert keys(frame.iloc[order], probs[order]) == keys(frame, probs)


def test_unrelated_rows_leave_the_keys(fault_frame: tuple[pd.DataFrame, Any]) -> None:
    """Rows put in front that have no fault add no key and take none."""
    frame, probs = fault_frame
    more = frame.iloc[[0, 1, 2]].copy()
    more["text"] = ["quite another text", "and one more of them", "and the last one"]
    if "id" in more:
        more["id"] = ["new-1", "new-2", "new-3"]
    larger = pd.concat([more, frame], ignore_index=True)

    assert keys(larger, np.vstack([probs[[0, 1, 2]], probs])) == keys(frame, probs)


def test_another_model_leaves_the_keys_of_what_it_finds_too(fault_frame: tuple[pd.DataFrame, Any]) -> None:
    """Probabilities are in no key."""
    frame, probs = fault_frame
    other = probs**0.7 / (probs**0.7).sum(axis=1, keepdims=True)

    assert keys(frame, other) == keys(frame, probs)


@pytest.mark.parametrize("column", ["label", "text"])
def test_a_changed_label_or_text_makes_another_finding(
    column: str, fault_frame: tuple[pd.DataFrame, Any]
) -> None:
    """Row 10 is flagged before and after, under another key; the others keep theirs."""
    frame, probs = fault_frame
    changed = frame.copy()
    changed.loc[10, column] = "cat" if column == "label" else "a text that was rewritten"
    probs = probs.copy()
    probs[10] = [0.01, 0.98, 0.01]  # neither cat nor eel
    before, after = keys(frame, probs)["label_issue"], keys(changed, probs)["label_issue"]

    assert len(before) == len(after) == 4
    assert len(before & after) == 3


def test_a_second_identical_row_is_another_finding() -> None:
    """Without ids: the first keeps its key."""
    frame, probs, _ = planted()
    frame = frame.drop(columns="id")
    twice = pd.concat([frame, frame.iloc[[10]]], ignore_index=True)
    before = keys(frame, probs)["label_issue"]
    after = keys(twice, np.vstack([probs, probs[[10]]]))["label_issue"]

    assert len(after) == len(before) + 1
    assert before < after


def test_rows_without_ids_and_content_have_keys_of_their_own() -> None:
    """Labels and predictions are all there is: as many keys as findings."""
    _, probs, _ = planted()
    frame = planted()[0][["label"]]
    table = run(frame, [probs]).findings

    assert len(table) == table["key"].nunique() == 4


def test_copies_with_different_labels_keep_their_keys_when_sorted() -> None:
    """Which copy is the first must not matter: without ids the label tells them apart."""
    frame = pd.DataFrame(
        {"text": ["the same text", "the same text", "another one"], "label": ["a", "b", "b"]}
    )

    assert keys(frame.iloc[::-1]) == keys(frame)


def test_findings_of_classes_have_no_item() -> None:
    """The class is the part; a class that was missing and is now too small is another finding."""
    table = class_findings(["cat", "cat"], ["class-missing", "class-too-small"], [{"count": 0}, {"count": 3}])

    assert table.schema == FINDINGS
    assert table["part"].to_pylist() == ["cat", "cat"]
    assert table["item"].null_count == table["row"].null_count == 2
    assert len(set(table["key"].to_pylist())) == 2


def test_no_rows_make_an_empty_table_of_the_schema() -> None:
    """So that tables can be put together."""
    inputs = inputs_of(pd.DataFrame({"text": ["x", "y"], "label": ["a", "b"]}))
    empty = findings_of(
        inputs.dataset,
        inputs.index,
        kind="leak",
        rows=np.empty(0, np.int64),
        suspicion=np.empty(0),
        reason_code="leak",
        evidence=[],
    )

    assert empty.schema == no_findings().schema == FINDINGS
    assert len(empty) == 0


def test_evidence_is_plain_json_in_a_fixed_order() -> None:
    """Sorted names, letters as they are: the same bytes for the same finding."""
    inputs = inputs_of(pd.DataFrame({"text": ["x", "y"], "label": ["a", "b"]}))
    table = findings_of(
        inputs.dataset,
        inputs.index,
        kind="conflict",
        rows=np.array([1]),
        suspicion=None,
        reason_code="conflict",
        evidence=[{"z": 1, "labels": {"나": 2, "가": 1}}],
    )

    assert table["evidence"].to_pylist() == ['{"labels": {"가": 1, "나": 2}, "z": 1}']
    assert table["suspicion"].to_pylist() == [None]
