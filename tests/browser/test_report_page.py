"""The lead's report in a real browser: safe, usable by keyboard, readable narrow and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from example_page import make_hostile_page, make_page

from auditor.report.elements import Page
from auditor.report.page import render

Open = Callable[..., Any]

AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
NARROW = [320, 360]
SCHEMES = ["light", "dark"]


def open_everything(page: Any) -> None:
    """Unfold every section and draw every chart."""
    page.evaluate("document.querySelectorAll('main details').forEach((details) => { details.open = true; })")
    page.wait_for_function("() => !document.querySelector('.chart:not([data-drawn])')")


def viewport(width: int) -> dict[str, int]:
    return {"width": width, "height": 800}


# safety


def test_every_chart_is_drawn_within_the_policy(open_html: Open, example_page: Page) -> None:
    page = open_html(render(example_page))
    assert page.evaluate("typeof Plotly") == "undefined"
    open_everything(page)
    assert page.locator(".chart").count() == 3
    assert all(chart.locator(".main-svg").count() for chart in page.locator(".chart").all())


def test_hostile_values_do_nothing(open_html: Open, hostile_page: Page) -> None:
    page = open_html(render(hostile_page))
    open_everything(page)
    for _ in range(2):
        page.locator("#queue .next").first.click()
    page.locator("select[name=given]").select_option(index=2)
    assert page.evaluate("window.PWNED") is None
    assert page.locator("main img, main b, main i, main [onmouseover]").count() == 0


def test_a_class_named_like_a_tag_is_drawn_literally(open_html: Open) -> None:
    page = open_html(render(make_hostile_page()))
    open_everything(page)
    drawn = page.locator("[data-figure=figure-balance] .ytick text").all_text_contents()
    assert "<b>bold</b>" in drawn
    assert page.locator(".chart tspan[style*=bold]").count() == 0


def test_without_decompression_the_chart_says_so_in_words(open_html: Open) -> None:
    page = open_html(render(make_page()), before="delete window.DecompressionStream;")
    page.locator("#class-balance .chart summary").click()
    page.locator("#class-balance .plot", has_text="cannot draw the chart").wait_for()
    assert page.locator("#class-balance .said").is_visible()


# the queue


def rows(page: Any) -> list[str]:
    return [rank.strip() for rank in page.locator("#queue .rows .rank").all_text_contents()]


def status(page: Any) -> str:
    return str(page.locator("#queue [role=status]").text_content()).strip()


def test_paging_works_by_keyboard(open_html: Open) -> None:
    page = open_html(render(make_page()))
    assert status(page) == "1-25 of 500 shown here, 8,000 in queue.csv"
    page.locator("select[name=given]").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    assert rows(page) == [str(rank) for rank in range(51, 76)]
    assert status(page) == "51-75 of 500 shown here, 8,000 in queue.csv"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert rows(page)[0] == "26"


def test_paging_stops_at_both_ends(open_html: Open) -> None:
    page = open_html(render(make_page(rows=30)))
    previous, following = page.locator("#queue .previous").first, page.locator("#queue .next").first
    previous.click(force=True)
    assert rows(page)[0] == "1"
    following.click()
    following.click(force=True)
    assert rows(page) == ["26", "27", "28", "29", "30"]
    assert following.get_attribute("aria-disabled") == "true"
    assert previous.get_attribute("aria-disabled") == "false"


@pytest.mark.parametrize("make", [make_page, make_hostile_page])
def test_rows_drawn_by_the_script_look_like_the_static_ones(
    open_html: Open, make: Callable[[], Page]
) -> None:
    page = open_html(render(make()))
    static = _plain_html(page)
    page.locator("#queue .next").first.click()
    assert _plain_html(page) != static
    page.locator("#queue .previous").first.click()
    assert _plain_html(page) == static


def _plain_html(page: Any) -> list[str]:
    """The rows as HTML, without the line breaks between elements and comments of the source."""
    script = "rows => rows.map((row) => { row.normalize(); return row.outerHTML.replace(/>\\n+</g, '><'); })"
    return list(page.locator("#queue .rows > .row").evaluate_all(script))


def test_the_filter_finds_text_in_any_case(open_html: Open) -> None:
    page = open_html(render(make_page()))
    page.get_by_label("Find in the rows").fill("LEIPZIG")
    shown = page.locator("#queue .rows .row .text").all_text_contents()
    assert shown and all("Leipzig" in text for text in shown)
    assert status(page) == "1-25 of 72 matching rows shown, 8,000 in queue.csv"


def test_the_filter_says_when_nothing_matches_and_comes_back(open_html: Open) -> None:
    page = open_html(render(make_page()))
    page.get_by_label("Find in the rows").fill("no such words")
    assert rows(page) == []
    assert status(page) == "None of the 500 rows here matches; queue.csv has 8,000"
    page.get_by_label("Find in the rows").fill("")
    assert rows(page)[0] == "1"


def test_rows_can_be_narrowed_to_one_given_label(open_html: Open) -> None:
    page = open_html(render(make_page("ko")))
    options = page.locator("select[name=given] option")
    page.locator("select[name=given]").select_option(index=1)
    label = str(options.nth(1).text_content()).split(" (")[0]
    assert set(page.locator("#queue .rows .given bdi").all_text_contents()) == {label}


def test_rows_can_be_narrowed_to_what_was_found(open_html: Open) -> None:
    """By badge, and together with a given label."""
    page = open_html(render(make_page()))
    options = page.locator("select[name=badge] option")
    page.locator("select[name=badge]").select_option(index=1)
    badge = str(options.nth(1).text_content()).split(" (")[0]
    shown = page.locator("#queue .rows .row")
    assert shown.count() > 0
    assert all(badge in str(row.locator(".badges").text_content()) for row in shown.all())
    page.locator("select[name=given]").select_option(index=1)
    given = str(page.locator("select[name=given] option").nth(1).text_content()).split(" (")[0]
    assert set(page.locator("#queue .rows .given bdi").all_text_contents()) <= {given}


# reading without scripts, narrow, in print


def test_without_scripts_rows_and_sections_can_be_read(open_html: Open, example_page: Page) -> None:
    page = open_html(render(example_page), java_script_enabled=False)
    assert page.locator("#queue .rows .row").count() == 25
    assert page.locator("#queue .rows .row").first.is_visible()
    assert not page.locator("#queue .toolbar").is_visible()
    assert page.locator("#label-issues table").first.is_visible()
    page.locator("#hygiene summary").click()
    assert page.locator("#hygiene .meaning").is_visible()


@pytest.mark.parametrize("width", NARROW)
@pytest.mark.parametrize("make", [make_page, make_hostile_page])
def test_a_narrow_page_never_scrolls_sideways(
    open_html: Open, make: Callable[[str], Page], width: int
) -> None:
    for lang in ("en", "ko"):
        page = open_html(render(make(lang)), viewport=viewport(width))
        assert _overflow(page) <= 0
        open_everything(page)
        assert _overflow(page) <= 0


def _overflow(page: Any) -> int:
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


def test_print_unfolds_sections_and_leaves_controls_out(open_html: Open) -> None:
    page = open_html(render(make_page()))
    page.emulate_media(media="print")
    assert page.locator("#hygiene .meaning").is_visible()
    assert not page.locator("#queue .toolbar").is_visible()
    assert not page.locator(".contents").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


# finding one's way


def test_a_link_to_a_folded_section_unfolds_it(open_html: Open) -> None:
    page = open_html(render(make_page()))
    page.locator(".contents a[href='#hygiene']").click()
    assert page.locator("#hygiene .meaning").is_visible()


def test_the_first_tab_stop_skips_to_the_report(open_html: Open) -> None:
    page = open_html(render(make_page()))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "report"


def test_a_command_can_be_copied(open_html: Open) -> None:
    page = open_html(render(make_page()), permissions=["clipboard-read", "clipboard-write"])
    page.locator("#do-first .copy").first.click()
    page.get_by_text("Copied", exact=True).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "auditor review audit --spread 25"


def test_charts_follow_a_change_to_the_dark_scheme(open_html: Open) -> None:
    page = open_html(render(make_page()), color_scheme="light")
    open_everything(page)
    tick = "document.querySelector('[data-figure=figure-balance] .ytick text')"
    page.wait_for_function(f"() => getComputedStyle({tick}).fill === 'rgb(91, 96, 107)'")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"() => getComputedStyle({tick}).fill === 'rgb(156, 161, 172)'")


# accessibility


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_no_violation(
    open_html: Open, axe: Any, example_page: Page, scheme: str, width: int
) -> None:
    page = open_html(render(example_page), color_scheme=scheme, viewport=viewport(width))
    open_everything(page)
    found = axe.run(page, options=AXE_RULES).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]][:5]) for rule in found] == []


# pairs that are alike


def test_what_differs_is_seen_without_colour(open_html: Open) -> None:
    """It is underlined, and the text keeps the colour of the text around it."""
    page = open_html(render(make_page()))
    mark = page.locator("#duplicates mark").first
    style = "(element) => getComputedStyle(element).textDecorationLine"
    colour = "(element) => getComputedStyle(element).color"
    assert mark.evaluate(style) == "underline"
    assert mark.evaluate(colour) == page.locator("#duplicates .pair .text").first.evaluate(colour)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_threshold_stands_between_the_bars_it_parts(open_html: Open, width: int) -> None:
    """Bars are of one width, dashed or filled, so that the line stands at the edge of one."""
    page = open_html(render(make_page()), viewport=viewport(width))
    boxes = [bar.bounding_box() for bar in page.locator("#duplicates .columns > span").all()]
    assert max(box["width"] for box in boxes) - min(box["width"] for box in boxes) < 0.1
    line = page.locator("#duplicates .limit").bounding_box()["x"]
    ends = [box["x"] + box["width"] for box in boxes]
    assert ends[3] - 2 <= line <= boxes[4]["x"] + 2


def test_pairs_are_read_without_scripts(open_html: Open) -> None:
    page = open_html(render(make_page()), java_script_enabled=False)
    assert page.locator("#duplicates .pair").count() == 6
    assert page.locator("#duplicates .side .who").first.is_visible()
    assert page.locator("#duplicates .columns").is_visible()
