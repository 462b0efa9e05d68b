"""Pages of reviewers who share a round, in a real browser: whose page it is, and what each sends back."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from audit_inputs import planted_audit
from example_review import make_item, make_review
from test_review_page import AXE, exported

import auditor
from auditor.handles import handles_of
from auditor.report.review_page import render_review
from auditor.review.merging import merged
from auditor.review.reading import read_decisions

Open = Callable[..., Any]
OWNER = "박서연"


def page_for(reviewer: str = OWNER, common: int = 3, **more: Any) -> dict[str, Any]:
    """The data of a page that is made for somebody."""
    assigned = {"reviewer": reviewer, "people": 3, "rows": 10, "common": common}
    return make_review(**{"assigned": assigned, **more})


def begin(open_html: Open, data: dict[str, Any], **context: Any) -> Any:
    """The page at its first item, begun by whom it is for."""
    page = open_html(render_review(data, "en"), **context)
    page.get_by_role("button", name="Start").click()
    page.wait_for_selector("#work:not([hidden])")
    return page


def test_the_page_knows_whose_it_is(open_html: Open, tmp_path: Path) -> None:
    """No name is asked for; it stands in the title, in the bar, in the file and in its name."""
    page = open_html(render_review(page_for(), "en"))
    assert page.title() == f"train.csv · Label review · {OWNER}"
    assert page.locator("#handle").count() == 0
    assert page.locator("#welcome").inner_text().count(OWNER) == 1
    page.get_by_role("button", name="Start").click()
    assert page.locator("#who").inner_text() == OWNER
    page.keyboard.press("q")
    found = read_decisions(exported(page, tmp_path))
    assert (found.reviewer, len(found.decisions)) == (OWNER, 1)
    assert f"-{OWNER}-" in found.name


def test_it_says_how_many_are_common_and_marks_none(open_html: Open) -> None:
    """Only where some are; the sentence is the only trace."""
    page = open_html(render_review(page_for(common=3), "en"))
    assert "3 of your 10 items are judged by others too" in page.locator("#welcome").inner_text()
    alone = open_html(render_review(page_for(common=0), "en"))
    assert "judged by others" not in alone.locator("#welcome").inner_text()
    anybody = open_html(render_review(make_review(), "en"))
    assert "judged by others" not in anybody.locator("#welcome").inner_text()
    assert anybody.locator("[data-at='somebody-else']").count() == 0


def test_somebody_else_may_use_it(open_html: Open, tmp_path: Path) -> None:
    """By one quiet button; then the page asks for a name as any page does."""
    page = open_html(render_review(page_for(), "en"))
    page.get_by_role("button", name="I am somebody else").click()
    assert page.evaluate("document.activeElement.id") == "handle"
    page.keyboard.type("lee")
    page.keyboard.press("Enter")
    page.keyboard.press("e")
    found = read_decisions(exported(page, tmp_path))
    assert (found.reviewer, found.decisions[0].action) == ("lee", "exclude")
    page.reload()
    assert page.locator(".found").inner_text().split() == ["Continue", "with", "1", "decisions", "as", "lee"]
    assert page.locator("[data-at='owner']").count() == 1
    page.get_by_role("button", name="Start").click()
    assert page.locator("#progress-text").inner_text() == "0 of 10 · 0%"


def test_whom_it_is_for_goes_on_where_they_stopped(open_html: Open) -> None:
    """One button to continue, none to start anew."""
    page = begin(open_html, page_for())
    page.keyboard.press("q")
    page.evaluate("review.markExported()")
    page.reload()
    assert page.locator("[data-at='owner']").count() == 0
    page.get_by_role("button", name=f"Continue with 1 decisions as {OWNER}").click()
    assert page.locator("#progress-text").inner_text() == "1 of 10 · 10%"


def test_two_pages_on_one_computer_never_mix(open_html: Open, tmp_path: Path) -> None:
    """Made from one round in which all is common: the same items, one browser, two stores."""
    written = auditor.write_review(
        planted_audit(), tmp_path, reviewers=["kim", OWNER], overlap=1.0, items=20, spot=5
    )
    page = open_html("<!DOCTYPE html><title>x</title>")
    files = {}
    for share, key in zip(written.shares, "qe", strict=True):
        tab = page.context.new_page()
        tab.goto(share.paths[0].as_uri())
        assert tab.locator(".found").count() == 0
        tab.get_by_role("button", name="Start").click()
        for _ in range(3):
            tab.keyboard.press(key)
        files[share.reviewer] = read_decisions(exported(tab, tmp_path))
    assert {who: [one.action for one in file.decisions] for who, file in files.items()} == {
        "kim": ["keep"] * 3,
        OWNER: ["exclude"] * 3,
    }
    assert len({file.report for file in files.values()}) == 2


@pytest.mark.parametrize(
    "handle", ["kim", "박서연", "r1", "kim.min-su_2", "Å", "x" * 40, "가" * 40, "𝒳" * 40, "٣"]
)
def test_a_handle_of_the_command_line_is_one_of_the_page(open_html: Open, handle: str) -> None:
    """The page takes it, and finds its decisions again."""
    (typed,) = handles_of(handle)
    page = begin(open_html, page_for(typed))
    page.keyboard.press("q")
    page.evaluate("review.markExported()")
    page.reload()
    assert page.locator(".resume").count() == 1


TAKE_BACK = {
    "undone": "review.undo()",
    "cleared": "review.clear('train-000')",
}


@pytest.mark.parametrize("how", sorted(TAKE_BACK))
def test_what_was_exported_and_taken_back_is_not_said_any_more(
    open_html: Open, tmp_path: Path, how: str
) -> None:
    """Both files in either order: no decision on that item, the others stay."""
    page = begin(open_html, page_for())
    if how == "undone":
        page.keyboard.press("j")
        page.keyboard.press("q")  # train-001, before
        page.evaluate("work.show(review.items[0])")
    page.keyboard.press("w")
    first = read_decisions(exported(page, tmp_path))
    page.evaluate(TAKE_BACK[how])
    assert page.evaluate("review.counts().unexported") == 1
    second = read_decisions(exported(page, tmp_path))
    assert "train-000" in {one.item for one in first.decisions}
    assert {one.item: one.action for one in second.decisions}["train-000"] == "undecided"
    left = ["train-001"] if how == "undone" else []
    for order in permutations([first, second]):
        found = merged(order)
        assert [one.item for one in found.judgements] == left
        assert found.taken_back == 1
    assert page.evaluate("review.counts().unexported") == 0
    page.reload()
    page.locator("#welcome button.primary").first.click()
    assert read_decisions(exported(page, tmp_path)).decisions == second.decisions


def test_what_is_decided_after_all_counts(open_html: Open, tmp_path: Path) -> None:
    """Decided, sent, taken back, sent, decided again, sent: the last word is the one."""
    page = begin(open_html, page_for())
    files = []
    for script in ("keep", None, "exclude"):
        page.evaluate(
            f"review.decide('train-000', {{action: '{script}'}})" if script else "review.clear('train-000')"
        )
        files.append(read_decisions(exported(page, tmp_path)))
    for order in permutations(files):
        found = merged(order)
        assert [(one.item, one.action) for one in found.judgements] == [("train-000", "exclude")]
        assert found.taken_back == 0


def test_a_copy_that_is_not_on_the_page_is_taken_back_too(open_html: Open, tmp_path: Path) -> None:
    """With what was seen of it, so that it meets its older decision."""
    copy = {
        "item": "copy-1",
        "row": 901,
        "given": "경제",
        "content": make_item(0)["content"],
        "split": "test",
    }
    page = begin(open_html, page_for(items=[make_item(0, copies=[copy]), make_item(1)]))
    page.keyboard.press("q")
    first = read_decisions(exported(page, tmp_path))
    page.evaluate("review.undo()")
    second = read_decisions(exported(page, tmp_path))
    assert {one.item: (one.content, one.given) for one in first.decisions} == {
        one.item: (one.content, one.given) for one in second.decisions
    }
    assert merged([second, first]).judgements == ()


@pytest.mark.parametrize(("width", "scheme", "lang"), [(360, "dark", "ko"), (1280, "light", "en")])
def test_the_welcome_is_fit_for_everybody(
    open_html: Open, axe: Any, width: int, scheme: str, lang: str
) -> None:
    """No violation of WCAG 2.2 AA, nothing to scroll sideways, with the longest handle and the form too."""
    data = page_for("가나다라마" * 8)
    size = {"width": width, "height": 900}
    page = open_html(render_review(data, lang), viewport=size, color_scheme=scheme)
    for _ in range(2):
        assert axe.run(page, options=AXE).violations_count == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        other = page.locator("[data-at='somebody-else']")
        if other.count():
            assert other.bounding_box()["height"] >= 24
            other.click()
