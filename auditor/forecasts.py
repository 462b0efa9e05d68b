"""What decisions say of the rest: errors to expect, when to stop, the dataset's error rate.

Made of the tables of an audit, so that a saved one and its decisions are enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.error_rates import Rate, Rates
from auditor.prioritise.forecast import LEVEL, Curve, Expected, fit, stop_after
from auditor.review.verdicts import ENOUGH, Verdicts, seconds_per_item, verdicts_in

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


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What the decisions so far say of the rows that nobody has judged. Plain numbers; no interval of a
    forecast goes without it."""

    verdicts: int
    """Rows with a verdict, exact copies counted once, those of earlier rounds left out."""
    used: int
    """Verdicts that the curve is drawn from."""
    blind: bool
    """Whether those were given before any suggestion was seen."""
    earlier: int = 0
    """Rows with a verdict of a round whose corrections the dataset has taken over since, counted alike: they
    are known, but say nothing of rows that nobody has judged."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Reason of `auditor.review.verdicts.LEFT_OUT` -> decisions that the curve is not drawn from; with `used`
    they are all decisions."""
    first: tuple[Expected, ...] = ()
    """The first n rows of the queue; () before `ENOUGH` verdicts. Behind `reach` rows they only carry the
    curve on: nothing was checked there."""
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
    width: float | None = None
    """Wanted width of the interval of the error rate, 0..1; None where none was named."""
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
    def why_not(self) -> Literal["no_predictions", "empty_queue", "too_few"] | None:
        """Why nothing is forecast; None where something is."""
        if not self.ordered:
            return "no_predictions"
        if not self.queue:
            return "empty_queue"
        return None if self.enough else "too_few"

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
            "earlier": self.earlier,
            "left_out": dict(self.left_out),
            "blind": self.blind,
            "ordered": self.ordered,
            "enough": self.enough,
            "why_not": self.why_not,
            "needed": ENOUGH,
            "level": LEVEL,
            "measured_coverage": {"mean": MEASURED, "lowest": MEASURED_WORST},
            "queue": self.queue,
            "deepest": self.deepest,
            "reach": self.reach,
            "first": [self._first_json(one) for one in self.first],
            "next": None if self.next is None else asdict(self.next),
            "stop": self.stop,
            "open_ended": self.open_ended,
            "limit": self.limit,
            "seconds_per_item": self.seconds,
            "timed": self.timed,
            "minutes": self.minutes,
            "rated": self.rated,
            "width": self.width,
            "rate": None if self.rate is None else asdict(self.rate),
        }

    def _first_json(self, one: Expected) -> dict[str, Any]:
        """What is expected of the first rows; null where the curve is only carried on."""
        known = one.n <= self.reach
        unknown = {} if known else dict.fromkeys(("errors", "low", "high"))
        return {**asdict(one), **unknown, "within_reach": known}


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
    queue = _Queue(audit=audit, verdicts=found)
    seconds = seconds_per_item(audit.tables["decisions"])
    rates = Rates(audit=audit)
    base = Forecast(
        verdicts=int((found.first & found.fresh).sum()),
        used=len(queue.evidence),
        blind=bool(queue.evidence.blind.all()),
        earlier=int((found.first & ~found.fresh).sum()),
        left_out=queue.left_out,
        limit=limit,
        seconds=seconds or SECONDS,
        timed=seconds is not None,
        queue=len(audit.tables["queue"]),
        ordered=audit.header["predictions"] is not None,
        frozen=_frozen(audit),
        evidence=_evidence(audit, found),
        rate=rates.rate(width),
        rated=rates.judged,
        width=width,
    )
    if base.used < ENOUGH or not base.queue or not base.ordered:
        return base
    return queue.filled(base, sizes)


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
        return self._queued.evidence

    @cached_property
    def _queued(self) -> Verdicts:
        """The verdicts of rows that ever were in the queue."""
        return self.verdicts.of(self.place[self.verdicts.rows] >= 0)

    @property
    def left_out(self) -> Mapping[str, int]:
        """Reason -> decisions that the curve is not drawn from."""
        found = self._queued.left_out_of_evidence
        never = len(self.verdicts) - len(self._queued)
        return {**found, "not_queued": never} if never else found

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
    listed = verdicts.of_list
    scores = audit.tables["scores"].select(["item", "place"]).take(pa.array(listed.rows))
    entries = zip(
        scores["item"].to_pylist(), scores["place"].to_pylist(), listed.wrong, listed.blind, strict=True
    )
    return tuple(
        (item, place, int(wrong), int(blind)) for item, place, wrong, blind in entries if place is not None
    )
