"""Section "Duplicates": conflicts first, then leaks across splits, then other copies."""

from __future__ import annotations

from collections import Counter
from typing import Any

from auditor.report.elements import Block, GroupCard, Groups, Note, Section, Status, tone_of
from auditor.report.facts import Facts, member
from auditor.wording import N_

CARDS = 10
"""Groups of a kind that are shown; all are in duplicates.csv."""
MEMBERS = 6
"""Rows of a group that are listed."""
CELL = 400
"""Characters of a cell that a card shows."""


CONFLICT = N_("Different labels for the same content")
LEAK = N_("Copies across splits (leaks)")
UNCLEAR = N_("Different labels, but the content says too little to decide")
UNCLEAR_LEAK = N_("Copies across splits whose content says too little to matter")
SAME = N_("Same content, same label")
CAPTIONS = (CONFLICT, LEAK, UNCLEAR, UNCLEAR_LEAK, SAME)


def section(facts: Facts) -> Section:
    """Groups of rows with the same content, the most urgent first."""
    state, words = _state(facts)
    return Section(
        id="duplicates",
        title=facts.say(N_("Duplicates")),
        status=state,
        status_text=words,
        tone=tone_of(state, look=_urgent(facts)),
        meaning=facts.say(
            N_(
                "Rows whose content is the same after Unicode form, case and blanks are evened out. Copies "
                "with different labels cannot all be right from what is shown."
            )
        ),
        blocks=_blocks(facts) if facts.groups else (),
        todo=facts.say(
            N_(
                "Decide each conflict once for the whole group. Remove leaked rows from the later split. "
                "Keep one row of every other group, or keep them all on purpose."
            )
        )
        if facts.groups
        else "",
    )


def _state(facts: Facts) -> tuple[Status, str]:
    status, why = facts.outcome("exact_duplicates")
    if status != "ran":
        return status, why
    if not facts.groups:
        return "none", facts.say(N_("none found"))
    return "found", facts.say(N_("{n:,} group"), N_("{n:,} groups"), n=len(facts.groups))


def _urgent(facts: Facts) -> bool:
    """Whether copies have different labels, or stand in several splits."""
    return any(row["conflict"] or row["leak"] for rows in facts.groups.values() for row in rows)


def _blocks(facts: Facts) -> tuple[Block, ...]:
    kinds: list[str] = [_kind(facts, name) for name in facts.groups]
    sorted_by_kind = {
        caption: [name for name, kind in zip(facts.groups, kinds, strict=True) if kind == caption]
        for caption in CAPTIONS
    }
    blocks: list[Block] = [_groups(facts, text, names) for text, names in sorted_by_kind.items() if names]
    if not facts.audit.header["dataset"]["splits"]:
        blocks.append(
            Note(text=facts.say(N_("No split column: copies between training and test rows cannot be told.")))
        )
    elif facts.measure("duplicates.leaked_rows") is None:
        blocks.append(Note(text=facts.say(N_("The splits do not say train and test: leaks cannot be told."))))
    return tuple(blocks)


def _kind(facts: Facts, name: str) -> str:
    """The caption under which a group stands: the first that fits."""
    rows = facts.groups[name]
    leaked, unclear = any(row["leak"] for row in rows), name in facts.too_little
    if rows[0]["conflict"]:
        return UNCLEAR if unclear else CONFLICT
    return (UNCLEAR_LEAK if unclear else LEAK) if leaked else SAME


def _groups(facts: Facts, caption: str, names: list[str]) -> Groups:
    ordered = sorted(names, key=lambda name: (-len(facts.groups[name]), name))
    cards = tuple(_card(facts, name) for name in ordered[:CARDS])
    more = len(ordered) - len(cards)
    return Groups(
        caption=f"{facts.say(caption)} ({len(names):,})",
        cards=cards,
        note=facts.say(N_("{n:,} more groups are in duplicates.csv"), n=more) if more else "",
    )


def _card(facts: Facts, name: str) -> GroupCard:
    rows: list[dict[str, Any]] = facts.groups[name]
    labels = Counter(row["label"] or "" for row in rows)
    content = facts.shown_content(rows[0]["item"], CELL)
    return GroupCard(
        title=facts.say(N_("{n:,} rows"), n=len(rows)),
        labels=tuple(sorted(labels.items(), key=lambda entry: (-entry[1], entry[0]))),
        content=content,
        members=tuple(member(row) for row in rows[:MEMBERS]),
        more=max(len(rows) - MEMBERS, 0),
        conflict=bool(rows[0]["conflict"]),
    )
