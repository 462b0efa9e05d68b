"""Whether the row numbers of decisions still hold: datasets without ids have nothing else to go by.

Where rows were taken out, every later row has another number, and an exact copy of a row that is gone looks
just like it. A row is taken out by its number only where the dataset is as it was reviewed, or longer;
where it is as it must be after the same decisions were applied, those rows are gone already.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from auditor.review.standing import REMOVALS

if TYPE_CHECKING:
    from auditor.review.decisions import Decision
    from auditor.review.merging import Judgement, Merged

PREFIX = "row-"
"""What the items of a dataset without ids are called: this and their number."""

Hold = Literal["same", "applied", "lost"]
"""`same`: the numbers are those of the review. `applied`: those of the review less the rows that were taken
out. `lost`: neither; only the content tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How the row numbers of the decisions on one reviewed dataset stand against a dataset as it is now."""

    hold: Hold
    reviewed: int | None
    """Rows of the dataset that was reviewed; None where the decisions do not say."""
    gone: tuple[int, ...] = ()
    """The rows that the decisions take out, as numbered in the review, sorted."""

    def now(self, row: int) -> int | None:
        """The number that a row has now; None for one that was taken out.

        >>> Numbers(hold="applied", reviewed=9, gone=(2, 5)).now(4)
        3
        """
        if self.hold != "applied":
            return row
        before = bisect_left(self.gone, row)
        return None if before < len(self.gone) and self.gone[before] == row else row - before


def reviewed_rows(merged: Merged) -> Mapping[Decision, int]:
    """Decision -> rows of the dataset that was reviewed, for the files that say it."""
    found: dict[Decision, int] = {}
    for file in sorted(merged.files, key=lambda file: str(file.dataset.get("rows"))):
        rows = file.dataset.get("rows")
        if isinstance(rows, int):
            found |= dict.fromkeys(file.decisions, rows)
    return found


def row_of_name(item: str) -> int | None:
    """The number in the name of an item without an id.

    >>> row_of_name("row-17"), row_of_name("train-17")
    (17, None)
    """
    digits = item.removeprefix(PREFIX)
    return int(digits) if item.startswith(PREFIX) and digits.isascii() and digits.isdigit() else None


def numbers_of(
    judgements: Sequence[Judgement],
    reviewed: int,
    n: int,
    hash_at: Callable[[int], str],
    contents: Callable[[], Collection[str]],
) -> Numbers:
    """How the numbers of judgements on a dataset of `reviewed` rows stand against one of `n` rows.

    Args:
        judgements: all on the same reviewed dataset.
        reviewed: its rows.
        n: rows now.
        hash_at: the content of a row as it is now.
        contents: the contents of all rows as they are now; asked for where nothing else decides.
    """
    placed = [one for one in judgements if one.row is not None]
    names = removals_of(placed, reviewed)
    gone = tuple(sorted({one.row for one in placed if one.item in names and one.row is not None}))
    here = Numbers(hold="same", reviewed=reviewed, gone=gone)
    shifted = Numbers(hold="applied", reviewed=reviewed, gone=gone)
    lost = Numbers(hold="lost", reviewed=reviewed, gone=gone)
    staying = [one for one in placed if one.item not in names and one.content]

    def fits(one: Judgement, numbers: Numbers) -> bool:
        at = numbers.now(one.row or 0)
        return at is not None and 0 <= at < n and hash_at(at) == one.content

    def share(found: Sequence[Judgement], numbers: Numbers) -> int:
        return sum(fits(one, numbers) for one in found)

    if n == reviewed:
        return here
    if n == reviewed - len(gone):
        if staying:
            return shifted if 2 * share(staying, shifted) >= len(staying) else lost
        there = contents() if any(one.content for one in placed) else ()
        excluded = {one.content for one in placed if one.item in names and one.action == "exclude"}
        return lost if excluded & set(there) else shifted
    moved = [one for one in staying if shifted.now(one.row or 0) != one.row]
    seen = [one for one in placed if one.content]
    holds = 2 * share(seen, here) >= len(seen) and share(moved, here) >= share(moved, shifted)
    return here if n > reviewed and seen and holds else lost


def removals_of(judgements: Sequence[Judgement], reviewed: int) -> frozenset[str]:
    """The items that these judgements take out of the dataset that was reviewed."""
    wanted = {
        one.item: (one.action, one.duplicate_of)
        for one in judgements
        if one.state == "settled" and one.action in REMOVALS
    }
    return removed(wanted, lambda item: -1 < (-1 if (row := row_of_name(item)) is None else row) < reviewed)


def removed(wanted: Mapping[str, tuple[str, str | None]], is_there: Callable[[str], bool]) -> frozenset[str]:
    """Of items to take out, those that may go: a duplicate only where what it is a duplicate of stays.

    Args:
        wanted: item -> `exclude` or `duplicate`, and of a duplicate the item that is to stay.
        is_there: whether an item is in the dataset.

    Returns:
        All that are excluded, and the duplicates whose other item, or the item which that one is a duplicate
        of in turn, is there and stays.

    >>> sorted(removed({"a": ("duplicate", "b"), "b": ("duplicate", "a")}, lambda item: True))
    ['a']
    >>> sorted(removed({"a": ("duplicate", "b"), "b": ("exclude", None)}, lambda item: True))
    ['b']
    """
    excluded = {item for item, (action, _) in wanted.items() if action == "exclude"}
    kept_by: dict[str, str] = {}
    for item in sorted(wanted):
        target = wanted[item][1]
        if item in excluded or target is None:
            continue
        while target in kept_by:
            target = kept_by[target]
        if target != item and target not in excluded and is_there(target):
            kept_by[item] = target
    return frozenset(excluded | kept_by.keys())
