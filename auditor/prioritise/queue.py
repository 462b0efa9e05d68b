"""The queue: every labelled row with a prediction, and every conflict, in the order of review.

Exact copies stand together under one rank, so that one judgement serves them all; a group stands
where its most suspicious row would. Groups whose content says too little come after the single
rows, conflicts that no model could score come last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.detect import Inputs
from auditor.detect.label_issues import SURE
from auditor.prioritise.order import order_scores
from auditor.ties import lexsort_by_item
from auditor.wording import Text, share

QUEUE = pa.schema(
    [
        ("rank", pa.int64()),
        ("item", pa.string()),
        ("row", pa.int64()),
        ("split", pa.string()),
        ("kinds", pa.string()),
        ("given_label", pa.string()),
        ("suggested_label", pa.string()),
        ("p_given", pa.float64()),
        ("p_suggested", pa.float64()),
        ("suspicion", pa.float64()),
        ("p_error", pa.float64()),
        ("priority", pa.float64()),
        ("group", pa.string()),
        ("near_group", pa.string()),
        ("reason_code", pa.string()),
        ("reason", pa.string()),
    ]
)
"""The columns of queue.csv; `p_error` is empty until people have judged rows."""
SCORED, TOO_LITTLE, UNSCORED = range(3)
"""Where a unit stands: scored rows and groups, groups that say too little, conflicts without a score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The rows of the queue and the rank each has."""

    rows: NDArray[np.int64]
    ranks: NDArray[np.int64]
    """1, 2, 3, ...; the same for the exact copies of a group."""
    total: int
    """Rows that belong into the queue, before `--top` cut it."""
    scores: NDArray[np.float64]
    """(n,) the order score of every row of the dataset."""


def order_rows(inputs: Inputs, top: int | None) -> Order:
    """The order of review.

    Args:
        inputs: the dataset, its groups and its scores.
        top: how many rows to keep at most, None for all; a group is never cut.
    """
    scores = _scores(inputs)
    rows = _queued(inputs, scores)
    unit = _units(inputs, rows)
    place, best, other = _of_units(inputs, rows, unit, scores)
    p_other = np.full(len(rows), np.nan) if inputs.rows is None else inputs.rows.p_other[rows]
    own = np.where(np.isnan(scores[rows]), -np.inf, scores[rows])
    leader = _leaders(inputs, rows, unit, own, p_other)
    columns = (-np.nan_to_num(p_other), -own, leader[unit], -other[unit], -best[unit], place[unit])
    order = lexsort_by_item(columns, rows, inputs.ties)
    ordered_units = unit[order]
    first = np.r_[True, ordered_units[1:] != ordered_units[:-1]] if len(order) else np.empty(0, bool)
    ranks = np.cumsum(first)
    kept = _cut(first, top)
    return Order(rows=rows[order][:kept], ranks=ranks[:kept], total=len(rows), scores=scores)


def _scores(inputs: Inputs) -> NDArray[np.float64]:
    if inputs.rows is None:
        return np.full(len(inputs.dataset), np.nan)
    return order_scores(inputs.rows)


def conflicting(inputs: Inputs) -> list[int]:
    """Numbers of the groups whose rows have different labels."""
    labels = inputs.dataset.labels
    return [
        g
        for g, rows in enumerate(inputs.index.groups.members)
        if len({labels.text_of(int(row)) for row in rows} - {""}) > 1
    ]


def _queued(inputs: Inputs, scores: NDArray[np.float64]) -> NDArray[np.int64]:
    wanted = ~np.isnan(scores)
    for g in conflicting(inputs):
        members = inputs.index.groups.members[g]
        wanted[members[inputs.dataset.labels.codes[members] != -1]] = True
    return np.flatnonzero(wanted)


def _units(inputs: Inputs, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """(m,) a number per queued row, the same for the rows of a group."""
    groups = inputs.index.groups.of_row[rows]
    alone = groups < 0
    keys = np.where(alone, -1 - np.arange(len(rows)), groups)
    unit: NDArray[np.int64] = np.unique(keys, return_inverse=True)[1].astype(np.int64)
    return unit


def _of_units(
    inputs: Inputs, rows: NDArray[np.int64], unit: NDArray[np.int64], scores: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Per unit: its place, its best score (for unscored conflicts the rows that must be wrong), its
    best runner-up's probability."""
    m = int(unit.max()) + 1 if len(unit) else 0
    best, other, place = np.full(m, -np.inf), np.zeros(m), np.full(m, SCORED)
    own = np.where(np.isnan(scores[rows]), -np.inf, scores[rows])
    np.maximum.at(best, unit, own)
    if inputs.rows is not None:
        np.maximum.at(other, unit, np.where(own == best[unit], np.nan_to_num(inputs.rows.p_other[rows]), 0))
    groups = inputs.index.groups
    in_group = groups.of_row[rows] >= 0
    for u, g in dict(zip(unit[in_group], groups.of_row[rows][in_group], strict=True)).items():
        if not groups.enough[g]:
            place[u] = TOO_LITTLE
        if best[u] == -np.inf:
            labels = Counter(inputs.dataset.labels.text_of(int(row)) for row in groups.members[g])
            place[u] = UNSCORED
            best[u] = (labels.total() - max(labels.values())) * (1.0 if groups.enough[g] else 1e-6)
    return place, best, other


