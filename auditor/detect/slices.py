"""Where the suspects cluster: annotators, batches and sources with more than their classes explain.

**What it finds.** For every value of every slice column (annotator, batch, source, `--slice`) its rows and
suspects, the rate that rows of the same classes have elsewhere, and a pooled rate with a 95 % interval.
Named as findings are only values that are *clear* of the rest: the interval lies above the rate elsewhere.

**Why it matters.** One person who read the guideline differently, one batch with shifted columns, one
crawled site: a cause that is found once mends many rows. A plain table of rates would accuse whoever has
few rows, because small groups have the highest and the lowest rates by chance alone.

**What to do.** Look at ten suspects of a clear value together. If they share a mistake, read the guideline
with the person or mend the batch; a high rate may also mean that these rows are harder. Values that are
not clear are not ranked, and should not be.

**Method.** The suspects are the rows that `label_issues` flags. The rate elsewhere is that of the rows
outside the slice, class by class (indirect standardisation with the weights of Mantel and Haenszel; rows
of a class that stands nowhere else are not compared). Rates are then pooled by beta-binomial empirical
Bayes: the prior's mean is the rate elsewhere, its width a mixture whose weights are the maximum of the
marginal likelihood over all values of the column. A value is clear where the probability that its rate is
no higher than elsewhere is at most 2.5 %.

**Reference.** Efron, Morris: Data Analysis Using Stein's Estimator, JASA 70 (1975); Clayton, Kaldor,
Biometrics 43 (1987); Mantel, Haenszel, JNCI 22 (1959); Stephens: False discovery rates: a new deal,
Biostatistics 18 (2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.data import Slices
from auditor.detect import LABELS, PREDICTIONS, SLICES, Inputs, detector
from auditor.detect.label_issues import suspects
from auditor.findings import Ran, class_findings, part_of
from auditor.measures import Measure, measured
from auditor.statistics.pooling import TAIL, Compared, Pooled, comparable, pooled
from auditor.wording import N_

REASONS = {
    "slice-clear": N_(
        'Of {rows:,} rows with {column} "{value}", {suspected:,} are suspected ({rate:.1%}); rows of the '
        "same classes elsewhere: {expected:.1%}. Pooled rate {pooled:.1%}, 95% interval {low:.1%} to "
        "{high:.1%}."
    ),
}
SLICES_TABLE = pa.schema(
    [
        ("column", pa.string()),
        ("value", pa.string()),
        ("values", pa.int64()),
        ("rows", pa.int64()),
        ("suspected", pa.int64()),
        ("rate", pa.float64()),
        ("expected", pa.float64()),
        ("pooled", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("clear", pa.bool_()),
    ]
)
"""The table `slices`: a row per value, the clear ones first, then the largest; `value` is null in a row that
stands for the `values` smallest ones together, which have no rate of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Options of the detector."""

    most: int = 1000
    """Values of a column with a row of their own in the table; the rest are counted together."""

    def __post_init__(self) -> None:
        if self.most < 1:
            raise ValueError("most", self.most)


@detector(name="slices", kinds=("slice",), needs=(LABELS, PREDICTIONS, SLICES))
def find(inputs: Inputs, settings: Settings) -> Ran:
    """Compare the values of every slice column with the rest."""
    flagged, scored = suspects(inputs), inputs.model.rows.scored
    codes = inputs.dataset.labels.codes[scored].astype(np.int64)
    entries: list[dict[str, Any]] = []
    judged = 0
    for column, slices in inputs.dataset.slices.items():
        found = _column(column, slices, scored, codes, flagged[scored], settings.most)
        judged += sum(entry["values"] for entry in found)
        entries += found
    clear = [entry for entry in entries if entry["clear"]]
    return Ran(
        findings=(_findings(clear),),
        measures=tuple(_measures(entries, judged)),
        tables={"slices": pa.Table.from_pylist(entries, SLICES_TABLE)},
    )


def _column(
    column: str,
    slices: Slices,
    scored: NDArray[np.bool_],
    codes: NDArray[np.int64],
    flagged: NDArray[np.bool_],
    most: int,
) -> list[dict[str, Any]]:
    """The entries of one column: its clear values by how far they are clear, then the largest."""
    of_row = slices.codes[scored].astype(np.int64)
    rows = np.bincount(of_row[of_row >= 0], minlength=len(slices.names))
    suspected = np.bincount(of_row[(of_row >= 0) & flagged], minlength=len(slices.names))
    there = np.flatnonzero(rows)
    if not len(there):
        return []
    place = np.full(len(slices.names), -1)
    place[there] = np.arange(len(there))
    compared = comparable(np.where(of_row >= 0, place[of_row], -1), codes, flagged)
    beliefs = pooled(compared)
    clear = beliefs.below(compared.expected) <= TAIL
    kept = _kept(rows[there], clear, most)
    shown = _entries(compared, beliefs, kept)
    for entry, at in zip(shown, kept.tolist(), strict=True):
        n, hits = int(rows[there][at]), int(suspected[there][at])
        entry |= {"column": column, "value": slices.names[there[at]], "values": 1, "clear": bool(clear[at])}
        entry |= {"rows": n, "suspected": hits, "rate": hits / n}
    shown.sort(
        key=lambda entry: (not entry["clear"], entry["expected"] - entry["low"] if entry["clear"] else 0)
    )
    left = np.delete(there, kept)
    return shown + ([_rest(column, rows[left], suspected[left])] if len(left) else [])


def _kept(rows: NDArray[np.int64], clear: NDArray[np.bool_], most: int) -> NDArray[np.int64]:
    """The values that get a row: the clear ones, then the largest, equal ones by name."""
    order = np.lexsort((np.arange(len(rows)), -rows, ~clear))
    return order[: max(most, int(clear.sum()))]


def _entries(compared: Compared, beliefs: Pooled, kept: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Expected and pooled rate of the values that are kept, with the ends of the interval."""
    part = beliefs.of(kept)
    columns = {
        "expected": compared.expected[kept],
        "pooled": part.rate,
        "low": part.quantile(TAIL),
        "high": part.quantile(1 - TAIL),
    }
    return [
        dict(zip(columns, values, strict=True))
        for values in zip(*(column.tolist() for column in columns.values()), strict=True)
    ]


def _rest(column: str, rows: NDArray[np.int64], suspected: NDArray[np.int64]) -> dict[str, Any]:
    n, hits = int(rows.sum()), int(suspected.sum())
    return {
        "column": column,
        "value": None,
        "values": len(rows),
        "rows": n,
        "suspected": hits,
        "rate": hits / n,
        "clear": False,
    }


def _findings(clear: list[dict[str, Any]]) -> pa.Table:
    numbers = ("column", "value", "rows", "suspected", "rate", "expected", "pooled", "low", "high")
    return class_findings(
        [part_of(entry["column"], entry["value"]) for entry in clear],
        ["slice-clear"] * len(clear),
        [{name: entry[name] for name in numbers} for entry in clear],
        kind="slice",
    )


def _measures(entries: list[dict[str, Any]], judged: int) -> list[Measure]:
    """How many values are clear, and the rate of every value that has a row of its own."""
    named = [entry for entry in entries if entry["value"] is not None]
    return [measured("slices.clear", sum(entry["clear"] for entry in named), judged), *map(_rate, named)]


def _rate(entry: Mapping[str, Any]) -> Measure:
    return measured(
        "slices.suspect_rate",
        entry["pooled"],
        entry["rows"],
        low=entry["low"],
        high=entry["high"],
        scope=part_of(entry["column"], entry["value"]),
    )
