"""The queue: every labelled row with a prediction, and every conflict, in the order of review.

Exact copies stand together under one rank, so that one judgement serves them all; a group stands
where its most suspicious row would. Near copies follow it, each under a rank of its own. Conflicts
over content that says too little come after everything that can be settled, conflicts that no model
could score come last, the near ones behind the exact.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.arrow import label_texts, named
from auditor.data import NO_LABEL
from auditor.detect import Inputs
from auditor.findings import of_kind
from auditor.prioritise.near import leading_units
from auditor.prioritise.order import order_scores
from auditor.prioritise.reasons import (
    conflict_code,
    conflict_sentence,
    model_code,
    model_sentence,
    near_sentence,
)
from auditor.prioritise.worth import Worth
from auditor.ties import lexsort_by_item
from auditor.wording import Text

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
"""Where a unit stands: scored rows and groups, conflicts that say too little, conflicts without a score."""
TRIFLE = 1e-6
"""Weight of an unscored conflict that says too little: behind all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The rows of the queue and the rank each has."""

    rows: NDArray[np.int64]
    ranks: NDArray[np.int64]
    """1, 2, 3, ...; the same for the exact copies of a group."""
    total: int
    """Rows that belong into the queue, before `--top` cut it."""
    priorities: NDArray[np.float64]
    """What the ranks are sorted by, of the row, its copies and the row that it follows as a near copy: the
    best order score, or once there are verdicts the sum of `p_error`; each with its weights. NaN for the
    conflicts that stand apart at the end."""
    scores: NDArray[np.float64]
    """(n,) the order score of every row of the dataset."""
    places: NDArray[np.int64]
    """(n,) 0-based place of each row by the order score alone, those among them that are settled and in the
    queue no more; -1 for rows that never were in it. Samples are drawn and curves are drawn by it."""
    p_error: NDArray[np.float64] | None = None
    """(n,) probability that a reviewer will confirm an error, 0..1; None before enough verdicts."""
    notes: tuple[Text, ...] = ()
    """What is told of the order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """Rows in the order of review, before the first of them are taken."""

    rows: NDArray[np.int64]
    first: NDArray[np.bool_]
    """Whether a row is the first of its unit: a single row, or the copies of a group."""
    priorities: NDArray[np.float64]


def order_rows(inputs: Inputs, findings: pa.Table, top: int | None, worth: Worth | None = None) -> Order:
    """The order of review.

    Args:
        inputs: the dataset, its groups and its scores.
        findings: what the detectors found; the near conflicts among it belong into the queue.
        top: how many rows to keep at most, None for all; a group is never cut.
        worth: what the rows are sorted by; the order score alone if not given.
    """
    worth = worth or Worth(scores=order_scores(inputs.scores, inputs.dataset.labels.codes))
    near = _near_conflicts(len(inputs.dataset), findings)
    rows = _queued(inputs, worth.scores, near)
    queue = plain = _ordered(inputs, findings, rows, near, Worth(scores=worth.scores))
    asked = rows[~inputs.confirmed[rows]]
    if len(asked) < len(rows) or worth.of_rows is not worth.scores:
        queue = _ordered(inputs, findings, asked, near, worth)
    places = np.full(len(inputs.dataset), -1, np.int64)
    places[plain.rows] = np.arange(len(rows))
    cut = _cut(queue.first, top)
    return Order(
        rows=queue.rows[:cut],
        ranks=np.cumsum(queue.first, dtype=np.int64)[:cut],
        total=len(queue.rows),
        priorities=queue.priorities[:cut],
        scores=worth.scores,
        places=places,
        p_error=worth.p_error,
        notes=worth.notes,
    )


def _ordered(
    inputs: Inputs,
    findings: pa.Table,
    rows: NDArray[np.int64],
    near: NDArray[np.float64],
    worth: Worth,
) -> Ordered:
    """Rows by what each is worth, those of equal worth by score and runner-up.

    Copies stand where the best of them would; once the worth of copies adds up, where the sum of them does:
    one decision settles them all.
    """
    unit = _units(inputs, rows)
    own, score = _or_last(worth.of_rows[rows]), _or_last(worth.scores[rows])
    among = (-np.nan_to_num(inputs.scores.p_other[rows]), -score, -own)
    place, best = _of_units(inputs, rows, unit, own, near[rows], added=worth.added)
    columns = (*among, _leaders(inputs, rows, unit, among)[unit], -best[unit], place[unit])
    order = lexsort_by_item(columns, rows, inputs.ties)
    order, leader = _followed(inputs, findings, rows, unit, order, place)
    return Ordered(
        rows=rows[order],
        first=np.diff(unit[order], prepend=-1) != 0,
        priorities=np.where(place == SCORED, best, np.nan)[leader[unit[order]]],
    )


