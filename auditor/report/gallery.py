"""Pictures of suspects by what they are given as and what is suggested: a look at each tells most of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from auditor.report.elements import Gallery, Picture, Shelf
from auditor.report.facts import Facts
from auditor.report.pictures import GALLERY_ROOM, SIDES
from auditor.wording import N_

SHELVES = 12
"""Pairs of classes, those with the most suspects."""
SHOWN = 12
"""Pictures of a pair, the most doubtful."""
Suspects = Sequence[tuple[tuple[str, str], list[str]]]
"""((given, suggested), items), the commonest pair first; the most doubtful item first."""


def gallery(facts: Facts) -> Iterator[Gallery]:
    """The most doubtful pictures of the commonest pairs; nothing where an audit keeps no pictures."""
    pairs = suspected_pairs(facts)
    asked = [item for turn in range(SHOWN) for _, items in pairs[:SHELVES] for item in items[turn : turn + 1]]
    pictures, left = facts.pictures(asked, GALLERY_ROOM, SIDES[1:])
    shelves = tuple(_shelf(facts, pair, items, pictures) for pair, items in pairs[:SHELVES])
    shelves = tuple(shelf for shelf in shelves if shelf.pictures)
    if shelves:
        yield Gallery(
            caption=facts.say(N_("Pictures of the suspects, by given and suggested label")),
            meaning=facts.say(
                N_(
                    "The most doubtful first. Where most of a pair are wrong, one decision may settle them "
                    "all; where most are right, the model confuses the two classes."
                )
            ),
            shelves=shelves,
            note=" ".join(_notes(facts, len(pairs) - len(shelves), left)),
        )


def suspected_pairs(facts: Facts) -> Suspects:
    """The suspects whose picture is kept, by their pair of labels."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in facts.suspects:
        if facts.picture_bytes(row["item"]) is not None:
            found.setdefault((row["given_label"] or "", row["suggested_label"] or ""), []).append(row["item"])
    return sorted(found.items(), key=lambda entry: (-len(entry[1]), entry[0]))


def _shelf(facts: Facts, pair: tuple[str, str], items: list[str], pictures: Mapping[str, Picture]) -> Shelf:
    shown = tuple(pictures[item] for item in items[:SHOWN] if item in pictures)
    return Shelf(
        given=pair[0],
        suggested=pair[1],
        count=facts.say(N_("{shown:,} of {n:,}"), shown=len(shown), n=len(items)),
        pictures=shown,
    )


def _notes(facts: Facts, pairs: int, left: int) -> Iterator[str]:
    if left:
        yield facts.say(
            N_("{n:,} picture is left out, so that this page stays small."),
            N_("{n:,} pictures are left out, so that this page stays small."),
            n=left,
        )
    if pairs > 0:
        yield facts.say(
            N_("{n:,} more pair is in queue.csv"), N_("{n:,} more pairs are in queue.csv"), n=pairs
        )
