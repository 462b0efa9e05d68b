"""Whether the splits have the same mix of labels: how far apart they are, and in which classes.

**What it finds.** Every split against the training split (against the first one where none is called so):
how far the two label distributions are apart, the classes whose share clearly differs, and the classes
all of whose rows are in one split.

**Why it matters.** A score measured on another mix of labels is the score of another task; a class that
only the test split has was never learned, one that it lacks was never measured.

**What to do.** Draw the splits again, stratified by label, or say beside the score which mix it was
measured on. A split made on purpose (by time, by customer) may rightly differ: then this is the size of it.

**Method.** The distance is the total variation distance: the share of rows of one split that would have to
change class to get the mix of the other. Its 95 % interval is by the delta method, and its lower end is
lowered by the distance that two draws from one mix would have by chance; a split is named where this end
reaches `distance`. A class is named where its difference is significant (Fisher's exact test, Holm over
all classes and splits, 5 %) and at least `effect` in Cohen's h, so that neither small splits nor trifles
of large ones are named; its interval is Newcombe's. Fewer than two labelled rows of a class are no
evidence of anything.

**Reference.** Holm, Scandinavian Journal of Statistics 6 (1979); Newcombe, Statistics in Medicine 17
(1998), method 10; Cohen: Statistical Power Analysis for the Behavioral Sciences (1988), chapter 6.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import pi
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.data import Dataset, split_kind
from auditor.detect import LABELS, SPLITS, Inputs, detector
from auditor.findings import Ran, class_findings, part_of
from auditor.measures import Measure, measured
from auditor.statistics.intervals import newcombe
from auditor.statistics.mixes import cohen_h, fisher, holm, label_distance
from auditor.wording import N_

REASONS = {
    "split-labels-differ": N_(
        'The labels of "{split}" ({rows:,} rows) are mixed otherwise than those of "{reference}": distance '
        "{distance:.1%}, 95% interval {low:.1%} to {high:.1%}; by chance alone {by_chance:.1%}."
    ),
    "split-class-differs": N_(
        'The class "{class}" is {share:.1%} of "{split}" and {reference_share:.1%} of "{reference}".'
    ),
    "split-class-only": N_('All {rows:,} rows of the class "{class}" are in the split "{split}".'),
}
SPLITS_TABLE = pa.schema(
    [
        ("split", pa.string()),
        ("reference", pa.string()),
        ("rows", pa.int64()),
        ("reference_rows", pa.int64()),
        ("distance", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("by_chance", pa.float64()),
        ("differs", pa.bool_()),
    ]
)
"""The table `splits`: a row per split but the reference, in the order of the splits."""
SPLIT_CLASSES_TABLE = pa.schema(
    [
        ("split", pa.string()),
        ("class", pa.string()),
        ("rows", pa.int64()),
        ("share", pa.float64()),
        ("reference_rows", pa.int64()),
        ("reference_share", pa.float64()),
        ("difference", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("clear", pa.bool_()),
    ]
)
"""The table `split_classes`: per split its classes, the clear ones first, then the largest differences."""
FLAGGED = ("clear", "differs")
"""Columns of the tables that no finding needs to repeat."""
ENOUGH = 2
"""Rows from which a class could stand in two splits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Options of the detector."""

    distance: float = 0.05
    """Distance from which a split is named: one row in twenty would have to change class."""
    effect: float = 0.2
    """Cohen's h from which a class is named; 0.2 is his "small": 50 % against 60 %, or 1 % against 4 %."""
    most: int = 1000
    """Classes of a split in the table `split_classes`."""

    def __post_init__(self) -> None:
        for name in ("distance", "effect"):
            if not 0 <= getattr(self, name) <= pi:
                raise ValueError(name, getattr(self, name))
        if self.most < 1:
            raise ValueError("most", self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A split and the one that it is compared with."""

    split: str
    reference: str
    counts: NDArray[np.int64]
    """(k,) rows of each class in the split."""
    reference_counts: NDArray[np.int64]


@detector(name="split_labels", kinds=("split",), needs=(LABELS, SPLITS))
def find(inputs: Inputs, settings: Settings) -> Ran:
    """Compare every split with the reference."""
    counts = _counts(inputs.dataset)
    pairs = list(_pairs(inputs.dataset, counts))
    distances = [_distance(pair, settings.distance) for pair in pairs]
    classes = _classes(pairs, inputs.dataset.classes, settings.effect)
    only = list(_only(inputs.dataset, counts))
    findings = (
        _findings("split-labels-differ", [entry for entry in distances if entry["differs"]]),
        _findings("split-class-differs", [entry for entry in classes if entry["clear"]]),
        _findings("split-class-only", only),
    )
    found = counts.sum(axis=0)
    return Ran(
        findings=findings,
        measures=(
            measured("splits.classes_only_in_one", len(only), int((found >= ENOUGH).sum())),
            *map(_measure, distances),
        ),
        tables={
            "splits": pa.Table.from_pylist(distances, SPLITS_TABLE),
            "split_classes": _table(pairs, classes, settings.most),
        },
    )


def _counts(dataset: Dataset) -> NDArray[np.int64]:
    """(splits, k) labelled rows of each class in each split."""
    k, splits = len(dataset.classes), dataset.splits
    if splits is None:
        return np.zeros((0, k), np.int64)
    here = dataset.labels.known & (splits.codes >= 0)
    cells = splits.codes[here].astype(np.int64) * k + dataset.labels.codes[here]
    return np.bincount(cells, minlength=len(splits.names) * k).reshape(len(splits.names), k)


def _pairs(dataset: Dataset, counts: NDArray[np.int64]) -> Iterator[_Pair]:
    """Every split with labelled rows beside the first one called train, or the first one."""
    names = () if dataset.splits is None else dataset.splits.names
    there = [at for at in range(len(names)) if counts[at].any()]
    first = next((at for at in there if split_kind(names[at]) == "train"), there[0] if there else -1)
    for at in there:
        if at != first:
            yield _Pair(
                split=names[at],
                reference=names[first],
                counts=counts[at],
                reference_counts=counts[first],
            )


def _distance(pair: _Pair, bar: float) -> dict[str, Any]:
    distance, low, high, by_chance = label_distance(pair.counts, pair.reference_counts)
    return {
        "split": pair.split,
        "reference": pair.reference,
        "rows": int(pair.counts.sum()),
        "reference_rows": int(pair.reference_counts.sum()),
        "distance": distance,
        "low": low,
        "high": high,
        "by_chance": by_chance,
        "differs": low > 0 and low >= bar,
    }


def _classes(pairs: list[_Pair], names: tuple[str, ...], effect: float) -> list[dict[str, Any]]:
    """An entry per split and class that one of the two has.

    Only differences of the size that matters are tested; the others count among the hypotheses of Holm's
    procedure as if their p were 1, which errs on the side of naming too few.
    """
    entries: list[dict[str, Any]] = []
    chances: list[NDArray[np.float64]] = [np.empty(0)]
    for pair in pairs:
        there = np.flatnonzero(pair.counts + pair.reference_counts)
        own = [_class(pair, at, names[at]) for at in there.tolist()]
        far = np.array([cohen_h(entry["share"], entry["reference_share"]) >= effect for entry in own])
        chances.append(np.ones(len(own)))
        chances[-1][far] = fisher(pair.counts, pair.reference_counts, there[far])
        entries += own
    for entry, sure in zip(entries, holm(np.concatenate(chances)).tolist(), strict=True):
        entry["clear"] = sure
    return entries


def _class(pair: _Pair, at: int, name: str) -> dict[str, Any]:
    n, m = int(pair.counts.sum()), int(pair.reference_counts.sum())
    here, there = int(pair.counts[at]), int(pair.reference_counts[at])
    low, high = newcombe(here, n, there, m)
    return {
        "split": pair.split,
        "reference": pair.reference,
        "class": name,
        "rows": here,
        "share": here / n,
        "reference_rows": there,
        "reference_share": there / m,
        "difference": here / n - there / m,
        "low": low,
        "high": high,
    }


def _only(dataset: Dataset, counts: NDArray[np.int64]) -> Iterator[dict[str, Any]]:
    """The classes of two rows or more that stand in one split alone."""
    names = () if dataset.splits is None else dataset.splits.names
    if (counts.sum(axis=1) > 0).sum() < 2:
        return
    for code in np.flatnonzero(((counts > 0).sum(axis=0) == 1) & (counts.sum(axis=0) >= ENOUGH)).tolist():
        at = int(counts[:, code].argmax())
        yield {"class": dataset.classes[code], "split": names[at], "rows": int(counts[at, code])}


def _findings(reason: str, entries: list[dict[str, Any]]) -> pa.Table:
    parts = [
        part_of(entry["split"], entry["class"]) if "class" in entry else entry["split"] for entry in entries
    ]
    evidence = [{name: value for name, value in entry.items() if name not in FLAGGED} for entry in entries]
    return class_findings(parts, [reason] * len(entries), evidence, kind="split")


def _measure(entry: dict[str, Any]) -> Measure:
    return measured(
        "splits.label_distance",
        entry["distance"],
        entry["rows"],
        low=entry["low"],
        high=entry["high"],
        scope=entry["split"],
    )


def _table(pairs: list[_Pair], classes: list[dict[str, Any]], most: int) -> pa.Table:
    kept: list[dict[str, Any]] = []
    for pair in pairs:
        own = [entry for entry in classes if entry["split"] == pair.split]
        own.sort(key=lambda entry: (not entry["clear"], -abs(entry["difference"]), entry["class"]))
        kept += own[:most]
    return pa.Table.from_pylist(kept, SPLIT_CLASSES_TABLE)
