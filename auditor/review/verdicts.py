"""What the decisions say of errors: the verdicts that hold for the labels as they are now."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

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
        return self.of(self.first & self.listed)

    def of(self, use: NDArray[np.bool_]) -> Verdicts:
        """Some of them."""
        return Verdicts(
            rows=self.rows[use],
            wrong=self.wrong[use],
            blind=self.blind[use],
            first=self.first[use],
            listed=self.listed[use],
        )


ENOUGH = 10
"""Verdicts below which nothing is forecast."""


def verdicts_in(decisions: pa.Table) -> Verdicts:
    """The verdicts of a decisions table that hold for the labels as they are.

    Verdicts of rounds whose corrections the dataset has taken over are left out: they tell how wrong the
    labels were before.

    Args:
        decisions: of the schema `auditor.review.standing.STANDINGS`.
    """
    done = decisions.filter(pc.equal(decisions["state"], "done"))
    before = pc.max(done["round"]).as_py() or 0
    kept = decisions.filter(
        pc.and_(
            pc.is_in(decisions["state"], pa.array(STANDING)),
            pc.and_(
                pc.greater(decisions["round"], before),
                pc.and_(pc.is_valid(decisions["row"]), pc.is_valid(decisions["is_error"])),
            ),
        )
    ).sort_by("row")
    # a plain table does not say which label was seen: that the row has the decided one tells nothing
    settled = [
        s == "kept" and g is None
        for s, g in zip(*(kept[c].to_pylist() for c in ("state", "given")), strict=True)
    ]
    wrong = kept["is_error"].to_pylist()
    kept = kept.filter(pa.array([not (s and w) for s, w in zip(settled, wrong, strict=True)], pa.bool_()))
    shown = pc.fill_null(kept["shown_suggestion"], True)  # a plain table does not say: not blind
    elsewhere = pc.is_in(kept["sample"], pa.array(["control", "rate"]))
    rows = kept["row"].to_numpy().astype(np.int64)
    once = np.diff(rows, prepend=-1) > 0
    return Verdicts(
        rows=rows[once],
        wrong=_booleans(kept["is_error"])[once],
        blind=~_booleans(shown)[once],
        first=_booleans(pc.is_null(kept["copy_of"]))[once],
        listed=~_booleans(pc.and_(elsewhere, pc.is_null(kept["position"])))[once],
    )


def seconds_per_item(decisions: pa.Table) -> float | None:
    """The median time that an item took, in seconds; None where the files do not say."""
    times = [min(ms, LONGEST) for ms in decisions["ms"].to_pylist() if ms]
    return median(times) / 1_000 if times else None


def _booleans(column: pa.ChunkedArray) -> NDArray[np.bool_]:
    return np.array(column.to_pylist(), bool)
