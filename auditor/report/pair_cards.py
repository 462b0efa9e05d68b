"""Two items that are alike as a card: one above the other, with what differs marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from auditor.report.differences import Piece, Pieces, excerpt, marked, too_different
from auditor.report.elements import Member, PairCard, Pairs, PairSide, Picture
from auditor.report.facts import Facts
from auditor.report.near import NearPair
from auditor.report.pictures import AMPLIFIED, PAIRS_ROOM, data_of, difference
from auditor.wording import N_, share

CARDS = 10
"""Pairs of a kind that are shown; all rows are in duplicates.csv."""
CELL = 600
"""Characters of a cell that a card shows."""
COLUMNS = 8
"""Columns that differ which a card shows."""
WHOLE = 20_000
"""Characters of a cell that are compared: items.parquet keeps no more."""
Cells = tuple[tuple[str, str], ...]
"""(column, text) of an item."""
Runs = tuple[tuple[str, Pieces], ...]
"""(column, text in runs) of an item."""


def pair_cards(facts: Facts, caption: str, pairs: Sequence[NearPair], meaning: str = "") -> Pairs:
    """The first pairs under a heading, which is a marked template, and how many more there are."""
    shown = pairs[:CARDS]
    items = [item for pair in shown for item in pair.items]
    known = facts.members(items)
    pictures, _ = facts.pictures(items, PAIRS_ROOM)
    more = len(pairs) - len(shown)
    return Pairs(
        caption=f"{facts.say(caption)} ({len(pairs):,})",
        meaning=meaning,
        cards=tuple(pair_card(facts, pair, known, pictures) for pair in shown),
        note=facts.say(
            N_("{n:,} more pair: its rows are in duplicates.csv"),
            N_("{n:,} more pairs: their rows are in duplicates.csv"),
            n=more,
        )
        if more
        else "",
    )


def pair_card(
    facts: Facts,
    pair: NearPair,
    known: Mapping[str, Member],
    pictures: Mapping[str, Picture],
    badges: tuple[str, ...] = (),
    digits: int = 0,
) -> PairCard:
    """One pair as a card.

    Args:
        facts: the audit.
        pair: the pair.
        known: item -> its label and split.
        pictures: item -> what it looks like.
        badges: words that stand beside the pair's own.
        digits: decimals of the similarity in percent.
    """
    first, second = (known.get(item, Member(item=item, label="")) for item in pair.items)
    seen = (pictures.get(first.item), pictures.get(second.item))
    contents = (facts.content(first.item, WHOLE), facts.content(second.item, WHOLE))
    cells, notes = (((), ()), ()) if any(seen) else _compared(facts, *contents)
    words = [N_("labels differ")] if "conflict" in pair.kinds else []
    words += [N_("across splits")] if "leak" in pair.kinds else []
    return PairCard(
        title=facts.say(N_("{share} alike"), share=share(pair.similarity, digits)),
        sides=(_side(first, cells[0], seen[0]), _side(second, cells[1], seen[1])),
        badges=(*badges, *map(facts.say, words)),
        single=len(contents[0]) == 1,
        notes=notes,
        difference=_difference(facts, *seen),
    )


def _side(member: Member, cells: Runs, picture: Picture | None) -> PairSide:
    return PairSide(item=member.item, label=member.label, split=member.split, cells=cells, picture=picture)


def _difference(facts: Facts, one: Picture | None, other: Picture | None) -> Picture | None:
    if one is None or other is None:
        return None
    name = facts.say(N_("what differs, {n} times as bright"), n=AMPLIFIED)
    return difference(data_of(one.src), data_of(other.src), name)


def _compared(facts: Facts, one: Cells, other: Cells) -> tuple[tuple[Runs, Runs], tuple[str, ...]]:
    """The columns that differ, of both items, and what is to be said of the rest."""
    if not one or not other:
        return ((), ()), ()
    differ = [(name, a, b) for (name, a), (_, b) in zip(one, other, strict=True) if a != b]
    if not differ:
        return (_plain(one), _plain(other)), (facts.say(N_("What is kept of them is the same.")),)
    runs = [(name, marked(a, b)) for name, a, b in differ[:COLUMNS]]
    notes = _rest(facts, len(one) - len(differ), len(differ) - len(runs))
    if any(all(pieces) and too_different(pieces) for _, pieces in runs):
        notes += (facts.say(N_("Where nearly everything differs nothing is marked.")),)
    return (_shown(runs, 0), _shown(runs, 1)), notes


def _shown(runs: Sequence[tuple[str, tuple[Pieces, Pieces]]], side: int) -> Runs:
    return tuple((name, excerpt(pieces[side], CELL)) for name, pieces in runs)


def _plain(cells: Cells) -> Runs:
    return tuple((name, excerpt((Piece(text),), CELL)) for name, text in cells[:COLUMNS])


def _rest(facts: Facts, equal: int, more: int) -> tuple[str, ...]:
    """How many columns are equal, and how many more differ."""
    words = []
    if more:
        words.append(facts.say(N_("{n:,} more column differs."), N_("{n:,} more columns differ."), n=more))
    if equal:
        words.append(facts.say(N_("{n:,} column is equal."), N_("{n:,} columns are equal."), n=equal))
    return tuple(words)
