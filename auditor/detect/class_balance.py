"""How many rows each class has: classes that are missing, too small to judge, or outnumbered.

**What it finds.** For every class its rows, share and effective number, in all and per split;
classes without a single row and classes with too few rows to say anything about.

**Why it matters.** A class with a handful of rows is neither learned nor measured; its label errors
weigh most and are seen least. Tools that name only the rarest class hide the others.

**What to do.** Collect rows for the smallest classes, or merge classes that the guideline cannot
tell apart; look at the per-split columns before trusting a test score.

**Method.** Counts. The effective number is (1 - beta^n) / (1 - beta) with beta = 0.999.

**Reference.** Cui, Jia, Lin, Song, Belongie: Class-Balanced Loss Based on Effective Number of
Samples, CVPR 2019.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.data import NO_LABEL, SPLIT_ORDER, UNKNOWN_LABEL, Dataset, split_kind
from auditor.detect import LABELS, Inputs, detector
from auditor.findings import Ran, class_findings
from auditor.measures import Measure, measured
from auditor.wording import N_

REASONS = {
    "class-missing": N_('The class "{name}" has no row at all.'),
    "class-too-small": N_('The class "{name}" has {count} rows: too few to judge.'),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Options of the detector."""

    too_small: int = 10
    """Rows below which a class is too small to judge; cleanlab's Datalab uses the same number."""
    beta: float = 0.999
    """Beta of the effective number (Cui et al. 2019), at least 0 and under 1."""

    def __post_init__(self) -> None:
        if not 0 <= self.beta < 1:
            raise ValueError("beta", self.beta)


@detector(name="class_balance", kinds=("class",), needs=(LABELS,))
def find(inputs: Inputs, settings: Settings) -> Ran:
    """Count the classes."""
    dataset = inputs.dataset
    known = dataset.labels.codes[dataset.labels.known]
    counts = np.bincount(known, minlength=len(dataset.classes))
    order = np.argsort(counts, kind="stable")
    small = [int(code) for code in order if counts[code] < settings.too_small]
    findings = class_findings(
        [dataset.classes[code] for code in small],
        ["class-missing" if counts[code] == 0 else "class-too-small" for code in small],
        [{"name": dataset.classes[code], "count": int(counts[code])} for code in small],
    )
    return Ran(
        findings=(findings,),
        measures=tuple(_measures(dataset, counts)),
        tables={"counts": _table(dataset, counts, settings.beta)},
    )


def effective_number(counts: NDArray[np.int64], beta: float = 0.999) -> NDArray[np.float64]:
    """(1 - beta^n) / (1 - beta) of each count (Cui et al. 2019, eq. 2).

    >>> effective_number(np.array([0, 1, 1000])).round(2).tolist()
    [0.0, 1.0, 632.3]
    """
    return (1 - np.power(beta, counts, dtype=np.float64)) / (1 - beta)


def _table(dataset: Dataset, counts: NDArray[np.int64], beta: float) -> pa.Table:
    total = max(int(counts.sum()), 1)
    columns: dict[str, object] = {
        "class": list(dataset.classes),
        "count": counts,
        "share": counts / total,
        "effective_number": effective_number(counts, beta),
    }
    for split in SPLIT_ORDER:
        columns[split] = _per_split(dataset, split)
    return pa.table(columns)


def _per_split(dataset: Dataset, split: str) -> pa.Array:
    """Rows of each class in the splits of one kind; nulls where the dataset has no such split."""
    splits, labels = dataset.splits, dataset.labels
    of_kind = [] if splits is None else [split_kind(name) == split for name in splits.names]
    if splits is None or not any(of_kind):
        return pa.nulls(len(dataset.classes), pa.int64())
    here = np.isin(splits.codes, np.flatnonzero(of_kind)) & labels.known
    return pa.array(np.bincount(labels.codes[here], minlength=len(dataset.classes)), pa.int64())


def _measures(dataset: Dataset, counts: NDArray[np.int64]) -> list[Measure]:
    k, n = len(counts), int(counts.sum())
    present = counts[counts > 0]
    codes = dataset.labels.codes
    unknown = int((codes == UNKNOWN_LABEL).sum())

    return [
        measured("classes.min_count", int(counts.min()), k),
        measured("classes.imbalance_ratio", float(present.max() / present.min()), k),
        measured("classes.missing", int((counts == 0).sum()), k),
        measured("labels.unknown", unknown, n + unknown),
        measured("labels.missing", int((codes == NO_LABEL).sum()), len(codes)),
    ]