def _or_last(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isnan(values), -np.inf, values)


def _followed(
    inputs: Inputs,
    findings: pa.Table,
    rows: NDArray[np.int64],
    unit: NDArray[np.int64],
    order: NDArray[np.int64],
    place: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The order with near copies right behind the first of them, and the unit that each stands behind."""
    if not len(of_kind(findings, "near_duplicate")):
        return order, np.arange(len(place))
    position = np.empty(len(place), np.int64)
    position[unit[order[::-1]]] = np.arange(len(order))[::-1]
    doubted = np.zeros(len(place), bool)
    doubted[unit[_doubted(inputs)[rows]]] = True
    apart = np.where(place == TOO_LITTLE, -1, position)
    leader = leading_units(inputs.index, rows, unit, apart, follows=doubted)
    return order[np.argsort(position[leader][unit[order]], kind="stable")], leader


def _doubted(inputs: Inputs) -> NDArray[np.bool_]:
    """(n,) rows of which the model does not say that the given label is the likeliest."""
    scores = inputs.scores
    differs: NDArray[np.bool_] = scores.predicted != inputs.dataset.labels.codes
    return differs | ~scores.scored


def _near_conflicts(n: int, findings: pa.Table) -> NDArray[np.float64]:
    """(n,) how alike a row is to one with another label, 0 where it is in no near conflict; tiny for those
    that say too little."""
    alike = np.zeros(n)
    found = of_kind(findings, "near_conflict")
    trifling = pc.ends_with(found["reason_code"].cast(pa.string()), "-too-little")
    weight = np.where(trifling.to_numpy().astype(bool), TRIFLE, 1.0)
    alike[found["row"].to_numpy()] = found["suspicion"].to_numpy() * weight
    return alike


def _queued(inputs: Inputs, scores: NDArray[np.float64], near: NDArray[np.float64]) -> NDArray[np.int64]:
    """Rows with a score, the labelled rows of the groups in conflict, and the rows in near conflict."""
    in_conflict = np.isin(inputs.index.groups.of_row, list(inputs.index.conflicts))
    labelled = inputs.dataset.labels.codes != NO_LABEL
    wanted = ~np.isnan(scores) | (in_conflict & labelled) | (near > 0)
    return np.flatnonzero(wanted)


def _units(inputs: Inputs, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """(m,) a number per queued row, the same for the rows of a group."""
    groups = inputs.index.groups.of_row[rows]
    alone = groups < 0
    keys = np.where(alone, -1 - np.arange(len(rows)), groups)
    unit: NDArray[np.int64] = np.unique(keys, return_inverse=True)[1].astype(np.int64)
    return unit


def _of_units(
    inputs: Inputs,
    rows: NDArray[np.int64],
    unit: NDArray[np.int64],
    own: NDArray[np.float64],
    near: NDArray[np.float64],
    *,
    added: bool,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Per unit its place and what it is worth: that of its best row, or of all (`added`); for unscored
    conflicts the rows that must be wrong, and for near ones, which come behind, how alike they are."""
    m = int(unit.max()) + 1 if len(unit) else 0
    best, group, alike = np.full(m, -np.inf), np.full(m, -1), np.zeros(m)
    np.maximum.at(best, unit, own)
    np.maximum.at(alike, unit, near)
    group[unit] = inputs.index.groups.of_row[rows]
    enough = np.append(inputs.index.groups.enough, True)[group]  # -1, a single row, is the last
    unsettled = np.isin(group, list(inputs.index.conflicts)) & ~enough
    place = np.where(np.isinf(best), UNSCORED, np.where(unsettled, TOO_LITTLE, SCORED))
    if added:
        best = np.bincount(unit, np.where(np.isinf(own), 0.0, own), m)
    best = np.where(place == UNSCORED, alike, best)
    for u in np.flatnonzero((place == UNSCORED) & np.isin(group, list(inputs.index.conflicts))):
        labels = inputs.index.conflicts[int(group[u])].values()
        best[u] = (sum(labels) - max(labels)) * (1.0 if enough[u] else TRIFLE)
    return place, best


def _leaders(
    inputs: Inputs, rows: NDArray[np.int64], unit: NDArray[np.int64], among: tuple[NDArray[np.float64], ...]
) -> NDArray[np.int64]:
    """(units,) an order among units of equal worth, by their first rows; of rows by `among` and the item."""
    order = lexsort_by_item(among, rows, inputs.ties)
    leader = np.full(int(unit.max()) + 1 if len(unit) else 0, len(rows), np.int64)
    np.minimum.at(leader, unit[order], np.arange(len(order)))
    return leader


def _cut(first: NDArray[np.bool_], top: int | None) -> int:
    """How many rows to keep so that at most `top` rows stand and no group is cut; the first group stays."""
    if top is None or len(first) <= top:
        return len(first)
    ends = np.append(np.flatnonzero(first)[1:], len(first))
    return int(max(ends[ends <= top], default=ends[0]))


def queue_table(
    inputs: Inputs, order: Order, findings: pa.Table, reasons: Mapping[str, str], lang: str
) -> pa.Table:
    """The queue as a table of the `QUEUE` schema."""
    dataset, scores, groups = inputs.dataset, inputs.scores, inputs.index.groups
    rows, nothing = order.rows, pa.nulls(len(order.rows))
    kinds = _kinds(findings, rows)
    p_given = scores.p_given[rows]
    missing = np.isnan(p_given)
    splits = nothing if dataset.splits is None else named(dataset.splits.codes[rows], dataset.splits.names)
    near = _nearest(findings)
    why = [_reason(inputs, row, kinds.get(row, ()), near.get(row), reasons, lang) for row in rows.tolist()]
    columns: dict[str, Any] = {
        "rank": order.ranks,
        "item": dataset.ids.take(pa.array(rows)),
        "row": rows,
        "split": splits,
        "kinds": [";".join(kinds.get(row, ())) for row in rows.tolist()],
        "given_label": label_texts(dataset.labels).take(pa.array(rows)),
        "suggested_label": named(np.where(missing, -1, scores.other[rows]), dataset.classes),
        "p_given": pa.array(p_given, mask=missing),
        "p_suggested": pa.array(scores.p_other[rows], mask=missing),
        "suspicion": pa.array(1 - p_given, mask=missing),
        "p_error": nothing if order.p_error is None else _nullable(order.p_error[rows]),
        "priority": pa.array(order.priorities, mask=np.isnan(order.priorities)),
        "group": named(groups.of_row[rows], groups.names),
        "near_group": _near_groups(findings, rows),
        "reason_code": [code for code, _ in why],
        "reason": [reason for _, reason in why],
    }
    return pa.table({name: pa.array(column) for name, column in columns.items()}).cast(QUEUE)


def _nullable(values: NDArray[np.float64]) -> pa.Array:
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def _near_groups(findings: pa.Table, rows: NDArray[np.int64]) -> list[str | None]:
    near = of_kind(findings, "near_duplicate")
    names = dict(zip(near["row"].to_pylist(), near["group"].to_pylist(), strict=True))
    return [names.get(row) for row in rows.tolist()]


def _kinds(findings: pa.Table, rows: NDArray[np.int64]) -> dict[int, tuple[str, ...]]:
    """Row -> the kinds of what was found there, each once, for the rows of the queue."""
    queued = findings.select(["row", "kind"]).filter(pc.is_in(findings["row"], pa.array(rows, pa.int64())))
    kinds: dict[int, tuple[str, ...]] = {}
    for row, kind in zip(queued["row"].to_pylist(), queued["kind"].to_pylist(), strict=True):
        kinds[row] = tuple(dict.fromkeys([*kinds.get(row, ()), kind]))
    return kinds


def _nearest(findings: pa.Table) -> dict[int, tuple[str, dict[str, Any]]]:
    """Row in near conflict -> the reason code and what is known of the other row."""
    found = of_kind(findings, "near_conflict")
    told = found.select(["row", "reason_code", "evidence"]).to_pylist()
    return {entry["row"]: (entry["reason_code"], json.loads(entry["evidence"])) for entry in told}


def _reason(
    inputs: Inputs,
    row: int,
    kinds: Sequence[str],
    near: tuple[str, dict[str, Any]] | None,
    reasons: Mapping[str, str],
    lang: str,
) -> tuple[str, str]:
    """The code and the sentence of why a row stands where it stands."""
    scores, names, index = inputs.scores, inputs.dataset.classes, inputs.index
    group, p_given = int(index.groups.of_row[row]), float(scores.p_given[row])
    labels = index.conflicts.get(group)
    if labels is not None:
        code = conflict_code(bool(index.groups.enough[group]))
        return code, conflict_sentence(reasons[code], index.shown_labels[group], len(labels)).to(lang)
    if near is not None and "label_issue" not in kinds:
        return near[0], near_sentence(reasons[near[0]], near[1]).to(lang)
    given = int(inputs.dataset.labels.codes[row])
    code = model_code(p_given, flagged="label_issue" in kinds, agrees=int(scores.predicted[row]) == given)
    sentence = model_sentence(
        reasons[code],
        given=names[given],
        suggested=names[int(scores.other[row])],
        p_given=p_given,
        p_suggested=float(scores.p_other[row]),
    )
    return code, sentence.to(lang)
