"""A round shared out: the data of the labeller's page, once for each reviewer.

A page knows whose it is and how many of its items others judge too, but not which: nobody shall look at
those in another way. Each has an id of its own: what a browser keeps of one is never taken for another's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.audits import Audit
from auditor.report.review_options import ReviewOptions
from auditor.rounds import Judges, judges

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one reviewer judges of a round."""

    reviewer: str
    """The handle."""
    data: Mapping[str, Any]
    """The JSON of the page."""
    common: int
    """Items of it that others judge too."""

    @property
    def rows(self) -> int:
        """How many items it asks about."""
        return len(self.data["items"])


def shares_of(audit: Audit, options: ReviewOptions, data: Mapping[str, Any]) -> tuple[Share, ...]:
    """The shares of the reviewers, in the order in which they were named; () where nobody was.

    Args:
        audit: whose round it is.
        options: who shares it.
        data: the JSON of the page with all items of the round.
    """
    if not options.reviewers:
        return ()
    found = judges(audit.tables, options.reviewers, options.overlap)
    return tuple(_share(reviewer, found, data) for reviewer in options.reviewers)


def _share(reviewer: str, found: Judges, data: Mapping[str, Any]) -> Share:
    asked = [(item, found.of(item["row"])) for item in data["items"]]
    items = [item for item, people in asked if reviewer in people]
    common = sum(reviewer in people and len(people) > 1 for _, people in asked)
    assigned = {"reviewer": reviewer, "people": len(found.reviewers), "rows": len(items), "common": common}
    report = {**data["report"], "id": _page_id(data["report"]["id"], reviewer, items)}
    return Share(
        reviewer=reviewer,
        data=with_items({**data, "report": report, "assigned": assigned}, items),
        common=common,
    )


def _page_id(round_id: str, reviewer: str, items: Sequence[Item]) -> str:
    """Of the round, the reviewer and what is asked: two pages of one id ask the same of the same person."""
    raw = json.dumps([round_id, reviewer, [item["item"] for item in items]], ensure_ascii=False)
    return f"r-{hashlib.sha256(raw.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def with_items(data: Mapping[str, Any], items: Sequence[Item]) -> dict[str, Any]:
    """The data of a page with some of its items, and with their pictures alone."""
    part = {**data, "items": list(items)}
    if "pictures" in data:
        shown = sorted({name for item in items for name in pictured(item) if name in data["pictures"]})
        part["pictures"] = {name: data["pictures"][name] for name in shown}
    return part


def pictured(item: Item) -> list[str]:
    """The names of an item and of what stands beside it."""
    return [item["item"], *(entry["item"] for entry in (*item["near"], *item["similar"]))]
