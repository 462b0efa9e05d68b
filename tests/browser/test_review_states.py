"""The labeller's page at work in a real browser: what stays while the page changes around whoever uses it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from example_review import copy_of, make_item, make_review, near_copy
from example_review_kinds import review_of, with_copies

from auditor.report.review_page import render_review

Open = Callable[..., Any]
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
WIDE = {"width": 1280, "height": 860}
KINDS = ["text", "table", "many", "korean", "hostile"]


def begin(open_html: Open, data: dict[str, Any] | None = None, lang: str = "en", **context: Any) -> Any:
    """The page at its first item, reviewed by kim."""
    page = open_html(render_review(data or make_review(), lang), **{"viewport": WIDE, **context})
    page.fill("#handle", "kim")
    page.keyboard.press("Enter")
    page.wait_for_selector("#work:not([hidden])")
    return page


def record(page: Any, item: str) -> dict[str, Any]:
    """What the page holds of an item."""
    found = page.evaluate("item => review.decisionOf(item) ?? null", item)
    return dict(found) if found else {}


def focused(page: Any) -> str:
    """The name of what has the keyboard."""
    return str(page.evaluate("document.activeElement.dataset.at ?? document.activeElement.id"))


# what was ticked, typed and focused stays


def test_ticks_stay_as_they_were_set(open_html: Open) -> None:
    """A reason draws the item anew; the copies that are shown ticked are those that are decided along."""
    item = make_item(0, copies=[copy_of(1), copy_of(2)], near=[near_copy(1), near_copy(2)])
    page = begin(open_html, make_review([item, make_item(1)]))
    page.get_by_role("checkbox", name="copy-1").uncheck()
    page.get_by_role("checkbox", name="near-2").check()
    page.get_by_role("button", name="Guideline unclear").click()
    ticked = [box.is_checked() for box in page.locator("#item .copies input").all()]
    assert ticked == [False, True, False, True]
    page.keyboard.press("w")
    assert sorted(page.evaluate("[...review.records.keys()]")) == ["copy-2", "near-2", "train-000"]
    assert "Copies decided as well: 2." in page.locator("#live").inner_text()


def test_a_copy_that_was_decided_apart_is_not_decided_again(open_html: Open) -> None:
    """It stands unticked with its own decision; one that was decided along follows a change of mind."""
    items = [
        make_item(0, copies=[copy_of(1), {**copy_of(2), "item": "train-001"}]),
        make_item(1),
        make_item(2),
    ]
    page = begin(open_html, make_review(items))
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.keyboard.press("k")
    page.keyboard.press("k")
    boxes = page.locator("#item .copies input")
    assert [box.is_checked() for box in boxes.all()] == [True, False]
    assert "exclude" in page.locator("#item .copies").inner_text()
    page.keyboard.press("w")
    page.keyboard.press("k")
    page.keyboard.press("k")
    page.keyboard.press("3")
    assert record(page, "copy-1")["label"] == "스포츠" and record(page, "copy-1")["copy_of"] == "train-000"
    assert record(page, "train-001")["action"] == "exclude"


def test_the_keyboard_stays_where_it_was(open_html: Open) -> None:
    """Buttons that are drawn anew when pressed keep the focus."""
    page = begin(open_html)
    for name, at in [("Unreadable", "reason-unreadable"), ("Decided", "filter-decided")]:
        page.get_by_role("button", name=name, exact=True).focus()
        page.keyboard.press("Enter")
        assert focused(page) == at


def test_a_click_after_typing_counts(open_html: Open) -> None:
    """Leaving the comment saves it, and what is clicked is still there to be clicked."""
    page = begin(open_html)
    page.locator("#comment").click()
    page.keyboard.type("why")
    page.locator(".card.accept").click()
    assert (record(page, "train-000")["action"], record(page, "train-000")["comment"]) == ("relabel", "why")
    page.locator("#comment").click()
    page.keyboard.type("because")
    page.locator("#list .row").nth(3).click()
    assert page.locator("#item h1").inner_text() == "Item 4 of 10"
    assert page.evaluate("review.draftOf('train-001').comment") == "because"


def test_a_comment_being_written_is_not_disturbed_by_another_tab(open_html: Open) -> None:
    """Its text and its place stay, and so does what was decided elsewhere."""
    page = begin(open_html)
    other = page.context.new_page()
    other.goto(page.url)
    other.fill("#handle", "kim")
    other.keyboard.press("Enter")
    page.bring_to_front()
    page.keyboard.press("c")
    page.keyboard.type("half a sent")
    other.evaluate("review.decide('train-000', {action: 'exclude'}, {shown: true})")
    page.wait_for_function("() => review.isDecided('train-000')")
    page.keyboard.type("ence")
    page.keyboard.press("Escape")
    assert record(page, "train-000")["comment"] == "half a sentence"
    assert record(page, "train-000")["action"] == "exclude"


def test_a_comment_outlives_a_crash_and_stands_in_the_file(open_html: Open, tmp_path: Path) -> None:
    """It is kept while it is typed, and Ctrl+S within the field exports it too."""
    page = begin(open_html)
    page.keyboard.press("c")
    page.keyboard.type("typed")
    page.wait_for_function("() => Object.values(localStorage).some((text) => text.includes('typed'))")
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    page.keyboard.press("k")
    page.keyboard.press("c")
    page.keyboard.type(" on")
    with page.expect_download() as download:
        page.keyboard.press("Control+s")
    path = tmp_path / "decisions.json"
    download.value.save_as(path)
    assert json.loads(path.read_text(encoding="utf-8"))["decisions"][0]["comment"] == "typed on"


# blind


def test_what_was_seen_is_never_called_blind_again(open_html: Open) -> None:
    """Undone before the suggestion was seen, an item is blind; taken back afterwards, it is not."""
    page = begin(open_html, make_review([make_item(0, blind=True), make_item(1), make_item(2)]))
    page.keyboard.press("2")
    page.keyboard.press("z")
    assert "Choose first" in page.locator("#item").inner_text()
    page.keyboard.press("2")
    page.keyboard.press("k")
    page.get_by_role("button", name="Take back").click()
    assert "93%" in page.locator("#item").inner_text()
    page.evaluate("review.markExported()")
    page.reload()
    page.fill("#handle", "kim")
    page.keyboard.press("Enter")
    assert "93%" in page.locator("#item").inner_text()
    page.keyboard.press("q")
    assert record(page, "train-000")["shown_suggestion"] is True


# answers


def test_one_row_of_a_group_stays(open_html: Open) -> None:
    """Two rows are never duplicates of each other: the second is told that one has to stay."""
    twins = [make_item(n, copies=[{**copy_of(1 - n), "item": f"train-{1 - n:03d}"}]) for n in (0, 1)]
    page = begin(open_html, make_review([*twins, make_item(2)]))
    page.keyboard.press("d")
    page.keyboard.press("d")
    assert record(page, "train-001") == {}
    assert "one row has to stay" in page.locator("#live").inner_text()
    page.keyboard.press("k")
    assert "duplicate of train-001" in page.locator("#item .decided").inner_text()


def test_the_order_of_the_answers_is_never_the_models(open_html: Open) -> None:
    """Keep stands first, then the suggestion, then classes in their order, on every item."""
    items = [
        make_item(n, given=given, suggested=suggested)
        for n, (given, suggested) in enumerate([("정치", "경제"), ("스포츠", "정치"), ("경제", None)])
    ]
    page = begin(open_html, make_review(items))
    seen = []
    for _ in items:
        seen.append(
            [button.get_attribute("data-at") for button in page.locator("#item .card, #item .class").all()]
        )
        page.keyboard.press("j")
    assert seen == [["keep", "accept", "class-0", "class-1", "class-2"]] * 3


HALF_TYPED = {
    "환불": ["ㅎ", "호", "화", "환", "환ㅂ", "환부", "ㅎㅂ"],
    "하나": ["하", "한"],
    "Card Arrival": ["CARD", "rriv"],
    "Café": ["cafe", "ｃａｆｅ"],
}


@pytest.mark.parametrize(
    ("typed", "found"), [(text, name) for name in HALF_TYPED for text in HALF_TYPED[name]]
)
def test_a_class_is_found_while_it_is_half_typed(open_html: Open, typed: str, found: str) -> None:
    """Each step of an input method finds what the syllable may become; no case, accent or width counts."""
    names = [*(f"x{n:02d}" for n in range(12)), "Card Arrival", "Café", "환불", "하나"]
    page = begin(open_html, make_review([make_item(0, given="x00", suggested="x01")], classes=names))
    shown = page.evaluate(
        "text => foundClasses(indexed(data.taxonomy.classes), text).map((one) => one.name)", typed
    )
    assert found in shown and len(shown) < 4


def test_more_than_nine_classes_are_searched(open_html: Open) -> None:
    """Nine have buttons; ten have a field, and nothing is chosen by Enter before something is typed."""
    for many, fields in ((9, 0), (10, 1)):
        items = [make_item(n, given="c0", suggested="c1") for n in range(2)]
        page = begin(open_html, make_review(items, classes=[f"c{n}" for n in range(many)]))
        assert page.locator("#class-search").count() == fields
    page.keyboard.press("/")
    page.keyboard.press("Enter")
    assert record(page, "train-000") == {}
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert record(page, "train-000")["label"] == "c1"
    page.keyboard.press("9")
    assert record(page, "train-001")["label"] == "c8"


# keys on the page


def test_buttons_show_the_keys_that_work(open_html: Open) -> None:
    """Another letter is shown wherever the action is; none is while single keys are off."""
    page = begin(open_html)
    hint = page.locator("#item .others button[data-at=exclude] kbd")
    page.keyboard.press("?")
    field = page.get_by_label("Exclude the item")
    field.focus()
    page.keyboard.press("q")
    assert "is taken" in page.locator("#help .error").inner_text()
    page.keyboard.press("x")
    page.keyboard.press("Escape")
    assert hint.inner_text() == "X"
    page.keyboard.press("?")
    page.get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    assert hint.count() == 0 and not page.locator("#undo kbd").is_visible()
    page.locator("#open-help").click()
    page.get_by_label("Single-key shortcuts").check()
    page.get_by_role("button", name="The usual keys again").click()
    page.keyboard.press("Escape")
    assert hint.inner_text() == "E"
    page.keyboard.press("e")
    assert record(page, "train-000")["action"] == "exclude"


def test_settings_come_back_after_a_reload(open_html: Open) -> None:
    """Keys, moving on and colours are those of the reviewer."""
    page = begin(open_html)
    page.keyboard.press("?")
    page.get_by_label("Exclude the item").fill("x")
    page.get_by_label("Exclude the item").blur()
    page.get_by_label("Move on after deciding").uncheck()
    page.get_by_label("Dark").check()
    page.reload()
    page.fill("#handle", "kim")
    page.keyboard.press("Enter")
    page.keyboard.press("x")
    assert record(page, "train-000")["action"] == "exclude"
    assert page.locator("#item h1").inner_text() == "Item 1 of 10"
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.evaluate("review.markExported()")


# undo, the end, the file


def test_undo_is_there_for_fingers_and_from_the_end(open_html: Open) -> None:
    """A button beside the place of the work; the end gives way to the item that comes back."""
    page = begin(open_html, make_review([make_item(0), make_item(1)]))
    assert page.locator("#undo").get_attribute("aria-disabled") == "true"
    page.keyboard.press("q")
    page.locator("#undo").click()
    assert record(page, "train-000") == {}
    page.locator("#redo").click()
    page.keyboard.press("n")
    page.keyboard.press("w")
    assert page.locator("#end").is_visible() and focused(page) == ""
    page.keyboard.press("z")
    assert page.locator("#item h1").inner_text() == "Item 2 of 2" and record(page, "train-001") == {}


def test_only_the_file_that_is_sent_back_counts_as_exported(open_html: Open, tmp_path: Path) -> None:
    """The copy for spreadsheets leaves the work open; the end says what became of it."""
    page = begin(open_html, make_review([make_item(0)]))
    page.keyboard.press("q")
    with page.expect_download():
        page.get_by_role("button", name="Copy for a spreadsheet").click()
    assert page.locator("#unexported").inner_text() == "not exported: 1 decisions"
    with page.expect_download() as download:
        page.locator("#end .primary").click()
    name = download.value.suggested_filename
    assert page.locator("#unexported").inner_text() == "all decisions exported"
    assert f"Exported as {name}" in page.locator("#end").inner_text()
    assert "not exported" not in page.locator("#end").inner_text()


def test_leaving_with_work_that_is_nowhere_else_is_asked_about(
    open_html: Open, browser: Any, tmp_path: Path
) -> None:
    """Not before the first decision, and not after the export."""
    path = tmp_path / "page.html"
    path.write_text(render_review(make_review(), "en"), encoding="utf-8")
    asked: list[str] = []
    page = browser.new_context().new_page()
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(path.as_uri())
    page.fill("#handle", "kim")
    page.keyboard.press("Enter")
    page.reload()
    assert asked == []
    page.fill("#handle", "kim")
    page.keyboard.press("Enter")
    page.keyboard.press("q")
    page.reload()
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Continue with").click()
    with page.expect_download():
        page.keyboard.press("s")
    page.reload()
    assert asked == ["beforeunload"]
    page.context.close()


# reading it


def test_a_long_text_is_folded_and_opens(open_html: Open) -> None:
    page = begin(open_html, review_of("text"))
    for _ in range(4):
        page.keyboard.press("j")
    text = page.locator("#item .content .text")
    folded = text.bounding_box()["height"]
    page.get_by_role("button", name="Show the whole text").click()
    assert text.bounding_box()["height"] > 2 * folded


def test_table_rows_are_names_and_cells(open_html: Open) -> None:
    """Of near copies only the cells that differ are named, with the differing characters marked."""
    data = review_of("table")
    item = data["items"][2]
    near = near_copy(0, "approved", item["cells"])
    same = [[[cell, 0]] if cell else [] for cell in item["cells"]]
    near |= {"marks": [[["22", 1]], *same[1:]], "cells": [[["23", 1]], *same[1:]]}
    item["near"] = [near]
    page = begin(open_html, data)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator("#item .cells dt").all_inner_texts() == data["columns"]
    assert page.locator("#item table.versus tbody th").all_inner_texts() == ["age"]
    assert page.locator("#item table.versus mark").all_inner_texts() == ["22", "23"]


def test_hidden_characters_are_marks(open_html: Open) -> None:
    """In the text, in labels and in the list."""
    item = make_item(0, given="a\u200bb", cells=["zero\u200bwidth"])
    page = begin(open_html, make_review([item], classes=["a\u200bb", "ab"]))
    for place in ("#item .content", "#item .card.keep", "#item .class >> nth=0", "#list .row"):
        assert "U+200B" in page.locator(place).first.inner_text()


def test_without_scripts_the_page_says_what_it_needs(open_html: Open) -> None:
    page = open_html(render_review(make_review(), "en"), java_script_enabled=False)
    assert "needs JavaScript" in page.locator("noscript").inner_text()


def test_content_that_is_kept_back_is_named_only(open_html: Open) -> None:
    """Where privacy keeps texts out of the page the item is looked up by its name."""
    like = [{"item": "like-1", "given": "경제", "similarity": 0.5, "cells": []}]
    near = {**near_copy(1), "cells": [], "marks": []}
    item = make_item(0, cells=[], near=[near], similar=like)
    page = begin(open_html, make_review([item], privacy="ids"))
    assert "look the item up by its name" in page.locator("#item .content").inner_text()
    assert "train-000" in page.locator("#list .row").inner_text()
    assert page.locator("#item .similar .label").inner_text() == "경제"


# everybody


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_violation(open_html: Open, axe: Any, kind: str, width: int, scheme: str) -> None:
    """Each kind of data with copies, decided and not, with the list, wide and narrow, light and dark."""
    data = with_copies(review_of(kind), near=2)
    page = begin(open_html, data, color_scheme=scheme, viewport={"width": width, "height": 800})
    if width < 600:
        page.locator("#list-toggle").click()
    for keys in ("", "jj", "2", "k", "ekrk"):
        for key in keys:
            page.keyboard.press(key)
        found = axe.run(page, options=AXE).response["violations"]
        assert [(rule["id"], [node["target"] for node in rule["nodes"]][:5]) for rule in found] == [], keys
        root = "document.documentElement"
        assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") <= 0, keys
    assert page.evaluate("window.PWNED") is None


def test_what_has_the_keyboard_is_never_under_a_bar(open_html: Open) -> None:
    """From the first to the last stop, with both banners shown (WCAG 2.4.11)."""
    page = begin(
        open_html, with_copies(review_of("many"), at=2, near=2), viewport={"width": 1280, "height": 600}
    )
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.evaluate(
        "byId('danger').hidden = false; byId('danger-text').textContent = 'full'; byId('nag').hidden = false"
    )
    covered = """() => { const box = document.activeElement.getBoundingClientRect();
      if (!byId('item').contains(document.activeElement)) return '';
      const top = byId('bar').getBoundingClientRect().bottom;
      const bottom = byId('dock').getBoundingClientRect().top;
      return box.bottom <= top || box.top >= bottom ? document.activeElement.outerHTML.slice(0, 90) : ''; }"""
    hidden = []
    for _ in range(40):
        page.keyboard.press("Tab")
        hidden.append(page.evaluate(covered))
    assert [name for name in hidden if name] == []


@pytest.mark.parametrize("width", [320, 1280])
def test_targets_are_large_enough(open_html: Open, width: int) -> None:
    """At least 24 px both ways (WCAG 2.5.8)."""
    page = begin(open_html, with_copies(review_of("text")), viewport={"width": width, "height": 800})
    page.keyboard.press("j")
    page.keyboard.press("j")
    sizes = page.evaluate(
        """[...document.querySelectorAll('button, label.tick, summary, textarea')]
      .filter((e) => e.offsetParent)
      .map((e) => Math.min(e.offsetWidth, e.offsetHeight))"""
    )
    assert min(sizes) >= 24


def test_the_list_of_a_narrow_page_gives_way_to_the_item(open_html: Open) -> None:
    page = begin(open_html, viewport={"width": 360, "height": 740})
    toggle = page.locator("#list-toggle")
    toggle.click()
    assert toggle.get_attribute("aria-expanded") == "true"
    page.locator("#list .row").nth(2).click()
    assert not page.locator("#list").is_visible() and toggle.get_attribute("aria-expanded") == "false"
    assert page.locator("#item h1").inner_text() == "Item 3 of 10"
