"""The adjudicator's page: what reviewers could not settle, each item with what they said of it.

It is the labeller's page with other items. Nothing in it is blind, and nobody is named: an answer counts by
how many gave it and by what they wrote, not by who they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor.audits import Audit
from auditor.prioritise.round import Asked, Plan, Round
from auditor.report.facts import Facts
from auditor.report.review_files import MAX_SIZE, review_files
from auditor.report.review_items import ReviewItems, can_review
from auditor.report.review_options import ReviewOptions
from auditor.report.review_view import data_of_items
from auditor.review.lookup import standings_of
from auditor.review.merging import Judgement, Merged
from auditor.review.standing import Standing, State

PAGE = "review-conflicts.html"
TO_ADJUDICATE: frozenset[State] = frozenset({"conflict", "needs_votes", "unsure"})
"""States in which reviewers have judged an item and nothing is settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicts:
    """The adjudicator's page, and what is not on it."""

    pages: Mapping[Path, str] = field(default_factory=dict)
    """File -> HTML; {} where nothing is to be settled."""
    items: int = 0
    """Items that the page asks about."""
    not_kept: int = 0
    """Items that are to be settled and whose content the audit has not kept."""
    gone: int = 0
    """Those that are not in the audit, or stand there with another label or content than was judged."""


def conflicts_of(
    audit: Audit, merged: Merged, path: Path, lang: str, *, max_size: int = MAX_SIZE
) -> Conflicts:
    """The page on which somebody settles what the reviewers could not.

    Args:
        audit: of the dataset that was reviewed; its content is what the page shows.
        merged: the decisions.
        path: where it is to stand; over `max_size` bytes it is in parts.
        lang: "en" or "ko".
        max_size: bytes.

    Raises:
        InputError: `audit-version` for an audit that keeps no content.
    """
    left = [one for one in standings_of(audit.tables, merged) if one.judgement.state != "settled"]
    open_ones = [one for one in left if one.state in TO_ADJUDICATE and one.row is not None]
    kept = set(audit.tables["items"]["row"].to_pylist()) if can_review(audit) else set()
    asked = [one for one in open_ones if one.row in kept or not can_review(audit)]
    not_kept, gone = len(open_ones) - len(asked), len(left) - len(open_ones)
    if not asked:
        return Conflicts(not_kept=not_kept, gone=gone)
    pages = review_files(conflicts_data(audit, asked, lang), lang, name=path.name, max_size=max_size)
    return Conflicts(
        pages={path.parent / name: html for name, html in pages.items()},
        items=len(asked),
        not_kept=not_kept,
        gone=gone,
    )


def conflicts_data(audit: Audit, asked: Sequence[Standing], lang: str) -> dict[str, Any]:
    """The JSON of the page.

    Args:
        audit: whose items they are.
        asked: the items to settle, each with its row.
        lang: "en" or "ko".
    """
    ordered = sorted(asked, key=lambda one: (_position(one.judgement), one.judgement.item))
    number = max(said.round for one in asked for said in one.judgement.decisions)
    drawn = Round(number=number, asked=tuple(map(_asked, ordered)), plan=Plan())
    said = {one.row: _said(one.judgement) for one in ordered if one.row is not None}
    view = ReviewItems(facts=Facts(audit=audit, lang=lang), options=ReviewOptions(), drawn=drawn, said=said)
    return {**data_of_items(view), "role": "adjudicator"}


def _asked(one: Standing) -> Asked:
    """An item as the first of those asked about it who looked at it was asked."""
    first = _first(one.judgement)
    return Asked(row=one.row or 0, sample=first.sample, position=first.position, blind=False)


def _first(judgement: Judgement) -> Any:
    return min(judgement.decisions, key=lambda said: (said.copy_of is not None, said.position or 1 << 40))


def _position(judgement: Judgement) -> int:
    return _first(judgement).position or 1 << 40


def _said(judgement: Judgement) -> list[Mapping[str, Any]]:
    """Answer by answer how many gave it, the commonest first, with their reasons and comments."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for said in judgement.decisions:
        label = (judgement.given if said.action == "keep" else said.label) or ""
        entry = found.setdefault(
            (said.action, label),
            {"action": said.action, "label": label, "n": 0, "reasons": [], "comments": []},
        )
        entry["n"] += 1
        entry["reasons"] = _with(entry["reasons"], said.reasons)
        entry["comments"] = _with(entry["comments"], [said.comment] if said.comment else [])
    return sorted(found.values(), key=lambda entry: (-entry["n"], entry["action"], entry["label"]))


def _with(known: Sequence[str], more: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*known, *more]))
