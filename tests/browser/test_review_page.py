"""The labeller's page in a real browser: deciding by keys, saving, taking back, sending back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from example_review import copy_of, make_item, make_review, near_copy

from auditor.report.review_page import render_review
from auditor.review.reading import checksum, read_decisions

Open = Callable[..., Any]
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PREFIX = "auditor1:r-0123456789abcdef:kim:"


def begin(open_html: Open, data: dict[str, Any] | None = None, lang: str = "en", **context: Any) -> Any:
    """The page at its first item, reviewed by kim."""
    page = open_html(render_review(data or make_review(), lang), **context)
    page.fill("#handle", "kim")
    page.keyboard.press("Enter")
    page.wait_for_selector("#work:not([hidden])")
    return page


def stored(page: Any) -> dict[str, Any]:
    """Item -> what stands in the browser's storage."""
    script = "() => Object.fromEntries(Object.keys(localStorage).map((k) => [k, localStorage[k]]))"
    kept = page.evaluate(script)
    return {
        key.removeprefix(PREFIX): json.loads(text) for key, text in kept.items() if key.startswith(PREFIX)
    }


def actions(page: Any) -> dict[str, tuple[str, str | None]]:
    """Item -> (action, label), as stored."""
    return {item: (record["action"], record["label"]) for item, record in stored(page).items()}


def exported(page: Any, tmp_path: Path, press: str = "s") -> Path:
    """The file that the page exports."""
    with page.expect_download() as download:
        page.keyboard.press(press)
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    return path


def send_key(page: Any, key: str, code: str, number: int, text: str | None = None, **more: Any) -> None:
    """A key as an input method sends it: Playwright's own keyboard knows Latin only."""
    session = page.context.new_cdp_session(page)
    event = {"key": key, "code": code, "windowsVirtualKeyCode": number, **more}
    kind = "keyDown" if text else "rawKeyDown"
    session.send("Input.dispatchKeyEvent", {"type": kind, **event, **({"text": text} if text else {})})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
    session.detach()


# deciding


def test_keys_decide_and_move_on(open_html: Open) -> None:
    """Keep, accept, exclude, cannot tell, a class by its number: each is stored at once."""
    page = begin(open_html, make_review([make_item(n) for n in range(6)]))
    for key in "qwer3":
        page.keyboard.press(key)
    assert actions(page) == {
        "train-000": ("keep", None),
        "train-001": ("relabel", "경제"),
        "train-002": ("exclude", None),
        "train-003": ("unsure", None),
        "train-004": ("relabel", "스포츠"),
    }
    assert page.locator("#item h1").inner_text() == "Item 6 of 6"
    assert page.locator("#progress-text").inner_text() == "5 of 6 · 83%"


HANGUL = [
    ("ㅂ", "KeyQ", 81, "ㅂ", {}, "keep"),
    ("ㅃ", "KeyQ", 81, "ㅃ", {"modifiers": 8}, "keep"),
    ("Process", "KeyW", 229, None, {}, "relabel"),
    ("ㅈ", "KeyW", 87, "ㅈ", {}, "relabel"),
    ("й", "KeyQ", 81, "й", {}, "keep"),
    ("Q", "KeyQ", 81, "Q", {}, "keep"),
    ("q", "KeyA", 65, "q", {}, "keep"),  # AZERTY: what is printed counts
    ("ㄷ", "KeyE", 69, "ㄷ", {}, "exclude"),
]


@pytest.mark.parametrize(("key", "code", "number", "text", "more", "action"), HANGUL)
def test_keys_work_in_any_keyboard_language(
    open_html: Open, key: str, code: str, number: int, text: str | None, more: dict[str, Any], action: str
) -> None:
    """Hangul mode, shifted jamo, an input method, Cyrillic, capitals, AZERTY."""
    page = begin(open_html)
    send_key(page, key, code, number, text, **more)
    assert [kind for kind, _ in actions(page).values()] == [action]


def test_keys_are_off_where_they_would_do_harm(open_html: Open) -> None:
    """In the comment, on repeat, with Alt, while composing, in a dialog, and when switched off."""
    page = begin(open_html)
    page.keyboard.press("c")
    page.keyboard.type("qwe")
    send_key(page, "ㅂ", "KeyQ", 81, "ㅂ")
    page.keyboard.press("Escape")
    send_key(page, "q", "KeyQ", 81, "q", autoRepeat=True)
    page.keyboard.press("Alt+q")
    page.keyboard.press("?")
    page.keyboard.press("q")
    page.get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    assert actions(page) == {}
    assert page.locator("#comment").input_value().startswith("qwe")


