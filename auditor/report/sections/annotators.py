"""Section "Annotators": what several people's answers come to, how good each is, where to ask once more."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.findings import examples
from auditor.report.elements import Block, Cell, Note, Section, Status, Table, tone_of
from auditor.report.facts import Facts, number
from auditor.wording import N_, cut, listed, share

SNIPPET = 300
"""Characters of a row's content."""
SHOWN = 10
"""Rows of the tables of items."""
PEOPLE = 20
"""Annotators in their table, the clear ones first, then those with the most answers."""
NAMED, NAME = 3, 40
"""Clear annotators that are named in the sentence, and characters of a name."""


def section(facts: Facts) -> Section:
    """The consensus of several annotators, and how good each of them is."""
    state, words = _state(facts)
    ran = state in {"found", "none"}
    return Section(
        id="annotators",
        title=facts.say(N_("Annotators")),
        status=state,
        status_text=words,
        tone=tone_of(state, look=True),
        meaning=facts.say(
            N_(
                "What several people's answers to the same rows come to: the consensus, how good each "
                "annotator is, and where one more answer would help most. A consensus is an estimate: the "
                "given label stays what it is until you change it."
            )
        ),
        blocks=tuple(_blocks(facts)) if ran else (),
        todo=facts.say(
            N_(
                "Look at the rows whose consensus is another label, the first ones first. Read the guideline "
                "with annotators who stand clear, and ask for one more answer to the rows listed last."
            )
        )
        if state == "found"
        else "",
    )


def _state(facts: Facts) -> tuple[Status, str]:
    status, why = facts.outcome("annotators")
    if status != "ran":
        return status, why or facts.say(N_("no answers of several annotators"))
    differs = facts.count("annotations.consensus_differs")
    if differs:
        return "found", facts.say(N_("{n:,} label differs"), N_("{n:,} labels differ"), n=differs)
    clear = facts.count("annotators.clear")
    if clear:
        return "found", facts.say(N_("{n:,} annotator"), N_("{n:,} annotators"), n=clear)
    return "none", facts.say(N_("none found"))


def _blocks(facts: Facts) -> Iterator[Block]:
    entries = _rows_of(facts, "annotators")
    clear = [entry for entry in entries if entry["clear"]]
    yield Note(text=_sum(facts))
    if clear:
        yield Note(text=_clear(facts, clear), tone="look")
    if entries:
        yield _annotators(facts, entries)
    if facts.count("annotations.consensus_differs"):
        yield _differing(facts)
    following = _rows_of(facts, "next_answers")[:SHOWN]
    if following:
        yield _next(facts, following)


