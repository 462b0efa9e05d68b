"""Outcomes into the tables of an audit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from audit_inputs import inputs_of, planted, sentence

from auditor.audits import Audit
from auditor.detect import Inputs, run_detectors
from auditor.findings import Failed, NotApplicable, Outcome, Ran
from auditor.flags import FLAGS, unsuspected
from auditor.items import SNIPPET
from auditor.pipeline import AuditOptions, run
from auditor.prioritise.queue import order_rows
from auditor.scan.kernel import scan
from auditor.tables import (
    all_findings,
    classes_table,
    duplicates_table,
    scores_table,
)
from auditor.wording import Text

DUPLICATES = "group,item,row,split,label,kind,similarity,conflict,leak,nearest"
CLASSES = (
    "class,count,share,effective_number,train,validation,test,suspected,suspected_share,accuracy,f1,"
    "most_confused_with"
)


def odd_inputs() -> Inputs:
    """Seven rows: a suspect, a foreign label, no label, no prediction, copies, and good ones."""
    frame = pd.DataFrame(
        {
            "id": list("pqrstuv"),
            "text": ["text one", "text two", "text three", "text four", "text five", "text five", "text six"],
            "label": ["a", "x", "", "b", "a", "b", "b"],
        }
    )
    probs = np.array([[0.1, 0.9], [0.5, 0.5], [0.3, 0.7], [0, 0], [0.9, 0.1], [0.2, 0.8], [0.15, 0.85]])
    inputs = inputs_of(
        frame, [np.where(probs.sum(axis=1, keepdims=True) > 0, probs, 0.5)], class_names=("a", "b")
    )
    covered = np.arange(7) != 3
    assert inputs.probabilities is not None
    rows, sums = scan(inputs.probabilities.blocks, inputs.dataset.labels.codes, covered=covered)
    return replace(inputs, rows=rows, sums=sums, probabilities=replace(inputs.probabilities, covered=covered))


def scores_of(inputs: Inputs) -> dict[str, dict[str, object]]:
    """Item -> its row of scores.parquet."""
    findings = all_findings(run_detectors(inputs, {}))
    table = scores_table(inputs, order_rows(inputs, findings, None), findings)
    return {row["item"]: row for row in table.to_pylist()}


def duplicates_of(inputs: Inputs) -> pa.Table:
    """duplicates.csv with the findings of all detectors."""
    return duplicates_table(inputs, all_findings(run_detectors(inputs, {})))


def test_every_row_has_its_scores_or_none() -> None:
    """Empty where there is no label or no prediction; the prediction stays for rows without a known label."""
    scores = scores_of(odd_inputs())

    assert [scores[item]["p_given"] for item in "pqrst"] == [0.1, None, None, None, 0.9]
    assert [scores[item]["suspicion"] for item in "pqrst"] == pytest.approx([0.9, None, None, None, 0.1])
    assert [scores[item]["predicted"] for item in "pqrst"] == ["b", "a", "b", None, "a"]
    assert [scores[item]["suggested"] for item in "pqrst"] == ["b", "a", "b", None, "b"]
    assert [scores[item]["given"] for item in "pqrst"] == ["a", "x", None, "b", "a"]
    assert [scores[item]["order_score"] is None for item in "pqrst"] == [False, True, True, True, False]
    assert scores["t"]["group"] == scores["u"]["group"] is not None
    assert scores["p"]["group"] is None


def test_flags_are_bits_of_what_was_found() -> None:
    """Findings, labels that are missing or unknown, rows without a prediction."""
    flags = {item: row["flags"] for item, row in scores_of(odd_inputs()).items()}

    assert flags["q"] == FLAGS["unknown_label"] == 32
    assert flags["r"] == FLAGS["no_label"] == 16
    assert flags["s"] == FLAGS["no_prediction"] == 64
    assert flags["t"] == FLAGS["exact_duplicate"] | FLAGS["conflict"] == 6
    assert flags["v"] == 0


def test_bits_are_those_of_the_planted_faults() -> None:
    """Of every kind exactly the planted items."""
    frame, probs, faults = planted()
    scores = scores_of(inputs_of(frame, [probs]))

    for kind, items in faults.items():
        assert {item for item, row in scores.items() if int(str(row["flags"])) & FLAGS[kind]} == items


def test_without_predictions_scores_are_empty() -> None:
    """Not zero, and not NaN."""
    frame, _, _ = planted()
    inputs = inputs_of(frame)
    table = scores_table(inputs, order_rows(inputs, all_findings({}), None), all_findings({}))

    for name in ("predicted", "suggested", "p_given", "p_suggested", "suspicion", "order_score"):
        assert table[name].null_count == 240, name
    assert table["given"].null_count == 0


def test_duplicates_list_the_rows_of_every_group() -> None:
    """The columns of the contract; a conflict is the group's, a leak the row's."""
    frame, probs, faults = planted()
    table = duplicates_of(inputs_of(frame, [probs]))
    rows = {row["item"]: row for row in table.to_pylist() if row["kind"] == "exact_duplicate"}

    assert ",".join(table.column_names) == DUPLICATES
    assert set(rows) == faults["exact_duplicate"]
    assert {item for item, row in rows.items() if row["conflict"]} == faults["conflict"]
    assert {item for item, row in rows.items() if row["leak"]} == faults["leak"]
    assert (rows["item-237"]["split"], rows["item-060"]["split"]) == ("test", "train")
    assert rows["item-040"]["label"] != rows["item-041"]["label"]
    assert {row["similarity"] for row in rows.values()} == {1.0}


def test_duplicates_list_near_copies_behind_the_exact_ones() -> None:
    """Their group is the near one; conflict and leak are the row's own, the similarity its nearest's."""
    frame, probs, faults = planted()
    table = duplicates_of(inputs_of(frame, [probs])).to_pylist()
    rows = [row for row in table if row["kind"] == "near_duplicate"]

    assert table[-len(rows) :] == rows
    assert {row["item"] for row in rows} == faults["near_duplicate"]
    assert {row["item"] for row in rows if row["conflict"]} == faults["near_conflict"]
    assert {row["item"] for row in rows if row["leak"]} == faults["near_leak"]
    assert [row["group"] for row in rows] == [rows[0]["group"]] * 2 + [rows[2]["group"]] * 2
    assert rows[0]["group"] != rows[2]["group"]
    assert [row["nearest"] for row in rows] == ["item-071", "item-070", "item-234", "item-090"]
    assert rows[2]["similarity"] == 1.0  # the same letters, a question mark apart
    assert 0.9 < rows[0]["similarity"] < 1  # a letter apart


def test_duplicates_of_rows_without_label_and_split() -> None:
    """Empty cells are nulls; there may be no group at all."""
    frame = pd.DataFrame({"text": ["x", "x", "y"], "label": ["a", "", "b"]})
    rows = duplicates_of(inputs_of(frame)).to_pylist()

    assert [row["label"] for row in rows] == ["a", None]
    assert [row["split"] for row in rows] == [None, None]
    assert len(duplicates_of(inputs_of(frame.iloc[1:]))) == 0


def classes_of(inputs: Inputs, outcomes: dict[str, Outcome]) -> pa.Table:
    """classes.csv."""
    return classes_table(inputs, outcomes, all_findings(outcomes))


def test_classes_count_their_suspects() -> None:
    """Four planted: two rows given cat, two given eel; shares of the rows of the class."""
    frame, probs, _ = planted()
    inputs = inputs_of(frame, [probs])
    table = classes_of(inputs, run_detectors(inputs, {}))
    rows = {row["class"]: row for row in table.to_pylist()}
    counts = frame["label"].value_counts()

    assert ",".join(table.column_names) == CLASSES
    assert {name: row["suspected"] for name, row in rows.items()} == {"cat": 2, "dog": 0, "eel": 2}
    assert {name: row["count"] for name, row in rows.items()} == counts.to_dict()
    assert rows["eel"]["suspected_share"] == 2 / counts["eel"]


@pytest.mark.parametrize(
    "outcome", [Failed("a bug"), NotApplicable(Text("no predictions"))], ids=["failed", "not applicable"]
)
def test_suspects_nobody_looked_for_are_not_zero(outcome: Outcome) -> None:
    """Where the detector did not run, the columns are empty."""
    frame, probs, _ = planted()
    inputs = inputs_of(frame, [probs])
    outcomes = run_detectors(inputs, {}) | {"label_issues": outcome, "model_quality": outcome}
    table = classes_of(inputs, outcomes)

    for name in ("suspected", "suspected_share", "accuracy", "f1", "most_confused_with"):
        assert table[name].null_count == 3, name


def test_classes_stand_there_even_when_none_was_counted() -> None:
    """Names and empty cells."""
    frame, probs, _ = planted()
    table = classes_of(inputs_of(frame, [probs]), {"class_balance": Failed("a bug")})

    assert table["class"].to_pylist() == ["cat", "dog", "eel"]
    assert table["count"].null_count == 3
    assert ",".join(table.column_names) == CLASSES


def test_findings_of_all_detectors_stand_in_one_table() -> None:
    """Those of a detector that failed are not there; nothing found is an empty table."""
    frame, probs, _ = planted()
    outcomes = run_detectors(inputs_of(frame, [probs]), {})
    sizes = {
        name: sum(map(len, found.findings)) for name, found in outcomes.items() if isinstance(found, Ran)
    }

    assert len(all_findings(outcomes)) == sum(sizes.values()) == 4 + 6 + 2 + 1 + 4 + 2 + 1
    assert len(all_findings(outcomes | {"label_issues": Failed("a bug")})) == 6 + 2 + 1 + 4 + 2 + 1
    assert len(all_findings({})) == 0


def examples_of(audit: Audit) -> set[str]:
    """The items of the pairs just above and just below the threshold."""
    return {pair[side] for pair in audit.header["near"]["examples"] for side in ("a", "b")}


@pytest.mark.parametrize(
    ("privacy", "length"),
    [("full", 240), ("snippet", SNIPPET), ("ids", None)],
    ids=["full", "snippet", "ids"],
)
def test_content_is_kept_as_privacy_allows(privacy: str, length: int | None) -> None:
    """All of it, the first 120 characters, or none."""
    frame, probs, _ = planted(n=240)
    frame["text"] = [f"{sentence(row)} {sentence(row + 240)}".ljust(240, ".") for row in range(240)]
    audit = run(frame, [probs], options=AuditOptions(privacy=privacy, top=10))
    items = audit.tables["items"]

    assert set(items["item"].to_pylist()) == set(frame["id"])  # the reserve holds all of so few rows
    if length is None:
        assert not [name for name in items.column_names if name.startswith("content.")]
    else:
        assert items["content.text"].to_pylist()[0] == frame["text"][items["row"][0].as_py()][:length]


def test_items_know_what_is_drawn_and_what_is_most_similar() -> None:
    """Of each kept row a hash of its content, its draw key, whether it is reserved, and its nearest rows."""
    frame, probs, _ = planted()
    items = run(frame, [probs], options=AuditOptions(top=10)).tables["items"]

    assert items["reserve"].to_pylist() == [True] * 240 and len(set(items["draw"].to_pylist())) == 240
    assert all(len(digest) == 16 for digest in items["content"].to_pylist())
    assert all(0 <= len(near) <= 3 for near in items["nearest"].to_pylist())


def test_another_seed_draws_others_and_is_another_audit() -> None:
    """The seed is part of the audit's id; the queue does not depend on it."""
    frame, probs, _ = planted()
    one, other = (run(frame, [probs], options=AuditOptions(seed=seed)) for seed in (0, 1))

    assert one.tables["queue"].equals(other.tables["queue"]) and one.audit_id != other.audit_id
    assert one.header["sampling"]["spots"] != other.header["sampling"]["spots"]


