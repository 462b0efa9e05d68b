"""The adjudicator's page: which items it asks about, and what it says of them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

import auditor
from auditor.report.conflicts_page import Conflicts, conflicts_of
from auditor.review.decisions import Decision, DecisionFile
from auditor.review.merging import merged


@cache
def audited() -> auditor.Audit:
    """Sixty rows, of which the audit keeps everything."""
    rows = [(f"i{n}", f"the {pet} number {n}", pet) for n in range(60) for pet in (("cat", "dog")[n % 2],)]
    return auditor.audit(pd.DataFrame(rows, columns=["id", "text", "label"]))


def said(reviewer: str, item: str, action: str = "keep", label: str | None = None, **more: Any) -> Decision:
    """A decision on a row as it stands in the audit."""
    entry = next(one for one in audited().tables["items"].to_pylist() if one["item"] == item)
    given = ("cat", "dog")[int(item[1:]) % 2]
    whole = {"given": given, "content": f"sha256:{entry['content']}", "position": int(item[1:]) + 1}
    return Decision(item=item, action=action, label=label, reviewer=reviewer, **whole | more)  # type: ignore[arg-type]


def page_of(*decisions: Decision, audit: auditor.Audit | None = None, lang: str = "en") -> Conflicts:
    people = sorted({one.reviewer for one in decisions})
    files = [
        DecisionFile(name=n, reviewer=n, decisions=tuple(d for d in decisions if d.reviewer == n))
        for n in people
    ]
    return conflicts_of(audit or audited(), merged(files), Path("out") / "open.html", lang)


def data_of(found: Conflicts) -> dict[str, Any]:
    (html,) = found.pages.values()
    text = re.search(r'id="review-data">(.*?)</script>', html, re.DOTALL)
    assert text is not None
    data: dict[str, Any] = json.loads(text[1])
    return data


def test_it_asks_about_what_is_not_settled() -> None:
    """A conflict, an exclusion that needs a vote, and what nobody could tell; in the order of the queue."""
    found = page_of(
        *(said("kim", "i6", "relabel", "dog"), said("lee", "i6")),
        *(said("kim", "i4", "exclude"), said("kim", "i2", "unsure"), said("lee", "i8"), said("kim", "i8")),
    )
    data = data_of(found)
    assert [item["item"] for item in data["items"]] == ["i2", "i4", "i6"] and found.items == 3
    assert (data["role"], list(found.pages)) == ("adjudicator", [Path("out/open.html")])
    assert not any(item["blind"] for item in data["items"])


def test_answers_are_counted_and_nobody_is_named() -> None:
    found = page_of(
        said("kim", "i6", "relabel", "dog", comment="barks", reasons=("other",)),
        said("lee", "i6", "relabel", "dog", comment="barks"),
        said("park-the-intern", "i6"),
        said("choi", "i6", comment="purrs"),
    )
    (item,) = data_of(found)["items"]
    assert item["said"] == [
        {"action": "keep", "label": "cat", "n": 2, "reasons": [], "comments": ["purrs"]},
        {"action": "relabel", "label": "dog", "n": 2, "reasons": ["other"], "comments": ["barks"]},
    ]
    assert "park-the-intern" not in next(iter(found.pages.values()))


def test_what_the_audit_cannot_show_is_counted() -> None:
    """A row with another label than was judged, and one whose content is not kept."""
    audit = audited()
    kept = audit.tables["items"]
    fewer = kept.filter([item != "i4" for item in kept["item"].to_pylist()])
    poorer = auditor.Audit(
        header=audit.header, measures=audit.measures, tables={**audit.tables, "items": fewer}
    )
    both = [said(who, "i4", "unsure") for who in ("kim", "lee")]
    changed = said("kim", "i6", "unsure", given="eel")
    found = page_of(*both, changed, audit=poorer)
    assert (found.pages, found.items, found.not_kept, found.gone) == ({}, 0, 1, 1)


def test_nothing_open_is_no_page() -> None:
    assert page_of(said("kim", "i2"), said("lee", "i2")) == Conflicts()


def test_the_same_bytes_whatever_the_order() -> None:
    decisions = [said("kim", "i6", "relabel", "dog"), said("lee", "i6"), said("kim", "i2", "unsure")]
    assert page_of(*decisions) == page_of(*reversed(decisions))
