"""How alike the compared rows are, for choosing a threshold: bars, counts, the pairs on its edge."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auditor.report.command import command_of
from auditor.report.elements import Bar, Block, Cell, Histogram, Pairs, Table
from auditor.report.facts import Facts
from auditor.report.near import NearPair
from auditor.report.pair_cards import pair_card
from auditor.report.pictures import PAIRS_ROOM
from auditor.similar.pairs import MOST
from auditor.wording import N_, share

THRESHOLDS = (0.975, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5)
"""Thresholds for which the pairs are counted, beside the one in use."""
EDGE = 5
"""Pairs shown on each side of the threshold."""
FLAG = "--near-threshold"
STEP = 0.05
LONG = 400
"""Characters of a command that is shown whole; it stands at the end of the page too."""
TRY, TRY_ADDING = N_("To try another threshold:"), N_("To try another threshold, add:")
MEANINGS: Mapping[str, str] = {
    "texts": N_(
        "100% alike are texts of the same letters, whatever their case, blanks and repeats; less is the "
        "cosine of their weighted pieces of words, or the share of letters that need not change if higher."
    ),
    "records": N_(
        "100% alike are rows of the same words and numbers; less is the cosine of the weighted pieces of "
        "their words, and of decimal numbers the share that agrees within a thousandth, counted strictly."
    ),
    "vectors": N_(
        "100% alike are vectors of the same direction; less is the cosine of the angle between them."
    ),
    "images": N_(
        "100% alike are images of the same pattern of light, whatever their size, brightness or mirroring; "
        "at 50% one image in a hundred of this dataset is as near to another by chance."
    ),
}
"""How rows were compared -> what the similarity means."""
NEAREST_ONLY = ("vectors", "images")
"""How rows are compared where only the nearest of each are looked at."""


def likeness(facts: Facts) -> tuple[Block, ...]:
    """The distribution of similarities; () where rows were not compared."""
    near = facts.audit.header.get("near")
    if near is None or not any(near["bars"]):
        return ()
    return (_histogram(facts, near), _thresholds(facts, near), *_edge(facts, near))


def _histogram(facts: Facts, near: Mapping[str, Any]) -> Histogram:
    bars, threshold = near["bars"], near["threshold"]
    first = _first_bar(near)
    most = math.log1p(max(bars))
    command = with_threshold(command_of(facts.audit.header), _other(threshold))
    short = len(command) <= LONG
    return Histogram(
        caption=facts.say(N_("How alike the compared pairs are")),
        summary=" ".join(_summary(facts, near)),
        bars=tuple(
            Bar(
                height=math.log1p(bars[at]) / most,
                text=facts.say(
                    N_("{low} to {high} alike: {n:,} pair"),
                    N_("{low} to {high} alike: {n:,} pairs"),
                    low=_percent(at / len(bars)),
                    high=_percent((at + 1) / len(bars)),
                    n=bars[at],
                ),
                counts=at / len(bars) >= threshold - 1e-9,
            )
            for at in range(first, len(bars))
        ),
        ends=(_percent(first / len(bars)), _percent(1.0)),
        threshold=facts.say(N_("threshold {share}"), share=_percent(threshold)),
        place=(threshold - first / len(bars)) / (1 - first / len(bars)),
        notes=tuple(_notes(facts, near)),
        command_text=facts.say(TRY if short else TRY_ADDING),
        command=command if short else f"{FLAG} {_other(threshold):g}",
    )


def _first_bar(near: Mapping[str, Any]) -> int:
    """Where the bars begin: at the first that is not empty, and some way under the threshold."""
    bars = near["bars"]
    lowest = next(at for at, n in enumerate(bars) if n)
    return max(0, min(lowest, int(near["threshold"] * len(bars)) - len(bars) // 8))


def _summary(facts: Facts, near: Mapping[str, Any]) -> Iterator[str]:
    yield facts.say(
        N_("{n:,} pair is at least {threshold} alike and counts as a near copy."),
        N_("{n:,} pairs are at least {threshold} alike and count as near copies."),
        n=near["pairs"],
        threshold=_percent(near["threshold"]),
    )
    yield facts.say(N_("{n:,} different contents were compared."), n=near["compared"])


def _notes(facts: Facts, near: Mapping[str, Any]) -> Iterator[str]:
    if near["how"] in MEANINGS:
        yield facts.say(MEANINGS[near["how"]])
    yield facts.say(
        N_(
            "The height of a bar is on a logarithmic scale. Under the threshold only the nearest of each row "
            "are kept: there are more pairs than is shown."
        )
        if near["how"] in NEAREST_ONLY
        else N_(
            "The height of a bar is on a logarithmic scale. Under the threshold only pairs that looked "
            "likely were compared: there are more of those than is shown."
        )
    )
    yield facts.say(
        N_(
            "Of a content at most {most} pairs are kept (the most similar, and the most similar of another "
            "label or split), so in a crowd of near copies there are more."
        ),
        most=MOST,
    )
    if near["recall"] is not None:
        yield facts.say(
            N_("The search finds {share} of the pairs, measured on {n:,} row."),
            N_("The search finds {share} of the pairs, measured on {n:,} rows."),
            share=share(near["recall"]),
            n=near["sampled"],
        )


def _thresholds(facts: Facts, near: Mapping[str, Any]) -> Table:
    counts = [(value, _reaching(near, value)) for value in _tried(near)]
    counts = [(value, n) for value, n in counts if n or value == near["threshold"]]
    most = max(max(n for _, n in counts), 1)
    return Table(
        caption=facts.say(N_("How many pairs would count at another threshold")),
        columns=(
            facts.column(N_("threshold")),
            facts.column(N_("pairs"), "number"),
            facts.column(N_("what is known")),
        ),
        rows=tuple(
            (
                Cell(text=_percent(value)),
                Cell(text=f"{n:,}", weight=n / most),
                Cell(text=_known(facts, near, value)),
            )
            for value, n in counts
        ),
        style="bars",
    )


def _tried(near: Mapping[str, Any]) -> list[float]:
    """The thresholds to tell of, highest first: the one in use, others for which something was compared."""
    lowest = next(at for at, n in enumerate(near["bars"]) if n) / len(near["bars"])
    others = {value for value in THRESHOLDS if value > lowest - STEP}
    return sorted(others | {near["threshold"]}, reverse=True)


def _reaching(near: Mapping[str, Any], threshold: float) -> int:
    """Pairs at least as alike as a threshold."""
    if threshold == near["threshold"]:
        return int(near["pairs"])
    bars: Sequence[int] = near["bars"]
    return sum(bars[round(threshold * len(bars)) :])


def _known(facts: Facts, near: Mapping[str, Any], threshold: float) -> str:
    if threshold == near["threshold"]:
        return facts.say(N_("the threshold of this audit"))
    if threshold > near["threshold"]:
        return facts.say(N_("all that were found"))
    return facts.say(
        N_("at least; only the nearest of each row are kept")
        if near["how"] in NEAREST_ONLY
        else N_("at least; only likely pairs were compared")
    )


def _edge(facts: Facts, near: Mapping[str, Any]) -> Iterator[Pairs]:
    """The pairs just above and just below the threshold."""
    pairs = [_example(entry) for entry in near["examples"]]
    above = sorted((p for p in pairs if p.similarity >= near["threshold"]), key=lambda p: p.similarity)[:EDGE]
    below = sorted((p for p in pairs if p.similarity < near["threshold"]), key=lambda p: -p.similarity)[:EDGE]
    if not pairs:
        return
    items = [item for pair in pairs for item in pair.items]
    known, (pictures, _) = facts.members(items), facts.pictures(items, PAIRS_ROOM)
    counts, not_counts = facts.say(N_("counts")), facts.say(N_("does not count"))
    cards = [pair_card(facts, pair, known, pictures, (counts,), digits=1) for pair in reversed(above)]
    cards += [pair_card(facts, pair, known, pictures, (not_counts,), digits=1) for pair in below]
    yield Pairs(
        caption=facts.say(N_("Pairs just above and just below the threshold")),
        meaning=facts.say(
            N_("Is the last pair that counts still the same thing? Then a lower threshold would find more.")
        ),
        cards=tuple(cards),
    )


def _example(entry: Mapping[str, Any]) -> NearPair:
    items = (entry["a"], entry["b"])
    return NearPair(items=items, similarity=entry["similarity"], kinds=("alike",), unclear=False)


def _other(threshold: float) -> float:
    """Another threshold to try: a step higher, or lower where that is hardly under 1."""
    higher = round(threshold + STEP, 3)
    return higher if higher <= 0.98 else round(threshold - STEP, 3)


def with_threshold(command: str, threshold: float) -> str:
    """The command with another threshold.

    >>> with_threshold("auditor audit a.csv --near-threshold 0.8 --lang ko", 0.85)
    'auditor audit a.csv --lang ko --near-threshold 0.85'
    """
    words = shlex.split(command)
    if FLAG in words:
        at = words.index(FLAG)
        del words[at : at + 2]
    return shlex.join([*words, FLAG, f"{threshold:g}"])


def _percent(value: float) -> str:
    """A point of the scale: 80%, 97.5%."""
    return f"{100 * value:.4g}%"
