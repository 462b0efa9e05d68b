"""What `auditor compare` prints: lines of at most about 80 columns, nothing that cp949 lacks."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.cells import cell_len

from auditor.comparison import Comparison, KindBeside, Named
from auditor.measures_beside import MeasureBeside
from auditor.report.comparison_words import (
    CAME,
    SHORT,
    SHORT_GONE,
    WENT,
    WORDS,
    beside,
    class_words,
    decided_line,
    footnotes,
    interval,
    moved_classes,
    rows_line,
    shown,
    usual_n,
    whys,
)
from auditor.report.facts import KINDS
from auditor.report.marks import inert_line
from auditor.wording import N_, Text, cut, say

WIDTH = 80
ITEMS = 3
"""Findings of each kind that are named on the terminal; ten are in `--json`."""
PAIRS, CLASSES = 5, 10
NAME, LABEL = 20, 22
"""Characters of an item and of a label at most."""
LEAST = 12
"""Columns of the name of a class at least."""
RIGHT = "right"


def comparison_lines(found: Comparison, lang: str) -> list[str]:
    """The comparison as lines of text."""
    blocks = (
        _head(found, lang),
        _findings(found, lang),
        _corrected(found, lang),
        _measures(found, lang),
        _classes(found, lang),
    )
    lines: list[str] = []
    for block in blocks:
        told = list(block)
        lines += ["", *told] if lines and told else told
    return [inert_line(line) for line in lines]


def _head(found: Comparison, lang: str) -> Iterator[str]:
    yield say(N_("then  {audit}"), audit=_audit(found.old)).to(lang)
    yield say(N_("now   {audit}"), audit=_audit(found.now)).to(lang)
    yield from _wrapped(say(N_("rows: {rows}"), rows=rows_line(found.rows)).to(lang))
    if found.decided.items:
        yield decided_line(found.decided).to(lang)
    for remark in found.remarks:
        yield from _wrapped(say(N_("note: {note}"), note=remark.text).to(lang))


def _audit(one: Named) -> Text:
    return say(
        N_("{name}: {rows:,} rows, {classes:,} classes (audit {id})"),
        name=cut(one.name, WIDTH // 2),
        rows=one.rows,
        classes=one.classes,
        id=one.audit_id,
    )


def _findings(found: Comparison, lang: str) -> Iterator[str]:
    if not found.kinds:
        yield say(N_("nothing was found, then or now")).to(lang)
        return
    titles = (N_("findings"), N_("then"), N_("now"), N_("new"), N_("gone"), N_("still there"))
    rows = [[Text(title).to(lang) for title in titles]]
    for kind in found.kinds:
        numbers = (kind.old, kind.new, kind.fresh, kind.gone, kind.still)
        rows.append([kind_name(kind.kind, lang), *(f"{n:,}" for n in numbers)])
    table = _table(rows, ["left", *[RIGHT] * 5])
    yield table[0]
    for kind, line in zip(found.kinds, table[1:], strict=True):
        yield line
        yield from _came_and_went(found, kind, lang)


def kind_name(kind: str, lang: str) -> str:
    """A kind as badges call it."""
    return Text(KINDS.get(kind, kind)).to(lang)


def _came_and_went(found: Comparison, kind: KindBeside, lang: str) -> Iterator[str]:
    """Why, and the first of them."""
    for which, template, counts, words, short in (
        ("new", N_("new: {why}"), kind.came, CAME, SHORT),
        ("gone", N_("gone: {why}"), kind.went, WENT, SHORT_GONE),
    ):
        if counts:
            why = ", ".join(text.to(lang) for text in whys(counts, words))
            yield from _wrapped(f"    {say(template, why=why).to(lang)}", indent=6)
            told = [row for row in found.top(which, kind.kind) if row["why"] != "not_looked_for"]
            yield from _items(told[:ITEMS], short, lang)


def _items(rows: Sequence[Mapping[str, Any]], short: Mapping[Any, str], lang: str) -> Iterator[str]:
    gone = short is SHORT_GONE
    cells = [[name_of(row), _labels(row, gone=gone), f"({Text(short[row['why']]).to(lang)})"] for row in rows]
    yield from (f"      {line.strip()}" for line in _table(cells, ["left"] * 3))


def name_of(row: Mapping[str, Any]) -> str:
    """What a finding is about: an item, else the class, slice or split."""
    return cut(row["item"] or row["part"] or "-", NAME)


def _labels(row: Mapping[str, Any], *, gone: bool) -> str:
    """The label then and now where it was changed, else the label and what is suggested for it."""
    given, other = cut(row["given"] or "-", LABEL), cut(row["label_there"] or "", LABEL)
    if other:
        return f"{given} -> {other}" if gone else f"{other} -> {given}"
    return f"{given} ({cut(row['suggested'], LABEL)}?)" if row["suggested"] else given


def _corrected(found: Comparison, lang: str) -> Iterator[str]:
    """What became of suspects that are gone."""
    if not found.corrected:
        return
    yield say(N_("suspects whose label was changed")).to(lang)
    rows = [
        [cut(then or "-", LABEL), f"-> {cut(now or '-', LABEL)}", f"{n:,}"]
        for then, now, n in found.corrected[:PAIRS]
    ]
    yield from _table(rows, ["left", "left", RIGHT])
    yield from _more(len(found.corrected) - PAIRS, lang)


def _more(n: int, lang: str) -> Iterator[str]:
    if n > 0:
        yield "  " + say(N_("and {n:,} more, in --json"), N_("and {n:,} more, in --json"), n=n).to(lang)


def _measures(found: Comparison, lang: str) -> Iterator[str]:
    """Those of the whole that moved."""
    moved = [one for one in found.measures if one.word != "same" and one.scope == "all"]
    same = sum(one.word == "same" for one in found.measures)
    parts = (
        len(found.measures)
        - len(moved)
        - sum(one.word == "same" and one.scope == "all" for one in found.measures)
    )
    if moved:
        titles = (N_("measures"), N_("then"), N_("now"), N_("difference"), "")
        rows = [[Text(title).to(lang) if title else "" for title in titles]]
        rows += [[one.name, *_or_dashes(shown(one)), Text(WORDS[one.word]).to(lang)] for one in moved]
        table = _table(rows, ["left", *[RIGHT] * 3, "left"])
        yield table[0]
        usual = usual_n(found)
        for one, line in zip(moved, table[1:], strict=True):
            yield line
            yield from _below(one, usual, lang)
        if usual is not None:
            told = say(N_("measured on {old:,} then, {new:,} now"), old=usual[0], new=usual[1])
            yield f"  {told.to(lang)}"
    yield from _rest(same, parts, lang)
    for note in footnotes(found):
        yield from _wrapped(f"  {note.to(lang)}", indent=2)


def _or_dashes(cells: Sequence[str]) -> list[str]:
    return [cell or "-" for cell in cells]


def _below(one: MeasureBeside, usual: tuple[int, int] | None, lang: str) -> Iterator[str]:
    """Intervals, and over how many rows it was measured where that changed and is not what is usual."""
    ends = interval(one.old) or "-", interval(one.new) or "-"
    if ends != ("-", "-"):
        yield "    " + say(N_("interval: {old} then, {new} now"), old=ends[0], new=ends[1]).to(lang)
    if one.old is not None and one.new is not None and one.other_n and (one.old.n, one.new.n) != usual:
        told = say(N_("measured on {old:,} then, {new:,} now"), old=one.old.n, new=one.new.n)
        yield f"    {told.to(lang)}"


def _rest(same: int, parts: int, lang: str) -> Iterator[str]:
    if same:
        yield "  " + say(N_("{n:,} measure is the same"), N_("{n:,} measures are the same"), n=same).to(lang)
    if parts:
        told = say(
            N_("{n:,} measure of a slice, a split or an annotator is in --json"),
            N_("{n:,} measures of slices, splits or annotators are in --json"),
            n=parts,
        )
        yield "  " + told.to(lang)


def _classes(found: Comparison, lang: str) -> Iterator[str]:
    moved = moved_classes(found)
    if not moved:
        return
    titles = (N_("classes"), N_("rows"), N_("suspects"), N_("new"), N_("gone"), N_("accuracy"), "F1")
    rows = [[Text(title).to(lang) for title in titles]]
    for one in moved[:CLASSES]:
        told = class_words(one)
        name = one.name if told is None else f"({told.to(lang)}) {one.name}"
        cells = [beside(one.rows), beside(one.suspected), f"{one.fresh:,}", f"{one.gone:,}"]
        rows.append([name, *cells, beside(one.accuracy, "{:.2f}"), beside(one.f1, "{:.2f}")])
    room = WIDTH - sum(2 + max(map(cell_len, column)) for column in list(zip(*rows, strict=True))[1:]) - 2
    rows = [[_fitted(row[0], max(room, LEAST)), *row[1:]] for row in rows]
    yield from _table(rows, ["left", *[RIGHT] * 6])
    yield from _more(len(moved) - CLASSES, lang)


def _fitted(text: str, width: int) -> str:
    """A name cut to some columns."""
    length = len(text)
    while cell_len(cut(text, length)) > width and length > LEAST // 2:
        length -= 1
    return cut(text, length)


def _table(rows: Sequence[Sequence[str]], sides: Sequence[str]) -> list[str]:
    """Columns as wide as their widest cell; Hangul takes two columns on a terminal."""
    if not rows:
        return []
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    return [_line(row, widths, sides) for row in rows]


def _line(row: Sequence[str], widths: Sequence[int], sides: Sequence[str]) -> str:
    cells = [_padded(cell, width, side) for cell, width, side in zip(row, widths, sides, strict=True)]
    return "  " + "  ".join(cells).rstrip()


def _padded(text: str, width: int, side: str) -> str:
    fill = " " * (width - cell_len(text))
    return fill + text if side == RIGHT else text + fill


def _wrapped(text: str, indent: int = 2) -> list[str]:
    """A sentence in lines of at most 80 columns; one of Hangul is about half as many letters."""
    width = WIDTH * len(text) // max(cell_len(text), 1)
    return textwrap.wrap(
        text, width, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
    ) or [text]
