"""What the decisions say of errors: the verdicts that hold for the labels as they are now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

STANDING = ("kept", "to_apply", "to_settle")
"""States of decisions about the label that the dataset still has."""
LONGEST = 120_000
"""Milliseconds above which the time of an item counts as this: the reviewer was away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """Rows that somebody judged; one row stands for all its exact copies that were decided with it."""

    rows: NDArray[np.int64]
    """(v,) ascending."""
    wrong: NDArray[np.bool_]
    """(v,) whether an error was found."""
    blind: NDArray[np.bool_]
    """(v,) whether the verdict was given before any suggestion was seen."""
    first: NDArray[np.bool_]
    """(v,) False for copies that were decided along with another row."""
    listed: NDArray[np.bool_]
    """(v,) False for rows from outside of the frozen list."""
    fresh: NDArray[np.bool_]
    """(v,) False for verdicts of a round whose corrections the dataset has taken over since: what is left of
    it are the rows that were right, so that it says nothing of rows that nobody has judged."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Reason of `LEFT_OUT` -> decisions that are no verdict."""

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def evidence(self) -> Verdicts:
        """Those to draw a curve from: of rows of the list, without the copies, and the blind ones alone where
        there are `ENOUGH`.

        Who sees a suggestion tends to agree with it. Rows that stand far behind the list (controls, and most
        rows of an estimate) tell little of it, and a curve of two numbers would bend to them.
        """
        of_list = self.of_list
        blind = of_list.of(of_list.blind)
        return blind if len(blind) >= ENOUGH else of_list

    @property
    def of_list(self) -> Verdicts:
        """Those of rows of the list, each content once, blind or not: to order the rest by."""
        return self.of(self.first & self.listed & self.fresh)

    @property
    def left_out_of_evidence(self) -> Mapping[str, int]:
        """Reason of `LEFT_OUT` -> decisions that no curve is drawn from, in the order of `LEFT_OUT`.

        Together with the evidence they are all decisions; each counts with its first reason.
        """
        why = np.select([~self.fresh, ~self.first, ~self.listed], ["earlier", "copy", "elsewhere"], "")
        found = Counter(why[why != ""].tolist())
        found["in_view"] = len(self.of_list) - len(self.evidence)
        found.update(self.left_out)
        return {reason: found[reason] for reason in LEFT_OUT if found[reason]}

    def of(self, use: NDArray[np.bool_]) -> Verdicts:
        """Some of them."""
        return Verdicts(
            rows=self.rows[use],
            wrong=self.wrong[use],
            blind=self.blind[use],
            first=self.first[use],
            listed=self.listed[use],
            fresh=self.fresh[use],
            left_out=self.left_out,
        )


ENOUGH = 10
"""Verdicts below which nothing is forecast."""


LEFT_OUT = (
    *("unsure", "conflict", "needs_votes", "stale", "unknown", "label_unknown", "done"),
    *("no_verdict", "label_not_said", "repeated"),
    *("earlier", "copy", "elsewhere", "in_view", "not_queued"),
)
"""Why a decision is not drawn from: states of `auditor.review.standing`, then what else there is.

`no_verdict`: it says nothing of the label (a copy too many). `label_not_said`: a plain table does not say
which label was seen. `repeated`: a second decision on a row. `earlier`: of a round whose corrections were
applied. `copy`: decided along with an equal row. `elsewhere`: from outside of the list. `in_view`: the
suggestion was seen, and there are enough blind verdicts. `not_queued`: the row never was in the queue."""


def verdicts_in(decisions: pa.Table) -> Verdicts:
    """The verdicts of a decisions table that hold for the labels as they are, and what else is in it.

    Args:
        decisions: of the schema `auditor.review.standing.STANDINGS`.
    """
    decisions = decisions.sort_by([("row", "ascending"), ("item", "ascending")])
    why = np.array([_why_not(entry) for entry in decisions.to_pylist()], object)
    kept = decisions.filter(pa.array(why == "", pa.bool_()))
    shown = pc.fill_null(kept["shown_suggestion"], True)  # a plain table does not say: not blind
    elsewhere = pc.and_(pc.is_in(kept["sample"], pa.array(["control", "rate"])), pc.is_null(kept["position"]))
    rows = kept["row"].to_numpy().astype(np.int64)
    once = np.diff(rows, prepend=-1) > 0
    left_out = Counter(why[why != ""].tolist())
    left_out["repeated"] = int((~once).sum())
    return Verdicts(
        rows=rows[once],
        wrong=_booleans(kept["is_error"])[once],
        blind=~_booleans(shown)[once],
        first=_booleans(pc.is_null(kept["copy_of"]))[once],
        listed=~_booleans(elsewhere)[once],
        fresh=_booleans(pc.greater(kept["round"], applied_round(decisions)))[once],
        left_out={reason: left_out[reason] for reason in LEFT_OUT if left_out[reason]},
    )


def applied_round(decisions: pa.Table) -> int:
    """The last round of which the dataset has taken corrections over; 0 before the first."""
    done = decisions.filter(pc.equal(decisions["state"], "done"))
    return pc.max(done["round"]).as_py() or 0


def _why_not(entry: Mapping[str, Any]) -> str:
    """Why a decision is no verdict on the label as it is; "" for one that is."""
    if entry["state"] not in STANDING:
        return str(entry["state"])
    if entry["row"] is None:
        return "unknown"
    if entry["is_error"] is None:
        return "no_verdict"
    # a plain table does not say which label was seen: that the row has the decided one tells nothing
    unseen = entry["state"] == "kept" and entry["given"] is None and entry["is_error"]
    return "label_not_said" if unseen else ""


def seconds_per_item(decisions: pa.Table) -> float | None:
    """The median time that an item took, in seconds; None where the files do not say."""
    times = [min(ms, LONGEST) for ms in decisions["ms"].to_pylist() if ms]
    return median(times) / 1_000 if times else None


def _booleans(column: pa.ChunkedArray) -> NDArray[np.bool_]:
    return np.array(column.to_pylist(), bool)
