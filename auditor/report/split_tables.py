"""Label mix of the splits: what the section on class balance shows of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from auditor.report.elements import Block, Cell, Note, Table
from auditor.report.facts import Facts, number
from auditor.wording import N_, share

SHOWN = 20
"""Splits, and classes that differ, in their tables."""


def splits_differ(facts: Facts) -> bool:
    """Whether a split was named: for its mix, a class of it, or a class that it alone has."""
    found = facts.audit.tables["findings"]["kind"].to_pylist() if _ran(facts) else []
    return "split" in found


def differing_splits(facts: Facts) -> list[dict[str, Any]]:
    """The splits whose label mix as a whole clearly differs from that of their reference."""
    entries: list[dict[str, Any]] = facts.audit.header["tables"].get("splits", [])
    return [entry for entry in entries if entry["differs"]] if _ran(facts) else []


def split_blocks(facts: Facts) -> Iterator[Block]:
    """The distance of every split, the classes that differ; nothing where there are no splits."""
    tables = facts.audit.header["tables"]
    entries: list[dict[str, Any]] = tables.get("splits", [])
    if not _ran(facts) or not entries:
        return
    yield _distances(facts, entries)
    clear = [entry for entry in tables.get("split_classes", []) if entry["clear"]]
    if clear:
        yield _classes(facts, clear)
    only = facts.count("splits.classes_only_in_one")
    if only:
        text = facts.say(
            N_("{n:,} class has all its rows in one split: it is learned or measured, never both."),
            N_("{n:,} classes have all their rows in one split: they are learned or measured, never both."),
            n=only,
        )
        yield Note(text=text, tone="look")


def _ran(facts: Facts) -> bool:
    return facts.outcome("split_labels")[0] == "ran"


def _distances(facts: Facts, entries: list[dict[str, Any]]) -> Table:
    more = len(entries) - SHOWN
    return Table(
        caption=facts.say(N_("Label mix of the splits")),
        columns=(
            facts.column(N_("split"), "label"),
            facts.column(N_("compared with"), "label"),
            facts.column(N_("rows"), "number"),
            facts.column(
                N_("distance"),
                "number",
                N_("Share of rows that would have to change class to get the same mix"),
            ),
            facts.column(N_("95% interval"), "number"),
            facts.column(
                N_("by chance"),
                "number",
                N_("The distance that two random splits of these sizes have on average"),
            ),
            facts.column(N_("differs")),
        ),
        rows=tuple(_distance(facts, entry) for entry in entries[:SHOWN]),
        note=facts.say(N_("{n:,} more split is not shown"), N_("{n:,} more splits are not shown"), n=more)
        if more > 0
        else "",
    )


def _distance(facts: Facts, entry: Mapping[str, Any]) -> tuple[Cell, ...]:
    return (
        Cell(text=entry["split"]),
        Cell(text=entry["reference"]),
        number(entry["rows"]),
        Cell(text=share(entry["distance"])),
        Cell(text=f"{share(entry['low'])} - {share(entry['high'])}"),
        Cell(text=share(entry["by_chance"])),
        Cell(text=facts.say(N_("differs")) if entry["differs"] else "-"),
    )


def _classes(facts: Facts, clear: list[dict[str, Any]]) -> Table:
    more = len(clear) - SHOWN
    return Table(
        caption=facts.say(N_("Classes whose share differs between splits")),
        columns=(
            facts.column(N_("split"), "label"),
            facts.column(N_("class"), "label"),
            facts.column(N_("share here"), "number"),
            facts.column(N_("share there"), "number"),
            facts.column(
                N_("difference, 95% interval"), "number", N_("Newcombe interval, percentage points")
            ),
        ),
        rows=tuple(
            (
                Cell(text=entry["split"]),
                Cell(text=entry["class"]),
                Cell(text=share(entry["share"])),
                Cell(text=share(entry["reference_share"])),
                Cell(text=f"{100 * entry['low']:+.1f} .. {100 * entry['high']:+.1f}"),
            )
            for entry in clear[:SHOWN]
        ),
        note=facts.say(N_("{n:,} more class differs"), N_("{n:,} more classes differ"), n=more)
        if more > 0
        else "",
    )
