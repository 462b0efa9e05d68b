"""Section "Outliers": the rows that stand farthest from all others, by the vectors."""

from __future__ import annotations

import json

from auditor.findings import examples
from auditor.report.elements import Cell, Column, Section, Status, Table, tone_of
from auditor.report.facts import Facts
from auditor.report.pictures import SIDES, TABLE_ROOM
from auditor.wording import N_

SNIPPET = 300
"""Characters of a row's content."""
SHOWN = 10
"""Rows in the table; all are in findings.parquet."""


def section(facts: Facts) -> Section:
    """The rows that are like no other."""
    state, words = _state(facts)
    found = state == "found"
    return Section(
        id="outliers",
        title=facts.say(N_("Outliers")),
        status=state,
        status_text=words,
        tone=tone_of(state, look=False),
        meaning=facts.say(
            N_(
                "Rows whose vectors are far from those of all other rows: broken content, another language "
                "or subject, or a rare case that the data needs. An outlier is no label error."
            )
        ),
        blocks=(_table(facts),) if found else (),
        todo=facts.say(
            N_(
                "Look at the first rows. Remove what does not belong to the data; keep what is rare, and "
                "collect more of it."
            )
        )
        if found
        else "",
    )


def _count(facts: Facts) -> int:
    kinds: list[str] = facts.audit.tables["findings"]["kind"].to_pylist()
    return kinds.count("outlier")


def _state(facts: Facts) -> tuple[Status, str]:
    status, why = facts.outcome("outliers")
    if status != "ran":
        return status, why or facts.say(N_("no embeddings"))
    count = _count(facts)
    if not count:
        return "none", facts.say(N_("none found"))
    return "found", facts.say(N_("{n:,} row"), N_("{n:,} rows"), n=count)


def _table(facts: Facts) -> Table:
    rows = examples(facts.audit.tables["findings"], "outlier", SHOWN).to_pylist()
    rows = sorted(rows, key=lambda row: (-row["suspicion"], row["key"]))[:SHOWN]
    found = [json.loads(row["evidence"]) for row in rows]
    pictures, _ = facts.pictures([row["item"] for row in rows], TABLE_ROOM, SIDES[1:])
    more = _count(facts) - len(rows)
    return Table(
        caption=facts.say(N_("The rows that are farthest from all others")),
        columns=(
            facts.column(N_("item"), "item"),
            facts.column(N_("label"), "label"),
            Column(
                title=facts.say(N_("distance")),
                kind="number",
                help=facts.say(
                    N_(
                        "average cosine distance to the {n} nearest rows, 0 to 2; half of all rows are "
                        "within {median:.2f}"
                    ),
                    n=found[0]["neighbours"],
                    median=found[0]["median"],
                ),
            ),
            facts.column(N_("content"), "picture" if facts.has_pictures else "content"),
        ),
        rows=tuple(
            (
                Cell(text=row["item"]),
                Cell(text=row["given"] or ""),
                Cell(text=f"{evidence['distance']:.2f}", weight=row["suspicion"]),
                Cell(
                    text=facts.snippet(row["item"], SNIPPET) if facts.content(row["item"]) else "",
                    picture=pictures.get(row["item"]),
                ),
            )
            for row, evidence in zip(rows, found, strict=True)
        ),
        style="bars",
        note=facts.say(
            N_("{n:,} more is in findings.parquet"), N_("{n:,} more are in findings.parquet"), n=more
        )
        if more
        else "",
    )
