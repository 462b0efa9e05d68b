"""Rows far from all others: nothing in the dataset is like them.

**What it finds.** Rows whose vector (`--embeddings`) is far from its nearest neighbours, where the
distances of the other rows are alike: foreign material, damaged files, a wrong language, or rare and
right examples.

**Why it matters.** Foreign rows teach a model nothing, and damaged ones teach it wrong. A rare kind
of example that is right is worth finding as well: the model has seen nothing like it.

**What to do.** Look at the first ones. Remove what does not belong; keep, and collect more of, what
does. An outlier is no label error.

**Method.** The distance of a row is the average cosine distance to its 10 nearest rows; copies of a
row are none of them. The suspicion is 1 - exp(-distance), which is cleanlab's out-of-distribution
score turned round, without its scaling by the dataset's mean. A row is flagged where the logarithm of
its distance is beyond the outer fence: the third quartile plus three times the distance of the
quartiles, widened where the distances have a long right tail, by their medcouple. So no share of the
rows is fixed in advance, and neither dimension nor scale matter. In a clean cloud next to nothing is
flagged, and in data of several densities a fence for all of them is wide. What it is worth depends on
the vectors: the neighbours are those of the network that made them. Foreign rows that are more than
ten and like each other are no outliers to it, and neither is a row whose vector ten other rows have:
these are found as copies or near copies. In large datasets neighbours come from an index, which
may miss some of the far ones: distances are then a little too long.

**Reference.** Kuan, Mueller: Back to the basics: revisiting out-of-distribution detection baselines,
ICML workshop 2022 (the score; cleanlab.outlier.OutOfDistribution). Tukey: Exploratory data analysis,
1977 (the outer fence). Hubert, Vandervieren: An adjusted boxplot for skewed distributions, 2008;
Brys, Hubert, Struyf: A robust measure of skewness, 2004 (the medcouple).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.detect import EMBEDDINGS, Inputs, detector
from auditor.findings import Ran, findings_of
from auditor.measures import measured
from auditor.similar.neighbours import Neighbours
from auditor.wording import N_

REASONS = {
    "outlier": N_(
        "Far from all other rows: its {neighbours} nearest are {distance} away on average; half of the rows "
        "are within {median}."
    )
}
FEWEST = 30
"""Rows with different vectors below which quartiles say little."""
SMALLEST = 1e-6
"""Cosine distance below which vectors are the same but for rounding in float32."""
MOST_COMPARED = 1_000
"""Quantiles of the distances from which the medcouple is taken: it compares them pair by pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Options of the detector."""

    neighbours: int = 10
    """Nearest rows over which distances are averaged; ten as in cleanlab, at most the 16 that are kept."""
    fence: float = 3.0
    """Distances of the quartiles beyond the third one: Tukey's outer fence."""

    def __post_init__(self) -> None:
        if not 1 <= self.neighbours <= 16:
            raise ValueError("neighbours", self.neighbours)
        if not self.fence > 0:
            raise ValueError("fence", self.fence)


@detector(name="outliers", kinds=("outlier",), needs=(EMBEDDINGS,))
def find(inputs: Inputs, settings: Settings) -> Ran:
    """Flag the rows whose distance is beyond the fence."""
    found = inputs.index.neighbours
    if found is None:
        raise ValueError("there are no embeddings")
    distance = average_distance(found, settings.neighbours)
    level = fence(distance[_one_of_each(found, distance)], settings.fence)
    few = _copies(found) < settings.neighbours
    rows = np.flatnonzero((distance > level) & few)  # NaN, a row without a vector, is not
    known = distance[~np.isnan(distance)]
    median = float(np.median(known)) if len(known) else 0.0
    evidence = [
        {
            "distance": round(float(distance[row]), 4),
            "median": round(median, 4),
            "neighbours": settings.neighbours,
        }
        for row in rows
    ]
    findings = findings_of(
        inputs.dataset,
        inputs.index,
        kind="outlier",
        rows=rows,
        suspicion=suspicion(distance[rows]),
        reason_code="outlier",
        evidence=evidence,
    )
    return Ran(findings=(findings,), measures=(measured("outliers.count", len(rows), len(known)),))


def average_distance(found: Neighbours, k: int) -> NDArray[np.float64]:
    """(n,) average cosine distance (0..2) to the k nearest other vectors; NaN for rows without a vector."""
    near = found.similarity[:, :k].astype(np.float64)
    there = ~np.isnan(near)
    count = there.sum(axis=1)
    total = np.where(there, 1 - near, 0).sum(axis=1)
    return np.where(count > 0, np.maximum(total, 0) / np.maximum(count, 1), np.nan)


def suspicion(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 - exp(-distance), 0..1: one minus the score of Kuan & Mueller (2022).

    >>> suspicion(np.array([0.0, 2.0])).round(2).tolist()
    [0.0, 0.86]
    """
    return 1 - np.exp(-distance)


def _one_of_each(found: Neighbours, distance: NDArray[np.float64]) -> NDArray[np.int64]:
    """One row of each distinct vector: 10,000 copies are one place in space."""
    first = np.unique(found.distinct, return_index=True)[1]
    return first[~np.isnan(distance[first])]


def _copies(found: Neighbours) -> NDArray[np.int64]:
    """(n,) other rows with the vector of each."""
    return np.bincount(found.distinct + 1)[found.distinct + 1] - 1  # -1, no vector, is counted first


def fence(distance: NDArray[np.float64], width: float) -> float:
    """The distance beyond which a row is clear of the others; infinity where there are too few to tell.

    Q3 + width * exp(3 MC) * (Q3 - Q1) of the logarithms (Hubert & Vandervieren 2008, eq. 5, with the outer
    fence's 3 for 1.5), where the medcouple MC is positive; a long left tail makes the fence no narrower.

    Args:
        distance: (m,) average distances, 0..2.
        width: distances of the quartiles.
    """
    if len(distance) < FEWEST:
        return float("inf")
    logs = np.log(np.maximum(distance, SMALLEST))
    low, high = np.quantile(logs, [0.25, 0.75])
    return float(np.exp(high + width * np.exp(3 * max(medcouple(logs), 0.0)) * (high - low)))


def medcouple(values: NDArray[np.float64]) -> float:
    """A robust measure of skewness, -1..1, 0 for a symmetric distribution (Brys, Hubert & Struyf 2004).

    The median of ((b - m) - (m - a)) / (b - a) over the values a below and b above the median m. Of more than
    `MOST_COMPARED` values as many quantiles are taken.

    >>> medcouple(np.array([1.0, 2.0, 3.0])), medcouple(np.array([0.0, 1.0, 10.0])) > 0
    (0.0, True)
    """
    if len(values) > MOST_COMPARED:
        values = np.quantile(values, (np.arange(MOST_COMPARED) + 0.5) / MOST_COMPARED)
    centred = values - np.median(values)
    above, below = centred[centred >= 0], centred[centred <= 0]
    wide = above[:, None] - below[None, :]
    with np.errstate(invalid="ignore"):
        skew = (above[:, None] + below[None, :]) / wide
    return float(np.median(skew[wide > 0])) if (wide > 0).any() else 0.0
