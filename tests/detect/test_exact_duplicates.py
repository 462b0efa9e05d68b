"""Exact copies, conflicts and leaks: by hand, and by brute force over all pairs of rows."""

from __future__ import annotations

import json
import tracemalloc
from itertools import combinations
from typing import Any

import pandas as pd
import pytest
from audit_inputs import inputs_of
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.detect.exact_duplicates import Settings, conflict_pairs, find
from auditor.findings import Ran
from auditor.read.columns import ColumnChoice

ORDER = {"train": 0, "학습": 0, "dev": 1, "test": 2}


def duplicates(
    texts: list[str], labels: list[str] | None = None, splits: list[str] | None = None, **options: Any
) -> Ran:
    """The outcome for some texts; items are `i0`, `i1`, ..."""
    frame = pd.DataFrame({"id": [f"i{row}" for row in range(len(texts))], "text": texts}, dtype=str)
    frame["label"] = labels or ["a"] * len(texts)
    if splits is not None:
        frame["split"] = splits
    return find(inputs_of(frame, **options), Settings())


def rows_of(outcome: Ran, kind: str) -> dict[int, dict[str, Any]]:
    """Row -> the finding of a kind there."""
    entries = [entry for table in outcome.findings for entry in table.to_pylist() if entry["kind"] == kind]
    assert len({entry["row"] for entry in entries}) == len(entries)
    return {entry["row"]: entry for entry in entries}


def measure(outcome: Ran, name: str) -> float:
    """The value of `duplicates.NAME`."""
    return {found.name: found.value for found in outcome.measures}[f"duplicates.{name}"]


@settings(max_examples=80)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["one text", "two text", "three text", "", " "]),
            st.sampled_from(["a", "b", "c", ""]),
            st.sampled_from(["train", "학습", "dev", "test", "fold 1", ""]),
        ),
        min_size=2,
        max_size=25,
    )
)
def test_counts_equal_those_over_all_pairs_of_rows(rows: list[tuple[str, str, str]]) -> None:
    """Copies, conflicts and leaks by looking at every pair."""
    texts, labels, splits = map(list, zip(*rows, strict=True))
    pairs = [
        (i, j) for i, j in combinations(range(len(rows)), 2) if texts[i] == texts[j] and texts[i].strip()
    ]
    apart = [(i, j) for i, j in pairs if labels[i] and labels[j] and labels[i] != labels[j]]
    placed = [(ORDER.get(splits[i]), ORDER.get(splits[j]), i, j) for i, j in pairs]
    leaked = {j if a < b else i for a, b, i, j in placed if a is not None and b is not None and a != b}
    outcome = duplicates(texts, labels, splits, columns=ColumnChoice(text=("text",)))

    assert set(rows_of(outcome, "exact_duplicate")) == {row for pair in pairs for row in pair}
    assert set(rows_of(outcome, "leak")) == leaked
    in_conflict = {texts[i] for i, _ in apart}
    assert set(rows_of(outcome, "conflict")) == {
        row for row in range(len(rows)) if texts[row] in in_conflict and labels[row]
    }
    assert measure(outcome, "exact_groups") == len({texts[i] for i, _ in pairs})
    if any(labels):
        assert measure(outcome, "conflict_pairs") == len(apart)
    measured = {found.name for found in outcome.measures}
    comparable = len({ORDER[split] for split in splits if split in ORDER}) > 1
    assert ("duplicates.leaked_rows" in measured) == comparable  # 0 of splits without an order is no fact
    if comparable:
        assert measure(outcome, "leaked_rows") == len(leaked)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("caf\u00e9 au lait", "cafe\u0301 au lait", id="composed and decomposed"),
        pytest.param("\ud55c\uae00 text", "\u1112\u1161\u11ab\u1100\u1173\u11af text", id="Hangul as jamo"),
        pytest.param("A Text Of Words", "a text of words", id="case"),
        pytest.param("a text of words", "  a text\tof\n\nwords ", id="blanks"),
        pytest.param("a text of words", "a\u00a0text\u3000of\u2009words", id="blanks of Unicode"),
        pytest.param("a text of words", "a text\x0bof\x1fwords\x85", id="blanks among control characters"),
        pytest.param("a text of words", '"A text", of words...', id="punctuation at the edges of words"),
    ],
)  # fmt: skip
def test_texts_that_look_the_same_are_the_same(one: str, other: str) -> None:
    """After Unicode form, case, blanks and the punctuation around words are evened out."""
    assert set(rows_of(duplicates([one, "another text here", other]), "exact_duplicate")) == {0, 2}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a text of words", "a text of word"),
        ("a text? of words", "a text of words"),
        ("a-text of words", "a text of words"),
        ("atext of words", "a text of words"),
        ("\u00e9t\u00e9 au lait", "ete au lait"),
        ("\uff41 text of words", "a text of words"),
    ],
)
def test_texts_that_differ_otherwise_differ(one: str, other: str) -> None:
    """A letter, a question mark, a hyphen, a blank that is not there, an accent, a full-width letter."""
    assert measure(duplicates([one, other]), "exact_groups") == 0