def test_undo_and_redo_walk_over_items(open_html: Open) -> None:
    """Each step back shows its item; a step forward says it again, and every change is stored."""
    page = begin(open_html, make_review([make_item(n) for n in range(4)]))
    for key in "qwe":
        page.keyboard.press(key)
    page.keyboard.press("z")
    page.keyboard.press("Control+z")
    assert actions(page) == {"train-000": ("keep", None)}
    assert page.locator("#item h1").inner_text() == "Item 2 of 4"
    page.keyboard.press("Shift+Z")
    page.keyboard.press("Control+Shift+z")
    assert actions(page)["train-002"] == ("exclude", None) and len(actions(page)) == 3
    page.keyboard.press("Control+y")
    assert "nothing to do again" in page.locator("#live").inner_text()


def test_choosing_the_given_label_is_keeping_it(open_html: Open) -> None:
    page = begin(open_html)
    page.keyboard.press("1")
    assert actions(page) == {"train-000": ("keep", None)}


def test_that_no_class_fits_is_one_click_and_never_a_plain_keep(open_html: Open) -> None:
    """More than one, or a new one: the reason stands with the decision, and the item is no more kept."""
    page = begin(open_html)
    page.get_by_role("button", name="More than one class").click()
    page.get_by_role("button", name="None fits: needs a new class").click()
    assert [record["reasons"] for record in stored(page).values()] == [
        ["more_than_one_class"],
        ["needs_new_class"],
    ]
    page.keyboard.press("k")
    page.keyboard.press("k")
    assert page.locator("#item .decided strong").inner_text() == "no class fits"


def test_a_class_is_found_among_many(open_html: Open) -> None:
    """Type, arrows, Enter; parts of syllables and first consonants find Korean names."""
    names = [*(f"class_{n:03d}" for n in range(1200)), "정치", "경제", "사회 일반"]
    item = make_item(0, given="class_000", suggested="class_001")
    page = begin(open_html, make_review([item, make_item(1), make_item(2), make_item(3)], classes=names))
    page.keyboard.press("/")
    page.keyboard.type("class_77")
    assert page.locator("#class-list li").count() == 10
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert actions(page)["train-000"] == ("relabel", "class_771")
    for typed, at in (("겨", "train-001"), ("ㅅㅎ", "train-002")):
        page.keyboard.press("/")
        page.locator("#class-search").fill(typed)
        page.keyboard.press("Enter")
        assert actions(page)[at][1] == {"겨": "경제", "ㅅㅎ": "사회 일반"}[typed]


def test_a_blind_item_shows_nothing_until_a_class_is_chosen(open_html: Open) -> None:
    """No suggestion, no reason, no badge and no label of another row; afterwards all of it."""
    data = make_review(
        [make_item(0, blind=True, sample="spot", copies=[copy_of(1)], near=[near_copy(1)]), make_item(1)]
    )
    page = begin(open_html, data)
    text = page.locator("#item").inner_text()
    assert "93%" not in text and "suspected label" not in text and "Choose first" in text
    shown = page.locator("#item .label").all_inner_texts()
    assert shown == ["정치"]  # the given label
    page.keyboard.press("w")
    assert actions(page) == {}
    page.keyboard.press("2")
    page.keyboard.press("k")
    assert "93%" in page.locator("#item").inner_text()
    assert stored(page)["train-000"]["shown_suggestion"] is False
    page.keyboard.press("q")
    record = stored(page)["train-000"]
    assert record["shown_suggestion"] is True and record["blind"] == {"action": "relabel", "label": "경제"}
    assert record["revision"] == 2


def test_blind_spot_and_control_items_look_the_same(open_html: Open) -> None:
    """But for their texts, nothing of the drawn page tells why an item is asked about."""
    kinds = [("queue", 1), ("spot", 2), ("control", None)]
    items = [
        make_item(0, blind=True, sample=sample, position=place, badges=badges)
        for (sample, place), badges in zip(kinds, (["suspected label"], [], []), strict=True)
    ]
    pages = [begin(open_html, make_review([item])).locator("#work").inner_html() for item in items]
    assert pages[0] == pages[1] == pages[2]


