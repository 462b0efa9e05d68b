"""What decisions say of the rest: errors to expect, when to stop, the dataset's error rate.

Made of the tables of an audit, so that a saved one and its decisions are enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.prioritise.estimate import (
    Change,
    Estimate,
    Stratum,
    corrected_accuracy,
    error_rate,
    size_for,
)
from auditor.prioritise.forecast import LEVEL, Curve, Expected, fit, stop_after
from auditor.review.verdicts import ENOUGH, Verdicts, seconds_per_item, verdicts_in
from auditor.rounds import Drawable, drawable, shared_out

if TYPE_CHECKING:
    from auditor.audits import Audit

SCHEMA = "auditor.forecast/1"
SIZES = (50, 100, 200, 500)
"""Numbers of rows that a forecast is made for unless told otherwise."""
LIMIT = 0.1
"""Share of errors among the next rows below which reviewing is hardly worth it, unless told otherwise."""
SECONDS = 7.0
"""Time to judge an item before anybody has, from timed reviews of short texts."""
MEASURED = 0.92
"""Share of the bands of `LEVEL` that held the true number, over the human-verified datasets with 20 verdicts;
`benchmarks/forecast.py`."""
MEASURED_WORST = 0.88
"""The same on the dataset where it was lowest."""
REACH = 1.2
"""How far behind the last row that was checked, as a multiple of its place, the curve is trusted."""


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


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What the decisions so far say of the rows that nobody has judged. Plain numbers; no interval of a
    forecast goes without it."""

    verdicts: int
    """Rows with a verdict, exact copies counted once."""
    used: int
    """Verdicts that the curve is drawn from."""
    blind: bool
    """Whether those were given before any suggestion was seen."""
    first: tuple[Expected, ...] = ()
    """The first n rows of the queue; () before `ENOUGH` verdicts."""
    next: Expected | None = None
    """The rows to review until the stop, those judged already left out; None where there is none."""
    stop: int | None = None
    """Rows of the queue behind which the next one is less likely than the limit to be wrong; at most
    `reach`."""
    open_ended: bool = False
    """Whether that is further than anything was checked: then `stop` is `reach`, and more is to be
    checked."""
    limit: float = LIMIT
    seconds: float = SECONDS
    """An item."""
    timed: bool = False
    """Whether the reviewers' own pace is known."""
    ordered: bool = True
    """Whether the queue is ordered by predictions; without them it holds conflicts, and nothing is
    forecast."""
    deepest: int = 0
    """The last place of the queue, from 1, that the curve is drawn from."""
    queue: int = 0
    """Rows of the queue."""
    frozen: int = 0
    """Rows that spot checks are spread over; the unit of the curve."""
    evidence: tuple[tuple[str, int, int, int], ...] = ()
    """(item, place, wrong, blind) of the verdicts about rows of the list."""
    rate: Rate | None = None
    """The dataset's error rate; None before the rows drawn for it are judged."""
    rated: int = 0
    """Rows drawn for the error rate that have a verdict."""
    curve: Curve | None = None
    places: NDArray[np.int64] | None = None
    """(m,) place of each row of the queue by the order score."""
    known: NDArray[np.float64] | None = None
    """(m,) the verdicts: 1 an error, 0 none, NaN where nobody has judged."""

    @property
    def enough(self) -> bool:
        """Whether there are enough verdicts to say anything."""
        return self.curve is not None

    @property
    def minutes(self) -> int:
        """Time to review the rows until the stop, in minutes, rounded up."""
        return 0 if self.next is None else -int(-self.next.n * self.seconds // 60)

    @property
    def reach(self) -> int:
        """The last row of the queue for which the verdicts say something."""
        return reach_of(self.deepest, self.queue)

    def at(self, sizes: Sequence[int]) -> list[Expected]:
        """The errors among the first n rows of the queue, for each n; no more than the queue has.

        Raises:
            ValueError: there are too few verdicts.
        """
        if self.curve is None or self.places is None or self.known is None:
            raise ValueError(f"{self.used} verdicts are too few")
        wanted = sorted({min(n, len(self.places)) for n in sizes if n > 0})
        return self.curve.expected(self.places, self.known, wanted)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values under the schema `auditor.forecast/1`."""
        return {
            "schema": SCHEMA,
            "verdicts": self.verdicts,
            "used": self.used,
            "blind": self.blind,
            "enough": self.enough,
            "level": LEVEL,
            "measured_coverage": {"mean": MEASURED, "lowest": MEASURED_WORST},
            "queue": self.queue,
            "reach": self.reach,
            "first": [asdict(one) for one in self.first],
            "next": None if self.next is None else asdict(self.next),
            "stop": self.stop,
            "open_ended": self.open_ended,
            "limit": self.limit,
            "seconds_per_item": self.seconds,
            "minutes": self.minutes,
            "rated": self.rated,
            "rate": None if self.rate is None else asdict(self.rate),
        }


def forecast(
    audit: Audit, sizes: Sequence[int] = SIZES, *, limit: float = LIMIT, width: float | None = None
) -> Forecast:
    """The forecast of an audit with the decisions it knows.

    Args:
        audit: with its decisions (`auditor.decided.with_decisions`).
        sizes: numbers of rows of the queue.
        limit: share of errors below which reviewing stops, 0..1.
        width: wanted between the ends of the interval of the dataset's error rate, 0..1.
    """
    found = verdicts_in(audit.tables["decisions"])
    seconds = seconds_per_item(audit.tables["decisions"])
    rates = _Rates(audit=audit)
    base = Forecast(
        verdicts=int(found.first.sum()),
        used=len(found.evidence),
        blind=bool(found.evidence.blind.all()),
        limit=limit,
        seconds=seconds or SECONDS,
        timed=seconds is not None,
        queue=len(audit.tables["queue"]),
        ordered=audit.header["predictions"] is not None,
        frozen=_frozen(audit),
        evidence=_evidence(audit, found),
        rate=rates.rate(width),
        rated=rates.judged,
    )
    if len(found.evidence) < ENOUGH or not base.queue or not base.ordered:
        return base
    return _Queue(audit=audit, verdicts=found).filled(base, sizes)


def rate_of(audit: Audit, *, width: float | None = None) -> Rate | None:
    """The dataset's error rate alone, without a forecast of the queue; None before the rows drawn for it are
    judged.

    Args:
        audit: as for `forecast`.
        width: as for `forecast`.
    """
    return _Rates(audit=audit).rate(width)


@dataclass(frozen=True, kw_only=True)
class _Queue:
    """The queue with what is known of it."""

    audit: Audit
    verdicts: Verdicts

    @cached_property
    def place(self) -> NDArray[np.int64]:
        """(n,) place of every row by the order score, -1 for rows that were never queued."""
        places: NDArray[np.int64] = pc.fill_null(self.audit.tables["scores"]["place"], -1).to_numpy()
        return places

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        rows: NDArray[np.int64] = self.audit.tables["queue"]["row"].to_numpy()
        return rows

    @cached_property
    def evidence(self) -> Verdicts:
        found = self.verdicts.evidence
        return found.of(self.place[found.rows] >= 0)

    @cached_property
    def curve(self) -> Curve:
        return fit(self.place[self.evidence.rows], self.evidence.wrong, _frozen(self.audit))

    @cached_property
    def known(self) -> NDArray[np.float64]:
        of_row = np.full(len(self.place), np.nan)
        of_row[self.verdicts.rows] = self.verdicts.wrong
        return of_row[self.rows]

    def filled(self, base: Forecast, sizes: Sequence[int]) -> Forecast:
        places, known = self.place[self.rows], self.known
        deepest = self._deepest()
        whole = stop_after(self.curve.rates(places), known, base.limit)
        stop = min(whole, reach_of(deepest, len(places)))
        left = np.flatnonzero(np.isnan(known[:stop]))
        ahead = None
        if len(left):
            ahead = self.curve.expected(places[left], known[left], [len(left)])[0]
        wanted = sorted({min(n, len(places)) for n in sizes if n > 0})
        return Forecast(
            **{
                **base.__dict__,
                "first": tuple(self.curve.expected(places, known, wanted)),
                "next": ahead,
                "stop": stop,
                "open_ended": whole > stop,
                "deepest": deepest,
                "curve": self.curve,
                "places": places,
                "known": known,
            }
        )

    def _deepest(self) -> int:
        """Rows of the queue whose place is no deeper than the last place that was checked; the row itself may
        have left the queue."""
        last = int(self.place[self.evidence.rows].max(initial=-1))
        return int((self.place[self.rows] <= last).sum())


def reach_of(deepest: int, rows: int) -> int:
    """The last row of a queue of `rows` for which checks down to row `deepest` say something."""
    return min(rows, int(deepest * REACH))


def _frozen(audit: Audit) -> int:
    """Rows of the queue that the spot checks of the audit's own page are spread over."""
    frozen: int = (audit.header.get("sampling") or {}).get("frozen") or len(audit.tables["queue"])
    return frozen


def _evidence(audit: Audit, verdicts: Verdicts) -> tuple[tuple[str, int, int, int], ...]:
    listed = verdicts.of(verdicts.first & verdicts.listed)
    scores = audit.tables["scores"].select(["item", "place"]).take(pa.array(listed.rows))
    entries = zip(
        scores["item"].to_pylist(), scores["place"].to_pylist(), listed.wrong, listed.blind, strict=True
    )
    return tuple(
        (item, place, int(wrong), int(blind)) for item, place, wrong, blind in entries if place is not None
    )


@dataclass(frozen=True, kw_only=True)
class _Rates:
    """The rows that were drawn for the estimate, and what was said of them."""

    audit: Audit

    @cached_property
    def said(self) -> Mapping[int, Mapping[str, Any]]:
        """Row -> the decision that holds for its label as it is, with a verdict."""
        table = self.audit.tables["decisions"]
        rows = set(verdicts_in(table).rows.tolist())
        return {entry["row"]: entry for entry in table.to_pylist() if entry["row"] in rows}

    @property
    def judged(self) -> int:
        """Rows asked for the estimate that have a verdict."""
        return sum(entry["sample"] == "rate" for entry in self.said.values())

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
        return row in self.said and self.said[row]["sample"] == "rate"

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
