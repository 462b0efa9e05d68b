"""An audit from end to end, on data with planted faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import planted, random_model
from oracles import cleanlab_flags

from auditor.audits import Audit
from auditor.errors import InputError, UsageError
from auditor.pipeline import AuditOptions, run
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice

HYGIENE = (
    *("empty", "too_short", "broken_encoding", "letters_lost", "mojibake", "invisible", "decomposed"),
    "markup",
)


@pytest.fixture(scope="module")
def audit() -> Audit:
    """The planted faults, audited once."""
    frame, probs, _ = planted()
    return run(frame, [probs])


def statuses(audit: Audit) -> dict[str, str]:
    """Detector -> status."""
    return {entry["detector"]: entry["status"] for entry in audit.header["outcomes"]}


def test_every_planted_fault_is_found(audit: Audit) -> None:
    """And nothing that was not planted."""
    _, _, faults = planted()
    found = {str(kind): set(part["item"]) for kind, part in audit.findings.groupby("kind", observed=True)}

    assert found == faults
    assert not audit.partial


def test_the_measures_are_those_counted_by_hand(audit: Audit) -> None:
    """240 rows of three classes, 4 wrong labels, three groups of two copies, one conflict, one leak."""
    frame, _, _ = planted()
    counts = frame["label"].value_counts()
    expected = {
        "label_issues.count": 4,
        "label_issues.rate": 4 / 240,
        "classes.min_count": counts.min(),
        "classes.imbalance_ratio": counts.max() / counts.min(),
        "classes.missing": 0,
        "labels.unknown": 0,
        "labels.missing": 0,
        "duplicates.exact_groups": 3,
        "duplicates.rate": 3 / 240,
        "duplicates.conflict_pairs": 1,
        "duplicates.leaked_rows": 1,
        "duplicates.near_groups": 2,
        "duplicates.near_conflict_pairs": 1,
        "duplicates.near_leaked_rows": 1,
        "slices.clear": 0,
        "classes.names_alike": 0,
        "classes.names_mistyped": 0,
        **dict.fromkeys(map("hygiene.{}".format, HYGIENE), 0),
        "splits.classes_only_in_one": 0,
        "model.accuracy": 236 / 240,
    }

    assert {name: audit.measure(name).value for name in expected} == pytest.approx(expected)
    others = {"model.macro_f1", "model.kappa", "splits.label_distance", "slices.suspect_rate"}
    assert {measure.name for measure in audit.measures} == set(expected) | others
    assert {m.scope for m in audit.measures if m.name != "slices.suspect_rate"} == {"all", "test"}


def test_the_wrong_labels_lead_the_queue(audit: Audit) -> None:
    """Every row is in it; copies share a rank."""
    _, _, faults = planted()

    assert set(audit.queue["item"][:4]) == faults["label_issue"]
    assert len(audit.queue) == 240
    assert audit.queue["rank"].max() == 240 - 3


def test_the_header_says_what_was_audited(audit: Audit) -> None:
    """Dataset, predictions, queue, status of every detector."""
    header = audit.header

    assert header["schema"] == "auditor.audit/1"
    assert (header["dataset"]["rows"], header["dataset"]["labelled"]) == (240, 240)
    assert header["dataset"]["classes"] == ["cat", "dog", "eel"]
    assert header["dataset"]["splits"] == ["train", "test"]
    assert header["predictions"]["rows_without"] == 0
    queue = dict(header["queue"])
    notes = queue.pop("notes")
    assert queue == {"rows": 240, "total": 240, "order": "order score", "lam": 0.2, "prior": 0.75}
    assert notes == []  # similar texts have no say beside good predictions, and nothing weighs
    assert {name for name, status in statuses(audit).items() if status != "ran"} == {
        "annotators",
        "images",
        "outliers",
    }


def test_the_same_input_gives_the_same_audit(audit: Audit) -> None:
    """Header and every table."""
    frame, probs, _ = planted()
    again = run(frame, [probs])

    assert again.header == audit.header
    assert again.measures == audit.measures
    assert all(again.tables[name].equals(table) for name, table in audit.tables.items())


@pytest.mark.parametrize("change", ["label", "prediction", "setting"])
def test_another_input_or_setting_has_another_audit_id(audit: Audit, change: str) -> None:
    """So that two folders are never taken for one audit."""
    frame, probs, _ = planted()
    options = AuditOptions(detect={"class_balance": {"too_small": 11}} if change == "setting" else {})
    if change == "label":
        frame.loc[0, "label"] = "dog"
    if change == "prediction":
        probs[0] = probs[0][::-1]

    assert run(frame, [probs], options=options).audit_id != audit.audit_id


def test_without_labels_duplicates_and_leaks_are_found() -> None:
    """`--label none`: nothing about labels is measured, and no class is listed."""
    frame, _, faults = planted()
    audit = run(frame, choice=InputChoice(columns=ColumnChoice(label="none", text=("text",))))

    assert statuses(audit) == {
        "label_issues": "not_applicable",
        "class_balance": "not_applicable",
        "exact_duplicates": "ran",
        "near_duplicates": "ran",
        "outliers": "not_applicable",
        "hygiene": "ran",
        "images": "not_applicable",
        "model_quality": "not_applicable",
        "slices": "not_applicable",
        "split_labels": "not_applicable",
        "annotators": "not_applicable",
    }
    kinds = {str(kind): set(part["item"]) for kind, part in audit.findings.groupby("kind", observed=True)}
    assert kinds == {
        kind: faults[kind] for kind in ("exact_duplicate", "leak", "near_duplicate", "near_leak")
    }
    assert (len(audit.queue), len(audit.classes)) == (0, 0)
    assert set(audit.scores["flags"]) == {16, 16 + 2, 16 + 2 + 8, 16 + 128, 16 + 128 + 512}


def test_without_predictions_the_conflicts_are_the_queue() -> None:
    """What needs a model does not apply; the rest is there."""
    frame, _, faults = planted()
    audit = run(frame, choice=InputChoice(model="none"))

    assert statuses(audit)["label_issues"] == statuses(audit)["model_quality"] == "not_applicable"
    assert audit.header["predictions"] is None
    assert set(audit.queue["item"][audit.queue["rank"] == 1]) == faults["conflict"]
    assert set(audit.queue["item"][audit.queue["rank"] > 1]) == faults["near_conflict"]
    assert audit.queue["priority"].isna().all()


def test_without_content_the_labels_are_audited() -> None:
    """Ids, labels and predictions."""
    frame, probs, faults = planted()
    audit = run(frame[["id", "label"]], [probs])

    assert statuses(audit)["exact_duplicates"] == "not_applicable"
    assert set(audit.findings["item"]) == faults["label_issue"]
    assert len(audit.duplicates) == 0
    assert not [name for name in audit.tables["items"].column_names if name.startswith("content.")]


def test_several_predictions_are_averaged(tmp_path: Path) -> None:
    """The suspects are those cleanlab flags on the mean of the files."""
    files, parts = [], []
    labels, _ = random_model(400, 4, 0, noise=0.3)
    for seed in range(3):
        _, probs = random_model(400, 4, 0, noise=0.3, strength=4.0 + 2 * seed)
        parts.append(probs)
        files.append(tmp_path / f"model_{seed}.npy")
        np.save(files[-1], probs)
    frame = pd.DataFrame(
        {"label": [f"c{code}" for code in labels], "text": [f"text {row}" for row in range(400)]}
    )
    audit = run(frame, files)

    found = audit.findings.loc[audit.findings["kind"] == "label_issue", "row"]
    assert sorted(found) == np.flatnonzero(cleanlab_flags(labels, np.mean(parts, axis=0))).tolist()
    assert audit.header["predictions"]["files"] == [path.name for path in files]


def test_rows_without_a_prediction_stand_in_no_number_of_the_model(tmp_path: Path) -> None:
    """`--missing drop`: the rest is audited as if they were not there; their copies are still found."""
    frame, probs, _ = planted()
    kept = np.arange(240) % 6 != 0
    np.savez(tmp_path / "oof.npz", probs=probs[kept], ids=frame["id"].to_numpy(dtype=str)[kept])
    audit = run(frame, [tmp_path / "oof.npz"], InputChoice(missing="drop"))

    codes = pd.Categorical(frame["label"]).codes.astype(int)
    expected = np.flatnonzero(kept)[cleanlab_flags(codes[kept], probs[kept])]
    found = audit.findings.loc[audit.findings["kind"] == "label_issue", "row"]
    assert sorted(found) == expected.tolist()
    assert audit.measure("label_issues.rate").n == audit.measure("model.accuracy").n == kept.sum()
    assert audit.measure("duplicates.exact_groups").value == 3
    assert audit.header["predictions"]["rows_without"] == (~kept).sum()
    assert set(audit.queue["row"]) == set(np.flatnonzero(kept))


def test_a_queue_is_cut_at_top_and_says_so() -> None:
    """The header keeps how many rows belong into it."""
    frame, probs, _ = planted()
    audit = run(frame, [probs], options=AuditOptions(top=7))

    assert len(audit.queue) == 7
    assert (audit.header["queue"]["rows"], audit.header["queue"]["total"]) == (7, 240)


def test_reasons_are_in_the_language_asked_for() -> None:
    """Findings and scores are not touched by it."""
    frame, probs, _ = planted()
    english, korean = (run(frame, [probs], options=AuditOptions(lang=lang)) for lang in ("en", "ko"))

    assert (english.queue["reason"] != korean.queue["reason"]).all()
    assert korean.tables["findings"].equals(english.tables["findings"])


def test_progress_is_told_phase_by_phase() -> None:
    """Every phase begins once and has CPU seconds; the scan tells its share."""
    told: list[tuple[str, float]] = []
    frame, probs, _ = planted()
    audit = run(frame, [probs], progress=lambda phase, share: told.append((phase, share)))
    phases = ["read", "content", "checks", "scores", "detect", "queue", "tables"]

    assert list(dict.fromkeys(phase for phase, _ in told)) == phases
    assert told[-1][1] <= 1.0 and ("scores", 1.0) in told
    assert list(audit.timings) == phases
    assert min(audit.timings.values()) >= 0


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        pytest.param({"label": "cat"}, "one-class", id="one class"),
        pytest.param({"label": ""}, "no-labels", id="no labels"),
        pytest.param({"id": "same"}, "ids-repeat", id="ids that repeat"),
    ],
)
def test_input_that_cannot_be_judged_is_refused(change: dict[str, Any], slug: str) -> None:
    """With a code, before anything is measured."""
    frame, _, _ = planted()
    with pytest.raises(InputError) as caught:
        run(frame.assign(**change))

    assert slug in {problem.slug for problem in caught.value.problems}


def test_an_unknown_option_of_a_detector_is_refused() -> None:
    """A misspelt option is not passed over."""
    frame, probs, _ = planted()
    with pytest.raises(UsageError):
        run(frame, [probs], options=AuditOptions(detect={"class_balance": {"to_small": 5}}))
