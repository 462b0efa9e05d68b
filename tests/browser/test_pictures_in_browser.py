"""Pictures in a real browser: they are there, a key enlarges them, they tell nothing that is hidden."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest
from audit_inputs import planted_audit
from example_review import copy_of, make_item, make_review
from picture_audit import mapped, pictured, webp

from auditor.report.page import render
from auditor.report.pictures import source_of
from auditor.report.review_page import render_review
from auditor.report.view import page_of

Open = Callable[..., Any]
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
LOADED = "() => [...document.images].every((image) => image.complete && image.naturalWidth > 0)"
KEYS = [  # as an input method sends them: Latin, capital, Hangul, through an IME, Cyrillic
    ("v", "KeyV", 86, "v"),
    ("V", "KeyV", 86, "V"),
    ("ㅍ", "KeyV", 86, "ㅍ"),
    ("Process", "KeyV", 229, None),
    ("м", "KeyV", 86, "м"),
]


@lru_cache
def report(lang: str = "en") -> str:
    """The lead's page of the planted audit, with pictures and a map."""
    return render(page_of(mapped(pictured(planted_audit())), lang))


def near(n: int, given: str = "경제") -> dict[str, Any]:
    """A near copy as the page has it of images: no text of it is marked."""
    known = {"item": f"class/near-{n}.png", "row": 8_000 + n, "given": given, "content": "sha256:00"}
    return {**known, "similarity": 0.93, "marks": [[["a", 0]]], "cells": [[["b", 1]]]}


def image_item(n: int, **more: Any) -> dict[str, Any]:
    """An item of images: its cell is its file's name, its neighbours are images too."""
    similar = [
        {"item": f"{given}/like-{n}-{at}.png", "given": given, "similarity": 0.6, "cells": [f"like-{at}.png"]}
        for at, given in enumerate(("정치", "경제"))
    ]
    item = {"item": f"정치/{n:03d}.png", "cells": [f"정치/{n:03d}.png"], "similar": similar}
    return make_item(n, **{**item, **more})


def image_review(items: list[dict[str, Any]] | None = None, tiny: bool = False) -> dict[str, Any]:
    """The data of a page of images."""
    items = items or [image_item(0, near=[near(0)]), image_item(1), image_item(2)]
    names = {entry["item"] for item in items for entry in (item, *item["near"], *item["similar"])}
    size = (28, 28) if tiny else (320, 240)
    pictures = {name: source_of(webp(name, *size)) for name in sorted(names)}
    return make_review(items, columns=["image"], pictures=pictures)


def begin(open_html: Open, data: dict[str, Any] | None = None, lang: str = "en", **context: Any) -> Any:
    """The labeller's page at its first item."""
    page = open_html(render_review(data or image_review(), lang), **context)
    page.fill("#handle", "kim")
    page.keyboard.press("Enter")
    page.wait_for_selector("#work:not([hidden])")
    return page


def send_key(page: Any, key: str, code: str, number: int, text: str | None) -> None:
    """A key as an input method sends it: Playwright's own keyboard knows Latin only."""
    session = page.context.new_cdp_session(page)
    event = {"key": key, "code": code, "windowsVirtualKeyCode": number}
    kind = "keyDown" if text else "rawKeyDown"
    session.send("Input.dispatchKeyEvent", {"type": kind, **event, **({"text": text} if text else {})})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
    session.detach()


def zoomed(page: Any) -> bool:
    return bool(page.evaluate("() => document.getElementById('zoom').open"))


# the labeller's page


def test_the_item_and_its_neighbours_are_seen(open_html: Open) -> None:
    """Large the item, small the similar rows; each has the name of its file, and nothing is fetched."""
    page = begin(open_html)
    page.wait_for_function(LOADED)
    asked = page.locator(".asked img")
    assert asked.get_attribute("alt") == "정치/000.png"
    box = asked.bounding_box()
    assert (round(box["width"]), round(box["height"])) == (320, 240)
    assert page.locator(".similar img").count() == 2 and page.locator(".compared img").count() == 4
    assert page.locator("#list img").count() == 3