def test_a_group_of_ten_thousand_copies_costs_no_list_of_pairs() -> None:
    """25 million pairs in conflict are counted; the findings are a row each."""
    texts, labels = ["the same text"] * 10_000, ["a", "b"] * 5_000
    tracemalloc.start()
    outcome = duplicates(texts, labels)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert measure(outcome, "conflict_pairs") == 5_000 * 5_000
    assert measure(outcome, "rate") == 0.9999
    assert len(rows_of(outcome, "conflict")) == 10_000
    assert peak < 200e6  # a list of the pairs would take more than a gigabyte


@pytest.mark.parametrize(
    ("labels", "pairs"), [({}, 0), ({"a": 5}, 0), ({"a": 2, "b": 1}, 2), ({"a": 3, "b": 2, "c": 1}, 11)]
)
def test_pairs_in_conflict_are_counted_from_the_labels_alone(labels: dict[str, int], pairs: int) -> None:
    """3 x 2 + 3 x 1 + 2 x 1 = 11."""
    assert conflict_pairs(labels) == pairs


def test_a_copy_tells_how_many_others_there_are() -> None:
    """And their group is the same; suspicion is 1, a fact."""
    found = rows_of(
        duplicates(["a text twice", "a text alone", "a text twice", "A text twice"]), "exact_duplicate"
    )

    assert {json.loads(entry["evidence"])["copies"] for entry in found.values()} == {2}
    assert {entry["suspicion"] for entry in found.values()} == {1.0}
    assert len({entry["group"] for entry in found.values()}) == 1


def test_in_a_conflict_the_rarer_label_is_the_more_suspect() -> None:
    """Two rows say a, one says b, one says nothing: suspicion 1/3, 1/3, 2/3, and none for the fourth."""
    found = rows_of(duplicates(["the same text"] * 4, ["a", "a", "b", ""]), "conflict")

    assert {row: entry["suspicion"] for row, entry in found.items()} == pytest.approx(
        {0: 1 / 3, 1: 1 / 3, 2: 2 / 3}
    )
    assert json.loads(found[0]["evidence"]) == {"labels": {"a": 2, "b": 1}, "of": 2}
    assert found[0]["reason_code"] == "conflict"


def test_a_label_outside_the_class_list_is_a_label() -> None:
    """It conflicts with another one."""
    outcome = duplicates(["the same text"] * 2 + ["something else"], ["a", "x", "b"], class_names=("a", "b"))

    assert set(rows_of(outcome, "conflict")) == {0, 1}


@pytest.mark.parametrize("text", ["good", ".", "ㅋㅋㅋㅋㅋㅋㅋㅋ", "굿", "!!! ???", "aaaaaaaaaa"])
def test_a_conflict_over_content_that_says_too_little_is_kept_apart(text: str) -> None:
    """Two people may rightly label these differently."""
    found = rows_of(duplicates([text] * 2, ["a", "b"]), "conflict")

    assert {entry["reason_code"] for entry in found.values()} == {"conflict-too-little"}


