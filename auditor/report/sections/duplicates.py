"""Section "Duplicates": conflicts first, then leaks across splits, then other copies."""

from __future__ import annotations

from collections import Counter
from typing import Any

from auditor.report.elements import Block, GroupCard, Groups, Note, Section, tone_of
from auditor.report.facts import Facts, member
from auditor.wording import N_

CARDS = 10
MEMBERS = 6
CELL = 400


def section(facts: Facts) -> Section:
    """Groups of rows with the same content, the most urgent first."""
    status, why = facts.outcome("exact_duplicates")
    n = len(facts.groups)
    if status != "ran":
        state, words = status, why
    elif n == 0:
        state, words = "none", facts.say(N_("none found"))
    else:
        state, words = "found", facts.say(N_("{n:,} group"), N_("{n:,} groups"), n=n)
    return Section(
        id="duplicates",
        title=facts.say(N_("Duplicates")),
        status=state,  # type: ignore[arg-type]
        status_text=words,
        tone=tone_of(state, look=_urgent(facts)),
        meaning=facts.say(
            N_(
                "Rows whose content is the same after Unicode form, case and blanks are evened out. Copies "
                "with different labels cannot all be right from what is shown."
            )
        ),
        blocks=_blocks(facts) if n else (),
        todo=facts.say(
            N_(
                "Decide each conflict once for the whole group. Remove leaked rows from the later split. "
                "Keep one row of every other group, or keep them all on purpose."
            )
        )
        if n
        else "",
    )


def _urgent(facts: Facts) -> bool:
    """Whether copies have different labels, or stand in several splits."""
    return any(row["conflict"] or row["leak"] for rows in facts.groups.values() for row in rows)


def _blocks(facts: Facts) -> tuple[Block, ...]:
    conflicts = [name for name, rows in facts.groups.items() if rows[0]["conflict"]]
    clear = [name for name in conflicts if name not in facts.too_little]
    leaks = [name for name, rows in facts.groups.items() if any(row["leak"] for row in rows)]
    rest = [name for name in facts.groups if name not in conflicts and name not in leaks]
    kinds = (
        (N_("Different labels for the same content"), clear),
        (N_("Copies across splits (leaks)"), leaks),
        (N_("Different labels, but the content says too little to decide"),
         [name for name in conflicts if name in facts.too_little]),
        (N_("Same content, same label"), rest),
    )  # fmt: skip
    blocks: list[Block] = [_groups(facts, caption, names) for caption, names in kinds if names]
    if not facts.audit.header["dataset"]["splits"]:
        blocks.append(
            Note(text=facts.say(N_("No split column: copies between training and test rows cannot be told.")))
        )
    return tuple(blocks)


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
    content = facts.content(rows[0]["item"], CELL)
    return GroupCard(
        title=facts.say(N_("{n:,} rows"), n=len(rows)),
        labels=tuple(sorted(labels.items(), key=lambda entry: (-entry[1], entry[0]))),
        content=content,
        members=tuple(member(row) for row in rows[:MEMBERS]),
        more=max(len(rows) - MEMBERS, 0),
        conflict=bool(rows[0]["conflict"]),
    )