def test_few_pixels_are_enlarged_as_squares(open_html: Open) -> None:
    """28 pixels, eleven times each: 308, and no blur; no photo is treated so."""
    page = begin(open_html, image_review(tiny=True))
    image = page.locator(".asked img")
    assert round(image.bounding_box()["width"]) == 308
    assert image.evaluate("(image) => getComputedStyle(image).imageRendering") == "pixelated"
    photo = begin(open_html).locator(".asked img")
    assert photo.evaluate("(image) => getComputedStyle(image).imageRendering") == "auto"


@pytest.mark.parametrize("scale", [1, 2])
def test_a_picture_is_as_sharp_as_its_pixels_allow(open_html: Open, scale: int) -> None:
    """On a dense screen it is never drawn from a smaller copy than the page has."""
    page = begin(open_html, device_scale_factor=scale)
    assert page.locator(".asked img").evaluate("(image) => image.naturalWidth") == 320


@pytest.mark.parametrize(("key", "code", "number", "text"), KEYS)
def test_a_key_enlarges_in_any_keyboard_language(
    open_html: Open, key: str, code: str, number: int, text: str | None
) -> None:
    """And the same key goes back."""
    page = begin(open_html)
    send_key(page, key, code, number, text)
    assert zoomed(page)
    assert page.locator("#zoom img").bounding_box()["width"] > 600
    send_key(page, key, code, number, text)
    assert not zoomed(page)


def test_nothing_happens_behind_an_enlarged_picture(open_html: Open) -> None:
    """Arrows, answers and undo wait until it is left; Escape leaves it, and the item is the same."""
    page = begin(open_html)
    page.keyboard.press("v")
    for key in ("ArrowDown", "ArrowUp", "j", "q", "w", "2", "z", "Control+z", "ArrowRight"):
        page.keyboard.press(key)
    assert zoomed(page)
    page.keyboard.press("Escape")
    assert not zoomed(page)
    assert page.locator("#item h1").inner_text() == "Item 1 of 3"
    assert page.locator("#progress-text").inner_text().startswith("0 of 3")
    page.keyboard.press("q")
    assert page.locator("#item h1").inner_text() == "Item 2 of 3"


def test_a_click_enlarges_and_lets_go(open_html: Open) -> None:
    page = begin(open_html)
    for place in (".asked button", ".similar button", ".compared button"):
        page.locator(place).first.click()
        assert zoomed(page)
        page.locator("#zoom-body").click()
        assert not zoomed(page)


def test_the_key_can_be_changed_and_is_shown(open_html: Open) -> None:
    """It stands on the picture; a key map of a page without pictures does not list it."""
    page = begin(open_html)
    assert page.locator(".asked kbd").inner_text() == "V"
    page.keyboard.press("?")
    page.locator("[data-at=key-zoom]").press("x")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    assert zoomed(page)
    plain = open_html(render_review(make_review(), "en"))
    plain.keyboard.press("?")
    assert (
        plain.locator("[data-at=key-keep]").count() == 1 and plain.locator("[data-at=key-zoom]").count() == 0
    )


def test_a_map_of_keys_from_before_pictures_keeps_what_was_chosen(open_html: Open) -> None:
    page = begin(open_html)
    page.evaluate(
        """() => {
          const map = Object.fromEntries(Object.entries(KEY_MAP).filter(([, action]) => action !== "zoom"));
          delete map.q; map.p = "keep";
          takeSettings({ map });
        }"""
    )
    assert page.evaluate("() => [keyOf('keep'), keyOf('zoom')]") == ["P", "V"]


def test_a_difference_is_black_where_two_pictures_agree(open_html: Open) -> None:
    """Two equal ones, and two that are not: drawn by the browser itself, of no further bytes."""
    data = image_review([image_item(0, near=[near(0), near(1)])])
    data["pictures"]["class/near-0.png"] = data["pictures"]["정치/000.png"]
    page = begin(open_html, data)
    page.wait_for_function(LOADED)
    same, other = (page.locator(".difference").nth(at) for at in (0, 1))
    assert same.get_attribute("role") == "img" and same.get_attribute("aria-label")
    assert brightest(same.screenshot()) <= 8 < brightest(other.screenshot())


def brightest(png: bytes) -> int:
    """The largest value in the middle of a picture, away from its round corners."""
    import io

    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        width, height = image.size
        middle = image.convert("L").crop((8, 8, width - 8, height - 8))
        return int(middle.getextrema()[1])


