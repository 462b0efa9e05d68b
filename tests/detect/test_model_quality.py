"""Model quality: scikit-learn's numbers, and a calibration table by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from audit_inputs import inputs_of, random_model
from sklearn.metrics import accuracy_score, cohen_kappa_score, f1_score

from auditor.detect.model_quality import Settings, calibration, f1_per_class, find
from auditor.findings import Ran
from auditor.scan.kernel import RowScores


def judged(labels: np.ndarray, probs: np.ndarray) -> Ran:
    """The outcome for labels that are numbers of classes."""
    frame = pd.DataFrame(
        {"id": range(len(labels)), "label": [f"c{code:02d}" if code >= 0 else "" for code in labels]}
    )
    names = tuple(f"c{code:02d}" for code in range(probs.shape[1]))
    return find(inputs_of(frame, [probs], class_names=names), Settings())


def scores_of(p_given: list[float], p_other: list[float], predicted: list[int]) -> RowScores:
    """Row scores by hand."""
    n = len(p_given)
    return RowScores(
        p_given=np.array(p_given),
        p_other=np.array(p_other),
        other=np.zeros(n, np.int32),
        predicted=np.array(predicted, np.int32),
    )


@pytest.mark.parametrize("k", [2, 5, 20])
@pytest.mark.parametrize("strength", [0.0, 3.0, 9.0])
def test_agreement_equals_scikit_learn(k: int, strength: float) -> None:
    """Accuracy, kappa and macro-F1."""
    labels, probs = random_model(500, k, 5, strength=strength, zipf=True)
    labels[::9] = -1
    known = labels >= 0
    given, predicted = labels[known], probs[known].argmax(axis=1)
    values = {measure.name: measure.value for measure in judged(labels, probs).measures}

    assert values["model.accuracy"] == pytest.approx(accuracy_score(given, predicted))
    assert values["model.kappa"] == pytest.approx(cohen_kappa_score(given, predicted))
    macro = f1_score(given, predicted, average="macro", zero_division=0)
    assert values["model.macro_f1"] == pytest.approx(macro)
    assert {measure.n for measure in judged(labels, probs).measures} == {known.sum()}


def test_a_class_that_is_only_predicted_counts_as_in_scikit_learn() -> None:
    """Its F1 is 0, and macro-F1 is the number that people know from `f1_score(average="macro")`."""
    labels, probs = random_model(300, 5, 2)
    labels[labels == 4] = 0
    values = {measure.name: measure.value for measure in judged(labels, probs).measures}

    assert (probs.argmax(axis=1) == 4).any()
    assert values["model.macro_f1"] == pytest.approx(
        f1_score(labels, probs.argmax(axis=1), average="macro", zero_division=0)
    )


def test_a_class_is_judged_by_its_rows() -> None:
    """Class 0: 2 of 3 right, once taken for class 1; class 1: 1 of 2, once for class 0; class 2: no row."""
    labels = np.array([0, 0, 0, 1, 1])
    probs = np.eye(3)[[0, 0, 1, 1, 0]]
    table = judged(labels, probs).tables["agreement"].to_pylist()

    assert [row["accuracy"] for row in table] == [2 / 3, 1 / 2, None]
    assert [row["f1"] for row in table] == [pytest.approx(4 / 6), pytest.approx(2 / 4), None]
    assert [row["most_confused_with"] for row in table] == ["c01", "c00", None]


def test_f1_counts_false_alarms_and_misses() -> None:
    """2 TP / (2 TP + FP + FN) by hand, 0 for a class that is neither given nor predicted."""
    assert f1_per_class(np.array([[3, 1, 0], [2, 4, 0], [0, 0, 0]])).tolist() == [6 / 9, 8 / 11, 0.0]


def test_calibration_compares_confidence_with_agreement() -> None:
    """Bins of the predicted class's probability; the last one holds 1.0; empty bins are left out."""
    rows = scores_of([0.92, 0.96, 0.04, 0.55, 1.0], [0.05, 0.03, 0.94, 0.4, 0.0], [0, 0, 1, 0, 0])
    table = calibration(rows, np.zeros(5, np.int32), 10).to_pylist()

    assert [(row["from"], row["to"], row["rows"]) for row in table] == [(0.5, 0.6, 1), (0.9, 1.0, 4)]
    assert [row["agrees"] for row in table] == [1.0, 0.75]
    assert [row["confidence"] for row in table] == pytest.approx([0.55, (0.92 + 0.96 + 0.94 + 1.0) / 4])


def test_calibration_leaves_out_rows_without_label_or_prediction() -> None:
    """They have no p(given)."""
    rows = scores_of([np.nan, 0.7], [0.9, 0.3], [0, 1])

    assert calibration(rows, np.array([-1, 1], np.int32), 10).to_pylist() == [
        {"from": pytest.approx(0.7), "to": pytest.approx(0.8), "rows": 1, "confidence": 0.7, "agrees": 1.0}
    ]
