"""How decisions stand against a dataset as it is now: kept, still to be applied, done already, overtaken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import pyarrow as pa

from auditor.review.decisions import ERROR_REASONS, Decision

if TYPE_CHECKING:
    from auditor.review.merging import Judgement, Merged

State = Literal[
    "kept",
    "done",
    "to_apply",
    "to_settle",
    "unsure",
    "conflict",
    "needs_votes",
    "stale",
    "unknown",
    "label_unknown",
]
"""`kept`: the given label was confirmed. `done`: the dataset has the decided label, or the excluded row is
gone. `to_apply`: an error that `auditor apply` would correct. `to_settle`: an error that no class of the list
corrects: the row needs several classes, or a new one. `unsure`, `conflict`, `needs_votes`: not settled.
`stale`: the label or the content is another than what was seen, or the dataset has changed so that it cannot
be said which row is meant. `unknown`: there is no such item. `label_unknown`: a class that neither the
dataset nor the reviewed list has, which `auditor apply` does not write."""
STATES: tuple[State, ...] = (
    *("kept", "done", "to_apply", "to_settle"),
    *("unsure", "conflict", "needs_votes", "stale", "unknown", "label_unknown"),
)
REMOVALS = frozenset({"exclude", "duplicate"})
"""Actions that take a row out."""
ANSWERED: frozenset[State] = frozenset({"kept", "done", "to_apply", "to_settle"})
"""States of items that are not asked about again."""
UNSETTLED: frozenset[State] = frozenset({"unsure", "conflict", "needs_votes"})
"""States of items of which somebody said something that settled nothing: they are asked about again."""
CONFIRMED: frozenset[State] = frozenset({"kept", "done"})
"""States of items whose label a reviewer has said to be right as it is now."""
STANDINGS = pa.schema(
    [
        ("item", pa.string()),
        ("row", pa.int64()),
        ("state", pa.string()),
        ("action", pa.string()),
        ("label", pa.string()),
        ("given", pa.string()),
        ("suggested", pa.string()),
        ("is_error", pa.bool_()),
        ("reviewers", pa.string()),
        ("votes", pa.int64()),
        ("reasons", pa.string()),
        ("comment", pa.string()),
        ("sample", pa.string()),
        ("position", pa.int64()),
        ("round", pa.int64()),
        ("shown_suggestion", pa.bool_()),
        ("copy_of", pa.string()),
        ("at", pa.string()),
        ("ms", pa.int64()),
    ]
)
"""The table of what was decided: decisions.parquet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """What the dataset says of an item at present."""

    row: int
    given: str
    """"" for a row without a label."""
    content: str
    """`sha256:...` of its normalised content; "" where it is not known."""
    sure: bool = True
    """Whether it is the very row that was reviewed, and not perhaps a copy of it: no other is taken out."""


class Lookup(Protocol):
    """Finds the row of a decision."""

    def __call__(self, judgement: Judgement) -> Now | None:
        """What is known of the row that was judged; None where it is not there any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A judgement, the row it is about, and how it stands."""

    judgement: Judgement
    row: int | None
    state: State


def standings(merged: Merged, lookup: Lookup) -> list[Standing]:
    """How each item's last judgement stands; what was said of it in earlier rounds is overtaken by it.

    Args:
        merged: the decisions of all files.
        lookup: finds the row of a judgement.
    """
    return [_standing(judgements, lookup) for judgements in merged.by_item.values()]


def _standing(judgements: Sequence[Judgement], lookup: Lookup) -> Standing:
    """The last judgement that is not stale; where all are, the last."""
    found = [Standing(judgement=one, row=None, state="unknown") for one in judgements]
    for at, one in enumerate(judgements):
        now = lookup(one)
        found[at] = Standing(judgement=one, row=None if now is None else now.row, state=state_of(one, now))
    return next((one for one in reversed(found) if one.state != "stale"), found[-1])


def state_of(judgement: Judgement, now: Now | None) -> State:
    """How one judgement stands against what the dataset says now."""
    settled = judgement.state == "settled"
    if now is None:
        return "done" if settled and judgement.action in REMOVALS else "unknown"
    if judgement.content and now.content and judgement.content != now.content:
        return "stale"
    seen = judgement.given is None or judgement.given == now.given
    corrected = settled and judgement.action == "relabel" and judgement.label == now.given
    if not (seen or corrected):
        return "stale"
    if judgement.state != "settled":
        return judgement.state
    if judgement.action in REMOVALS and not now.sure:
        return "stale"
    if not corrected and judgement.action != "keep":
        return "to_apply"
    if any(ERROR_REASONS & set(one.reasons) for one in judgement.decisions):
        return "to_settle"
    return "kept" if seen else "done"


def standings_table(found: Iterable[Standing]) -> pa.Table:
    """Standings as a table of the `STANDINGS` schema, in the order of the items' names."""
    rows = sorted(map(_entry, found), key=lambda row: (row["item"], row["round"]))
    return pa.Table.from_pylist(rows, STANDINGS)


def _entry(standing: Standing) -> dict[str, Any]:
    judgement = standing.judgement
    first = _spokesman(judgement.decisions)
    return {
        "item": judgement.item,
        "row": standing.row,
        "state": standing.state,
        "action": judgement.action,
        "label": judgement.label,
        "given": judgement.given,
        "suggested": first.suggested,
        "is_error": judgement.is_error,
        "reviewers": ";".join(judgement.reviewers),
        "votes": judgement.votes,
        "reasons": ";".join(dict.fromkeys(r for one in judgement.decisions for r in one.reasons)),
        "comment": "\n".join(dict.fromkeys(one.comment for one in judgement.decisions if one.comment)),
        "sample": first.sample,
        "position": first.position,
        "round": first.round,
        "shown_suggestion": first.shown_suggestion,
        "copy_of": first.copy_of,
        "at": max(one.at for one in judgement.decisions),
        "ms": first.ms,
    }


def _spokesman(decisions: Sequence[Decision]) -> Decision:
    """The decision that says where the item stood: of somebody who looked at it, in the latest round."""
    return max(decisions, key=lambda one: (one.round, one.copy_of is None, one.at, one.reviewer))


def counts(table: pa.Table) -> Mapping[str, int]:
    """State -> how many items stand so, in the order of `STATES`."""
    found = Counter(table["state"].to_pylist())
    return {state: found[state] for state in STATES if found[state]}
