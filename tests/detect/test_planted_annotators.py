"""Bad annotators found from single labels: one label a row and who gave it, by the suspects alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import inputs_of, sentence
from numpy.typing import NDArray

from auditor.detect import run_detectors
from auditor.findings import Ran
from auditor.read.columns import ColumnChoice

PEOPLE = tuple(f"p{at}" for at in range(10))
BAD = frozenset({"p3", "p8"})


def clear(frame: pd.DataFrame, probs: NDArray[Any], **choice: Any) -> set[str]:
    """Whom the slices name."""
    outcome = run_detectors(inputs_of(frame, [probs], **choice), {})["slices"]
    assert isinstance(outcome, Ran)
    return {entry["value"] for entry in outcome.tables["slices"].to_pylist() if entry["clear"]}


def annotated(truth: NDArray[Any], k: int, bad: float, good: float, seed: int) -> tuple[Any, NDArray[Any]]:
    """(annotator, label) of each row: who labelled it by lot, wrongly so often."""
    rng = np.random.default_rng(seed)
    who = rng.integers(0, len(PEOPLE), len(truth))
    rate = np.where(np.isin(who, [PEOPLE.index(name) for name in BAD]), bad, good)
    wrong = rng.random(len(truth)) < rate
    labels = np.where(wrong, (truth + rng.integers(1, k, len(truth))) % k, truth)
    return [PEOPLE[at] for at in who], labels


def simulated(seed: int, bad: float, good: float) -> tuple[pd.DataFrame, NDArray[Any]]:
    """2,000 rows of four classes, a model that is right in nine of ten, ten annotators."""
    rng = np.random.default_rng(seed)
    n, k = 2000, 4
    truth = rng.integers(0, k, n)
    who, labels = annotated(truth, k, bad, good, seed)
    seen = np.where(rng.random(n) < 0.9, truth, rng.integers(0, k, n))
    probs = rng.dirichlet(np.full(k, 1.0), n)
    probs[np.arange(n), seen] += 2
    frame = pd.DataFrame(
        {"text": [sentence(row) for row in range(n)], "label": labels.astype(str), "annotator": who}
    )
    return frame, probs / probs.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(5))
def test_two_bad_of_ten_are_found_and_no_sane_one_with_them(seed: int) -> None:
    """Wrong in 25 % where the others are in 4 %; one label a row."""
    assert clear(*simulated(seed, bad=0.25, good=0.04)) == BAD


def test_ten_sane_ones_are_left_alone() -> None:
    """Where all are wrong in 4 %, at most one of ten datasets names somebody."""
    assert sum(bool(clear(*simulated(seed, bad=0.04, good=0.04))) for seed in range(10)) <= 1


def test_two_bad_of_ten_are_found_on_real_images_and_a_real_model(shared_data: Path) -> None:
    """cifar10n: the true classes as labels, of which two annotators of ten get 20 % wrong, the others 2 %."""
    folder = shared_data / "cifar10n"
    classes = (folder / "classes.txt").read_text().split()
    truth = pd.read_csv(folder / "truth.csv", dtype=str)
    codes = truth["true_label"].map({name: code for code, name in enumerate(classes)}).to_numpy()
    who, labels = annotated(codes, len(classes), bad=0.2, good=0.02, seed=1)
    frame = pd.DataFrame({"id": truth["id"], "image": truth["id"] + ".jpg", "annotator": who}).assign(
        label=[classes[code] for code in labels]
    )
    probs = np.load(folder / "pred_probs.npy")
    choice = ColumnChoice(id="id", features=("image",))
    assert clear(frame, probs, columns=choice, class_names=tuple(classes)) == BAD
