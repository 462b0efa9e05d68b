"""Which key chooses which class: never the key of a digit another digit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from example_review import make_item, make_review
from test_review_page import send_key

from auditor.report.review_page import render_review

Open = Callable[..., Any]
DIGITS = [str(number) for number in range(10)]
NAMES_AND_KEYS = """(all) => all.map((one) =>
    [one.firstChild.textContent.trim(), one.querySelector('kbd')?.textContent])"""


def begin(open_html: Open, classes: Sequence[str]) -> Any:
    """The page at the first of three items, which have the last class."""
    items = [make_item(n, given=classes[-1], suggested=classes[0]) for n in range(3)]
    page = open_html(render_review(make_review(items, classes=classes), "en"))
    page.fill("#handle", "kim")
    page.keyboard.press("Enter")
    page.wait_for_selector("#work:not([hidden])")
    return page


def chosen(page: Any, n: int = 0) -> str | None:
    """The label that was decided for an item."""
    label: str | None = page.evaluate("(item) => review.decisionOf(item)?.label ?? null", f"train-{n:03d}")
    return label


@pytest.mark.parametrize("digit", ["0", "1", "8"])
def test_digits_are_chosen_by_their_own_key(open_html: Open, digit: str) -> None:
    """With the classes 0 to 9 the key 1 is the class 1, and not the first one, which is 0."""
    page = begin(open_html, DIGITS)
    page.keyboard.press(digit)
    page.wait_for_function("() => review.decisionOf('train-000')")
    assert chosen(page) == digit


def test_the_buttons_show_the_keys_that_choose_them(open_html: Open) -> None:
    """Beside each class its key: its own digit, and for a name that is none a key that is left."""
    page = begin(open_html, ["0", "3", "none", "1"])
    shown = page.locator(".class").evaluate_all(NAMES_AND_KEYS)
    assert dict(map(tuple, shown)) == {"0": "0", "3": "3", "1": "1", "none": "2"}
    page.keyboard.press("2")
    page.wait_for_function("() => review.decisionOf('train-000')")
    assert chosen(page) == "none"


def test_other_names_keep_the_keys_of_their_places(open_html: Open) -> None:
    """Ten classes: 1 to 9, and 0 for the tenth; an eleventh has none."""
    names = [f"class {letter}" for letter in "abcdefghijk"]
    page = begin(open_html, names)
    for n, (key, name) in enumerate([("1", "class a"), ("9", "class i"), ("0", "class j")]):
        page.keyboard.press(key)
        page.wait_for_function("(item) => review.decisionOf(item)", arg=f"train-{n:03d}")
        assert chosen(page, n) == name


def test_a_digit_is_chosen_in_hangul_mode_too(open_html: Open) -> None:
    """An input method sends the physical key."""
    page = begin(open_html, DIGITS)
    send_key(page, "Process", "Digit4", 229, None)
    page.wait_for_function("() => review.decisionOf('train-000')")
    assert chosen(page) == "4"
