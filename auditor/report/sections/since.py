"""Section "Since last time": what is new, gone and still there beside an earlier audit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auditor.classes_beside import LABEL_ISSUE
from auditor.comparison import Comparison, KindBeside
from auditor.report.comparison_words import (
    CAME,
    SHORT,
    SHORT_GONE,
    WENT,
    decided_line,
    rows_line,
    totals,
    whys,
)
from auditor.report.elements import Block, Cell, Note, Section, Table, Tone
from auditor.report.facts import KINDS, Facts
from auditor.report.since_tables import NONE, class_tables, measure_blocks, more_of
from auditor.wording import N_, Text

PAIRS = 10
"""Rows of the table of pairs; all are in `auditor compare --json`."""
SUSPECTS, OTHERS = 10, 3
"""Findings that are named: suspected labels, and those of each other kind."""
LOUD = frozenset({"hardly-untouched", "rows-not-told", "content-not-told", "label-column"})
"""Remarks after which the numbers mean less than they seem to."""
TONES: tuple[tuple[Tone, bool], ...] = (("look", True), ("calm", False))
"""How remarks are marked, the loud ones first."""


def applies(facts: Facts) -> bool:
    """Whether an earlier audit was named."""
    return facts.since is not None


def section(facts: Facts) -> Section:
    """The comparison with the earlier audit, in short."""
    found = facts.since
    meaning = facts.say(
        N_(
            "This audit beside an earlier one of the same dataset. Findings are known again by their row, "
            "its content and its label, whatever the model says of it."
        )
    )
    title = facts.say(N_("Since last time"))
    if found is None:
        return Section(
            id="since",
            title=title,
            status="not_applicable",
            status_text=facts.say(N_("no earlier audit was named (--since OLD)")),
            tone="calm",
            meaning=meaning,
        )
    new, gone, still = totals(found)
    return Section(
        id="since",
        title=title,
        status="found",
        status_text=facts.say(
            N_("{new:,} new, {gone:,} gone, {still:,} still there"), new=new, gone=gone, still=still
        ),
        tone="look" if new else "calm",
        meaning=meaning,
        blocks=tuple(_blocks(facts, found)),
        todo=_todo(facts) if new else "",
    )


def _todo(facts: Facts) -> str:
    return facts.say(
        N_(
            "Look at what is new in rows that are new or were changed: there somebody can still say why. "
            "What came in rows that are as they were is the model's doing, not the data's."
        )
    )


def _blocks(facts: Facts, found: Comparison) -> Iterator[Block]:
    told = [rows_line(found.rows), *([decided_line(found.decided)] if found.decided.items else [])]
    yield Note(text=_sentences(facts, told))
    for tone, loud in TONES:
        remarks = [one.text for one in found.remarks if (one.code in LOUD) == loud]
        if remarks:
            yield Note(text=_sentences(facts, remarks), tone=tone)
    if found.kinds:
        yield _kinds(facts, found)
    if any(kind.came or kind.went for kind in found.kinds):
        yield _reasons(facts, found)
    if found.corrected:
        yield _corrected(facts, found)
    yield from _items(facts, found, "new", N_("New, the first of each kind"), SHORT)
    yield from _items(facts, found, "gone", N_("Gone, the first of each kind"), SHORT_GONE)
    yield from measure_blocks(facts, found)
    yield from class_tables(facts, found)


def _sentences(facts: Facts, texts: Sequence[Text]) -> str:
    said = (text.to(facts.lang) for text in texts)
    return " ".join(f"{text[:1].upper()}{text[1:]}." for text in said)


def _kinds(facts: Facts, found: Comparison) -> Table:
    titles = (N_("then"), N_("now"), N_("new"), N_("gone"), N_("still there"))
    return Table(
        caption=facts.say(N_("Findings then and now")),
        columns=(facts.column(N_("kind")), *(facts.column(title, "number") for title in titles)),
        rows=tuple(
            (
                _kind(facts, kind.kind),
                *(Cell(text=f"{n:,}") for n in (kind.old, kind.new, kind.fresh, kind.gone, kind.still)),
            )
            for kind in found.kinds
        ),
    )


def _kind(facts: Facts, kind: str) -> Cell:
    return Cell(text=facts.say(KINDS.get(kind, kind)))


def _reasons(facts: Facts, found: Comparison) -> Table:
    """Why findings came and went, a line a kind."""
    return Table(
        caption=facts.say(N_("Why they came and went")),
        columns=(facts.column(N_("kind")), facts.column(N_("new")), facts.column(N_("gone"))),
        rows=tuple(_why(facts, kind) for kind in found.kinds if kind.came or kind.went),
    )


def _why(facts: Facts, kind: KindBeside) -> tuple[Cell, ...]:
    came, went = whys(kind.came, CAME), whys(kind.went, WENT)
    told = ("; ".join(text.to(facts.lang) for text in texts) or "-" for texts in (came, went))
    return (_kind(facts, kind.kind), *(Cell(text=text) for text in told))


def _corrected(facts: Facts, found: Comparison) -> Table:
    more = len(found.corrected) - PAIRS
    return Table(
        caption=facts.say(N_("Suspects whose label was changed")),
        columns=(
            facts.column(N_("label then"), "label"),
            facts.column(N_("label now"), "label"),
            facts.column(N_("rows"), "number"),
        ),
        rows=tuple(
            (Cell(text=then), Cell(text=now), Cell(text=f"{n:,}")) for then, now, n in found.corrected[:PAIRS]
        ),
        note=more_of(facts, more),
    )


def _items(
    facts: Facts, found: Comparison, which: str, caption: str, short: Mapping[Any, str]
) -> Iterator[Table]:
    rows = [
        row
        for kind in found.kinds
        for row in found.top(which, kind.kind, SUSPECTS if kind.kind == LABEL_ISSUE else OTHERS)
        if row["why"] != "not_looked_for"
    ]
    if rows:
        now = which == "new"
        yield Table(
            caption=facts.say(caption),
            columns=(
                facts.column(N_("kind")),
                facts.column(N_("item"), "item"),
                facts.column(N_("given"), "label"),
                facts.column(N_("suggested") if now else N_("label now"), "label"),
                facts.column(N_("why")),
                *([facts.column(N_("content"), "content")] if now and _has_content(facts, rows) else []),
            ),
            rows=tuple(tuple(_item(facts, row, short, now, rows)) for row in rows),
        )


def _has_content(facts: Facts, rows: Sequence[Mapping[str, Any]]) -> bool:
    return any(facts.content(row["item"], 1) for row in rows if row["item"])


def _item(
    facts: Facts,
    row: Mapping[str, Any],
    short: Mapping[Any, str],
    now: bool,
    rows: Sequence[Mapping[str, Any]],
) -> Iterator[Cell]:
    yield _kind(facts, row["kind"])
    yield Cell(text=row["item"] or row["part"] or "-")
    yield Cell(text=row["given"] or NONE)
    yield Cell(text=(row["suggested"] if now else row["label_there"]) or NONE)
    yield Cell(text=facts.say(short[row["why"]]))
    if now and _has_content(facts, rows):
        told = bool(row["item"]) and bool(facts.content(row["item"], 1))
        yield Cell(text=facts.snippet(row["item"]) if told else NONE)
