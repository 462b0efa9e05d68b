"""A gain on the terminal: what was compared, a table, what follows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click
from rich.cells import cell_len

from auditor.cli.language import safely
from auditor.cli.show_problems import show_problems
from auditor.gain import Gain
from auditor.header import note_json
from auditor.report.gain_words import (
    Line,
    basis,
    beside,
    dropped,
    not_shown,
    promise,
    signs,
    table,
    untouched,
    verdict,
)
from auditor.report.marks import inert_line
from auditor.wording import N_, Text, say

WIDTH = 79
"""Columns of a terminal that a line takes at most."""


def show_gain(found: Gain, lang: str, flags: dict[str, Any], seconds: float) -> None:
    """The gain on stdout, notes and warnings on stderr; with `--json` one object on stdout."""
    if flags["as_json"]:
        found_json = found.to_json() | {
            "notes": [note_json(note) for note in found.notes],
            "cpu_seconds": {"total": round(seconds, 3)},
        }
        click.echo(json.dumps(found_json, indent=2))
        return
    if flags["quiet"]:
        return
    show_problems(found.notes, lang)
    for line in lines_of(found, lang):
        click.echo(inert_line(line))


def lines_of(found: Gain, lang: str) -> list[str]:
    """Everything that is printed, in lines of 79 columns at most as far as names allow."""
    said = [part for line in basis(found) for part in _wrapped(safely(line, lang), "    ")]
    head = ("rows", "before", "after", "gain", "95 %")
    said += ["", *_table([*table(found)], head, lang)]
    said += [f"  {safely(line, lang)}" for line in (*not_shown(found), signs(found))]
    if found.suspects is not None or found.accuracy.dropped is not None:
        said += ["", *_wrapped(safely(_instead(found), lang))]
        said += _table(dropped(found), ("rows", "before", "drop", "gain", "95 %"), lang)
    said.append("")
    for line in (*verdict(found), *beside(found), *untouched(found), promise()):
        said += _wrapped(safely(line, lang))
    return said


def _instead(found: Gain) -> Text:
    if found.suspects is None:
        return say(N_("beside it: learned from BEFORE without the suspects, by your own model"))
    return say(
        N_("beside it: {n:,} suspect of {before} dropped instead (cleanlab's default filter)"),
        N_("beside it: {n:,} suspects of {before} dropped instead (cleanlab's default filter)"),
        n=found.suspects,
        before=found.before,
    )


HEADS = {
    "rows": N_("rows"),
    "before": N_("before"),
    "after": N_("after"),
    "drop": N_("dropped"),
    "gain": N_("gain"),
    "95 %": N_("95 % interval"),
}


def _table(lines: Sequence[Line], head: Sequence[str], lang: str) -> list[str]:
    """Columns side by side: the first to the left, the numbers to the right."""
    rows = [["", *(say(HEADS[name]).to(lang) for name in head)]]
    rows += [[safely(line.name, lang), line.rows, *line.cells] for line in lines]
    widths = [max(cell_len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  "
        + row[0]
        + " " * (widths[0] - cell_len(row[0]))
        + "".join(
            "  " + " " * (width - cell_len(cell)) + cell
            for cell, width in zip(row[1:], widths[1:], strict=True)
        )
        for row in rows
    ]


def _wrapped(words: str, indent: str = "") -> list[str]:
    """Lines of `WIDTH` columns at most; those after the first are indented."""
    lines, line = [], ""
    for word in words.split(" "):
        longer = f"{line} {word}" if line.strip() else f"{line}{word}" if word else line + " "
        if line.strip() and cell_len(longer) > WIDTH:
            lines.append(line)
            longer = indent + word
        line = longer
    return [*lines, line]
