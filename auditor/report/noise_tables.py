"""Estimated label noise per class and overlapping classes: tables of the section on suspected labels."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.label_noise import LabelNoise, NoisyClass, OverlappingPair
from auditor.report.elements import Block, Cell, Note, Table
from auditor.report.facts import Facts, number
from auditor.wording import N_, share

SHOWN = 20
"""Classes, and pairs of classes, in their tables."""
MUCH, FEWEST, BOTH_WAYS = 0.05, 20, 0.25
"""Two classes overlap much where this share of their rows, and no fewer rows, are estimated to be of one and
labelled with the other, and this part of them at least in either direction: else one label is mistaken for
the other, and nothing speaks for merging them."""


def noise_blocks(facts: Facts) -> Iterator[Block]:
    """What the estimates rest on, the classes, the pairs; nothing where no label is estimated to be wrong."""
    found = _found(facts)
    if found is None or not found.wrong:
        return
    yield _meaning(facts, found)
    yield _classes(facts, found)
    if found.pairs and len(found.classes) > 2:  # of two classes it would say the same once more
        yield _pairs(facts, found)


def much_overlapping(facts: Facts) -> list[OverlappingPair]:
    """The pairs worth merging or describing better, the largest share first; [] where the model is doubtful.

    Of two classes alone none: merged they would be one.
    """
    found = _found(facts)
    if found is None or facts.doubtful or len(found.classes) < 3 or _in_sample(facts):
        return []
    much = [
        pair
        for pair in found.pairs
        if pair.share >= MUCH
        and pair.rows >= FEWEST
        and min(pair.given_one, pair.given_other) >= BOTH_WAYS * pair.rows
    ]
    return sorted(much, key=lambda pair: (-pair.share, pair.one, pair.other))


def _found(facts: Facts) -> LabelNoise | None:
    return facts.audit.label_noise if facts.outcome("label_issues")[0] == "ran" else None


def _stated(facts: Facts) -> str:
    predictions = facts.audit.header["predictions"]
    return "not said" if predictions is None else str(predictions["out_of_sample"])


def _in_sample(facts: Facts) -> bool:
    return _stated(facts) == "no"


def _meaning(facts: Facts, found: LabelNoise) -> Note:
    parts = [
        facts.say(
            N_(
                "Scaled to all rows, the confident joint puts {n:,} of {rows:,} labels ({share}) under "
                "another class than the given one."
            ),
            n=found.wrong,
            rows=found.rows,
            share=share(found.share),
        ),
        facts.say(
            N_(
                "That and the tables below are estimates of the model, no counts of rows: trust the order "
                "more than the numbers. They are too low where the model errs as the labellers do, and too "
                "high where it cannot tell classes apart. No interval is given: one of the counts alone "
                "would leave out the model's own mistakes, the larger part."
            )
        ),
        *_caveats(facts),
    ]
    return Note(text=" ".join(parts), tone="look" if facts.doubtful or _in_sample(facts) else "calm")


def _caveats(facts: Facts) -> Iterator[str]:
    stated = _stated(facts)
    if stated == "no":
        yield facts.say(N_("The predictions are not out of sample, as stated: the estimates are too low."))
    elif stated == "not said":
        yield facts.say(N_("They hold for out-of-sample predictions only; whether these are was not said."))
    if facts.doubtful:
        yield facts.say(N_("The predictions themselves are doubtful: see below whether they can be trusted."))


def _classes(facts: Facts, found: LabelNoise) -> Table:
    shown = found.classes[:SHOWN]
    most = max(entry.noise for entry in shown) or 1
    return Table(
        caption=facts.say(N_("Estimated label noise per class")),
        columns=(
            facts.column(N_("class"), "label"),
            facts.column(
                N_("wrong labels"),
                "number",
                N_("Label noise: of the rows given the class, the share that is truly of another"),
            ),
            facts.column(N_("wrong rows"), "number", N_("How many rows that would be")),
            facts.column(N_("rows"), "number", N_("Rows given the class that have a prediction")),
            facts.column(
                N_("labelled otherwise"),
                "number",
                N_("Inverse noise: of the rows truly of the class, the share that is given another label"),
            ),
            facts.column(N_("missed rows"), "number", N_("How many rows that would be")),
        ),
        rows=tuple(_class(entry, most) for entry in shown),
        style="bars",
        note=_left_out(facts, len(found.classes) - len(shown), found.more_classes, classes=True),
    )


def _class(entry: NoisyClass, most: float) -> tuple[Cell, ...]:
    return (
        Cell(text=entry.name),
        Cell(text=share(entry.noise), weight=min(max(entry.noise / most, 0.0), 1.0)),
        number(entry.wrong),
        number(entry.rows),
        Cell(text=share(entry.inverse_noise)),
        number(entry.missed),
    )


def _pairs(facts: Facts, found: LabelNoise) -> Table:
    shown = found.pairs[:SHOWN]
    most = max(pair.rows for pair in shown) or 1
    return Table(
        caption=facts.say(N_("Estimated overlaps: classes that are taken for one another")),
        columns=(
            facts.column(N_("one class"), "label"),
            facts.column(N_("other class"), "label"),
            facts.column(
                N_("mixed-up rows"), "number", N_("Rows of one class that carry the label of the other")
            ),
            facts.column(N_("share"), "number", N_("The same as a share of all rows given either class")),
            facts.column(N_("given one, truly other"), "number"),
            facts.column(N_("given other, truly one"), "number"),
        ),
        rows=tuple(_pair(pair, most) for pair in shown),
        style="bars",
        note=_left_out(facts, len(found.pairs) - len(shown), found.more_pairs, classes=False),
    )


def _pair(pair: OverlappingPair, most: int) -> tuple[Cell, ...]:
    return (
        Cell(text=pair.one),
        Cell(text=pair.other),
        Cell(text=f"{pair.rows:,}", weight=min(max(pair.rows / most, 0.0), 1.0)),
        Cell(text=share(pair.share)),
        number(pair.given_one),
        number(pair.given_other),
    )


def _left_out(facts: Facts, listed: int, more: int, *, classes: bool) -> str:
    """What the table leaves out: how many are in audit.json, and how many nowhere."""
    said = []
    if listed:
        said.append(
            facts.say(
                N_("{n:,} more class is in audit.json")
                if classes
                else N_("{n:,} more pair is in audit.json"),
                N_("{n:,} more classes are in audit.json")
                if classes
                else N_("{n:,} more pairs are in audit.json"),
                n=listed,
            )
        )
    if more:
        said.append(
            facts.say(
                N_("{n:,} class with less noise is not listed")
                if classes
                else N_("{n:,} pair with no more rows is not listed"),
                N_("{n:,} classes with less noise are not listed")
                if classes
                else N_("{n:,} pairs with no more rows are not listed"),
                n=more,
            )
        )
    return "; ".join(said)
