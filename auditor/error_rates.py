"""The error rate of a dataset from the verdicts on the rows that were drawn for it, and the accuracy on
corrected labels.

Made of the tables of an audit, so that a saved one and its decisions are enough. How rows are drawn and what
is computed from them: `auditor.rounds`, `auditor.prioritise.estimate`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from auditor.prioritise.estimate import (
    Change,
    Estimate,
    Stratum,
    corrected_accuracy,
    error_rate,
    size_for,
)
from auditor.review.verdicts import applied_round, verdicts_in
from auditor.rounds import Drawable, drawable, shared_out

if TYPE_CHECKING:
    from auditor.audits import Audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The dataset's error rate, and what it does to a measured accuracy."""

    errors: Estimate
    size: int | None = None
    """Rows to judge in all for the wanted width; None where none was asked for."""
    measured: float | None = None
    """Accuracy of the predictions against the given labels, 0..1; None without predictions."""
    corrected: Estimate | None = None
    """Their accuracy against the labels that the reviewers gave."""
    rows: int = 0
    """Rows that the rate is of: those that ever were in the queue."""
    whole: bool = True
    """Whether that is every row of the dataset."""
    unsettled: int = 0
    """Wrong rows without one right class (excluded, several classes): in no accuracy."""


def rate_of(audit: Audit, *, width: float | None = None) -> Rate | None:
    """The dataset's error rate; None before the rows drawn for it are judged.

    Args:
        audit: with its decisions (`auditor.decided.with_decisions`).
        width: wanted between the ends of the interval, 0..1.
    """
    return Rates(audit=audit).rate(width)


@dataclass(frozen=True, kw_only=True)
class Rates:
    """The rows that were drawn for the estimate, and what was said of them."""

    audit: Audit

    @cached_property
    def said(self) -> Mapping[int, Mapping[str, Any]]:
        """Row -> the decision that tells whether its label as it is is wrong.

        A random sample stays one whatever is known of its rows already: rows of earlier rounds that are drawn
        again count, and those that were corrected are right now.
        """
        table = self.audit.tables["decisions"]
        rows = set(verdicts_in(table).rows.tolist())
        entries = [entry for entry in table.to_pylist() if entry["row"] is not None]
        now_right = [entry for entry in entries if entry["state"] == "done" and entry["is_error"]]
        corrected = {entry["row"]: {**entry, "is_error": False} for entry in now_right}
        return corrected | {entry["row"]: entry for entry in entries if entry["row"] in rows}

    @cached_property
    def _applied(self) -> int:
        return applied_round(self.audit.tables["decisions"])

    @property
    def judged(self) -> int:
        """Rows asked for the estimate, and not in an earlier round, that have a verdict."""
        return sum(self._is_rate(row) for row in self.said)

    def rate(self, width: float | None) -> Rate | None:
        """None where no row was drawn for it, or a stratum has no verdict yet."""
        if not self.judged or self.audit.header["predictions"] is None:
            return None
        judged = self._drawn(drawable(self.audit.tables))
        strata = [
            Stratum(rows=one.rows, judged=len(rows), errors=sum(self.said[row]["is_error"] for row in rows))
            for one, rows in judged
        ]
        errors = error_rate(strata)
        if errors is None:
            return None
        return Rate(
            errors=errors,
            size=None if width is None else size_for(strata, width),
            rows=sum(one.rows for one in strata),
            whole=sum(one.rows for one in strata) == len(self.audit.tables["scores"]),
            **self._accuracy(judged),
        )

    def _drawn(self, strata: Sequence[Drawable]) -> list[tuple[Drawable, list[int]]]:
        """Of each stratum the rows that were drawn, and have a verdict: a random sample of it.

        Drawn are those of the smallest draw that holds every row asked about for the estimate. Those among
        them that were judged as a spot check or in an earlier round count too, or the sample would lack them.
        """
        least = [
            max((at + 1 for at, row in enumerate(one.reserve) if self._is_rate(row)), default=0)
            for one in strata
        ]
        most = sum(len(one.reserve) for one in strata)
        draws = (shared_out(strata, m) for m in range(sum(least), most + 1))
        drawn = next(
            (found for found in draws if all(n >= k for n, k in zip(found, least, strict=True))), least
        )
        return [
            (one, [row for row in one.reserve[:n] if row in self.said])
            for one, n in zip(strata, drawn, strict=True)
        ]

    def _is_rate(self, row: int) -> bool:
        entry = self.said.get(row)
        return entry is not None and entry["sample"] == "rate" and entry["round"] > self._applied

    def _accuracy(self, judged: Sequence[tuple[Drawable, list[int]]]) -> dict[str, Any]:
        measured = next((m.value for m in self.audit.measures if m.name == "model.accuracy"), None)
        if measured is None or self._scored != sum(one.rows for one, _ in judged):
            return {}  # what was measured is of other rows than what was drawn
        scores = self.audit.tables["scores"]
        changes, unsettled = [], 0
        for one, rows in judged:
            fine = [row for row in rows if self._has_class(self.said[row])]
            unsettled += len(rows) - len(fine)
            found = scores.take(pa.array(fine, pa.int64())).select(["given", "predicted"]).to_pylist()
            said = [(entry, self.said[row]) for entry, row in zip(found, fine, strict=True)]
            changes.append(
                Change(
                    rows=one.rows,
                    judged=len(fine),
                    won=sum(d["is_error"] and d["label"] == s["predicted"] for s, d in said),
                    lost=sum(d["is_error"] and s["given"] == s["predicted"] for s, d in said),
                )
            )
        return {
            "measured": measured,
            "corrected": corrected_accuracy(measured, changes),
            "unsettled": unsettled,
        }

    @property
    def _scored(self) -> int:
        """Rows with a label and a prediction: those that the measured accuracy is of."""
        p_given = self.audit.tables["scores"]["p_given"]
        return len(p_given) - int(p_given.null_count)

    def _has_class(self, entry: Mapping[str, Any]) -> bool:
        return not entry["is_error"] or (entry["action"] == "relabel" and entry["state"] != "to_settle")
