"""The labeller's page as files that can be sent: one, or numbered parts where one would be too large."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from auditor.audits import Audit
from auditor.prioritise.round import Plan
from auditor.report.pictures import SIDES, data_of, side_for, smaller, source_of
from auditor.report.review_items import can_review
from auditor.report.review_options import ReviewOptions
from auditor.report.review_page import render_review
from auditor.report.review_shares import Share, pictured, shares_of, with_items
from auditor.report.review_view import review_data
from auditor.store.pages import write_pages
from auditor.store.place import check_page

PAGE = "review.html"
REVIEW_SIDES = (320, *SIDES)
"""Longer sides that pictures are made smaller to, where the page has no room for them as they are kept."""
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
class ShareWritten:
    """The pages of one reviewer."""

    reviewer: str
    """The handle."""
    rows: int
    """Items that they ask about."""
    common: int
    """Those among them that others judge too."""
    paths: tuple[Path, ...]


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
    shares: tuple[ShareWritten, ...] = ()
    """Of the reviewers, in the order in which they were named; () where one page asks about everything."""


def write_round(
    audit: Audit,
    options: ReviewOptions,
    output: str | Path,
    lang: str,
    *,
    max_size: int = MAX_SIZE,
    force: bool = False,
) -> ReviewWritten:
    """Write the page of the next round of an audit, or a page for each of its reviewers: all, or none.

    Raises:
        UsageError: an option that does not fit the audit; `output-exists`, `output-not-writable`.
        InputError: `audit-version`.
    """
    path = page_path(output)
    check_page(path)
    data = review_data(audit, options, lang)
    shares = shares_of(audit, options, data)
    sets = [review_files(one.data, lang, name=_named(path, one), max_size=max_size) for one in shares]
    if not shares:
        sets = [review_files(data, lang, name=path.name, max_size=max_size)]
    pages = {name: html for one in sets for name, html in one.items()}
    samples = Counter(item["sample"] for item in data["items"])
    return ReviewWritten(
        paths=tuple(write_pages(path.parent, pages, force=force, make=ends_in_slash(output))),
        round=data["round"],
        frozen=sum(item["position"] is not None for item in data["items"]),
        spots=samples["spot"],
        controls=samples["control"],
        rated=samples["rate"],
        shares=tuple(
            ShareWritten(
                reviewer=share.reviewer,
                rows=share.rows,
                common=share.common,
                paths=tuple(path.parent / name for name in names),
            )
            for share, names in zip(shares, sets, strict=bool(shares))
        ),
    )


def page_path(output: str | Path) -> Path:
    """The file that is meant: in a folder, one that is there or one that ends in a slash, `review.html`."""
    path = Path(output)
    return path / PAGE if ends_in_slash(output) or _is_folder(path) else path


def ends_in_slash(output: str | Path) -> bool:
    """Whether a text means a folder, be it there or not."""
    return str(output).endswith(("/", os.sep))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # asked again when it is written
        return False


def _named(path: Path, share: Share) -> str:
    """`review-kim.html`."""
    return f"{path.stem}-{share.reviewer}{path.suffix}"


def review_files(
    data: Mapping[str, Any], lang: str, *, name: str = PAGE, max_size: int = MAX_SIZE
) -> dict[str, str]:
    """File name -> HTML: one page, or `review-1of3.html`, ... each at most `max_size` bytes.

    Where it would be larger pictures get smaller first. No item is dropped, and none is cut: a part holds at
    least one group of exact copies, so that a single group larger than `max_size` makes a larger page.

    Args:
        data: the JSON of the page with all its items.
        lang: "en" or "ko".
        name: of the one page; the parts are called after it.
        max_size: bytes.
    """
    page = render_review(data, lang)
    if len(page.encode("utf-8")) > max_size and data.get("pictures"):
        data = _fitting(data, lang, max_size)
        page = render_review(data, lang)
    if len(page.encode("utf-8")) <= max_size or len(data["items"]) < 2:
        return {name: page}
    frame = len(_without(data, lang, "items", "pictures"))
    parts = _parts(data, max(max_size - frame, 1))
    return dict(_rendered(data, lang, name, parts)) if len(parts) > 1 else {name: page}


def _fitting(data: Mapping[str, Any], lang: str, max_size: int) -> Mapping[str, Any]:
    """The data with pictures as large as the page has room for; the smallest where it has none for any."""
    raw = {name: data_of(source[0]) for name, source in data["pictures"].items()}
    names = sum(_picture_size(name, ["", 0, 0]) for name in raw)
    room = max_size - len(_without(data, lang, "pictures")) - names
    side = side_for(list(raw.values()), room, REVIEW_SIDES)
    return {**data, "pictures": {name: source_of(smaller(webp, side)) for name, webp in raw.items()}}


def _without(data: Mapping[str, Any], lang: str, *names: str) -> bytes:
    """The page without some of its data."""
    empty: dict[str, Any] = {"items": [], "pictures": {}}
    return render_review({**data, **{name: empty[name] for name in names if name in data}}, lang).encode(
        "utf-8"
    )


def _rendered(
    data: Mapping[str, Any], lang: str, name: str, parts: Sequence[Sequence[Item]]
) -> Iterator[tuple[str, str]]:
    path = PurePath(name)
    for number, items in enumerate(parts, start=1):
        report = {**data["report"], "part": f"{number}/{len(parts)}"}
        part = with_items({**data, "report": report}, items)
        yield f"{path.stem}-{number}of{len(parts)}{path.suffix}", render_review(part, lang)


def _parts(data: Mapping[str, Any], room: int) -> list[list[Item]]:
    """The items in as many parts as needed, in their order; the copies of a group stay together."""
    sizes = {name: _picture_size(name, source) for name, source in data.get("pictures", {}).items()}
    parts: list[list[Item]] = []
    there: set[str] = set()
    left = 0.0
    for group in _together(data["items"]):
        shown = {name for item in group for name in pictured(item) if name in sizes}
        own = sum(map(_size, group)) * MARGIN
        size = own + sum(sizes[name] for name in shown - there)
        if not parts or size > left:
            parts.append([])
            there, left = set(), room
            size = own + sum(sizes[name] for name in shown)
        parts[-1] += group
        there |= shown
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


def _picture_size(name: str, source: Sequence[Any]) -> int:
    """Bytes of a picture in the page, with its name."""
    return _size({name: list(source)})


def _size(item: Item) -> int:
    """Bytes of an item in the page: the signs that HTML would take for its own are written longer."""
    text = json.dumps(item, ensure_ascii=False)
    longer = sum(text.count(sign) for sign in "<>&'")
    return len(text.encode("utf-8", "surrogatepass")) + 5 * longer + 2
