"""The yield curve: errors found against rows reviewed, with its band, where to stop, and the numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from auditor.forecasts import REACH, SIZES, Forecast
from auditor.prioritise import forecast as method
from auditor.prioritise.forecast import LEVEL
from auditor.report import forecast_words as words
from auditor.report.elements import Drawing, Tick, Yield
from auditor.report.facts import Facts
from auditor.report.html import NAMED
from auditor.review.verdicts import ENOUGH, LONGEST, applied_round
from auditor.wording import N_, catalogue

LISTED = 1_000
"""Rows of the queue that the page can forecast: two rounds of review."""
SHOWN = 500
"""Rows of the queue on the picture, unless reviewing is worth going on for longer."""
POINTS = 50
WIDE, HIGH = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 24, 14, 34
STEPS = (1, 2, 5)


def yield_of(facts: Facts) -> Yield | None:
    """The panel; None where there is no queue of scored rows to forecast."""
    if not facts.queue or not facts.has_predictions or facts.audit.header.get("sampling") is None:
        return None
    found = facts.forecast
    said = words.basis(found) if found.verdicts or found.left_out else []
    said += [*words.what_next(found), *words.left_out_lines(found)]
    return Yield(
        lines=tuple(line.to(facts.lang) for line in said),
        rate=tuple(line.to(facts.lang) for line in words.rate_lines(found)),
        first=tuple(line.to(facts.lang) for line in words.first_lines(found)),
        promise=words.promise().to(facts.lang),
        drawing=_drawing(found) if found.enough and found.reach else None,
        data=live_data(facts, found),
    )


def _drawing(found: Forecast) -> Drawing:
    """The curve as an SVG would have it; the page draws the same anew when decisions are loaded."""
    n = min(found.reach, max(SHOWN, min(LISTED, round(1.2 * (found.stop or 0)))))
    points = found.at(sorted({1, *(max(1, n * k // POINTS) for k in range(1, POINTS + 1))}))
    most = max(one.high for one in points)
    x = _Scale(n, LEFT, WIDE - RIGHT)
    y = _Scale(max(most, 1), HIGH - BOTTOM, TOP)
    upper = [(x(one.n), y(one.high)) for one in points]
    lower = [(x(one.n), y(one.low)) for one in reversed(points)]
    stop = None if not found.stop or found.stop > n or found.open_ended else x(found.stop)
    return Drawing(
        band=_path([(x(0), y(0)), *upper, *lower]) + "Z",
        line=_path([(x(0), y(0)), *((x(one.n), y(one.errors)) for one in points)]),
        found=_path([(x(0), y(0)), *((x(one.n), y(one.found)) for one in points)]),
        stop=stop,
        x_ticks=tuple(Tick(at=x(value), text=f"{value:,}") for value in ticks(n)),
        y_ticks=tuple(Tick(at=y(value), text=f"{value:,}") for value in ticks(max(most, 1))),
    )


class _Scale:
    """Numbers from 0 to `most` as places between two ends."""

    def __init__(self, most: float, start: float, end: float) -> None:
        self.most, self.start, self.end = most, start, end

    def __call__(self, value: float) -> float:
        return round(self.start + (self.end - self.start) * value / self.most, 1)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def ticks(most: int) -> tuple[int, ...]:
    """Round numbers from 0 up to `most`, three to six of them.

    >>> ticks(500), ticks(58), ticks(1)
    ((0, 100, 200, 300, 400, 500), (0, 10, 20, 30, 40, 50), (0, 1))
    """
    step = next(s * 10**power for power in range(12) for s in STEPS if most / (s * 10**power) <= 6)
    return tuple(range(0, most + 1, step))


def live_data(facts: Facts, found: Forecast) -> dict[str, Any]:
    """What the page needs to forecast anew from decisions files; no content of the dataset."""
    queue, audit = facts.queue[:LISTED], facts.audit
    places = audit.tables["scores"]["place"].take([row["row"] for row in facts.queue]).to_pylist()
    known = _known(found, len(queue))
    decisions = audit.tables["decisions"]
    return {
        "fingerprint": f"sha256:{audit.header['dataset']['fingerprint']}",  # as decisions files have it
        "frozen": found.frozen,
        "queue": found.queue,
        "level": LEVEL,
        "enough": ENOUGH,
        "limit": found.limit,
        "limit_said": words.percent(found.limit),
        "applied": applied_round(decisions),
        "reach": REACH,
        "seconds": found.seconds,
        "longest": LONGEST,
        "longest_name": NAMED,
        "sizes": sorted({min(n, len(queue)) for n in SIZES}),
        "grid": {
            "a": method.A_VALUES.round(6).tolist(),
            "b": method.B_VALUES.round(6).tolist(),
            "a_deviation": method.A_DEVIATION,
            "b_mean": method.B_MEAN,
            "b_deviation": method.B_DEVIATION,
            "flattening": method.FLATTENING,
        },
        "shape": {
            "wide": WIDE,
            "high": HIGH,
            "margins": [LEFT, RIGHT, TOP, BOTTOM],
            "shown": SHOWN,
            "points": POINTS,
        },
        "rows": [
            [key_of(row["item"]), place, key_of(row["given_label"] or ""), known[at]]
            for at, (row, place) in enumerate(zip(queue, places[:LISTED], strict=True))
        ],
        "behind": sorted(places[LISTED:]),
        "others": _others(facts, {row["row"] for row in queue}, found),
        "evidence": [(key_of(item), place, wrong, blind) for item, place, wrong, blind in found.evidence],
        "times": [
            (key_of(item), ms)
            for item, ms in zip(decisions["item"].to_pylist(), decisions["ms"].to_pylist(), strict=True)
            if ms
        ],
        "earlier": [line.to(facts.lang) for line in words.earlier(found)],
        "words": _templates(facts.lang),
    }


def _others(facts: Facts, listed: Collection[int], found: Forecast) -> list[tuple[str, int, str]]:
    """(item, place, given label) of rows that are not in the page's list, and that files may be about: those
    that left the queue, those at the top that were cut off, those kept to draw from."""
    tables = facts.audit.tables
    kept = tables["items"].filter(tables["items"]["reserve"])["row"]
    scores = tables["scores"].select(["row", "item", "place", "given"])
    asked = pa.array([item for item, *_ in found.evidence], pa.string())
    wanted = pc.or_(
        pc.or_(pc.less(scores["place"], LISTED), pc.is_in(scores["row"], kept.combine_chunks())),
        pc.is_in(scores["item"], asked),
    )
    wanted = pc.and_(wanted, pc.invert(pc.is_in(scores["row"], pa.array(sorted(listed), pa.int64()))))
    rows = scores.filter(pc.and_(wanted, pc.is_valid(scores["place"]))).to_pylist()
    return [(key_of(row["item"]), row["place"], key_of(row["given"] or "")) for row in rows]


def key_of(name: str) -> str:
    """An item or a label as the page compares it: one that never ends would be there many times.

    >>> key_of("a7"), key_of(9_000 * "y")[:19]
    ('a7', 'sha256:2f2f10e9793d')
    """
    if len(name) <= NAMED:
        return name
    return f"sha256:{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _known(found: Forecast, n: int) -> list[int | None]:
    if found.known is None:
        return [None] * n
    return [None if value != value else int(value) for value in found.known[:n].tolist()]


def _templates(lang: str) -> Mapping[str, Any]:
    """The sentences of `forecast_words` in the page's language, with their marks for values."""
    said = catalogue(lang).gettext
    one = {
        "not_yet": words.NOT_YET, "agreement": words.AGREEMENT,
        "check_on": words.CHECK_ON,
        "stop_here": words.STOP_HERE, "stop_there": words.STOP_THERE,
    }  # fmt: skip
    both = {
        "drawn": words.DRAWN, "expected": words.EXPECTED, "review_on": words.REVIEW_ON,
        "beyond": words.BEYOND,
        "loaded": (
            N_("{decisions:,} decisions of {n:,} file taken."),
            N_("{decisions:,} decisions of {n:,} files taken."),
        ),
        "passed": (
            N_("{n:,} is of a row that is not listed here, or of another label: passed over."),
            N_("{n:,} are of rows that are not listed here, or of other labels: passed over."),
        ),
    }  # fmt: skip
    own = {
        "other": N_("{name} holds decisions of another dataset, or of this one before it was changed."),
        "damaged": N_("{name} is no decisions file, or is damaged."),
        "plain": N_("{name} is a table: `auditor report AUDIT --decisions FILE` takes it in."),
    }
    return {name: said(text) for name, text in {**one, **own}.items()} | {
        name: [said(text) for text in pair] for name, pair in both.items()
    }
