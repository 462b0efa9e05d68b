"""The queue on human-verified data is no worse than cleanlab's simple orders."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from oracles import cleanlab_scores
from sklearn.metrics import average_precision_score

from auditor.pipeline import AuditOptions, run
from auditor.read.dataset import read_inputs

BAR = 0.015
"""The most that the queue may lose to the better of the two, as the specification of the ranking allows."""


@pytest.mark.parametrize(
    ("folder", "files"),
    [
        pytest.param("roman_numerals", ["pred_probs.npy"], id="roman_numerals"),
        pytest.param(
            "roman_numerals", ["pred_probs.npy", "pred_probs_swin.npy"], id="roman_numerals, two averaged"
        ),
        pytest.param("imdb", ["pred_probs.npy"], id="imdb"),
    ],
)
def test_average_precision_is_close_to_the_better_simple_order(
    shared_data: Path, folder: str, files: list[str]
) -> None:
    """On rows that people judged: against self-confidence and half-margin on the same probabilities."""
    data = next((shared_data / folder).glob("dataset.*"))
    predictions = [shared_data / folder / name for name in files]
    with (shared_data / folder / "truth.csv").open(encoding="utf-8", newline="") as stream:
        truth = {row["id"]: row["is_error"] == "1" for row in csv.DictReader(stream)}
    items = run(data, predictions, options=AuditOptions(top=None)).tables["queue"]["item"].to_pylist()
    judged = [item for item in items if item in truth]
    ours = average_precision_score([truth[item] for item in judged], -np.arange(len(judged)))

    given = read_inputs(data, predictions)
    assert given.probabilities is not None
    labels = given.dataset.labels.codes
    probs = given.probabilities.blocks.read(0, len(labels))
    at = [row for row, item in enumerate(given.dataset.ids.to_pylist()) if item in truth]
    wrong = [truth[given.dataset.ids[row].as_py()] for row in at]
    rest = probs.copy()
    rest[np.arange(len(labels)), labels] = 0
    p_given = np.maximum(probs[np.arange(len(labels)), labels], 1e-12)
    half_margin = -np.log(p_given) + 0.5 * np.log(np.maximum(rest.max(axis=1), 1e-12))
    simple = (-cleanlab_scores(labels, probs, "self_confidence"), half_margin)

    assert len(judged) == len(truth)
    assert ours > max(average_precision_score(wrong, scores[at]) for scores in simple) - BAR


@pytest.mark.parametrize(
    ("folder", "files", "floor"),
    [
        pytest.param(
            "roman_numerals",
            ["", "_resnet18", "_efficientnet", "_swin", "_twins"],
            0.575,
            id="roman_numerals, five averaged",
        ),
        pytest.param("cifar10n", ["", "_swin", "_kmeans"], 0.94, id="cifar10n, three averaged"),
    ],
)
def test_several_files_together_reach_what_averaging_is_worth(
    shared_data: Path, folder: str, files: list[str], floor: float
) -> None:
    """The figures that were measured for averaging with self-confidence."""
    data = next((shared_data / folder).glob("dataset.*"))
    predictions = [shared_data / folder / f"pred_probs{name}.npy" for name in files]
    with (shared_data / folder / "truth.csv").open(encoding="utf-8", newline="") as stream:
        truth = {row["id"]: row["is_error"] == "1" for row in csv.DictReader(stream)}
    items = run(data, predictions, options=AuditOptions(top=None)).tables["queue"]["item"].to_pylist()

    assert average_precision_score([truth[item] for item in items], -np.arange(len(items))) >= floor