def test_rows_without_content_are_no_copies() -> None:
    """Empty and blank cells say nothing, however many there are."""
    outcome = duplicates(["", " ", "\t", "\u3000", "a text"], ["a", "b", "a", "b", "a"])

    assert [len(table) for table in outcome.findings] == [0, 0, 0]
    assert measure(outcome, "exact_groups") == 0


def test_cells_of_a_table_row_are_compared_column_by_column() -> None:
    """What stands in one column cannot pass into the next, whatever characters it holds."""
    frame = pd.DataFrame(
        {"a": ["x\x1fy", "x", "p", "p"], "b": ["z", "y\x1fz", "q", "q"], "label": list("abab")}
    )
    outcome = find(inputs_of(frame), Settings())

    assert set(rows_of(outcome, "exact_duplicate")) == {2, 3}


def test_few_filled_cells_say_too_little() -> None:
    """Two filled cells of three do; three do not."""
    frame = pd.DataFrame({"a": ["1", "1", "2", "2"], "b": ["5", "5", "6", "6"], "c": ["", "", "7", "7"]})
    found = rows_of(find(inputs_of(frame.assign(label=list("xyxy"))), Settings()), "conflict")

    assert [found[row]["reason_code"] for row in range(4)] == ["conflict-too-little"] * 2 + ["conflict"] * 2


def test_a_leak_names_the_earliest_split_that_holds_a_copy() -> None:
    """Test rows and validation rows are leaked from train; a copy within a split is no leak."""
    splits = ["test", "dev", "train", "train", "fold 1", ""]
    found = rows_of(duplicates(["the same text"] * 6, None, splits), "leak")

    assert {row: json.loads(entry["evidence"])["split"] for row, entry in found.items()} == {
        0: "train",
        1: "train",
    }


def test_a_conflict_of_many_labels_names_the_commonest() -> None:
    """Of 300 labels ten are named, and how many there are; else the evidence would grow as rows x labels."""
    labels = [f"label {row:03d}" for row in range(300)] + ["label 007"]
    found = rows_of(duplicates(["one text of words"] * 301, labels), "conflict")
    evidence = json.loads(found[5]["evidence"])

    assert evidence["of"] == 300
    assert evidence["labels"]["label 007"] == 2
    assert len(evidence["labels"]) == 10
    assert found[5]["suspicion"] == pytest.approx(1 - 1 / 301)
    assert found[7]["suspicion"] == pytest.approx(1 - 2 / 301)


def test_a_leak_over_content_that_says_too_little_is_kept_apart() -> None:
    """ "good" stands in both splits because people write it often; both are leaked rows all the same."""
    texts = ["good", "a text of words", "good", "a text of words"]
    splits = ["train", "train", "test", "test"]
    outcome = duplicates(texts, None, splits, columns=ColumnChoice(text=("text",)))

    assert {row: entry["reason_code"] for row, entry in rows_of(outcome, "leak").items()} == {
        2: "leak-too-little",
        3: "leak",
    }
    assert measure(outcome, "leaked_rows") == 2


def test_copies_of_a_validation_row_in_the_test_split_are_leaked() -> None:
    """Train is not needed for a leak."""
    found = rows_of(duplicates(["the same text"] * 2, None, ["test", "validation"]), "leak")

    assert {row: json.loads(entry["evidence"])["split"] for row, entry in found.items()} == {0: "validation"}


def test_measures_of_what_the_data_does_not_have_are_left_out() -> None:
    """Without splits no leaks are counted, without labels no conflicts."""
    names = {found.name for found in duplicates(["x", "y"]).measures}
    unlabelled = duplicates(["x", "y"], ["", ""])

    assert "duplicates.leaked_rows" not in names
    assert "duplicates.conflict_pairs" not in {found.name for found in unlabelled.measures}


def test_the_rate_counts_rows_beyond_the_first_of_each_group() -> None:
    """Groups of 3 and 2 in 10 rows: 2 + 1 of 10."""
    texts = ["text one"] * 3 + ["text two"] * 2 + [f"alone {row}" for row in range(5)]

    assert measure(duplicates(texts), "rate") == 0.3
