"""Several annotators: rows whose consensus differs, who is clear, what to ask next."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import answers_of, inputs_of, planted, sentence

import auditor
from auditor.detect import NotApplicable, run_detectors
from auditor.detect.annotators import Settings, find
from auditor.findings import Ran
from auditor.measures import Measure
from auditor.store.loading import load_audit

CLASSES = ("cat", "dog", "eel")


def crowd(
    people: dict[str, float], n: int = 300, wrong: tuple[int, ...] = (), seed: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray[Any, Any]]:
    """A dataset, answers of annotators who are right so often, and a model that is nearly always right.

    Args:
        people: name -> the share of right answers; everybody answers every row.
        n: rows.
        wrong: rows whose given label is wrong.
        seed: of the answers.
    """
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % 3
    given = truth.copy()
    given[list(wrong)] = (truth[list(wrong)] + 1) % 3
    ids = [f"i{row:03d}" for row in range(n)]
    frame = pd.DataFrame(
        {"id": ids, "text": [sentence(row) for row in range(n)], "label": [CLASSES[code] for code in given]}
    )
    parts = []
    for name, share in people.items():
        labels = np.where(rng.random(n) < share, truth, (truth + 1 + rng.integers(0, 2, n)) % 3)
        parts.append(
            pd.DataFrame({"item": ids, "annotator": name, "label": [CLASSES[code] for code in labels]})
        )
    probs = np.full((n, 3), 0.1)
    probs[np.arange(n), truth] = 0.8
    return frame, pd.concat(parts, ignore_index=True), probs


def measures(outcome: Ran) -> dict[tuple[str, str], Measure]:
    return {(measure.name, measure.scope): measure for measure in outcome.measures}


def table(outcome: Ran, name: str = "annotators") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = outcome.tables[name].to_pylist()
    return found


GOOD = dict.fromkeys(("ann", "bo", "cai", "dot"), 0.9)


@pytest.mark.parametrize("modelled", [True, False])
def test_rows_whose_label_is_not_the_consensus_are_found(modelled: bool) -> None:
    """With a model and without, exactly the rows where five good annotators cannot all be wrong."""
    frame, answers, probs = crowd(GOOD | {"eve": 0.9}, wrong=(7, 70, 170))
    outcome = find(inputs_of(frame, [probs] if modelled else [], annotations=answers), Settings())
    rows = outcome.findings[0].to_pylist()
    true = {"i007": "dog", "i070": "dog", "i170": "eel"}
    found = {entry["item"]: entry["suggested"] for entry in rows}
    assert {item: found.get(item) for item in true} == true
    assert len(found) == 3 if modelled else len(found) < 8  # two of five may be wrong in the same way
    assert all(entry["suspicion"] > 0.5 and entry["kind"] == "annotation" for entry in rows)
    measure = measures(outcome)["annotations.consensus_differs", "all"]
    assert (measure.value, measure.n, measure.exact) == (len(found), 300, not modelled)


def test_a_label_that_a_reviewer_confirmed_is_no_finding() -> None:
    """Nor is it counted."""
    frame, answers, probs = crowd(GOOD, wrong=(7, 70))
    kept = np.arange(300) == 7
    inputs = replace(inputs_of(frame, [probs], annotations=answers), kept=kept)
    outcome = find(inputs, Settings())
    assert outcome.findings[0]["item"].to_pylist() == ["i070"]
    assert measures(outcome)["annotations.consensus_differs", "all"].value == 1


def test_two_bad_annotators_of_ten_are_clear_and_nobody_else() -> None:
    """Ten answers a row; the bad are right in 50 %, the others in 85 %; in 10 crowds."""
    people = {f"p{at}": 0.5 if at in (3, 8) else 0.85 for at in range(10)}
    for seed in range(10):
        frame, answers, probs = crowd(people, seed=seed)
        outcome = find(inputs_of(frame, [probs], annotations=answers), Settings())
        assert {entry["part"] for entry in outcome.findings[1].to_pylist()} == {
            "annotator=p3",
            "annotator=p8",
        }
        assert {entry["annotator"] for entry in table(outcome)[:2]} == {"p3", "p8"}
        qualities = {entry["annotator"]: entry["quality"] for entry in table(outcome)}
        assert max(qualities["p3"], qualities["p8"]) < min(
            value for name, value in qualities.items() if name not in {"p3", "p8"}
        )


def test_annotators_who_are_alike_are_not_clear() -> None:
    """Of 20 crowds of ten alike, hardly any names somebody."""
    named = 0
    for seed in range(20):
        frame, answers, probs = crowd({f"p{at}": 0.8 for at in range(10)}, n=90, seed=seed)
        named += bool(len(find(inputs_of(frame, [probs], annotations=answers), Settings()).findings[1]))
    assert named <= 2


def test_an_annotator_of_few_answers_is_not_judged() -> None:
    """All three answers of eve are wrong; three answers are no evidence against a person."""
    frame, answers, probs = crowd(GOOD | {"eve": 0.0})
    few = answers[(answers["annotator"] != "eve") | answers["item"].isin(["i001", "i002", "i003"])]
    outcome = find(inputs_of(frame, [probs], annotations=few), Settings())
    (eve,) = [entry for entry in table(outcome) if entry["annotator"] == "eve"]
    assert (eve["answers"], eve["differ"], eve["agreement"], eve["clear"]) == (3, 3, 0.0, False)
    assert len(outcome.findings[1]) == 0


def test_what_is_measured_by_hand() -> None:
    """Three rows, two annotators who agree in two of them."""
    frame = pd.DataFrame({"id": list("abc"), "text": ["x", "y", "z"], "label": ["cat", "dog", "dog"]})
    answers = pd.DataFrame(
        [(item, who, label) for who, labels in (("ann", ("cat", "dog", "cat")), ("bo", ("cat", "dog", "dog")))
         for item, label in zip("abc", labels, strict=True)],
        columns=["item", "annotator", "label"],
    )  # fmt: skip
    found = measures(find(inputs_of(frame, annotations=answers), Settings()))
    values = {name: (measure.value, measure.n) for (name, scope), measure in found.items() if scope == "all"}
    # alpha: 1 - (1 - 2/3) / (1 - (3*2 + 3*2) / (6*5)) = 1 - (1/3) / (3/5)
    assert values == {
        "annotators.count": (2, 2),
        "annotations.answers": (6, 3),
        "annotations.agreement": (pytest.approx(2 / 3), 3),
        "annotations.alpha": (pytest.approx(4 / 9), 3),
        "annotations.consensus_differs": (1, 3),  # of c: a tie, both classes as frequent, cat is the first
        "annotations.consensus_quality": (pytest.approx(2.5 / 3), 3),
        "annotators.clear": (0, 2),
    }
    assert found["annotators.quality", "annotator=ann"].value == 1
    assert found["annotators.quality", "annotator=bo"].value == pytest.approx(2 / 3)


def test_the_next_answers_are_asked_where_annotators_and_model_disagree() -> None:
    """All agree but in two rows; these come first, and no more are listed than asked for."""
    frame, answers, probs = crowd(dict.fromkeys(("ann", "bo", "cai"), 1.0))
    answers.loc[answers["item"].isin(["i010", "i020"]), "label"] = ["cat", "cat", "dog", "dog", "eel", "eel"]
    outcome = find(inputs_of(frame, [probs], annotations=answers), Settings(next=5))
    following = table(outcome, "next_answers")
    assert len(following) == 5
    assert {entry["item"] for entry in following[:2]} == {"i010", "i020"}
    assert (following[0]["votes"], following[0]["answers"]) == (1, 3)
    assert [entry["score"] for entry in following] == sorted(entry["score"] for entry in following)


def test_annotators_beyond_the_most_are_counted_together() -> None:
    frame, answers, probs = crowd(GOOD)
    few = answers[(answers["annotator"] != "dot") | (answers["item"] < "i100")]
    entries = table(find(inputs_of(frame, [probs], annotations=few), Settings(most=3)))
    assert [entry["annotator"] for entry in entries] == ["ann", "bo", "cai", None]
    assert {name: entries[3][name] for name in ("annotators", "answers")} == {"annotators": 1, "answers": 100}
    assert entries[3]["quality"] is None


def test_rows_without_a_prediction_are_judged_by_their_annotators() -> None:
    """The answered rows that --missing drop leaves without a model."""
    frame, answers, probs = crowd(GOOD, wrong=(7, 70))
    table = pd.DataFrame(probs, columns=list(CLASSES)).assign(id=frame["id"])
    inputs = inputs_of(frame, [table[frame.index > 99]], annotations=answers, missing="drop")
    assert {"i007", "i070"} <= set(find(inputs, Settings()).findings[0]["item"].to_pylist())


def test_the_quality_of_the_given_labels_is_there_for_others() -> None:
    """Low for the wrong one, NaN for the row that nobody answered."""
    frame, answers, probs = crowd(GOOD, wrong=(7,))
    inputs = inputs_of(frame, [probs], annotations=answers[answers["item"] != "i009"])
    find(inputs, Settings())
    quality = inputs.shared["given_quality"]
    assert quality[7] == np.nanmin(quality) < 0.5
    assert np.flatnonzero(np.isnan(quality)).tolist() == [9]


def test_without_answers_it_does_not_apply() -> None:
    frame, probs, _ = planted()
    outcome = run_detectors(inputs_of(frame, [probs]), {})["annotators"]
    assert isinstance(outcome, NotApplicable)
    assert str(outcome.why) == "no answers of several annotators (--annotations FILE)"


@pytest.mark.parametrize("option", ["most", "next"])
def test_what_is_listed_must_be_a_number_of_them(option: str) -> None:
    with pytest.raises(ValueError, match=option):
        Settings(**{option: 0})


# the whole audit


def test_an_audit_with_answers_is_saved_and_loaded(tmp_path: Path) -> None:
    """Its tables and notes stand in audit.json; the rows are marked in the queue and are no controls."""
    frame, probs, faults = planted()
    answers = answers_of(frame)
    assert answers is not None
    answers.to_csv(tmp_path / "answers.csv", index=False)
    audit = auditor.audit(frame, predictions=probs, annotations=tmp_path / "answers.csv")
    audit.save(tmp_path / "audit")
    loaded = load_audit(tmp_path / "audit")
    assert loaded.header["annotations"]["file"] == "answers.csv"
    assert loaded.header["annotations"]["answers"] == 720
    assert [entry["annotator"] for entry in loaded.header["tables"]["annotators"]]
    queue = loaded.tables["queue"].to_pylist()
    marked = {row["item"] for row in queue if "annotation" in row["kinds"].split(";")}
    assert marked == faults["label_issue"]
    assert audit.audit_id != auditor.audit(frame, predictions=probs).audit_id


def test_given_labels_stay_what_they_are() -> None:
    """The consensus changes neither the labels nor what label_issues flags; rows that the answers doubt come
    earlier in the queue, which says so."""
    frame, probs, _ = planted()
    plain = auditor.audit(frame, predictions=probs)
    told = auditor.audit(frame, predictions=probs, annotations=answers_of(frame))
    for column in ("given_label", "suggested_label", "suspicion"):
        before, after = (audit.queue.set_index("item")[column].to_dict() for audit in (plain, told))
        assert before == after
    doubted = set(told.findings.loc[told.findings["kind"] == "annotation", "item"])
    assert doubted <= set(told.queue["item"][: len(doubted)])
    assert any("CROWDLAB" in note["template"] for note in told.header["queue"]["notes"])