def test_a_decision_is_taken_over_to_ticked_copies(open_html: Open) -> None:
    """Exact copies are ticked, near ones are not; each gets the label, kept where it has it already."""
    items = [
        make_item(0, copies=[copy_of(1), copy_of(2, "정치"), copy_of(3)], near=[near_copy(1)]),
        make_item(1),
    ]
    page = begin(open_html, make_review(items))
    page.get_by_role("checkbox", name="copy-3").uncheck()
    page.get_by_role("checkbox", name="near-1").check()
    page.keyboard.press("w")
    found = stored(page)
    assert {item: (r["action"], r["label"], r["copy_of"]) for item, r in found.items()} == {
        "train-000": ("relabel", "경제", None),
        "copy-1": ("keep", None, "train-000"),
        "copy-2": ("relabel", "경제", "train-000"),
        "near-1": ("keep", None, "train-000"),
    }
    page.keyboard.press("z")
    assert stored(page) == {}


def test_a_duplicate_names_the_row_that_stays(open_html: Open) -> None:
    page = begin(open_html, make_review([make_item(0, copies=[copy_of(1)]), make_item(1)]))
    page.keyboard.press("d")
    assert {item: r["duplicate_of"] for item, r in stored(page).items()} == {"train-000": "copy-1"}
    page.keyboard.press("d")
    assert "no copies" in page.locator("#live").inner_text()


def test_comments_and_reasons_stay_with_the_item(open_html: Open) -> None:
    """Before a decision they are a draft, afterwards a change of it; half a character does no harm."""
    page = begin(open_html)
    page.keyboard.press("c")
    page.keyboard.type("본문은 경제면")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Guideline unclear").click()
    page.keyboard.press("w")
    record = stored(page)["train-000"]
    assert (record["comment"], record["reasons"]) == ("본문은 경제면", ["guideline_unclear"])
    page.evaluate("review.amend('train-000', {comment: 'half \\ud800 of it'})")
    assert stored(page)["train-000"]["comment"] == "half \ufffd of it"


def test_filters_and_the_list_show_what_is_left(open_html: Open) -> None:
    page = begin(open_html, viewport={"width": 1280, "height": 900})
    page.keyboard.press("q")
    page.keyboard.press("r")
    page.locator("#list").get_by_role("button", name="Cannot tell").first.click()
    assert page.locator("#list .queue li").count() == 1
    page.locator("#list").get_by_role("button", name="Undecided", exact=True).click()
    assert page.locator("#list .queue li").count() == 8


# nothing is lost


def test_a_reload_resumes_at_the_next_item(open_html: Open) -> None:
    page = begin(open_html)
    page.keyboard.press("q")
    page.keyboard.press("w")
    page.on("dialog", lambda dialog: None)
    page.evaluate("review.markExported()")
    page.reload()
    page.get_by_role("button", name="Continue with 1 decisions").or_(
        page.get_by_role("button", name="Continue with")
    ).click()
    assert page.locator("#item h1").inner_text() == "Item 2 of 10" or len(actions(page)) == 2
    assert page.locator("#unexported").inner_text() == "all decisions exported"


def test_a_blocked_storage_is_said_and_loses_nothing(open_html: Open, tmp_path: Path) -> None:
    """In private windows storage may throw: decisions stay in the page, and the file holds them all."""
    thrown = "throw new DOMException('no', 'SecurityError');"
    before = f"Object.defineProperty(window, 'localStorage', {{ get() {{ {thrown} }} }});"
    page = begin(open_html, before=before)
    page.keyboard.press("q")
    assert page.locator("#danger").is_visible() and "export often" in page.locator("#danger").inner_text()
    assert page.locator("#saved").inner_text() == "NOT saved in this browser"
    assert len(read_decisions(exported(page, tmp_path)).decisions) == 1


