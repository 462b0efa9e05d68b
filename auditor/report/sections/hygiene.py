"""Section "Hygiene": rows that are empty, too short or garbled, and class names that look alike."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.characters.class_names import drawn_as, told_by
from auditor.detect import reasons
from auditor.detect.hygiene import NAMES, OF_ROWS
from auditor.findings import examples, of_kind
from auditor.report.elements import Block, Cell, Note, Section, Status, Table, tone_of
from auditor.report.facts import Facts, number
from auditor.wording import N_, Text, cut

SHOWN = 3
"""Examples of each kind of fault."""
NAMES_SHOWN = 20
"""Class names that are listed; all are in findings.parquet."""
BEFORE, LENGTH = 40, 160
"""Characters of a text that stand before the fault, and that are shown in all."""
NAME = 80
"""Characters of a class name in the table."""

TITLES: Mapping[str, str] = {
    "empty": N_("No content"),
    "too-short": N_("Too short to say anything"),
    "broken-encoding": N_("Characters that could not be read"),
    "letters-lost": N_("Words of question marks"),
    "mojibake": N_("Text read in a wrong encoding"),
    "invisible-characters": N_("Invisible characters"),
    "decomposed": N_("Letters in pieces"),
    "markup-left": N_("Tags and entities of HTML"),
}
"""Reason code -> what the section calls it."""
WHAT_TO_DO: Mapping[str, str] = {
    "empty": N_("Drop these rows, or find what belongs there."),
    "too-short": N_("Drop them or label them by a rule of their own: nobody can judge them from the text."),
    "broken-encoding": N_("What was lost does not come back: export the data again."),
    "letters-lost": N_("What was lost does not come back: export the data again."),
    "mojibake": N_("Read the file again in the encoding that it was written in."),
    "invisible-characters": N_("Remove them: for a program a text with one is another text."),
    "decomposed": N_("Write the texts in the composed form (NFC), in which all others are."),
    "markup-left": N_("Remove them, unless the model will meet them too."),
}
"""Reason code -> what to do."""
AS_KEPT = 20_000
"""Characters of a cell that an audit keeps: a fault may stand at the end of it."""
LOOK_ALIKE = NAMES["look"]
DIFFERENCES: Mapping[str, str] = {
    "class-names-alike": N_("case, blanks or Unicode form"),
    LOOK_ALIKE: N_("characters that look the same"),
    "class-name-mistyped": N_("one letter: a typing error?"),
}
"""Reason code -> how two names differ."""
LABELS = (
    ("labels.missing", N_("Rows without a label")),
    ("labels.unknown", N_("Labels outside the class list")),
)
"""Measures of another detector that belong here too."""


def section(facts: Facts) -> Section:
    """What is wrong with texts and names, whatever their labels."""
    state, words = _state(facts)
    return Section(
        id="hygiene",
        title=facts.say(N_("Hygiene")),
        status=state,
        status_text=words,
        tone=tone_of(state, look=_grave(facts)),
        meaning=facts.say(
            N_(
                "Rows that nobody can judge or that a program reads otherwise than a person does, and class "
                "names that look alike."
            )
        ),
        blocks=_blocks(facts) if state != "failed" else (),
        todo=facts.say(
            N_(
                "Mend the source and read it again: what is mended in a copy comes back with the next "
                "export. All rows are in findings.parquet."
            )
        )
        if state == "found"
        else "",
    )


def _state(facts: Facts) -> tuple[Status, str]:
    status, why = facts.outcome("hygiene")
    if status != "ran":
        return status, why
    rows, names = _rows(facts), len(_names(facts))
    words = [facts.say(N_("{n:,} row"), N_("{n:,} rows"), n=rows)] if rows else []
    words += [facts.say(N_("{n:,} class name"), N_("{n:,} class names"), n=names)] if names else []
    return ("found", ", ".join(words)) if words else ("none", facts.say(N_("none found")))


def _rows(facts: Facts) -> int:
    """Rows with any fault of their content, and those without a label of the class list."""
    found = of_kind(facts.audit.tables["findings"], "hygiene")["row"].unique()
    return len(found) + sum(facts.count(name) for name, _ in LABELS)


def _grave(facts: Facts) -> bool:
    """Whether there is more than markup and short texts, which may be meant so."""
    codes = set(facts.audit.tables["findings"]["reason_code"].to_pylist())
    return bool(codes & ({*OF_ROWS, *NAMES.values()} - {"markup-left", "too-short"}))


def _blocks(facts: Facts) -> tuple[Block, ...]:
    found = examples(facts.audit.tables["findings"], "hygiene", SHOWN).to_pylist()
    blocks: list[Block] = [_counts(facts)]
    blocks += _names_table(facts)
    for code in TITLES:
        shown = [entry for entry in found if entry["reason_code"] == code]
        if shown:
            blocks.append(_examples(facts, code, shown))
    if facts.measure("hygiene.empty") is None:
        blocks.append(Note(text=facts.say(N_("There is no content to look at: only names were compared."))))
    return tuple(blocks)


def _counts(facts: Facts) -> Table:
    """How many rows have each fault; those that were looked for in vain too."""
    counted = [(TITLES[code], OF_ROWS[code]) for code in TITLES] + [(title, name) for name, title in LABELS]
    measures = [(title, facts.measure(name)) for title, name in counted]
    rows = tuple(
        (Cell(text=facts.say(title)), number(measure.value), Cell(text=measure.name))
        for title, measure in measures
        if measure is not None
    )
    return Table(
        caption=facts.say(N_("What was looked for")),
        columns=(
            facts.column(N_("fault")),
            facts.column(N_("rows"), "number"),
            facts.column(N_("name in rules"), "item"),
        ),
        rows=rows,
    )


def _examples(facts: Facts, code: str, shown: list[dict[str, Any]]) -> Table:
    rows = facts.count(OF_ROWS[code])
    has_content = code != "empty" and any(facts.content(entry["item"]) for entry in shown)
    columns = [facts.column(N_("item"), "item"), facts.column(N_("what was found"))]
    if has_content:
        columns.insert(1, facts.column(N_("content"), "content"))
    return Table(
        caption=f"{facts.say(TITLES[code])} ({rows:,})",
        columns=tuple(columns),
        rows=tuple(tuple(_row(facts, entry, has_content)) for entry in shown),
        note=facts.say(WHAT_TO_DO[code]),
    )


def _row(facts: Facts, entry: Mapping[str, Any], has_content: bool) -> Iterator[Cell]:
    evidence = json.loads(entry["evidence"])
    yield Cell(text=entry["item"])
    if has_content:
        yield Cell(text=_around(facts, entry["item"], evidence))
    yield Cell(text=Text(reasons()[entry["reason_code"]], evidence).to(facts.lang))


def _around(facts: Facts, item: str, evidence: Mapping[str, Any]) -> str:
    """The text around the fault; its beginning where the audit keeps no more of it."""
    cells = dict(facts.content(item, AS_KEPT))
    text = cells.get(evidence.get("column", ""), next(iter(cells.values()), ""))
    at = evidence.get("at", 1) - 1
    start = at - BEFORE if BEFORE < at < len(text) else 0
    return ("..." if start else "") + cut(text[start:], LENGTH)


def _names(facts: Facts) -> list[dict[str, Any]]:
    found = of_kind(facts.audit.tables["findings"], "class").to_pylist()
    return [entry for entry in found if entry["reason_code"] in NAMES.values()]


def _name(name: str, code: str) -> Cell:
    """A class name; where it looks like another, with the code points of the characters that are to blame.

    Hidden characters are spelled by the page itself.
    """
    if code != LOOK_ALIKE:
        return Cell(text=cut(name, NAME))
    odd = sorted(char for char in set(name) if drawn_as(char) not in {"", told_by(char)})
    return Cell(text=cut(name, NAME), odd="".join(odd))


def _names_table(facts: Facts) -> list[Block]:
    """The class names that are taken for others."""
    found = _names(facts)
    if not found:
        return []
    rows = tuple(
        (
            _name(evidence["name"], code),
            number(evidence["count"]),
            _name(evidence["other"], code),
            number(evidence["of"]),
            Cell(text=facts.say(DIFFERENCES[code])),
        )
        for code, evidence in ((e["reason_code"], json.loads(e["evidence"])) for e in found[:NAMES_SHOWN])
    )
    return [
        Table(
            caption=facts.say(N_("Class names that are taken for others")),
            columns=(
                facts.column(N_("class"), "label"),
                facts.column(N_("rows"), "number"),
                facts.column(N_("taken for"), "label"),
                facts.column(N_("rows"), "number"),
                facts.column(N_("difference")),
            ),
            rows=rows,
            note=facts.say(N_("Write each class in one way: now they are audited as different classes.")),
        )
    ]
