"""A round of review: which items are asked about, in which order, and which of them blindly.

The round is frozen: the first N rows of the queue that nobody has decided. Of equal pieces of it one row
each is judged first, blindly (spot checks): they tell how fast errors thin out. Among the others stand rows
that nobody suspects (controls), which make yes-saying visible, and some of the queue is blind too, so that
nothing tells a control from a suspect. Where the dataset's error rate is to be estimated, rows drawn of the
whole queue (rate) are judged first too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.prioritise.draws import splitmix
from auditor.prioritise.sample import SIMPLE, spread

Sampled = Literal["queue", "spot", "control", "rate"]
Drawn = tuple[int, int]
"""A row and its draw key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much a round asks for."""

    items: int = 500
    """Rows of the queue."""
    spot: int = 25
    """Spot checks, which are among them."""
    controls: float = 0.1
    """Rows that nobody suspects, as a share of the rows of the queue, 0..1."""
    blind: float = 0.2
    """Share of the other rows of the queue whose suggestion is hidden until a class is chosen, 0..1."""
    estimate: int = 0
    """Rows drawn of the whole queue for an estimate of the dataset's error rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One item of a round."""

    row: int
    sample: Sampled
    position: int | None
    """1-based place in the frozen order; None for rows that are not in it."""
    blind: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The items of a round in the order in which they are asked."""

    number: int
    asked: tuple[Asked, ...]
    plan: Plan

    @property
    def spots(self) -> list[int]:
        """The positions of the spot checks in the frozen order, ascending."""
        return sorted(one.position or 0 for one in self.asked if one.sample == "spot")

    @property
    def frozen(self) -> int:
        """Rows of the frozen list, whatever they are asked as."""
        return sum(one.position is not None for one in self.asked)

    def count(self, sample: Sampled) -> int:
        """How many items were drawn as `sample`."""
        return sum(one.sample == sample for one in self.asked)


def draw_round(
    queue: pa.Table,
    items: pa.Table,
    plan: Plan,
    *,
    unsuspected: NDArray[np.bool_],
    rated: Sequence[int] = (),
    number: int = 1,
) -> Round:
    """Freeze the first rows of a queue and draw what is asked first and what is mixed in.

    Args:
        queue: `rank`, `row`, `p_given`, in the order of review, without what is decided already.
        items: `row`, `draw`, `reserve` of the items whose content is kept.
        plan: how much to ask for.
        unsuspected: (n,) the rows of the dataset that may be controls.
        rated: rows drawn for the estimate, that nobody has decided.
        number: of the round.
    """
    ranks = queue["rank"].to_numpy()
    frozen = queue["row"].to_numpy()[: _uncut(ranks, plan.items)]
    ranks, scored = ranks[: len(frozen)], pc.is_valid(queue["p_given"]).to_numpy()[: len(frozen)]
    keys = _keys(items, frozen)
    spots = _spots(ranks, keys, scored, plan.spot)
    hidden = _share(keys) < plan.blind
    drawn = set(rated)
    entries = [
        Asked(row=row, sample=_sample(at in spots, row in drawn), position=at + 1, blind=bool(hidden[at]))
        for at, row in enumerate(frozen.tolist())
    ]
    first = _asked_first(entries, drawn, items)
    rest = [entry for entry in entries if entry.sample == "queue"]
    taken = np.concatenate([frozen, np.array(sorted(drawn), np.int64)])
    controls = _controls(items, taken, unsuspected, round(plan.controls * len(frozen)))
    edges = _edges(np.array([ranks[(entry.position or 1) - 1] for entry in rest], np.int64))
    return Round(number=number, asked=(*first, *_mixed(rest, controls, edges)), plan=plan)


def _sample(spot: bool, rated: bool) -> Sampled:
    if spot:
        return "spot"
    return "rate" if rated else "queue"


def _asked_first(entries: Sequence[Asked], drawn: set[int], items: pa.Table) -> list[Asked]:
    """Spot checks and the rows of the estimate, blind, in an order that tells nothing of their places."""
    first = [replace(entry, blind=True) for entry in entries if entry.sample != "queue"]
    beyond = sorted(drawn - {entry.row for entry in entries})
    first += [Asked(row=row, sample="rate", position=None, blind=True) for row in beyond]
    rows = np.array([entry.row for entry in first], np.int64)
    keys = _keys(items, rows)
    if drawn:  # the rows of a stratum are those with its smallest keys: by key, large strata would come first
        return [first[at] for at in np.lexsort((rows, _share(keys))).tolist()]
    return [first[at] for at in np.lexsort((rows, keys)).tolist()]


def _uncut(ranks: NDArray[np.int64], most: int) -> int:
    """How many rows to freeze: at most `most`, unless the first group alone has more; no group is cut."""
    if len(ranks) <= most:
        return len(ranks)
    ends = np.append(np.flatnonzero(np.diff(ranks)) + 1, len(ranks))
    return int(max(ends[ends <= most], default=ends[0]))


def _keys(items: pa.Table, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    known = dict(zip(items["row"].to_pylist(), items["draw"].to_pylist(), strict=True))
    return np.array([known[row] for row in rows.tolist()], np.int64)


def _spots(
    ranks: NDArray[np.int64], keys: NDArray[np.int64], scored: NDArray[np.bool_], m: int
) -> frozenset[int]:
    """Positions, from 0, of the spot checks: one decision of each equal piece of the scored ones.

    Exact copies are one decision, so the first row of each group stands for it.
    """
    leads = np.flatnonzero((np.diff(ranks, prepend=-1) != 0) & scored)
    return frozenset(int(leads[at]) for at in spread(keys[leads], m)) if m else frozenset()


def _share(keys: NDArray[np.int64]) -> NDArray[np.float64]:
    """(m,) a number 0..1 of each key that has nothing to do with its order."""
    return splitmix(keys.astype(np.uint64)).astype(np.float64) / 2.0**64


def _controls(
    items: pa.Table, frozen: NDArray[np.int64], unsuspected: NDArray[np.bool_], most: int
) -> list[Drawn]:
    """The first of a simple random sample of all rows that are not suspected and not asked about anyway."""
    kept = items.filter(items["reserve"])
    rows, keys = kept["row"].to_numpy(), kept["draw"].to_numpy()
    drawn = rows[np.argsort(keys, kind="stable")[:SIMPLE]]
    free = unsuspected[drawn] & ~np.isin(drawn, frozen)
    keys = np.sort(keys, kind="stable")[:SIMPLE]
    return list(zip(drawn[free][:most].tolist(), keys[free][:most].tolist(), strict=True))


def _edges(ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places between two decisions: no control stands between the copies of a group."""
    return np.append(np.flatnonzero(np.diff(ranks, prepend=-1)), len(ranks))


def _mixed(rest: Sequence[Asked], controls: Sequence[Drawn], edges: NDArray[np.int64]) -> list[Asked]:
    """The queue with a control in each equal piece of it, at a place that follows from the control's key."""
    places: dict[int, list[Asked]] = {}
    shares = _share(np.array([key for _, key in controls], np.int64))
    for at, (row, _) in enumerate(controls):
        wanted = (at + float(shares[at])) * len(rest) / len(controls)
        edge = int(edges[min(int(np.searchsorted(edges, wanted)), len(edges) - 1)])
        control = Asked(row=row, sample="control", position=None, blind=True)
        places.setdefault(edge, []).append(control)
    out: list[Asked] = []
    for at in range(len(rest) + 1):
        out += places.get(at, [])
        out += rest[at : at + 1]
    return out