def test_a_full_storage_is_said_and_tried_again(open_html: Open) -> None:
    """What could not be written is written as soon as there is room."""
    page = begin(open_html)
    page.evaluate("""() => { for (let size = 1 << 22; size >= 1; size >>= 1) { try {
      for (;;) localStorage.setItem(`x${Math.random()}`, 'y'.repeat(size)); } catch {} } }""")
    page.keyboard.press("q")
    assert "storage is full" in page.locator("#danger").inner_text()
    assert "train-000" not in actions(page)
    page.evaluate("""() => Object.keys(localStorage).filter((k) => k.startsWith('x'))
      .forEach((k) => localStorage.removeItem(k))""")
    page.keyboard.press("q")
    assert set(actions(page)) == {"train-000", "train-001"}
    assert not page.locator("#danger").is_visible()


def test_two_tabs_share_their_decisions(open_html: Open) -> None:
    """What one tab decides the other shows, and neither takes anything away from the other."""
    first = begin(open_html)
    second = first.context.new_page()
    second.goto(first.url)
    second.fill("#handle", "kim")
    second.keyboard.press("Enter")
    first.keyboard.press("q")
    second.wait_for_function("() => review.isDecided('train-000')")
    second.evaluate("review.decide('train-004', {action: 'exclude'}, {shown: true})")
    first.wait_for_function("() => review.isDecided('train-004')")
    first.evaluate("review.decide('train-004', {action: 'keep'}, {shown: true})")
    second.wait_for_function("() => review.decisionOf('train-004').action === 'keep'")
    assert set(actions(first)) == {"train-000", "train-004"}


def test_what_others_wrote_into_the_storage_is_passed_over(open_html: Open) -> None:
    """Damaged entries, entries of other pages, an item called like a setting."""
    page = begin(
        open_html, make_review([make_item(0, item="~x:y"), make_item(1, item="__proto__"), make_item(2)])
    )
    page.evaluate(
        f"() => {{ localStorage['{PREFIX}train-002'] = '{{'; localStorage['{PREFIX}odd'] = '[1]'; }}"
    )
    page.keyboard.press("q")
    page.keyboard.press("w")
    page.evaluate("review.markExported()")
    page.reload()
    page.locator(".found button").click()
    assert page.evaluate("[...review.records.keys()].sort()") == ["__proto__", "~x:y"]


def test_random_work_in_two_tabs_and_over_reloads_is_never_lost(open_html: Open) -> None:
    """The last word on each item, whichever tab said it, is what the file holds at the end."""
    import random

    draw = random.Random(6)
    pages = [begin(open_html)]
    other = pages[0].context.new_page()
    other.goto(pages[0].url)
    other.fill("#handle", "kim")
    other.keyboard.press("Enter")
    pages.append(other)
    said: dict[str, tuple[str, str | None]] = {}
    for step in range(60):
        page, number = draw.choice(pages), draw.randrange(10)
        item, action = f"train-{number:03d}", draw.choice(["keep", "exclude", "unsure", "relabel", "reload"])
        if action == "reload":
            page.evaluate("review.markExported()")
            page.reload()
            page.fill("#handle", "kim")
            page.locator("form button").click()
            continue
        label = draw.choice(["경제", "스포츠"]) if action == "relabel" else None
        page.evaluate(
            "([item, action, label]) => review.decide(item, {action, label}, {shown: true})",
            [item, action, label],
        )
        said[item] = (action, label)
        twin = pages[1 - pages.index(page)]
        twin.wait_for_function(
            "([item, action]) => review.decisionOf(item)?.action === action", arg=[item, action]
        )
        assert actions(page)[item] == said[item], step
    assert actions(pages[0]) == said


# the file


def test_the_file_is_read_by_auditor(open_html: Open, tmp_path: Path) -> None:
    """Schema, checksum over everything, names with every kind of sign."""
    odd = 'a "b"\\c, 한글 😀 \u2028 \u0007 <script>'
    page = begin(open_html, make_review([make_item(0, item=odd), make_item(1)]))
    page.evaluate(
        """odd => { review.decide(odd, {action: 'relabel', label: '경제', comment: odd},
          {ms: 8400, shown: true}); }""",
        odd,
    )
    path = exported(page, tmp_path)
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["checksum"] == checksum(document["decisions"]) and document["count"] == 1
    assert path.name.startswith("decisions-r-0123456789abcdef-kim-") and path.suffix == ".json"
    found = read_decisions(path)
    (decision,) = found.decisions
    assert (decision.item, decision.label, decision.comment, decision.ms) == (odd, "경제", odd, 8400)
    assert (found.reviewer, found.classes, found.dataset["label_column"]) == (
        "kim",
        ("정치", "경제", "스포츠"),
        "target",
    )


