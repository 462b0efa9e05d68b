"""What may be applied together: two decisions on one row, duplicates of one another, unknown classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from auditor.data import Dataset
from auditor.review.merging import Judgement, Merged
from auditor.review.row_numbers import removed
from auditor.review.standing import REMOVALS, Standing, State

OPEN = frozenset[State]({"conflict", "needs_votes"})
"""States in which reviewers have said something that does not count yet."""
SAYING = OPEN | {"to_apply", "kept", "done"}
"""States that say what is to become of a row."""
PlaceOf = Callable[[str, Judgement], int | None]
"""(item, the judgement that names it) -> its row; None where it is not there."""


def settled_together(
    dataset: Dataset, merged: Merged, stands: Sequence[Standing], place_of: PlaceOf
) -> list[Standing]:
    """The standings with those of `to_apply` changed that cannot, or must not, be applied.

    Args:
        dataset: as it is now.
        merged: the decisions.
        stands: how they stand one by one.
        place_of: finds the item that a duplicate is one of.
    """
    found = sorted(stands, key=lambda one: one.judgement.item)
    found = [_known_class(one, dataset, merged) for one in found]
    return _one_stays(dataset, _one_word_a_row(found), place_of)


def _known_class(one: Standing, dataset: Dataset, merged: Merged) -> Standing:
    """A class is written that the dataset has, or a page offered: anything else may be a slip of the pen."""
    judgement = one.judgement
    if one.state != "to_apply" or judgement.action != "relabel" or judgement.label in dataset.classes:
        return one
    offered = any(judgement.label in file.classes for file in merged.files)
    return one if offered else replace(one, state="label_unknown")


def _one_word_a_row(stands: Sequence[Standing]) -> list[Standing]:
    """Of several decisions on one row, under two names, that of the last round counts; else it is a conflict.

    Where they agree, the row is changed once.
    """
    of_row: dict[int, list[int]] = {}
    for at, one in enumerate(stands):
        if one.row is not None and one.state in SAYING:
            of_row.setdefault(one.row, []).append(at)
    out = list(stands)
    for places in of_row.values():
        if len(places) > 1:
            for at, state in zip(places, _states([stands[at] for at in places]), strict=True):
                out[at] = replace(stands[at], state=state)
    return out


def _states(several: Sequence[Standing]) -> list[State]:
    """The states of the decisions on one row, in their order."""
    rounds = [max(said.round for said in one.judgement.decisions) for one in several]
    last = [_outcome(one) for one, number in zip(several, rounds, strict=True) if number == max(rounds)]
    if len(set(last)) > 1:
        return ["conflict"] * len(several)
    if any(one.state in OPEN for one in several):
        return [one.state for one in several]
    first = rounds.index(max(rounds))
    others: list[State] = ["done" if _outcome(one) == last[0] else "stale" for one in several]
    return [*others[:first], several[first].state, *others[first + 1 :]]


def _outcome(one: Standing) -> tuple[str, str]:
    """What is to become of the row: taken out, or with a label; "" for the one it has."""
    judgement = one.judgement
    if one.state == "conflict":
        return "conflict", judgement.item
    if one.state in {"kept", "done"}:
        return "label", ""
    if judgement.action in REMOVALS:
        return "out", ""
    return "label", judgement.label or ""


def _one_stays(dataset: Dataset, stands: Sequence[Standing], place_of: PlaceOf) -> list[Standing]:
    """A duplicate is taken out only where what it is a duplicate of is another row, and stays.

    One whose other row is excluded, or is taken out as a duplicate of it, contradicts that: a conflict. One
    whose other row is not there stays as well: it may be the last copy.
    """

    def name(row: int | None) -> str:
        return "" if row is None else str(dataset.ids[row].as_py())

    def other(judgement: Judgement) -> str:
        item = judgement.duplicate_of
        return "" if item is None else name(place_of(item, judgement))

    out = [one for one in stands if one.state == "to_apply" and one.judgement.action in REMOVALS]
    others = {name(one.row): other(one.judgement) for one in out}
    wanted = {name(one.row): (one.judgement.action, others[name(one.row)]) for one in out}
    gone = removed(wanted, bool)

    def settled(one: Standing) -> Standing:
        stays = one.state == "to_apply" and name(one.row) in wanted.keys() - gone
        return replace(one, state="conflict" if others[name(one.row)] else "stale") if stays else one

    return [settled(one) for one in stands]
