"""The tables of section "Since last time" that hold numbers: measures then and now, and class by class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.classes_beside import ClassBeside
from auditor.comparison import Comparison
from auditor.measures_beside import MeasureBeside
from auditor.report.comparison_words import (
    WORDS,
    beside,
    class_words,
    footnotes,
    interval,
    moved_classes,
    shown,
)
from auditor.report.elements import Block, Cell, Note, Table
from auditor.report.facts import Facts
from auditor.wording import N_

CLASSES = 15
"""Rows of the table of classes; all are in `auditor compare --json`."""
NONE = "-"


def more_of(facts: Facts, n: int) -> str:
    """Where the rest of a table is; "" where nothing is left out."""
    return facts.say(N_("{n:,} more: auditor compare OLD NEW --json"), n=n) if n > 0 else ""


def measure_blocks(facts: Facts, found: Comparison) -> Iterator[Block]:
    moved = [one for one in found.measures if one.word != "same" and one.scope == "all"]
    same = sum(one.word == "same" for one in found.measures)
    with_intervals = any(_intervals(one) != NONE for one in moved)
    if moved:
        yield Table(
            caption=facts.say(N_("Measures then and now")),
            columns=(
                facts.column(N_("measure")),
                *(facts.column(title, "number") for title in (N_("then"), N_("now"), N_("difference"))),
                facts.column(N_("which is")),
                *([facts.column(N_("interval"))] if with_intervals else []),
                facts.column(N_("measured on"), "number"),
            ),
            rows=tuple(
                (
                    Cell(text=one.name),
                    *(Cell(text=text or "-") for text in shown(one)),
                    Cell(text=facts.say(WORDS[one.word])),
                    *([Cell(text=_intervals(one))] if with_intervals else []),
                    Cell(text=beside((one.old and one.old.n, one.new and one.new.n))),
                )
                for one in moved
            ),
            note=facts.say(N_("{n:,} measure is the same"), N_("{n:,} measures are the same"), n=same)
            if same
            else "",
        )
    for note in footnotes(found):
        yield Note(text=note.to(facts.lang))


def _intervals(one: MeasureBeside) -> str:
    ends = (interval(one.old) or None, interval(one.new) or None)
    return NONE if ends == (None, None) else beside(ends, "{}")


def class_tables(facts: Facts, found: Comparison) -> Iterator[Table]:
    moved = moved_classes(found)
    if not moved:
        return
    titles = (N_("rows"), N_("suspects"), N_("new"), N_("gone"), N_("accuracy"), "F1")
    yield Table(
        caption=facts.say(N_("Classes that changed")),
        columns=(
            facts.column(N_("class"), "label"),
            *(facts.column(title, "number") for title in titles),
            *([facts.column(N_("note"))] if any(map(class_words, moved[:CLASSES])) else []),
        ),
        rows=tuple(tuple(_class(facts, one, moved[:CLASSES])) for one in moved[:CLASSES]),
        note=more_of(facts, len(moved) - CLASSES),
    )


def _class(facts: Facts, one: ClassBeside, shown_ones: Sequence[ClassBeside]) -> Iterator[Cell]:
    yield Cell(text=one.name)
    for text in (beside(one.rows), beside(one.suspected), f"{one.fresh:,}", f"{one.gone:,}"):
        yield Cell(text=text)
    yield Cell(text=beside(one.accuracy, "{:.2f}"))
    yield Cell(text=beside(one.f1, "{:.2f}"))
    if any(map(class_words, shown_ones)):
        told = class_words(one)
        yield Cell(text=NONE if told is None else told.to(facts.lang))