def test_sha256_is_that_of_the_standard_library(open_html: Open) -> None:
    import hashlib

    page = begin(open_html)
    for text in ["", "abc", "가" * 40, "😀" * 33, *("x" * n for n in (54, 55, 56, 63, 64, 65, 1000))]:
        assert page.evaluate("text => sha256(text)", text) == hashlib.sha256(text.encode()).hexdigest()


def test_the_copy_for_spreadsheets_holds_no_formula(open_html: Open, tmp_path: Path) -> None:
    """A mark at the beginning, the row as a key, and a sign before what a spreadsheet would compute."""
    page = begin(open_html, make_review([make_item(7, item="=1+1"), make_item(1)]))
    page.evaluate(
        "review.decide('=1+1', {action: 'relabel', label: '경제', comment: '+cmd, \"x\"'}, {shown: true})"
    )
    page.locator("#open-end").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Copy for a spreadsheet").click()
    path = tmp_path / "decisions.csv"
    download.value.save_as(path)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and b"\r\n" in raw
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[0] == ["key", "item", "action", "label", "reasons", "comment", "at"]
    assert rows[1][:6] == ["i7", "'=1+1", "relabel", "경제", "", '\'+cmd, "x"']
    (decision,) = read_decisions(path).decisions
    assert (decision.item, decision.row, decision.label, decision.comment) == ("=1+1", 7, "경제", '+cmd, "x"')


