"""The adjudicator's page in a browser: what was said stands beside the item, and the answer settles it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from example_review import make_item, make_review

from auditor.report.review_page import render_review

SAID = [
    {"action": "relabel", "label": "경제", "n": 2, "reasons": [], "comments": ["기사 본문은 경제면 <b>"]},
    {"action": "keep", "label": "정치", "n": 1, "reasons": ["needs_new_class"], "comments": []},
    {"action": "exclude", "label": "", "n": 1, "reasons": ["broken_text"], "comments": []},
]


def html_of(lang: str = "en") -> str:
    items = [make_item(n, said=SAID) for n in range(3)]
    return render_review({**make_review(items), "role": "adjudicator"}, lang)


def begin(page: Any) -> None:
    page.fill("#handle", "boss")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_what_the_reviewers_said_stands_beside_the_item(open_html: Callable[..., Any], lang: str) -> None:
    """Each answer with how many gave it; a comment is text, whatever it holds."""
    page = open_html(html_of(lang))
    begin(page)
    rows = page.locator(".said li").all_text_contents()
    assert ["2" in rows[0], "경제" in rows[0], "<b>" in rows[0], len(rows)] == [True, True, True, 3]
    assert page.locator(".said b").count() == 0


def test_the_role_stands_in_the_file(open_html: Callable[..., Any], tmp_path: Path) -> None:
    """Which proves nothing, but tells people what the file is."""
    page = open_html(html_of())
    begin(page)
    page.keyboard.press("q")
    with page.expect_download() as download:
        page.keyboard.press("s")
    download.value.save_as(tmp_path / "d.json")
    file = json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))
    assert file["reviewer"] == {"id": "boss", "role": "adjudicator"} and file["count"] == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_everybody_can_read_it(open_html: Callable[..., Any], axe: Any, scheme: str, width: int) -> None:
    page = open_html(html_of(), color_scheme=scheme, viewport={"width": width, "height": 800})
    begin(page)
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
    found = axe.run(page)
    assert [violation["id"] for violation in found.response["violations"]] == []
