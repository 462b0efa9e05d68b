"""Section "Duplicates": conflicts, leaks across splits, other copies; exact groups first, then near pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from auditor.report.elements import Block, GroupCard, Groups, Note, Picture, Section, Status, tone_of
from auditor.report.facts import Facts, member
from auditor.report.likeness import likeness
from auditor.report.near import NearPair
from auditor.report.pair_cards import pair_cards
from auditor.report.pictures import GROUPS_ROOM
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
NEAR_CONFLICT = N_("Alike, but labelled differently")
NEAR_LEAK = N_("Alike across splits (likely leaks)")
NEAR = N_("Other rows that are alike")
NEAR_UNCLEAR = N_("Alike, but the content says too little to decide")
CAPTIONS = (CONFLICT, NEAR_CONFLICT, LEAK, NEAR_LEAK, UNCLEAR, UNCLEAR_LEAK, SAME, NEAR, NEAR_UNCLEAR)
"""The headings, the most urgent first."""
MEANING = N_(
    "Rows whose content is the same after Unicode form, case, blanks and the punctuation around "
    "words are evened out. Copies with different labels cannot all be right from what is shown."
)
MEANING_IMAGES = N_(
    "Images that are the same pixel for pixel, whatever their files are called. Copies with different labels "
    "cannot all be right."
)
NEARLY = N_("Rows that are alike are nearly the same: an estimate, for a person to judge.")
MEANINGS = {
    NEAR_CONFLICT: N_("A difference of one word may well change the label: an estimate to look at, no fact."),
    NEAR_LEAK: N_("The model has likely seen the answer. Look before removing."),
}


OF_IMAGES = {
    NEAR_CONFLICT: N_("A small difference may well change the label: an estimate to look at, no fact.")
}
"""The same of images, where it is another."""


def section(facts: Facts) -> Section:
    """Groups of rows with the same content, the most urgent first."""
    state, words = _state(facts)
    return Section(
        id="duplicates",
        title=facts.say(N_("Duplicates")),
        status=state,
        status_text=words,
        tone=tone_of(state, look=_urgent(facts)),
        meaning=facts.say(MEANING_IMAGES if facts.of_images else MEANING)
        + (" " + facts.say(NEARLY) if facts.near.pairs else ""),
        blocks=_blocks(facts) if state == "found" else likeness(facts) if state == "none" else (),
        todo=" ".join(_todo(facts)) if state == "found" else "",
    )


def _todo(facts: Facts) -> Iterator[str]:
    if facts.groups:
        yield facts.say(
            N_(
                "Decide each conflict once for the whole group. Remove leaked rows from the later split. "
                "Keep one row of every other group, or keep them all on purpose."
            )
        )
    if facts.near.pairs:
        yield facts.say(
            N_("Compare rows that are alike: first those labelled differently, then likely leaks.")
        )


def _state(facts: Facts) -> tuple[Status, str]:
    status, why = facts.outcome("exact_duplicates")
    near, _ = facts.outcome("near_duplicates")
    if status != "ran" and (status != "not_applicable" or near != "ran"):
        return status, why
    words = ", ".join(_counts(facts))
    return ("found", words) if words else ("none", facts.say(N_("none found")))


def _counts(facts: Facts) -> Iterator[str]:
    if facts.groups:
        yield facts.say(N_("{n:,} group"), N_("{n:,} groups"), n=len(facts.groups))
    near = facts.count("duplicates.near_groups")
    if near:
        yield facts.say(N_("{n:,} near group"), N_("{n:,} near groups"), n=near)


def _urgent(facts: Facts) -> bool:
    """Whether copies, or rows that are alike, have different labels or stand in several splits."""
    exact = any(row["conflict"] or row["leak"] for rows in facts.groups.values() for row in rows)
    return exact or any(pair.kinds != ("alike",) for pair in facts.near.pairs)


def _blocks(facts: Facts) -> tuple[Block, ...]:
    blocks = [block for caption in CAPTIONS for block in _cards(facts, caption)]
    return (*blocks, *likeness(facts), *_notes(facts))


def _cards(facts: Facts, caption: str) -> Iterator[Block]:
    """The cards under a heading, of groups or of pairs."""
    names = [name for name in facts.groups if _kind(facts, name) == caption]
    pairs = [pair for pair in facts.near.pairs if _near_kind(pair) == caption]
    if names:
        yield _groups(facts, caption, names)
    if pairs:
        yield pair_cards(facts, caption, pairs, " ".join(_meaning(facts, caption, len(pairs))))


def _meaning(facts: Facts, caption: str, shown: int) -> Iterator[str]:
    """What the pairs under a heading are, and of conflicts how many more the measure counts."""
    if caption in MEANINGS:
        yield facts.say((MEANINGS | OF_IMAGES if facts.of_images else MEANINGS)[caption])
    kept = facts.count("duplicates.near_conflict_pairs")
    if caption == NEAR_CONFLICT and kept > shown:
        yield facts.say(
            N_(
                "Each row beside its nearest with another label: {n:,} pair here, {kept:,} pairs of rows in "
                "all that were kept, every exact copy counted."
            ),
            N_(
                "Each row beside its nearest with another label: {n:,} pairs here, {kept:,} pairs of rows in "
                "all that were kept, every exact copy counted."
            ),
            n=shown,
            kept=kept,
        )


def _notes(facts: Facts) -> Iterator[Note]:
    if not facts.audit.header["dataset"]["splits"]:
        yield Note(
            text=facts.say(N_("No split column: copies between training and test rows cannot be told."))
        )
    elif facts.measure("duplicates.leaked_rows") is None:
        yield Note(text=facts.say(N_("The splits do not say train and test: leaks cannot be told.")))
    status, why = facts.outcome("near_duplicates")
    if status in {"failed", "could_not"}:
        yield Note(
            text=facts.say(N_("Rows that are alike were not looked for: {why}."), why=why), tone="unknown"
        )


def _near_kind(pair: NearPair) -> str:
    if pair.unclear:
        return NEAR_UNCLEAR
    return {"conflict": NEAR_CONFLICT, "leak": NEAR_LEAK, "alike": NEAR}[pair.kinds[0]]


def _kind(facts: Facts, name: str) -> str:
    """The caption under which a group stands: the first that fits."""
    rows = facts.groups[name]
    leaked, unclear = any(row["leak"] for row in rows), name in facts.too_little
    if rows[0]["conflict"]:
        return UNCLEAR if unclear else CONFLICT
    return (UNCLEAR_LEAK if unclear else LEAK) if leaked else SAME


def _groups(facts: Facts, caption: str, names: list[str]) -> Groups:
    ordered = sorted(names, key=lambda name: (-len(facts.groups[name]), name))
    shown = [(name, _seen(facts, name)) for name in ordered[:CARDS]]
    pictures, _ = facts.pictures([item for _, item in shown], GROUPS_ROOM)
    cards = tuple(_card(facts, name, pictures.get(item)) for name, item in shown)
    more = len(ordered) - len(cards)
    return Groups(
        caption=f"{facts.say(caption)} ({len(names):,})",
        cards=cards,
        note=facts.say(
            N_("{n:,} more group is in duplicates.csv"),
            N_("{n:,} more groups are in duplicates.csv"),
            n=more,
        )
        if more
        else "",
    )


def _seen(facts: Facts, name: str) -> str:
    """The first member of a group whose picture is kept; the first where none is."""
    items: list[str] = [row["item"] for row in facts.groups[name][:MEMBERS]]
    return next((item for item in items if facts.picture_bytes(item) is not None), items[0])


def _card(facts: Facts, name: str, picture: Picture | None) -> GroupCard:
    rows: list[dict[str, Any]] = facts.groups[name]
    labels = Counter(row["label"] or "" for row in rows)
    content = () if picture else facts.shown_content(rows[0]["item"], CELL)
    return GroupCard(
        title=facts.say(N_("{n:,} rows"), n=len(rows)),
        labels=tuple(sorted(labels.items(), key=lambda entry: (-entry[1], entry[0]))),
        content=content,
        picture=picture,
        members=tuple(member(row) for row in rows[:MEMBERS]),
        more=max(len(rows) - MEMBERS, 0),
        conflict=bool(rows[0]["conflict"]),
    )
