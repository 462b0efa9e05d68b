"""Label issues: the flags, what is said of each, and how many there are."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from audit_inputs import inputs_of, planted, random_model
from oracles import cleanlab_flags, quietly

from auditor.detect import Inputs, run_detectors
from auditor.detect.label_issues import Settings, find
from auditor.errors import UsageError


def random_inputs(
    seed: int = 7, noise: float = 0.25, **model: float
) -> tuple[Inputs, np.ndarray, np.ndarray]:
    """500 rows with ids, their labels and probabilities."""
    labels, probs = random_model(500, 5, seed, noise=noise, **model)  # type: ignore[arg-type]
    frame = pd.DataFrame({"id": [f"i{row}" for row in range(500)], "label": [f"c{code}" for code in labels]})
    return inputs_of(frame, [probs]), labels, probs


@pytest.mark.parametrize("flags_by", ["scan", "cleanlab"])
def test_the_rows_are_those_of_cleanlabs_default_filter(flags_by: str) -> None:
    """Both ways of flagging."""
    inputs, labels, probs = random_inputs()
    table = find(inputs, Settings(flags_by=flags_by)).findings[0]  # type: ignore[arg-type]

    assert sorted(table["row"].to_pylist()) == np.flatnonzero(cleanlab_flags(labels, probs)).tolist()


def test_a_finding_says_what_the_model_says() -> None:
    """Suspicion is 1 - p(given); the suggestion is the best other class; the evidence both numbers."""
    inputs, labels, probs = random_inputs()
    for entry in find(inputs, Settings()).findings[0].to_pylist():
        row = entry["row"]
        rest = probs[row].copy()
        rest[labels[row]] = -1
        assert entry["suspicion"] == 1 - probs[row, labels[row]]
        assert entry["given"] == f"c{labels[row]}"
        assert entry["suggested"] == f"c{rest.argmax()}"
        assert json.loads(entry["evidence"]) == {
            "p_given": probs[row, labels[row]],
            "p_suggested": rest.max(),
        }


def test_the_surest_comes_first() -> None:
    """Findings are sorted by suspicion."""
    inputs, _, _ = random_inputs()
    suspicion = find(inputs, Settings()).findings[0]["suspicion"].to_numpy()

    assert len(suspicion) > 20
    assert (np.diff(suspicion) <= 0).all()


def test_the_rate_is_over_rows_with_label_and_prediction() -> None:
    """4 of 240 planted rows; of 200 when 40 have no label."""
    frame, probs, faults = planted()
    whole = {measure.name: measure for measure in find(inputs_of(frame, [probs]), Settings()).measures}
    frame.loc[110:149, "label"] = ""
    part = {measure.name: measure for measure in find(inputs_of(frame, [probs]), Settings()).measures}

    assert len(faults["label_issue"]) == 4
    assert (whole["label_issues.count"].value, whole["label_issues.rate"].value) == (4, 4 / 240)
    assert (part["label_issues.count"].value, part["label_issues.rate"].value) == (4, 4 / 200)
    assert part["label_issues.rate"].n == part["label_issues.count"].n == 200


def test_suspects_are_counted_not_estimated() -> None:
    """They rest on a model and have no interval."""
    inputs, _, _ = random_inputs()
    for measure in find(inputs, Settings()).measures:
        assert (measure.exact, measure.low, measure.high, measure.bad) == (False, None, None, "up")


@pytest.mark.parametrize("flags_by", ["scan", "cleanlab"])
@pytest.mark.parametrize("filter_by", ["confident_learning", "low_self_confidence", "predicted_neq_given"])
def test_another_filter_can_be_chosen_and_is_counted(filter_by: str, flags_by: str) -> None:
    """The rows and the number are those of cleanlab's filter of that name, whoever flags."""
    inputs, labels, probs = random_inputs()
    options = {"label_issues": {"filter_by": filter_by, "flags_by": flags_by}}
    outcome = run_detectors(inputs, options)["label_issues"]
    with quietly():
        from cleanlab.filter import find_label_issues

        expected = np.flatnonzero(find_label_issues(labels, probs, filter_by=filter_by, n_jobs=1))

    assert sorted(outcome.findings[0]["row"].to_pylist()) == expected.tolist()
    assert {measure.name: measure.value for measure in outcome.measures}["label_issues.count"] == len(
        expected
    )


def test_the_stricter_filter_flags_part_of_the_rows_predicted_otherwise() -> None:
    """Those whose predicted class reaches the mean self-confidence of its rows."""
    inputs, labels, probs = random_inputs()
    table = find(inputs, Settings(filter_by="confident_and_predicted")).findings[0]
    thresholds = np.array([probs[labels == k, k].mean() for k in range(5)])
    predicted = probs.argmax(axis=1)

    expected = (predicted != labels) & (probs.max(axis=1) >= thresholds[predicted])
    assert sorted(table["row"].to_pylist()) == np.flatnonzero(expected).tolist()
    assert 0 < expected.sum() < (predicted != labels).sum()


def test_a_flagged_row_that_is_predicted_as_given_is_no_contradiction() -> None:
    """`low_self_confidence` flags the lowest p(given), whatever is predicted: the reason is the row's own."""
    inputs, labels, probs = random_inputs(noise=0.9, strength=0.5)
    table = find(inputs, Settings(filter_by="low_self_confidence")).findings[0]
    rows = table["row"].to_numpy()
    agrees = probs[rows].argmax(axis=1) == labels[rows]
    own = np.where(probs[rows, labels[rows]] < 0.5, "model-unsure", "model-agrees")

    assert 0 < agrees.sum() < len(rows)
    assert table["reason_code"].to_pylist() == np.where(agrees, own, "model-contradicts").tolist()


def test_cleanlab_cannot_be_asked_for_a_filter_it_does_not_have() -> None:
    """Said before any work, with the option's name."""
    inputs, _, _ = random_inputs()
    options = {"label_issues": {"flags_by": "cleanlab", "filter_by": "confident_and_predicted"}}

    with pytest.raises(UsageError) as told:
        run_detectors(inputs, options)
    (problem,) = told.value.problems
    assert problem.slug == "option-value"
    assert "detect.label_issues.filter_by" in str(problem.what)