def test_a_blind_item_shows_its_picture_and_nothing_that_tells(open_html: Open) -> None:
    """No suggestion, no neighbour's label, and no neighbour's name, which may hold its label."""
    page = begin(
        open_html, image_review([image_item(0, blind=True, sample="spot", near=[near(0)]), image_item(1)])
    )
    page.wait_for_function(LOADED)
    html = page.locator("#item").inner_html()
    shown = re.sub(r"data:image/webp;base64,[\w+/=]+", "", html)
    assert page.locator(".asked img").count() == 1 and page.locator(".compared img").count() == 4
    assert "near-0.png" not in shown and "like-0" not in shown
    evidence = re.sub(r"data:[\w/;,+=]+", "", "".join(page.locator("#item .panel").all_text_contents()))
    assert "경제" not in evidence
    page.keyboard.press("q")
    page.keyboard.press("k")
    assert "near-0.png" in page.locator("#item").inner_html()


def test_blind_items_of_every_kind_look_the_same(open_html: Open) -> None:
    """A spot check, a control, a row of the estimate: byte by byte, but for what they show."""
    kinds = ("spot", "control", "rate", "queue")
    items = [
        image_item(n, blind=True, sample=kind, position=None if kind in {"control", "rate"} else n + 1)
        for n, kind in enumerate(kinds)
    ]
    items = [item | {"similar": items[0]["similar"], "details": ["train", ""]} for item in items]
    page = begin(open_html, image_review(items))
    seen = set()
    for n in range(len(items)):
        html = page.locator("#item").inner_html()
        html = re.sub(r"data:image/webp;base64,[\w+/=]+", "PICTURE", html)
        seen.add(html.replace(f"{n:03d}.png", "NAME").replace(f"Item {n + 1} of", "Item N of"))
        page.keyboard.press("j")
    assert len(seen) == 1


def test_an_item_without_a_picture_says_so(open_html: Open) -> None:
    data = image_review()
    del data["pictures"]["정치/000.png"], data["pictures"]["class/near-0.png"]
    page = begin(open_html, data)
    assert "no picture" in page.locator(".asked").inner_text()
    page.keyboard.press("v")
    assert not zoomed(page) and "no picture" in page.locator("#live").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("forced", ["none", "active"])
def test_the_labellers_page_with_pictures_is_accessible(
    open_html: Open, axe: Any, scheme: str, forced: str
) -> None:
    copied = image_item(0, near=[near(0)], copies=[copy_of(0)])
    page = begin(open_html, image_review([copied, image_item(1)]), color_scheme=scheme, forced_colors=forced)
    assert axe.run(page, options=AXE).violations_count == 0
    page.keyboard.press("v")
    assert axe.run(page, options=AXE).violations_count == 0


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_labellers_page_does_not_scroll_sideways(open_html: Open, width: int, lang: str) -> None:
    page = begin(open_html, lang=lang, viewport={"width": width, "height": 800})
    assert page.evaluate("() => document.documentElement.scrollWidth") == width
    page.keyboard.press("v")
    assert page.evaluate("() => document.documentElement.scrollWidth") == width
    assert page.locator("#zoom").bounding_box()["width"] <= width


def test_the_list_adds_no_height_to_the_page(open_html: Open) -> None:
    """What only screen readers read in it stays inside its own window."""
    page = begin(open_html, image_review([image_item(n) for n in range(60)]))
    assert page.evaluate("() => document.documentElement.scrollHeight") < 1_600


def test_a_printed_item_shows_its_pictures(open_html: Open) -> None:
    page = begin(open_html)
    page.emulate_media(media="print")
    assert page.locator(".asked img").is_visible() and page.locator(".difference").is_visible()


# the lead's page


def test_every_picture_of_the_report_is_there(open_html: Open) -> None:
    """Rows, groups, pairs, the gallery; each with the name of its item."""
    page = open_html(report())
    page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    page.wait_for_function(LOADED)
    for place in ("#queue .row", ".group", ".pair .side", ".shelf li"):
        assert page.locator(f"{place} img").count() >= 3, place
    assert page.locator("main img:not([alt]), main img[alt='']").count() == 0


