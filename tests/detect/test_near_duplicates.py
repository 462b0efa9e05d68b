"""Near-duplicates, near conflicts and near leaks: what is said of direct pairs, and of nothing else."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from audit_inputs import CHAIN, inputs_of, sentence

from auditor.detect import run_detectors
from auditor.findings import Ran

FILM = "the film was wonderful from its first minute"


def near(
    texts: list[str], labels: list[str] | None = None, splits: list[str] | None = None, **choice: Any
) -> Ran:
    """What the detector says of some texts; without labels given every row is labelled a."""
    frame = pd.DataFrame({"id": [f"i{row}" for row in range(len(texts))], "text": texts}, dtype=str)
    frame["label"] = labels or ["a"] * len(texts)
    if splits is not None:
        frame["split"] = splits
    outcome = run_detectors(inputs_of(frame, **choice), {})["near_duplicates"]
    assert isinstance(outcome, Ran), outcome
    return outcome


def found(outcome: Ran, kind: str) -> dict[str, dict[str, Any]]:
    """Item -> its reason and evidence, of one kind."""
    return {
        entry["item"]: {"reason": entry["reason_code"], **json.loads(entry["evidence"])}
        for table in outcome.findings
        for entry in table.to_pylist()
        if entry["kind"] == kind
    }


def measure(outcome: Ran, name: str) -> float:
    """A measure of the detector."""
    return next(m.value for m in outcome.measures if m.name == f"duplicates.near_{name}")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(FILM.replace("minute", "minutes"), id="a letter more"),
        pytest.param(FILM.replace("wonderful", "wonderfull"), id="a letter twice"),
        pytest.param(FILM + "?", id="a question mark"),
        pytest.param("T-h-e film was wonderful from its first minute", id="punctuation within a word"),
        pytest.param(FILM.replace(" ", ""), id="no blanks"),
    ],
)
def test_texts_that_are_nearly_the_same_are_found(other: str) -> None:
    """Both rows, each with the other as its nearest."""
    pair = found(near([FILM, sentence(1), other]), "near_duplicate")

    assert set(pair) == {"i0", "i2"}
    assert (pair["i0"]["nearest"], pair["i2"]["nearest"]) == ("i2", "i0")
    assert pair["i0"]["similarity"] == pair["i2"]["similarity"] >= 0.8


def test_exact_copies_are_no_near_copies_of_each_other() -> None:
    """Their group stands in the near group as a whole, and is named by the rows of both."""
    outcome = near([FILM, FILM.upper(), FILM + "?", sentence(1)])

    assert set(found(outcome, "near_duplicate")) == {"i0", "i1", "i2"}
    assert {entry["copies"] for entry in found(outcome, "near_duplicate").values()} == {1}
    assert measure(outcome, "groups") == 1
    assert found(near([FILM, FILM.upper(), sentence(1)]), "near_duplicate") == {}


def test_near_rows_with_different_labels_are_in_conflict() -> None:
    """Each row names the row and the label that it cannot be right beside; 2 x 1 - 1 pairs of one label."""
    texts = [FILM, FILM, FILM + "?", sentence(1)]
    outcome = near(texts, ["a", "b", "b", "c"])

    assert found(outcome, "near_conflict") == {
        "i0": {"reason": "near-conflict", "nearest": "i2", "similarity": 1.0, "label": "b"},
        "i2": {"reason": "near-conflict", "nearest": "i0", "similarity": 1.0, "label": "a"},
    }
    assert measure(outcome, "conflict_pairs") == 1


def test_rows_without_a_label_are_in_no_conflict() -> None:
    """They are near copies all the same."""
    outcome = near([FILM, FILM + "?", sentence(1)], ["a", "", "b"])

    assert set(found(outcome, "near_duplicate")) == {"i0", "i1"}
    assert found(outcome, "near_conflict") == {}
    assert measure(outcome, "conflict_pairs") == 0


def test_contents_that_say_too_little_are_in_a_conflict_of_their_own() -> None:
    """`good` and `good?` may well be labelled differently."""
    outcome = near(["good", "good?", sentence(1)], ["a", "b", "c"])

    assert {entry["reason"] for entry in found(outcome, "near_conflict").values()} == {
        "near-conflict-too-little"
    }


def test_conflicts_and_leaks_are_told_of_direct_pairs_alone() -> None:
    """A near B near C: A and C, two words apart, are one near group and no pair."""
    texts = list(CHAIN)
    outcome = near(texts, ["a", "a", "b"], ["train", "validation", "test"])

    assert set(found(outcome, "near_duplicate")) == {"i0", "i1", "i2"}
    assert measure(outcome, "groups") == 1
    assert {item: entry["nearest"] for item, entry in found(outcome, "near_conflict").items()} == {
        "i1": "i2",
        "i2": "i1",
    }
    assert {item: entry["nearest"] for item, entry in found(outcome, "near_leak").items()} == {
        "i1": "i0",
        "i2": "i1",
    }


def test_the_rows_of_the_later_split_are_counted_and_exact_leaks_are_not_counted_again() -> None:
    """i1 is an exact copy of a training row, and near another: it stands among the facts only."""
    texts = [FILM, FILM, FILM + "?", sentence(1)]
    outcome = near(texts, splits=["train", "test", "test", "test"])

    assert found(outcome, "near_leak") == {
        "i2": {"reason": "near-leak", "nearest": "i0", "similarity": 1.0, "split": "train"}
    }
    assert measure(outcome, "leaked_rows") == 1


def test_splits_without_an_order_leak_nothing() -> None:
    """Folds are neither train nor test: nothing is counted, rather than 0."""
    outcome = near([FILM, FILM + "?"], splits=["fold 1", "fold 2"])

    assert found(outcome, "near_leak") == {}
    assert [m.name for m in outcome.measures if "leaked" in m.name] == []


def test_the_threshold_is_the_users() -> None:
    """A pair below it is no pair; what a lower one would add is kept as an example."""
    other = FILM.replace("wonderful", "terrible")
    frame = pd.DataFrame({"text": [FILM, other, sentence(1)], "label": ["a", "b", "a"]})
    strict, loose = (inputs_of(frame, near_threshold=limit) for limit in (0.99, 0.3))

    assert strict.near.search.threshold == 0.99 and loose.near.search.threshold == 0.3
    assert len(strict.near.search.pairs) == 0 and len(loose.near.search.pairs) == 1
    assert len(strict.near.search.below) >= 1
    assert max(strict.near.search.below.similarity) == loose.near.search.pairs.similarity[0]


def test_a_hub_of_near_copies_keeps_its_conflicts_and_costs_no_square_of_pairs() -> None:
    """500 texts that differ in their ends; the one with another label, and the test row, are found."""
    texts = [f"{FILM} {'?' * (row + 1)}" for row in range(500)]
    labels, splits = ["a"] * 500, ["train"] * 500
    labels[77], splits[222] = "b", "test"
    outcome = near(texts, labels, splits)

    assert "i77" in found(outcome, "near_conflict")
    assert set(found(outcome, "near_leak")) == {"i222"}
    assert measure(outcome, "conflict_pairs") >= 1
    assert sum(map(len, outcome.findings)) < 3 * 500


def test_every_near_measure_is_an_estimate() -> None:
    """Only exact copies are facts."""
    outcome = near([FILM, FILM + "?"], ["a", "b"], ["train", "test"])

    assert [m.name for m in outcome.measures] == [
        "duplicates.near_groups",
        "duplicates.near_conflict_pairs",
        "duplicates.near_leaked_rows",
    ]
    assert not any(m.exact for m in outcome.measures)


def test_table_rows_are_compared_cell_by_cell_and_an_id_column_hides_no_copy() -> None:
    """One digit of a phone number apart; the customer number, unique in each row, is left out."""
    names = ["ada lovelace", "alan turing", "grace hopper", "kurt goedel", "emmy noether", "john neumann"]
    cities = ["london", "wilmslow", "new york", "princeton", "erlangen", "budapest"]
    frame = pd.DataFrame({"name": names, "city": cities, "phone": [f"0{n}5-7{n}42-998{n}" for n in range(6)]})
    frame = pd.concat([frame, frame.iloc[[2]].assign(phone="025-7242-9987")], ignore_index=True)
    frame["customer_id"] = [f"c-{90210 + 37 * row}" for row in range(7)]
    frame["label"] = ["a", "b"] * 3 + ["b"]
    inputs = inputs_of(frame)
    outcome = run_detectors(inputs, {})["near_duplicates"]
    assert isinstance(outcome, Ran)

    assert inputs.near.search.how == "records"
    assert set(found(outcome, "near_conflict")) == {"row-2", "row-6"}