def _rows_of(facts: Facts, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = facts.audit.header["tables"].get(name, [])
    return found


def _sum(facts: Facts) -> str:
    answers = facts.measure("annotations.answers")
    told = facts.say(
        N_("{annotators:,} annotators gave {answers:,} answers to {rows:,} rows."),
        annotators=facts.count("annotators.count"),
        answers=facts.count("annotations.answers"),
        rows=0 if answers is None else answers.n,
    )
    same, alpha = facts.measure("annotations.agreement"), facts.measure("annotations.alpha")
    if same is None or alpha is None:
        return told
    agreed = facts.say(
        N_(
            "Another annotator gives the same answer in {share} of all cases; Krippendorff's alpha is "
            "{alpha:.2f} (1: all agree, 0: as by chance)."
        ),
        share=share(same.value),
        alpha=alpha.value,
    )
    return f"{told} {agreed}"


def _clear(facts: Facts, clear: list[dict[str, Any]]) -> str:
    names = listed([f'"{cut(entry["annotator"], NAME)}"' for entry in clear], NAMED)
    return facts.say(
        N_(
            "{names} stands clear of the others: even the lower end of the interval is above the share of "
            "answers by which others differ from the consensus on rows of the same classes. The consensus "
            "may be wrong too: where most share a mistake, who does not make it stands out."
        ),
        N_(
            "{n:,} annotators stand clear of the others, {names}: even the lower ends of their intervals are "
            "above the share of answers by which others differ from the consensus on rows of the same "
            "classes. The consensus may be wrong too: where most share a mistake, who does not make it "
            "stands out."
        ),
        n=len(clear),
        names=names,
    )


def _annotators(facts: Facts, entries: list[dict[str, Any]]) -> Table:
    named = [entry for entry in entries if entry["annotator"] is not None]
    more = sum(entry["annotators"] for entry in entries) - len(named[:PEOPLE])
    return Table(
        caption=facts.say(N_("How good the annotators are")),
        columns=(
            facts.column(N_("annotator"), "label"),
            facts.column(
                N_("quality"),
                "number",
                N_("How good the answers are, 0 to 1; unsure where they are few"),
            ),
            facts.column(N_("answers"), "number"),
            facts.column(N_("consensus"), "number", N_("The share of the answers that are the consensus")),
            facts.column(
                N_("differs, 95% interval"),
                "number",
                N_(
                    "The share of answers that are not the consensus, on rows that others answered too, "
                    "drawn towards that of the others"
                ),
            ),
            facts.column(N_("others"), "number", N_("The same share of others, on rows of the same classes")),
            facts.column(N_("clear"), "text", N_("Whether the whole interval is above the share of others")),
            facts.column(
                N_("worst class"),
                "label",
                N_("The class that is least often right where it is named"),
            ),
        ),
        rows=tuple(_annotator(facts, entry) for entry in named[:PEOPLE]),
        style="bars",
        note=facts.say(N_("{n:,} more is not shown"), N_("{n:,} more are not shown"), n=more)
        if more > 0
        else "",
    )


def _annotator(facts: Facts, entry: Mapping[str, Any]) -> tuple[Cell, ...]:
    quality, judged = entry["quality"], entry["low"] is not None
    return (
        Cell(text=entry["annotator"]),
        Cell(text="-")
        if quality is None
        else Cell(text=f"{quality:.2f}", weight=min(max(quality, 0.0), 1.0)),
        number(entry["answers"]),
        Cell(text=share(entry["agreement"])),
        Cell(text=f"{share(entry['low'])} - {share(entry['high'])}" if judged else "-"),
        Cell(text=share(entry["expected"]) if judged else "-"),
        Cell(text=facts.say(N_("clear")) if entry["clear"] else "-"),
        Cell(text=entry["worst_class"]),
    )


def _differing(facts: Facts) -> Table:
    rows = examples(facts.audit.tables["findings"], "annotation", SHOWN).to_pylist()
    more = facts.count("annotations.consensus_differs") - len(rows)
    return Table(
        caption=facts.say(N_("Rows whose consensus is not the given label")),
        columns=(
            facts.column(N_("item"), "item"),
            facts.column(N_("given label"), "label"),
            facts.column(N_("consensus"), "label"),
            facts.column(N_("answers"), "number", N_("for the consensus / for the given label / in all")),
            facts.column(N_("suspicion"), "number", N_("How improbable the given label is, 0 to 1")),
            facts.column(N_("content"), "content"),
        ),
        rows=tuple(_differs(facts, row, json.loads(row["evidence"])) for row in rows),
        style="bars",
        note=facts.say(
            N_("{n:,} more is in findings.parquet"), N_("{n:,} more are in findings.parquet"), n=more
        )
        if more > 0
        else "",
    )


def _differs(facts: Facts, row: Mapping[str, Any], said: Mapping[str, Any]) -> tuple[Cell, ...]:
    return (
        Cell(text=row["item"]),
        Cell(text=row["given"] or ""),
        Cell(text=row["suggested"] or ""),
        Cell(text=f"{said['votes']} / {said['given_votes']} / {said['answers']}"),
        Cell(text=f"{row['suspicion']:.2f}", weight=row["suspicion"]),
        _content(facts, row["item"]),
    )


def _content(facts: Facts, item: str) -> Cell:
    return Cell(text=facts.snippet(item, SNIPPET) if facts.content(item) else "")


def _next(facts: Facts, rows: list[dict[str, Any]]) -> Table:
    return Table(
        caption=facts.say(N_("Where one more answer would help most")),
        columns=(
            facts.column(N_("item"), "item"),
            facts.column(N_("given label"), "label"),
            facts.column(N_("consensus"), "label"),
            facts.column(N_("answers"), "number", N_("for the consensus / in all")),
            facts.column(N_("score"), "number", N_("ActiveLab, 0 to 1: the lower, the more an answer helps")),
            facts.column(N_("content"), "content"),
        ),
        rows=tuple(
            (
                Cell(text=row["item"]),
                Cell(text=row["given"] or ""),
                Cell(text=row["consensus"]),
                Cell(text=f"{row['votes']} / {row['answers']}"),
                Cell(text=f"{row['score']:.2f}", weight=min(max(row["score"], 0.0), 1.0)),
                _content(facts, row["item"]),
            )
            for row in rows
        ),
        style="bars",
    )