def _leaders(
    inputs: Inputs,
    rows: NDArray[np.int64],
    unit: NDArray[np.int64],
    own: NDArray[np.float64],
    p_other: NDArray[np.float64],
) -> NDArray[np.int64]:
    """(units,) an order among units that are equal in score, by the items of their first rows."""
    order = lexsort_by_item((-np.nan_to_num(p_other), -own), rows, inputs.ties)
    leader = np.full(int(unit.max()) + 1 if len(unit) else 0, len(rows), np.int64)
    np.minimum.at(leader, unit[order], np.arange(len(order)))
    return leader


def _cut(first: NDArray[np.bool_], top: int | None) -> int:
    """How many rows to keep so that at most `top` rows stand and no group is cut."""
    if top is None or len(first) <= top:
        return len(first)
    starts = np.flatnonzero(first)
    fitting = starts[starts <= top]
    return (
        int(fitting[-1])
        if len(fitting) and fitting[-1] > 0
        else int(starts[1] if len(starts) > 1 else len(first))
    )


def queue_table(
    inputs: Inputs, order: Order, findings: pa.Table, reasons: Mapping[str, str], lang: str
) -> pa.Table:
    """The queue as a table of the `QUEUE` schema."""
    dataset, scored = inputs.dataset, inputs.rows
    kinds, conflict = _kinds(findings)
    names, groups = dataset.classes, inputs.index.groups
    columns: dict[str, list[Any]] = {entry.name: [] for entry in QUEUE}
    for rank, row in zip(order.ranks.tolist(), order.rows.tolist(), strict=True):
        has_score = scored is not None and not np.isnan(order.scores[row])
        group = int(groups.of_row[row])
        code, reason = _reason(inputs, row, conflict.get(row), kinds.get(row, ()), reasons, lang)
        values = {
            "rank": rank,
            "item": dataset.ids[row].as_py(),
            "row": row,
            "split": _split(inputs, row),
            "kinds": ";".join(kinds.get(row, ())),
            "given_label": dataset.labels.text_of(row),
            "suggested_label": names[int(scored.other[row])] if has_score and scored is not None else None,
            "p_given": float(scored.p_given[row]) if has_score and scored is not None else None,
            "p_suggested": float(scored.p_other[row]) if has_score and scored is not None else None,
            "suspicion": 1 - float(scored.p_given[row]) if has_score and scored is not None else None,
            "p_error": None,
            "priority": float(order.scores[row]) if has_score else None,
            "group": groups.names[group] if group >= 0 else None,
            "near_group": None,
            "reason_code": code,
            "reason": reason,
        }
        for name, value in values.items():
            columns[name].append(value)
    return pa.table({entry.name: pa.array(columns[entry.name], entry.type) for entry in QUEUE})


def _split(inputs: Inputs, row: int) -> str | None:
    splits = inputs.dataset.splits
    return splits.names[splits.codes[row]] if splits is not None and splits.codes[row] >= 0 else None


def _kinds(findings: pa.Table) -> tuple[dict[int, tuple[str, ...]], dict[int, tuple[str, str]]]:
    """Row -> the kinds found there; row -> (reason code, evidence) of its conflict."""
    kinds: dict[int, tuple[str, ...]] = {}
    conflict: dict[int, tuple[str, str]] = {}
    listed = findings.select(["row", "kind", "reason_code", "evidence"]).to_pylist()
    for entry in listed:
        if entry["row"] is None:
            continue
        kinds[entry["row"]] = (*kinds.get(entry["row"], ()), entry["kind"])
        if entry["kind"] == "conflict":
            conflict[entry["row"]] = (entry["reason_code"], entry["evidence"])
    return kinds, conflict


def _reason(
    inputs: Inputs,
    row: int,
    conflict: tuple[str, str] | None,
    kinds: Sequence[str],
    reasons: Mapping[str, str],
    lang: str,
) -> tuple[str, str]:
    """The code and the sentence of why a row stands where it stands."""
    scored = inputs.rows
    if conflict is not None and (conflict[0] == "conflict" or scored is None or not scored.scored[row]):
        import json

        labels = json.loads(conflict[1])["labels"]
        listed = ", ".join(f"{name} ({count})" for name, count in sorted(labels.items()))
        return conflict[0], Text(reasons[conflict[0]], {"labels": listed}).to(lang)
    if scored is None or not scored.scored[row]:
        return "", ""
    names = inputs.dataset.classes
    given, p_given = int(inputs.dataset.labels.codes[row]), float(scored.p_given[row])
    code = _model_code("label_issue" in kinds, int(scored.predicted[row]) == given, p_given)
    values = {
        "given": names[given],
        "suggested": names[int(scored.other[row])],
        "p_given": share(p_given, 0),
        "p_suggested": share(float(scored.p_other[row]), 0),
    }
    return code, Text(reasons[code], values).to(lang)


def _model_code(flagged: bool, agrees: bool, p_given: float) -> str:
    if flagged:
        return "model-contradicts"
    if not agrees:
        return "model-prefers-other"
    return "model-agrees" if p_given >= SURE else "model-unsure"
