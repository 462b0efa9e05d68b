"""The labeller's page as files that can be sent: one, or numbered parts where one would be too large."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from auditor.audits import Audit
from auditor.prioritise.round import Plan
from auditor.report.review_items import can_review
from auditor.report.review_options import ReviewOptions
from auditor.report.review_page import render_review
from auditor.report.review_view import review_data
from auditor.store.pages import write_pages
from auditor.store.place import check_page

PAGE = "review.html"
MAX_SIZE = 15_000_000
"""Bytes of a page unless said otherwise: mail counts a file a third larger, and stops at 20 to 25 MB."""
MARGIN = 1.02
"""A page is a little larger than the sum of its items: signs between them are escaped."""

Item = Mapping[str, Any]


def own_review(audit: Audit, lang: str, max_size: int) -> dict[str, str]:
    """The page that stands in the folder of an audit: of the round that was drawn with it."""
    if not can_review(audit):
        return {}
    options = ReviewOptions(plan=Plan(**audit.header["sampling"]["plan"]))
    data = review_data(audit, options, lang)
    return review_files(data, lang, max_size=max_size)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewWritten:
    """The pages of a round, and how many items they ask about."""

    paths: tuple[Path, ...]
    round: int
    frozen: int
    """Rows of the queue."""
    spots: int
    """Spot checks among them."""
    controls: int
    """Rows that nobody suspects, besides."""
    rated: int = 0
    """Rows drawn for the dataset's error rate, asked for nothing else."""


def write_round(
    audit: Audit,
    options: ReviewOptions,
    path: Path,
    lang: str,
    *,
    max_size: int = MAX_SIZE,
    force: bool = False,
) -> ReviewWritten:
    """Write the page of the next round of an audit.

    Raises:
        UsageError: an option that does not fit the audit; `output-exists`, `output-not-writable`.
        InputError: `audit-version`.
    """
    check_page(path)
    data = review_data(audit, options, lang)
    pages = review_files(data, lang, name=path.name, max_size=max_size)
    samples = Counter(item["sample"] for item in data["items"])
    return ReviewWritten(
        paths=tuple(write_pages(path.parent, pages, force=force)),
        round=data["round"],
        frozen=sum(item["position"] is not None for item in data["items"]),
        spots=samples["spot"],
        controls=samples["control"],
        rated=samples["rate"],
    )


def review_files(
    data: Mapping[str, Any], lang: str, *, name: str = PAGE, max_size: int = MAX_SIZE
) -> dict[str, str]:
    """File name -> HTML: one page, or `review-1of3.html`, ... each at most `max_size` bytes.

    No item is dropped, and none is cut: a part holds at least one group of exact copies, so that a single
    group larger than `max_size` makes a larger page.

    Args:
        data: the JSON of the page with all its items.
        lang: "en" or "ko".
        name: of the one page; the parts are called after it.
        max_size: bytes.
    """
    page = render_review(data, lang)
    size = len(page.encode("utf-8"))
    if size <= max_size or len(data["items"]) < 2:
        return {name: page}
    frame = len(render_review({**data, "items": []}, lang).encode("utf-8"))
    parts = _parts(data["items"], max(max_size - frame, 1))
    return dict(_rendered(data, lang, name, parts)) if len(parts) > 1 else {name: page}


def _rendered(
    data: Mapping[str, Any], lang: str, name: str, parts: Sequence[Sequence[Item]]
) -> Iterator[tuple[str, str]]:
    path = PurePath(name)
    for number, items in enumerate(parts, start=1):
        report = {**data["report"], "part": f"{number}/{len(parts)}"}
        html = render_review({**data, "report": report, "items": list(items)}, lang)
        yield f"{path.stem}-{number}of{len(parts)}{path.suffix}", html


def _parts(items: Sequence[Item], room: int) -> list[list[Item]]:
    """The items in as many parts as needed, in their order; the copies of a group stay together."""
    parts: list[list[Item]] = []
    left = 0.0
    for group in _together(items):
        size = sum(map(_size, group)) * MARGIN
        if not parts or size > left:
            parts.append([])
            left = room
        parts[-1] += group
        left -= size
    return parts


def _together(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Runs of items of one group, and single items."""
    run: list[Item] = []
    for item in items:
        if run and (item["group"] is None or item["group"] != run[-1]["group"]):
            yield run
            run = []
        run.append(item)
    if run:
        yield run


def _size(item: Item) -> int:
    """Bytes of an item in the page: the signs that HTML would take for its own are written longer."""
    text = json.dumps(item, ensure_ascii=False)
    longer = sum(text.count(sign) for sign in "<>&'")
    return len(text.encode("utf-8", "surrogatepass")) + 5 * longer + 2
