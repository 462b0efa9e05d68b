"""How far the predictions can be trusted: accuracy, macro-F1 and kappa against the given labels.

**What it finds.** How well the predicted classes agree with the given labels, in all and per class,
with which class each is confused most, and how well the probabilities mean what they say.

**Why it matters.** The queue is as good as the model behind it. With a kappa near zero its order is
close to chance; a class with a low F1 hides its label errors among the model's own.

**What to do.** Bring better out-of-sample predictions where kappa is under 0.3; average several
models: it is the one change that helped on every human-verified dataset we measured.

**Method.** Counts of given by predicted class. Agreement is measured against the *given* labels,
label errors included, so it is a lower bound of the model's true accuracy where errors are random.

**Reference.** Cohen: A coefficient of agreement for nominal scales (1960).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.detect import LABELS, PREDICTIONS, Inputs, detector
from auditor.findings import Ran
from auditor.measures import measured
from auditor.scan.kernel import RowScores

REASONS: dict[str, str] = {}
MOST_BINS = 1_000
"""Bins at most: more are thinner than any table of them can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Options of the detector."""

    bins: int = 10
    """Bins of the calibration table, equally wide over 0..1; ten, so that each is a tenth."""

    def __post_init__(self) -> None:
        if not 1 <= self.bins <= MOST_BINS:
            raise ValueError("bins", self.bins)


@detector(name="model_quality", kinds=(), needs=(LABELS, PREDICTIONS))
def find(inputs: Inputs, settings: Settings) -> Ran:
    """Agreement in all and per class, and calibration."""
    model = inputs.model
    confusion = model.sums.confusion
    n = int(confusion.sum())
    f1 = f1_per_class(confusion)
    seen = (confusion.sum(axis=0) + confusion.sum(axis=1)) > 0  # as scikit-learn: given or predicted

    return Ran(
        measures=(
            measured("model.accuracy", model.sums.accuracy, n),
            measured("model.macro_f1", float(f1[seen].mean()) if seen.any() else 0.0, n),
            measured("model.kappa", model.sums.kappa, n),
        ),
        tables={
            "agreement": _per_class(inputs.dataset.classes, confusion, f1),
            "calibration": calibration(model.rows, inputs.dataset.labels.codes, settings.bins),
        },
    )


def f1_per_class(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """(K,) 2 TP / (2 TP + FP + FN) of each class, 0 where a class is neither given nor predicted."""
    right = confusion.diagonal()
    both = confusion.sum(axis=0) + confusion.sum(axis=1)
    out: NDArray[np.float64] = 2 * right / np.maximum(both, 1)
    return out


def _per_class(classes: tuple[str, ...], confusion: NDArray[np.int64], f1: NDArray[np.float64]) -> pa.Table:
    given = confusion.sum(axis=1)
    off = confusion.copy()
    np.fill_diagonal(off, 0)
    worst = off.argmax(axis=1)
    return pa.table(
        {
            "class": list(classes),
            "accuracy": [
                float(confusion[k, k] / given[k]) if given[k] else None for k in range(len(classes))
            ],
            "f1": [float(f1[k]) if given[k] else None for k in range(len(classes))],
            "most_confused_with": [
                classes[worst[k]] if off[k, worst[k]] else None for k in range(len(classes))
            ],
        }
    )


def calibration(rows: RowScores, labels: NDArray[np.int32], bins: int) -> pa.Table:
    """Per bin of the predicted class's probability: rows, mean probability, share that agrees."""
    scored = rows.scored
    confidence = np.maximum(rows.p_given[scored], rows.p_other[scored])
    order = np.argsort(confidence)  # so that sums do not depend on the order of rows
    confidence, agrees = confidence[order], (rows.predicted[scored] == labels[scored])[order]
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    count = np.bincount(place, minlength=bins)
    filled = count > 0
    return pa.table(
        {
            "from": (np.arange(bins) / bins)[filled],
            "to": ((np.arange(bins) + 1) / bins)[filled],
            "rows": count[filled],
            "confidence": np.bincount(place, weights=confidence, minlength=bins)[filled] / count[filled],
            "agrees": np.bincount(place, weights=agrees, minlength=bins)[filled] / count[filled],
        }
    )
