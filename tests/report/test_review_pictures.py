"""Pictures on the labeller's page: which stand in it, and what becomes of them where there is no room."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from audit_inputs import planted_audit
from picture_audit import noise, pictured, webp

from auditor.prioritise.round import Plan
from auditor.report.pictures import data_of, size_of
from auditor.report.review_files import review_files
from auditor.report.review_options import ReviewOptions
from auditor.report.review_page import render_review
from auditor.report.review_view import review_data

OPTIONS = ReviewOptions(plan=Plan(items=30, spot=5))


@lru_cache
def heavy() -> dict[str, Any]:
    """A page of pictures that take as many bytes as pictures can."""
    return review_data(pictured(planted_audit(), lambda item: noise(int(item[-3:]) % 24)), OPTIONS, "en")


def json_of(html: str) -> dict[str, Any]:
    start = html.index(">", html.index('id="review-data"')) + 1
    found: dict[str, Any] = json.loads(html[start : html.index("</script>", start)])
    return found


def sides(data: dict[str, Any]) -> set[int]:
    """The longer sides of the pictures of a page, as their bytes say."""
    return {max(size_of(data_of(src))) for src, _, _ in data["pictures"].values()}


def shown(items: list[dict[str, Any]]) -> set[str]:
    """Items and what stands beside them."""
    return {entry["item"] for item in items for entry in (item, *item["near"], *item["similar"])}


def size(html: str) -> int:
    return len(html.encode())


def test_each_picture_stands_in_the_page_once() -> None:
    """Of the items, their near copies and the similar rows; copies look the same and need none."""
    data = heavy()
    assert data["pictures"].keys() == shown(data["items"])
    html = render_review(data, "en")
    assert html.count("data:image/webp") == len(data["pictures"])


def test_a_page_of_texts_has_none() -> None:
    assert "pictures" not in review_data(planted_audit(), OPTIONS, "en")


def test_an_item_without_a_picture_is_still_asked() -> None:
    lost = pictured(planted_audit(), lambda item: webp(item) if item < "item-100" else None)
    data = review_data(lost, OPTIONS, "en")
    assert any(item["item"] >= "item-100" for item in data["items"])
    assert all(name < "item-100" for name in data["pictures"])


def test_a_page_too_large_gets_smaller_pictures_first() -> None:
    """320 pixels where there is room, then 192, 128 and 96; the items are all there."""
    data = heavy()
    whole = size(render_review(data, "en"))
    frame = size(render_review({**data, "pictures": {}}, "en"))
    assert sides(data) == {320}
    seen = []
    for limit in (whole, *(frame + (whole - frame) // part for part in (2, 5, 15))):
        pages = review_files(data, "en", max_size=limit)
        found = [json_of(html) for html in pages.values()]
        assert list(pages) == ["review.html"] and size(pages["review.html"]) <= limit
        assert [item["item"] for item in found[0]["items"]] == [item["item"] for item in data["items"]]
        assert found[0]["pictures"].keys() == data["pictures"].keys()
        seen += [side for page in found for side in sides(page)]
    assert seen == sorted(seen, reverse=True) and set(seen) == {320, 192, 128, 96}


def test_then_come_parts_that_lose_nothing() -> None:
    """Each is under the limit, and has the pictures of its own items and no other."""
    data = heavy()
    whole, frame = (size(render_review(page, "en")) for page in (data, {**data, "pictures": {}}))
    limit = frame + (whole - frame) // 30
    pages = review_files(data, "en", max_size=limit)
    assert len(pages) >= 2 and all(size(html) <= limit for html in pages.values())
    found = [json_of(html) for html in pages.values()]
    assert [item["item"] for part in found for item in part["items"]] == [
        item["item"] for item in data["items"]
    ]
    for part in found:
        assert part["pictures"].keys() == shown(part["items"]) and sides(part) == {96}


def test_the_same_audit_gives_the_same_bytes() -> None:
    limit = size(render_review(heavy(), "en")) // 3
    assert review_files(heavy(), "en", max_size=limit) == review_files(heavy(), "en", max_size=limit)