def test_rows_drawn_by_the_script_have_the_same_pictures(open_html: Open) -> None:
    """After a filter and back the first page is what stood in the file."""
    page = open_html(report())
    outer = "(list) => [...list.querySelectorAll('img')].map((image) => image.outerHTML)"
    static = page.locator("#queue .rows").evaluate(outer)
    page.locator("#queue .next").first.click()
    assert page.locator("#queue .rows").evaluate(outer) != static
    page.locator("#queue .previous").first.click()
    assert page.locator("#queue .rows").evaluate(outer) == static and len(static) == 25


def test_pictures_are_there_without_javascript(open_html: Open) -> None:
    page = open_html(report(), java_script_enabled=False)
    assert page.locator(".shelf img").count() and page.locator(".map svg path").count()


def test_a_dot_says_which_row_it_is(open_html: Open) -> None:
    """By pointing at it; a click holds it, and another dot is not shown until it is let go."""
    page = open_html(report(), viewport={"width": 1280, "height": 900})
    svg = page.locator(".map-over svg")
    svg.scroll_into_view_if_needed()
    data = page.evaluate("() => readJson('map-data')")

    def point(at: int) -> dict[str, float]:
        box = svg.bounding_box()
        scale = box["width"] / 1000
        return {"x": data["x"][at] * scale, "y": data["y"][at] * scale}

    svg.hover(position=point(0))
    card = page.locator(".dot-says")
    assert data["item"][0] in card.inner_text()
    assert data["names"][data["given"][0]] in card.inner_text()
    assert card.locator("img").get_attribute("alt") == data["item"][0]
    svg.click(position=point(0))
    svg.hover(position=point(1))
    assert data["item"][0] in card.inner_text()


def test_suspects_are_gone_through_by_keyboard(open_html: Open) -> None:
    """Each is read out, with its labels; after the last comes the first."""
    page = open_html(report())
    data = page.evaluate("() => readJson('map-data')")
    page.locator(".dot-card .on").focus()
    seen = []
    for _ in range(len(data["suspects"]) + 1):
        page.keyboard.press("Enter")
        seen.append(page.locator(".dot-says .item").inner_text())
    assert seen[:-1] == [data["item"][at] for at in data["suspects"]] and seen[-1] == seen[0]
    assert page.locator(".dot-says").get_attribute("aria-live") == "polite"
    page.locator(".dot-card .back").click()
    assert page.locator(".dot-says .item").inner_text() == seen[-2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_with_pictures_is_accessible(open_html: Open, axe: Any, scheme: str) -> None:
    page = open_html(report(), color_scheme=scheme)
    page.evaluate("() => document.querySelectorAll('#map details').forEach((one) => { one.open = true; })")
    page.locator(".dot-card .on").click()
    assert axe.run(page, options=AXE).violations_count == 0


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("width", [320, 360])
def test_the_report_with_pictures_does_not_scroll_sideways(open_html: Open, width: int, lang: str) -> None:
    page = open_html(report(lang), viewport={"width": width, "height": 800})
    page.locator(".dot-card .on").click()
    assert page.evaluate("() => document.documentElement.scrollWidth") == width


def test_a_printed_map_has_no_buttons(open_html: Open) -> None:
    page = open_html(report())
    page.emulate_media(media="print")
    assert not page.locator(".dot-card").is_visible() and page.locator(".map-over svg").is_visible()


def test_hostile_names_on_the_map_do_nothing(open_html: Open) -> None:
    """Items, labels and texts of dots are written as text alone."""
    evil = "<img src=x onerror=window.PWNED=1>\u202e"
    page = page_of(mapped(planted_audit()))
    section = next(one for one in page.sections if one.id == "map")
    (block,) = section.blocks
    data = dict(block.data)  # type: ignore[union-attr] # it is a map
    data |= {"item": [evil] * len(data["x"]), "names": [evil] * len(data["names"]), "texts": {evil: evil}}
    blocks = (replace(block, data=data),)  # type: ignore[type-var] # of a dataclass
    sections = tuple(replace(one, blocks=blocks) if one.id == "map" else one for one in page.sections)
    shown = open_html(render(replace(page, sections=sections)))
    shown.locator(".dot-card .on").click()
    assert (
        "onerror" in shown.locator(".dot-says").inner_text()
        and "U+202E" in shown.locator(".dot-says").inner_text()
    )
    assert shown.evaluate("() => window.PWNED") is None and shown.locator(".dot-says img").count() == 0