def test_who_is_suspected_is_no_control() -> None:
    """Flags of findings about the label rule a row out; a copy alone does not."""
    flags = np.array([0, *FLAGS.values()])
    free = {"exact_duplicate", "leak", "no_prediction", "near_duplicate", "near_leak"}
    free |= {"hygiene", "outlier", "image"}
    assert {kind for kind, ok in zip(["", *FLAGS], unsuspected(flags), strict=True) if ok} == free | {""}


def test_an_audit_that_keeps_no_content_quotes_none() -> None:
    """What a garbled word says and what it was stand in the evidence otherwise."""
    frame = pd.DataFrame(
        {"text": ["ÇÑ±Û ¹®Àå is garbled", "a sound text", "another text"], "label": list("aba")}
    )

    def evidence(privacy: str) -> str:
        table = run(frame, options=AuditOptions(privacy=privacy)).tables["findings"]
        return " ".join(table.filter(pc.equal(table["reason_code"], "mojibake"))["evidence"].to_pylist())

    assert "ÇÑ±Û" in evidence("full") and "한글" in evidence("full")
    assert not {"Ç", "한"} & set(evidence("ids")) and '"..."' in evidence("ids")


def test_items_hold_the_queue_and_every_copy() -> None:
    """What the pages show, without the data."""
    frame, probs, faults = planted()
    audit = run(frame, [probs], options=AuditOptions(top=5))
    shown = set(audit.tables["items"]["item"].to_pylist())

    copies = faults["exact_duplicate"] | faults["near_duplicate"]
    assert shown >= set(audit.queue["item"]) | copies | examples_of(audit)
