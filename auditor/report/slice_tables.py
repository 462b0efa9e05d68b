"""Suspects per annotator, batch, source: what the section on suspected labels shows of the slices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from auditor.report.elements import Block, Cell, Note, Table
from auditor.report.facts import Facts, number
from auditor.wording import N_, cut, listed, share

SHOWN = 20
"""Values of a column in its table, the clear ones first, then the largest."""
NAMED = 3
"""Clear values that are named in the sentence."""
NAME, SHORT = 80, 40
"""Characters of a column's name in a caption, and of a name in a sentence."""


def slice_blocks(facts: Facts) -> Iterator[Block]:
    """A sentence and a table per slice column; nothing where the audit has no slices."""
    entries: list[dict[str, Any]] = facts.audit.header["tables"].get("slices", [])
    if facts.outcome("slices")[0] != "ran" or not entries:
        return
    yield _meaning(facts, clear_slices(facts))
    for column, found in groupby(entries, key=lambda entry: str(entry["column"])):
        yield _table(facts, column, list(found))


def clear_slices(facts: Facts) -> list[dict[str, Any]]:
    """The values that stand clear of the rest, the farthest from it first; [] where there are none."""
    entries: list[dict[str, Any]] = facts.audit.header["tables"].get("slices", [])
    if facts.outcome("slices")[0] != "ran":
        return []
    clear = [entry for entry in entries if entry["clear"]]
    return sorted(
        clear, key=lambda entry: (entry["expected"] - entry["low"], entry["column"], entry["value"])
    )


def _meaning(facts: Facts, clear: list[dict[str, Any]]) -> Note:
    if clear:
        names = [f'"{cut(entry["value"], SHORT)}" ({cut(entry["column"], SHORT)})' for entry in clear]
        text = facts.say(
            N_(
                "Below, {names} stands clear of the rest: even the lower end of its interval is above "
                "the rate that rows of the same classes have elsewhere. Look at ten of its suspects and "
                "read the guideline with who labelled them; a high rate may also mean harder rows."
            ),
            N_(
                "Below, {n:,} values stand clear of the rest, {names}: even the lower ends of their "
                "intervals are above the rate that rows of the same classes have elsewhere. Look at ten "
                "suspects of each and read the guideline with who labelled them; a high rate may also mean "
                "harder rows."
            ),
            n=len(clear),
            names=listed(names, NAMED),
        )
    else:
        text = facts.say(
            N_(
                "No annotator, batch or source stands clear of the rest: their rates differ no more than "
                "chance and their classes explain, so they are not ranked."
            )
        )
    return Note(text=text, tone="look" if clear else "calm")


def _table(facts: Facts, column: str, entries: list[dict[str, Any]]) -> Table:
    named = [entry for entry in entries if entry["value"] is not None]
    most = max((entry["pooled"] or 0 for entry in named[:SHOWN]), default=0) or 1
    more = sum(entry["values"] for entry in entries) - len(named[:SHOWN])
    return Table(
        caption=facts.say(N_('Suspects by "{column}"'), column=cut(column, NAME)),
        columns=(
            facts.column(N_("value"), "label"),
            facts.column(
                N_("pooled share"),
                "number",
                N_("Drawn towards the share elsewhere, the more so the fewer rows there are"),
            ),
            facts.column(N_("95% interval"), "number", N_("Interval of the pooled share")),
            facts.column(N_("clear"), "text", N_("Whether the whole interval is above the share elsewhere")),
            facts.column(N_("rows"), "number"),
            facts.column(N_("suspects"), "number"),
            facts.column(N_("share"), "number"),
            facts.column(
                N_("elsewhere"),
                "number",
                N_("The share of suspects among rows of the same classes elsewhere"),
            ),
        ),
        rows=tuple(_row(facts, entry, most) for entry in named[:SHOWN]),
        style="bars",
        note=facts.say(N_("{n:,} more value is not shown"), N_("{n:,} more values are not shown"), n=more)
        if more > 0
        else "",
    )


def _row(facts: Facts, entry: Mapping[str, Any], most: float) -> tuple[Cell, ...]:
    pooled, low, high = (entry[name] or 0.0 for name in ("pooled", "low", "high"))
    return (
        Cell(text=entry["value"]),
        Cell(text=share(pooled), weight=min(max(pooled / most, 0.0), 1.0)),
        Cell(text=f"{share(low)} - {share(high)}"),
        Cell(text=facts.say(N_("clear")) if entry["clear"] else "-"),
        number(entry["rows"]),
        number(entry["suspected"]),
        Cell(text=share(entry["rate"])),
        Cell(text=share(entry["expected"] or 0.0)),
    )