def test_a_file_of_another_computer_is_taken_over(open_html: Open, tmp_path: Path) -> None:
    """The newer of two decisions counts; a second time nothing is new."""
    page = begin(open_html)
    page.keyboard.press("q")
    page.keyboard.press("e")
    path = exported(page, tmp_path)
    other = open_html(render_review(make_review(), "en"))
    other.locator("#load").set_input_files(path)
    other.wait_for_selector("#work:not([hidden])")
    assert other.locator("#notice").inner_text() == "2 decisions were taken over from the file."
    assert actions(other) == actions(page)
    again = other.evaluate("text => loadFile(review, text)", path.read_text(encoding="utf-8"))
    assert again == {"taken": 0, "same": 2, "older": 0, "foreign": 0}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[:-40], "no decisions file"),
        (lambda text: text.replace('"keep"', '"exclude"'), "damaged"),
        (lambda text: text.replace("r-0123456789abcdef", "r-ffffffffffffffff"), "another review page"),
        (lambda text: text.replace("auditor.decisions/1", "auditor.decisions/2"), "another version"),
        (lambda text: "[]", "no decisions file"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_words(
    open_html: Open, tmp_path: Path, change: Callable[[str], str], words: str
) -> None:
    page = begin(open_html)
    page.keyboard.press("q")
    path = exported(page, tmp_path)
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    other = open_html(render_review(make_review(), "en"))
    other.locator("#load").set_input_files(path)
    other.wait_for_function("() => document.querySelector('.error').textContent !== ''")
    assert words in other.locator(".error").inner_text()


def test_25_decisions_that_are_nowhere_else_are_pointed_out(open_html: Open, tmp_path: Path) -> None:
    page = begin(open_html, make_review([make_item(n) for n in range(60)]))
    for _ in range(25):
        page.keyboard.press("q")
    assert page.locator("#nag-text").inner_text() == "25 decisions are only in this browser so far."
    exported(page, tmp_path)
    assert not page.locator("#nag").is_visible()


def test_the_end_says_what_to_send_to_whom(open_html: Open) -> None:
    page = begin(open_html, make_review([make_item(0), make_item(1)]))
    page.keyboard.press("q")
    page.keyboard.press("w")
    text = page.locator("#end").inner_text()
    assert "All items are decided" in text and "kim@example.org" in text
    assert page.locator("#item").is_hidden()


# who reads it, and how


STATES = ["welcome", "item", "decided", "search", "help", "guide", "end"]


@pytest.mark.parametrize(("lang", "scheme"), [("en", "light"), ("ko", "dark")])
def test_everybody_can_use_it(open_html: Open, axe: Any, scheme: str, lang: str) -> None:
    """No fault of WCAG 2.2 A and AA in any state of the page."""
    items = [make_item(0, copies=[copy_of(1)], near=[near_copy(1)]), make_item(1, blind=True), make_item(2)]
    page = open_html(
        render_review(make_review(items, classes=[f"c{n}" for n in range(40)] + ["정치", "경제"]), lang),
        color_scheme=scheme,
    )
    faults = {}
    for state in STATES:
        if state == "item":
            page.fill("#handle", "kim")
            page.keyboard.press("Enter")
        elif state == "decided":
            page.keyboard.press("w")
            page.keyboard.press("k")
        elif state == "search":
            page.keyboard.press("/")
        elif state in {"help", "guide"}:
            page.keyboard.press("Escape")
            page.locator(f"#open-{state}").click()
        elif state == "end":
            page.keyboard.press("Escape")
            page.locator("#open-end").click()
        found = axe.run(page, options=AXE).response["violations"]
        faults[state] = [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found]
    assert {state: found for state, found in faults.items() if found} == {}


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_narrow_page_never_scrolls_sideways(open_html: Open, width: int, lang: str) -> None:
    long = make_item(1, item="x" * 300, given="가나다라" * 60, cells=["<b>" + "y" * 5000])
    page = open_html(
        render_review(make_review([make_item(0, near=[near_copy(1)]), long]), lang),
        viewport={"width": width, "height": 640},
    )

    def overflow() -> int:
        return int(
            page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        )

    assert overflow() <= 0
    page.fill("#handle", "kim")
    page.keyboard.press("Enter")
    assert overflow() <= 0
    page.keyboard.press("q")
    assert overflow() <= 0
    page.locator("#list-toggle").click()
    assert page.locator("#list").is_visible() and overflow() <= 0


def test_touch_targets_are_large(open_html: Open) -> None:
    page = begin(open_html, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    sizes = page.evaluate(
        """[...document.querySelectorAll('#item button')]
      .filter((b) => b.offsetParent).map((b) => b.offsetHeight)"""
    )
    assert min(sizes) >= 44


def test_print_and_forced_colours(open_html: Open) -> None:
    page = begin(open_html, forced_colors="active")
    assert page.locator("#item").is_visible()
    page.emulate_media(media="print")
    assert not page.locator("#dock").is_visible() and not page.locator("#list").is_visible()
    assert page.locator("#item .labels").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_theme_can_be_chosen_and_stays(open_html: Open) -> None:
    page = begin(open_html)
    page.keyboard.press("?")
    page.get_by_label("Dark").check()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark == "rgb(15, 16, 18)"


def test_a_key_can_be_given_another_letter(open_html: Open) -> None:
    """One that is taken is refused, in words."""
    page = begin(open_html)
    page.keyboard.press("?")
    field = page.get_by_label("Exclude the item")
    field.fill("q")
    field.blur()
    assert "is taken" in page.locator("#live").inner_text()
    page.get_by_label("Exclude the item").fill("x")
    page.get_by_label("Exclude the item").blur()
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    assert actions(page) == {"train-000": ("exclude", None)}


def test_hostile_data_do_nothing(open_html: Open) -> None:
    """No request, no script, no link: whatever the data hold is text."""
    evil = (
        '"><img src=x onerror="window.PWNED=1"><script>window.PWNED=1</script></script>'
        '<a href="javascript:alert(1)">x'
    )
    item = make_item(
        0,
        item=evil,
        given=evil,
        suggested=evil + "2",
        reason=evil,
        badges=[evil],
        cells=[evil],
        details=[evil],
        copies=[{**copy_of(1), "item": evil + "3", "given": evil, "split": evil}],
        near=[{**near_copy(1), "given": evil, "cells": [[[evil, 1]]], "marks": [[[evil, 0]]]}],
        similar=[{"item": evil, "given": evil, "similarity": 0.5, "cells": [evil]}],
        asked={"action": "unsure", "reviewer": evil, "comment": evil},
    )
    data = make_review(
        [item, make_item(1)],
        classes=[evil, evil + "2"],
        contact=evil,
        guidelines=evil,
        columns=[evil],
        details=[evil],
    )
    data["dataset"]["name"] = evil
    page = begin(open_html, data)
    for key in "wk?":
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("Escape")
    page.locator("#open-end").click()
    assert page.evaluate("window.PWNED") is None
    assert page.locator("img, a[href^=javascript]").count() == 0
