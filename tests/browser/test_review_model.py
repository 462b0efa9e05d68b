"""What the labeller's page remembers, without the page: deciding, saving, two tabs, files and keys."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from example_review import copy_of, make_item, make_review

from auditor.report.html import encodable, source_of
from auditor.review.reading import checksum, read_decisions

Open = Callable[..., Any]
REPORT = "r-0123456789abcdef"
PREFIX = f"auditor1:{REPORT}:kim:"
SCRIPTS = ("sha256", "records", "progress", "storage", "model", "exchange", "keys")
DEAF = """window.deaf = false;
addEventListener("storage", (event) => { if (window.deaf) event.stopImmediatePropagation(); }, true);"""
BLOCKED = """Object.defineProperty(window, 'localStorage',
  { get() { throw new DOMException('no', 'SecurityError'); } });"""
FILL = """() => { for (let size = 1 << 22; size >= 1; size >>= 1) { try {
  for (;;) localStorage.setItem(`x${Math.random()}`, 'y'.repeat(size)); } catch {} } }"""
MAKE_ROOM = """() => Object.keys(localStorage).filter((key) => key.startsWith('x'))
  .forEach((key) => localStorage.removeItem(key))"""
SAID = "() => [...review.records].map(([item, one]) => [item, [one.action, one.label]])"
WORDS = "() => canonical([...review.records.values()].sort((a, b) => (a.item < b.item ? -1 : 1)))"
COMMENTS = "() => [...review.records].map(([item, one]) => [item, one.comment])"


def blank(data: dict[str, Any]) -> str:
    """A page of the model's scripts alone: they need nothing of the page that is drawn."""
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    scripts = "".join(f"<script>{source_of(f'static/review/{name}.js')}</script>\n" for name in SCRIPTS)
    begin = """const data = JSON.parse(document.getElementById("data").textContent);
        const review = openReview(data, storeOf(() => window.localStorage)); review.start("kim");"""
    return encodable(
        '<!DOCTYPE html><meta charset="utf-8"><title>x</title><textarea id="field"></textarea>'
        '<input type="checkbox" id="box"><button id="press">x</button>'
        f'<script type="application/json" id="data">{text}</script>\n{scripts}<script>{begin}</script>'
    )


def begin(open_html: Open, items: list[dict[str, Any]] | None = None, before: str = "", **more: Any) -> Any:
    """The model as `review`, started by kim."""
    return open_html(blank(make_review(items, **more)), before=DEAF + before)


def another_tab(page: Any) -> Any:
    """The same page once more in the same browser."""
    other = page.context.new_page()
    other.add_init_script(DEAF)
    other.goto(page.url)
    return other


def decide(page: Any, item: str, action: str, **more: Any) -> list[dict[str, Any]]:
    """The records made; keywords: what is said, and how: `ms`, `shown`, `copies` (of the item, by name)."""
    how = {name: more.pop(name) for name in ("ms", "shown", "copies") if name in more}
    script = """([item, said, how]) => { const all = review.byItem.get(item).copies;
        const copies = all.filter((one) => how.copies?.includes(one.item));
        return review.decide(item, said, {shown: true, ...how, copies}); }"""
    return list(page.evaluate(script, [item, {"action": action, **more}, how]))


def stored(page: Any) -> dict[str, Any]:
    """Item -> its entry in the browser's storage."""
    kept = page.evaluate("() => ({...localStorage})")
    return {
        key.removeprefix(PREFIX): json.loads(text) for key, text in kept.items() if key.startswith(PREFIX)
    }


def in_step(page: Any, other: Any) -> None:
    """Wait until a tab says what the other says."""
    other.wait_for_function(
        f"(words) => ({WORDS})() === words", arg=page.evaluate(WORDS), polling=10, timeout=30_000
    )


def by_item(page: Any, script: str) -> dict[str, Any]:
    """Item -> what the script says of it."""
    return dict(page.evaluate(script))


# deciding


def test_a_record_says_all_that_auditor_needs(open_html: Open) -> None:
    """Who saw what, when, for how long, in which order; without milliseconds, as the schema has it."""
    page = begin(open_html)
    (record,) = decide(page, "train-003", "relabel", label="경제", reasons=["other"], comment="면", ms=8400.4)
    at = record.pop("at")
    assert (len(at), at[-1], "." in at) == (20, "Z", False)
    assert record == {
        "item": "train-003",
        "row": 3,
        "content": make_item(3)["content"],
        "given": "정치",
        "suggested": "경제",
        "action": "relabel",
        "label": "경제",
        "duplicate_of": None,
        "copy_of": None,
        "reasons": ["other"],
        "comment": "면",
        "shown_suggestion": True,
        "blind": None,
        "sample": "queue",
        "position": 4,
        "round": 1,
        "ms": 8400,
        "seq": 1,
        "revision": 1,
    }
    assert stored(page) == {"train-003": record | {"at": at}}
    (second,) = decide(page, "train-003", "exclude")
    assert (second["revision"], second["seq"], second["label"], second["comment"]) == (2, 2, None, "면")


def test_copies_get_what_was_said_of_the_one_that_was_seen(open_html: Open) -> None:
    """Kept where they have the label, else changed to it; taken out with it; one step back for all."""
    page = begin(open_html, [make_item(0, copies=[copy_of(1), copy_of(2, "정치")])])
    ticked = ["copy-1", "copy-2"]

    def made(action: str, **more: Any) -> list[tuple[str, str, str | None, str | None]]:
        records = decide(page, "train-000", action, copies=ticked, **more)
        return [(one["item"], one["action"], one["label"], one["copy_of"]) for one in records]

    x = "train-000"
    assert made("relabel", label="경제") == [
        (x, "relabel", "경제", None),
        ("copy-1", "keep", None, x),
        ("copy-2", "relabel", "경제", x),
    ]
    assert made("keep") == [
        (x, "keep", None, None),
        ("copy-1", "relabel", "정치", x),
        ("copy-2", "keep", None, x),
    ]
    assert made("exclude") == [
        (one, "exclude", None, of) for one, of in ((x, None), *((c, x) for c in ticked))
    ]
    assert made("duplicate", duplicate_of="copy-1") == [(x, "duplicate", None, None)]
    for _ in range(4):
        page.evaluate("review.undo()")
    assert by_item(page, SAID) == {} and stored(page) == {}


def test_where_no_class_fits_no_copy_is_given_another(open_html: Open) -> None:
    """Each is kept as it is, with the reason: nobody said that the given label is theirs."""
    page = begin(open_html, [make_item(0, copies=[copy_of(1, "스포츠")])])
    made = decide(page, "train-000", "keep", reasons=["needs_new_class"], copies=["copy-1"])
    assert [(one["action"], one["label"], one["reasons"]) for one in made] == [
        ("keep", None, ["needs_new_class"])
    ] * 2


def test_a_label_that_is_no_class_is_given_to_no_copy(open_html: Open) -> None:
    """A row without a label may be kept; a file that named "" as a class would be refused as a whole."""
    page = begin(open_html, [make_item(0, given="", copies=[copy_of(1)])])
    assert [one["item"] for one in decide(page, "train-000", "keep", copies=["copy-1"])] == ["train-000"]


def test_the_first_blind_choice_is_kept(open_html: Open) -> None:
    """Also when it was taken back in between; a blind choice taken back unseen was none."""
    page = begin(open_html, [make_item(0, blind=True), make_item(1, blind=True)])
    assert page.evaluate("review.revealed('train-000')") is False
    decide(page, "train-000", "relabel", label="스포츠", shown=False)
    assert page.evaluate("review.revealed('train-000')") is True
    page.evaluate("review.undo()")
    decide(page, "train-000", "keep", shown=False)
    assert page.evaluate("review.decisionOf('train-000').blind") is None
    page.evaluate("review.clear('train-000')")
    page.reload()
    decide(page, "train-000", "relabel", label="경제", shown=True)
    decide(page, "train-000", "exclude", shown=True)
    record = page.evaluate("review.decisionOf('train-000')")
    assert record["blind"] == {"action": "keep", "label": None} and record["shown_suggestion"] is True


def test_a_remark_before_a_decision_is_a_draft(open_html: Open) -> None:
    """It outlives a reload, is joined to the decision, and comes back when that is undone."""
    page = begin(open_html)
    page.evaluate("review.amend('train-001', {comment: 'thought about', reasons: ['broken_text']})")
    page.reload()
    draft = {"comment": "thought about", "reasons": ["broken_text"]}
    assert page.evaluate("review.draftOf('train-001')") == draft
    (record,) = decide(page, "train-001", "unsure")
    assert {name: record[name] for name in draft} == draft
    assert page.evaluate("review.draftOf('train-001') ?? null") is None
    page.evaluate("review.undo()")
    assert page.evaluate("review.draftOf('train-001')") == draft
    page.evaluate("review.redo()")
    assert page.evaluate("review.decisionOf('train-001').comment") == "thought about"
    page.evaluate("review.amend('train-001', {comment: 'better'})")
    after = page.evaluate("review.decisionOf('train-001')")
    assert (after["comment"], after["reasons"], after["action"]) == ("better", ["broken_text"], "unsure")
    assert after["revision"] > record["revision"]


def test_a_comment_never_makes_a_file_that_is_refused(open_html: Open, tmp_path: Path) -> None:
    """Half a character, a NUL and more text than auditor reads: what is left is read."""
    page = begin(open_html)
    page.evaluate(
        """review.decide('train-000', {action: 'keep', comment: 'a\\ud800b\\0c' + '가'.repeat(30000) + '😀'},
          {shown: true})"""
    )
    (decision,) = read_decisions(exported(page, tmp_path)).decisions
    assert decision.comment.startswith("a\ufffdbc가가") and len(decision.comment) == 20_000


def test_hundreds_of_steps_can_be_taken_back(open_html: Open) -> None:
    """The items come back in turn, the last first; forth again all of them stand as before."""
    page = begin(open_html, [make_item(n) for n in range(300)])
    page.evaluate(
        "review.items.forEach((one) => review.decide(one.item, {action: 'exclude'}, {shown: true}))"
    )
    names = [f"train-{n:03d}" for n in range(300)]
    shown = "() => Array.from({length: 300}, () => review.STEP()?.item)"
    assert page.evaluate(shown.replace("STEP", "undo")) == names[::-1]
    assert page.evaluate("[review.undo(), review.canUndo, review.records.size]") == [None, False, 0]
    assert page.evaluate(shown.replace("STEP", "redo")) == names
    assert page.evaluate("[review.redo(), review.canRedo, review.records.size]") == [None, False, 300]
    decide(page, "train-000", "keep")
    page.evaluate("review.undo()")
    decide(page, "train-001", "keep")
    assert page.evaluate("review.canRedo") is False


def test_every_change_is_a_higher_revision(open_html: Open) -> None:
    """Undone, cleared, said again or after a reload: a file that was sent before never wins."""
    page = begin(open_html)
    seen = []
    for change in ("undo()", "redo()", "amend('train-000', {comment: 'x'})", "undo()"):
        decide(page, "train-000", "keep") if not seen else None
        page.evaluate(f"review.{change}")
        seen.append(page.evaluate("(review.decisionOf('train-000') ?? {revision: 0}).revision"))
    assert seen == [0, 3, 4, 5]
    page.evaluate("review.clear('train-000')")
    page.reload()
    (record,) = decide(page, "train-000", "keep")
    assert record["revision"] == 7


def test_a_lost_entry_that_was_exported_is_followed_by_a_higher_revision(open_html: Open) -> None:
    """The file that was sent never wins over what is decided after the loss."""
    page = begin(open_html)
    decide(page, "train-000", "keep")
    decide(page, "train-000", "exclude")
    page.evaluate("review.markExported()")
    page.evaluate("(key) => localStorage.removeItem(key)", f"{PREFIX}train-000")
    page.reload()
    (record,) = decide(page, "train-000", "keep")
    assert record["revision"] == 3


def test_counts_and_the_time_left(open_html: Open) -> None:
    """Items of the page; the pace is the reviewer's own once five are decided, breaks left out."""
    page = begin(open_html, [make_item(0, copies=[copy_of(1)]), *(make_item(n) for n in range(1, 10))])
    assert page.evaluate("review.counts()") == {
        "total": 10, "done": 0, "left": 10, "unexported": 0, "secondsLeft": 70,
        "keep": 0, "relabel": 0, "exclude": 0, "duplicate": 0, "unsure": 0,
    }  # fmt: skip
    decide(page, "train-000", "keep", copies=["copy-1"], ms=2000)
    for n, ms in enumerate((3000, 1000, 999_999, 2000), start=1):
        decide(page, f"train-{n:03d}", "unsure", ms=ms)
    counts = page.evaluate("review.counts()")
    assert (counts["done"], counts["left"], counts["keep"], counts["unsure"]) == (5, 5, 1, 4)
    assert (counts["unexported"], counts["secondsLeft"]) == (6, 35)
    decide(page, "train-005", "duplicate", duplicate_of="train-000", ms=4000)
    assert page.evaluate("review.counts().secondsLeft") == 4 * 2  # of 1, 2, 2, 3 and 4 seconds


def test_next_and_previous_go_round(open_html: Open) -> None:
    page = begin(open_html, [make_item(n) for n in range(4)])
    decide(page, "train-002", "keep")

    def step(call: str) -> Any:
        return page.evaluate(f"(review.{call} ?? {{item: null}}).item")

    assert [step("next('train-001')"), step("previous('train-003')"), step("next('train-003')")] == [
        "train-003",
        "train-001",
        "train-000",
    ]
    assert [step("next(null)"), step("previous(null)")] == ["train-000", "train-003"]
    assert step("next('train-001', () => true)") == "train-002"
    assert step("next('train-002', (one) => review.isDecided(one.item))") is None


def test_what_is_not_in_the_last_file_is_counted(open_html: Open) -> None:
    """It is remembered over a reload; what was taken back since then is in the file and should not be."""
    page = begin(open_html)
    decide(page, "train-000", "keep")
    decide(page, "train-001", "keep")
    page.evaluate("review.markExported()")
    page.reload()
    assert page.evaluate("review.counts().unexported") == 0
    decide(page, "train-000", "keep")
    page.evaluate("review.clear('train-001')")
    page.reload()
    assert page.evaluate("review.counts().unexported") == 2
    page.evaluate("review.markExported()")
    decide(page, "train-005", "keep")
    page.evaluate("review.undo()")
    assert page.evaluate("review.counts().unexported") == 0


# nothing is lost


ODD_NAMES = ["~x", "a:b", "~drafts", "__proto__", "cleared:train-001", "draft:x", "length", 'q"\\ 한 😀', ""]


def test_items_may_be_called_anything(open_html: Open) -> None:
    """No name clashes with another one, with a draft or with a setting."""
    page = begin(open_html, [make_item(n, item=name) for n, name in enumerate(ODD_NAMES)])
    for n, name in enumerate(ODD_NAMES):
        page.evaluate("(name) => review.amend(name, {comment: `about ${name}`})", name)
        if n % 2:
            decide(page, name, "exclude")
    page.evaluate("review.store.putNote('kim', 'settings', {theme: 'dark'})")
    page.evaluate("review.markExported()")
    page.reload()
    assert by_item(page, COMMENTS) == {name: f"about {name}" for name in ODD_NAMES[1::2]}
    drafts = "(names) => names.map((name) => review.draftOf(name)?.comment ?? null)"
    assert page.evaluate(drafts, ODD_NAMES[::2]) == [f"about {name}" for name in ODD_NAMES[::2]]
    assert page.evaluate("review.counts().unexported") == 0


def test_a_crash_takes_nothing_with_it(open_html: Open) -> None:
    """A tab that is gone without a word: the next one has all of it, and says whose it is."""
    page = begin(open_html)
    victim = another_tab(page)
    victim.evaluate("review.start('이 순신'.replace(' ', ''))")
    decide(victim, "train-000", "keep")
    decide(victim, "train-001", "exclude")
    last = victim.evaluate("review.decisionOf('train-001').at")
    victim.evaluate("review.amend('train-002', {comment: 'half'})")
    victim.close(run_before_unload=False)
    assert page.evaluate("review.found()") == [{"reviewer": "이순신", "count": 2, "last": last}]
    assert page.evaluate("[review.start('이순신'), review.draftOf('train-002').comment]") == [2, "half"]
    assert page.evaluate("[review.start('kim'), review.records.size]") == [0, 0]


WHOLE = {"item": "train-000", "action": "keep", "revision": 1, "at": "", "reasons": [], "comment": ""}
DAMAGED = [
    "{", "null", "[1]", '"text"', "7", "",
    *(json.dumps(WHOLE | change) for change in (
        {"item": "train-001"}, {"action": "shout"}, {"revision": -1}, {"revision": "9"}, {"revision": 2**52},
        {"at": None}, {"reasons": None}, {"reasons": ["none"]}, {"reasons": [["other"]]}, {"comment": {}},
        {"comment": "x" * 20_001}, {"action": "relabel", "label": "no class"}, {"action": "relabel"},
        {"row": -1}, {"row": "7"}, {"seq": 1.5}, {"sample": "all"}, {"blind": "keep"},
        {"blind": {"action": "relabel", "label": "?"}}, {"given": 7}, {"duplicate_of": []},
    )),
]  # fmt: skip


def test_a_damaged_mark_is_none(open_html: Open) -> None:
    """What would spoil the next decision on the item is passed over."""
    page = begin(open_html, [make_item(0, blind=True)])
    mark = {"item": "train-000", "action": None, "revision": 7, "at": "", "first": {"action": "shout"}}
    key = f"auditor1-note:{REPORT}:kim:cleared:train-000"
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, json.dumps(mark)])
    page.reload()
    (record,) = decide(page, "train-000", "keep")
    assert (record["revision"], record["blind"]) == (1, None)


@pytest.mark.parametrize("entry", DAMAGED)
def test_a_damaged_entry_is_none(open_html: Open, entry: str) -> None:
    """It is passed over at the start and when another tab writes it; a decision takes its place."""
    page = begin(open_html)
    write = "([key, text]) => localStorage.setItem(key, text)"
    page.evaluate(write, [f"{PREFIX}train-000", entry])
    for name in ("draft:train-003", "exported", "cleared:train-003", "settings"):
        page.evaluate(write, [f"auditor1-note:{REPORT}:kim:{name}", entry])
    page.reload()
    assert by_item(page, SAID) == {} and page.evaluate("review.found()") == []
    decide(page, "train-000", "unsure")
    decide(page, "train-003", "unsure")
    another_tab(page).evaluate(write, [f"{PREFIX}train-000", entry])
    page.wait_for_function(
        "(key) => (localStorage.getItem(key) ?? '').includes('unsure')", arg=f"{PREFIX}train-000", polling=10
    )
    assert by_item(page, SAID) == {"train-000": ["unsure", None], "train-003": ["unsure", None]}


def test_a_blocked_storage_leaves_everything_in_memory(open_html: Open) -> None:
    """Private windows may throw at the first look: all of it works but the saving, and that is said."""
    page = begin(open_html, before=BLOCKED)
    decide(page, "train-000", "keep")
    page.evaluate("review.amend('train-001', {comment: 'x'})")
    page.evaluate("review.markExported()")
    assert page.evaluate("review.saved") == {"works": False, "at": None, "why": "blocked"}
    assert page.evaluate("[review.counts().unexported, review.draftOf('train-001').comment]") == [0, "x"]
    page.evaluate("review.start('lee')")
    assert page.evaluate("[review.start('kim'), review.draftOf('train-001').comment]") == [1, "x"]


@pytest.mark.parametrize(("name", "why"), [("SecurityError", "blocked"), ("QuotaExceededError", "full")])
def test_a_storage_that_throws_later_is_tried_again(open_html: Open, name: str, why: str) -> None:
    """What waited is written with the next change, all of it."""
    page = begin(open_html)
    decide(page, "train-000", "keep")
    page.evaluate(
        """(name) => { window.put = Storage.prototype.setItem;
        Storage.prototype.setItem = () => { throw new DOMException('no', name); }; }""",
        name,
    )
    for n in (1, 2):
        decide(page, f"train-{n:03d}", "exclude")
    assert page.evaluate("[review.saved.works, review.saved.why]") == [False, why]
    assert set(stored(page)) == {"train-000"}
    page.evaluate("() => { Storage.prototype.setItem = window.put; }")
    decide(page, "train-003", "exclude")
    assert set(stored(page)) == {"train-000", "train-001", "train-002", "train-003"}
    assert page.evaluate("[review.saved.works, review.saved.why, review.saved.at instanceof Date]") == [
        True,
        "",
        True,
    ]


def test_a_full_storage_loses_nothing(open_html: Open) -> None:
    """5 MB filled to the last character: memory holds what is new, the storage what was before."""
    page = begin(open_html)
    decide(page, "train-000", "keep")
    page.evaluate(FILL)
    decide(page, "train-000", "exclude", comment="longer than before")
    decide(page, "train-001", "exclude")
    assert page.evaluate("[review.saved.works, review.saved.why, review.records.size]") == [False, "full", 2]
    assert {item: one["action"] for item, one in stored(page).items()} == {"train-000": "keep"}
    page.evaluate(MAKE_ROOM)
    page.evaluate("review.amend('train-002', {comment: 'room again'})")
    assert {item: one["action"] for item, one in stored(page).items()} == {
        "train-000": "exclude",
        "train-001": "exclude",
    }
    assert page.evaluate("review.saved.works") is True


def test_what_is_taken_back_makes_room(open_html: Open) -> None:
    """In a full storage the room of one entry is used at once by those that wait."""
    page = begin(open_html)
    decide(page, "train-000", "keep", comment="x" * 5000)
    page.evaluate(FILL)
    decide(page, "train-001", "exclude")
    assert page.evaluate("review.saved.works") is False
    page.evaluate("review.clear('train-000')")
    assert page.evaluate("review.saved.works") is True and set(stored(page)) == {"train-001"}


def test_only_decisions_are_stored(open_html: Open) -> None:
    """Other pages on the computer may read the storage: no text of the data is in it."""
    secret = "누구도 보면 안 되는 글"
    page = begin(open_html, [make_item(0, cells=[secret], reason=secret, copies=[copy_of(1)])])
    page.evaluate("review.amend('train-000', {reasons: ['other']})")
    decide(page, "train-000", "keep", copies=["copy-1"])
    page.evaluate("review.markExported()")
    assert secret not in page.evaluate("() => JSON.stringify({...localStorage})")


# two tabs


def test_a_tie_of_two_tabs_is_settled_once(open_html: Open) -> None:
    """Same revision, same second: both tabs come to the same word, and stop writing."""
    page = begin(open_html)
    other = another_tab(page)
    count = """() => { window.writes = 0; const put = Storage.prototype.setItem;
        Storage.prototype.setItem = function (...all) { window.writes += 1; put.apply(this, all); }; }"""
    for tab in (page, other):
        tab.evaluate(count)
        tab.evaluate("() => { window.deaf = true; }")
    decide(page, "train-000", "keep")
    record = page.evaluate("review.decisionOf('train-000')")
    other.evaluate("(record) => review.take({...record, action: 'exclude'})", record)
    for tab in (page, other):
        tab.evaluate("() => { window.deaf = false; }")
        tab.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    in_step(page, other)
    page.wait_for_timeout(200)
    assert page.evaluate(WORDS) == other.evaluate(WORDS)
    assert stored(page)["train-000"] == page.evaluate("review.decisionOf('train-000')")
    assert page.evaluate("window.writes") + other.evaluate("window.writes") <= 4


def test_the_later_word_wins_in_both_tabs(open_html: Open) -> None:
    """By revision first: who decided twice has looked longer."""
    page = begin(open_html)
    other = another_tab(page)
    other.evaluate("() => { window.deaf = true; }")
    decide(page, "train-000", "keep")
    decide(page, "train-000", "unsure")
    decide(other, "train-000", "exclude")  # overwrites the entry, knowing nothing of the other tab
    page.wait_for_function(
        f"() => localStorage.getItem('{PREFIX}train-000').includes('unsure')", polling=10, timeout=5000
    )
    other.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert other.evaluate("review.decisionOf('train-000').action") == "unsure"


def test_undo_takes_back_what_was_decided_here_only(open_html: Open) -> None:
    """Where another tab has had the last word since, that word stays, and the step before comes back."""
    page = begin(open_html)
    other = another_tab(page)
    decide(page, "train-000", "keep")
    decide(page, "train-001", "keep")
    in_step(page, other)
    decide(other, "train-001", "exclude")
    in_step(other, page)
    assert page.evaluate("review.undo().item") == "train-000"
    in_step(page, other)
    assert by_item(page, SAID) == by_item(other, SAID) == {"train-001": ["exclude", None]}
    assert page.evaluate("[review.undo(), review.redo().item]") == [None, "train-000"]


def test_drafts_exports_and_what_is_taken_back_reach_the_other_tab(open_html: Open) -> None:
    page = begin(open_html)
    other = another_tab(page)
    page.evaluate("review.amend('train-001', {comment: 'here'})")
    other.evaluate("review.amend('train-002', {comment: 'there'})")
    decide(page, "train-000", "keep")
    in_step(page, other)
    page.evaluate("review.markExported()")
    other.wait_for_function("() => review.counts().unexported === 0", polling=10)
    other.evaluate("review.clear('train-000')")
    in_step(other, page)
    assert by_item(page, SAID) == {}
    page.reload()
    assert page.evaluate("['train-001', 'train-002'].map((one) => review.draftOf(one).comment)") == [
        "here",
        "there",
    ]


def test_a_storage_that_somebody_empties_is_filled_again(open_html: Open) -> None:
    """While a page with decisions is open they are never gone: one entry removed, or all of them."""
    page = begin(open_html)
    other = another_tab(page)
    decide(page, "train-000", "keep")
    decide(page, "train-001", "exclude")
    before = stored(page)
    for harm in (f"localStorage.removeItem('{PREFIX}train-000')", "localStorage.clear()"):
        other.goto("about:blank")
        other.goto(page.url)
        other.evaluate("() => { window.deaf = true; }")
        other.evaluate(harm)
        page.wait_for_function(
            f"(n) => Object.keys(localStorage).filter((key) => key.startsWith('{PREFIX}')).length === n",
            arg=2,
            polling=10,
        )
        assert stored(page) == before


class Memory:
    """What two tabs should hold: a plain list of words, and of each tab the steps it may take back."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}
        self.done: list[list[tuple[str, str | None, str | None]]] = [[], []]
        self.undone: list[list[tuple[str, str | None, str | None]]] = [[], []]

    def say(self, tab: int, item: str, word: str | None) -> None:
        self.done[tab].append((item, self.words.get(item), word))
        self.undone[tab].clear()
        self._put(item, word)

    def back(self, tab: int, forth: bool) -> None:
        from_, to = (self.undone, self.done) if forth else (self.done, self.undone)
        while from_[tab]:
            item, before, after = from_[tab].pop()
            here, there = (before, after) if forth else (after, before)
            if self.words.get(item) == here:
                self._put(item, there)
                to[tab].append((item, before, after))
                return

    def forget(self, tab: int) -> None:
        self.done[tab].clear()
        self.undone[tab].clear()

    def _put(self, item: str, word: str | None) -> None:
        self.words.pop(item, None)
        if word is not None:
            self.words[item] = word


KINDS = ["decide"] * 8 + ["undo"] * 4 + ["redo"] * 2 + ["clear", "amend", "export", "reload"]


def one_step(draw: random.Random, pages: list[Any], memory: Memory, number: int) -> int:
    """Something that a reviewer may do in one of the tabs, there and in memory; which tab."""
    tab, kind, item = draw.randrange(2), draw.choice(KINDS), f"train-{draw.randrange(8):03d}"
    page, word = pages[tab], str(number)
    if kind == "reload":
        page.reload()
        memory.forget(tab)
    elif kind == "export":
        page.evaluate("review.markExported()")
    elif kind in {"undo", "redo"}:
        page.evaluate(f"review.{kind}()")
        memory.back(tab, kind == "redo")
    elif kind == "clear" and item in memory.words:
        page.evaluate("(item) => review.clear(item)", item)
        memory.say(tab, item, None)
    elif kind == "amend" and item in memory.words:
        page.evaluate("([item, comment]) => review.amend(item, {comment})", [item, word])
        memory.say(tab, item, word)
    else:
        decide(page, item, draw.choice(["keep", "exclude", "unsure"]), comment=word)
        memory.say(tab, item, word)
    return tab


@pytest.mark.parametrize("seed", [1, 2])
def test_random_work_is_what_a_plain_list_says(open_html: Open, seed: int) -> None:
    """250 steps each: decide, undo, redo, clear, amend, export, reload, in two tabs that hear each other."""
    draw, memory = random.Random(seed), Memory()
    first = begin(open_html)
    pages = [first, another_tab(first)]
    for number in range(250):
        tab = one_step(draw, pages, memory, number)
        in_step(pages[tab], pages[1 - tab])
        assert by_item(pages[1 - tab], COMMENTS) == memory.words, number
    for page in pages:
        page.reload()
        assert by_item(page, COMMENTS) == memory.words
    assert {item: one["comment"] for item, one in stored(first).items()} == memory.words


@pytest.mark.parametrize("seed", [3, 4])
def test_tabs_that_do_not_wait_for_each_other_come_to_agree(open_html: Open, seed: int) -> None:
    """Both decide the same items, deaf for a while: in the end one word stands, of those that were said."""
    draw = random.Random(seed)
    first = begin(open_html)
    pages = [first, another_tab(first)]
    said: dict[str, set[str]] = {}
    for number in range(150):
        page, item = draw.choice(pages), f"train-{draw.randrange(5):03d}"
        if draw.random() < 0.2:
            page.evaluate("() => { window.deaf = !window.deaf; }")
        decide(page, item, draw.choice(["keep", "exclude"]), comment=str(number))
        said.setdefault(item, set()).add(str(number))
    for page in pages:
        page.evaluate("() => { window.deaf = false; }")
        page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    in_step(pages[0], pages[1])
    final = by_item(first, COMMENTS)
    assert {item: one["comment"] for item, one in stored(first).items()} == final
    assert set(final) == set(said) and all(final[item] in said[item] for item in said)
    revisions = first.evaluate("Object.fromEntries([...review.records].map(([i, one]) => [i, one.revision]))")
    first.reload()
    assert by_item(first, COMMENTS) == final
    assert all(revisions[item] >= 2 for item, words in said.items() if len(words) > 3)


# files


def exported(page: Any, tmp_path: Path, kind: str = "Json", name: str = "") -> Path:
    """The file that is sent back, as it would be saved."""
    made = page.evaluate(f"export{kind}(review, new Date('2026-11-22T05:41:09.123Z'))")
    path = tmp_path / (name or made["name"])
    path.write_text(made["text"], encoding="utf-8", newline="")
    return path


def load(page: Any, text: str) -> Any:
    """What became of the decisions of a file, or the code of the refusal."""
    script = "(text) => { try { return loadFile(review, text); } catch (error) { return error.code; } }"
    return page.evaluate(script, text)


SIGNS = [
    "a",
    '"',
    "\\",
    "/",
    "<",
    "&",
    "'",
    "\n",
    "\t",
    "\r",
    "\b",
    "\f",
    "\x01",
    "\x1f",
    "\x7f",
    "\x85",
    "\u2028",
]
SIGNS += [
    "\u2029",
    "한",
    "é",
    "e\u0301",
    "😀",
    "\ufeff",
    "\uffff",
    "\u200b",
    "\ud800",
    "\udc00",
    "u0041",
    "\\ud800",
]


def texts(draw: random.Random) -> Iterator[str]:
    """Short texts as JSON has them: two halves side by side are one character."""
    while True:
        text: str = json.loads(json.dumps("".join(draw.choices(SIGNS, k=draw.randrange(9)))))
        yield text


def test_sha256_is_that_of_the_standard_library(open_html: Open) -> None:
    """Every length round the edge of a block, in one to four bytes a character, and half pairs."""
    page = begin(open_html)
    written = [sign * n for sign in ("x", "é", "한", "😀") for n in (*range(0, 70), 119, 120, 127, 128, 1000)]
    written += [text for text, _ in zip(texts(random.Random(5)), range(200), strict=False)]
    found = page.evaluate("(all) => JSON.parse(all).map(sha256)", json.dumps(written))
    assert found == [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in written]


def test_the_checksum_is_that_of_auditor(open_html: Open) -> None:
    """Over texts with every kind of sign, numbers, null, lists and members in any order."""
    page, draw = begin(open_html), random.Random(7)
    text = texts(draw)
    numbers = [0, 1, -1, 10**15, 2**53 - 1]
    decisions = [
        {
            "item": next(text),
            "comment": next(text),
            "seq": draw.choice(numbers),
            "label": None,
            "blind": {"label": next(text), "action": "keep"},
            "reasons": [next(text), next(text)],
            "shown_suggestion": draw.random() < 0.5,
            "10": 1,
            "9": 2,
            "\uffff": 3,
            "😀": 4,
            next(text) + "é": [],
        }
        for _ in range(200)
    ]
    for some in ([], decisions[:1], decisions):
        assert page.evaluate("(all) => checksum(JSON.parse(all))", json.dumps(some)) == checksum(some)


def test_a_file_goes_there_and_back(open_html: Open, tmp_path: Path) -> None:
    """auditor reads what was said, names with half a character included; another computer takes it over."""
    items = [make_item(0, item="a\ud800b"), make_item(1, copies=[copy_of(1)]), make_item(2)]
    page = begin(open_html, items)
    page.evaluate("review.decide(review.items[0].item, {action: 'keep'}, {shown: true})")
    decide(page, "train-001", "relabel", label="스포츠", copies=["copy-1"], comment='c\n"\u2028')
    path = exported(page, tmp_path)
    assert path.name == f"decisions-{REPORT}-kim-20261122T054109Z.json"
    found = read_decisions(path)
    assert [(one.item, one.action, one.label, one.copy_of) for one in found.decisions] == [
        ("a\ud800b", "keep", None, None),
        ("train-001", "relabel", "스포츠", None),
        ("copy-1", "relabel", "스포츠", "train-001"),
    ]
    assert (found.reviewer, found.role, found.exported) == ("kim", "labeller", "2026-11-22T05:41:09Z")
    other = begin(open_html, items)
    other.evaluate("review.start('')")
    text = path.read_text(encoding="utf-8")
    assert load(other, "\ufeff" + text) == {"taken": 3, "same": 0, "older": 0, "foreign": 1}
    assert load(other, text) == {"taken": 0, "same": 3, "older": 0, "foreign": 1}
    assert other.evaluate("review.reviewer") == "kim" and other.evaluate(WORDS) == page.evaluate(WORDS)
    other.reload()
    again = read_decisions(exported(other, tmp_path, name="again.json"))
    assert again.decisions == found.decisions


def test_the_newer_word_of_two_computers_counts(open_html: Open, tmp_path: Path) -> None:
    """Whichever file is loaded; what was taken back here does not come back with an older file."""
    page = begin(open_html)
    for n in range(3):
        decide(page, f"train-{n:03d}", "keep")
    old = exported(page, tmp_path, name="old.json").read_text(encoding="utf-8")
    decide(page, "train-000", "exclude")
    page.evaluate("review.clear('train-001')")
    assert load(page, old) == {"taken": 0, "same": 1, "older": 2, "foreign": 0}
    assert by_item(page, SAID) == {"train-000": ["exclude", None], "train-002": ["keep", None]}
    new = exported(page, tmp_path, name="new.json").read_text(encoding="utf-8")
    other = begin(open_html)
    assert [load(other, text)["taken"] for text in (old, new, old)] == [3, 2, 0]
    assert by_item(other, SAID) == by_item(page, SAID)


def test_of_two_words_of_one_revision_the_later_counts(open_html: Open, tmp_path: Path) -> None:
    """A word that was said again is newer than the same word before."""
    page = begin(open_html)
    decide(page, "train-000", "keep")
    decide(page, "train-001", "keep")
    before = exported(page, tmp_path, name="before.json").read_text(encoding="utf-8")
    page.evaluate("() => { review.undo(); review.redo(); }")
    assert load(page, before) == {"taken": 0, "same": 1, "older": 1, "foreign": 0}
    text = exported(page, tmp_path).read_text(encoding="utf-8")
    early, late = (
        changed(text, action="unsure", at=at) for at in ("2020-01-01T00:00:00Z", "2040-01-01T00:00:00Z")
    )
    assert load(page, early) == {"taken": 0, "same": 1, "older": 1, "foreign": 0}
    assert load(page, late) == {"taken": 1, "same": 1, "older": 0, "foreign": 0}
    other = begin(open_html)
    decide(other, "train-001", "keep")
    assert load(other, text)["taken"] == 2
    assert other.evaluate("review.decisionOf('train-001').revision") == 3


def changed(text: str, **change: Any) -> str:
    """The file with another first decision and a checksum that fits: made by hand, not cut off."""
    document = json.loads(text)
    document["decisions"][0] |= change
    document["checksum"] = checksum(document["decisions"])
    return json.dumps(document)


REFUSED: list[tuple[str, Callable[[str], str]]] = [
    ("not-decisions", lambda text: text[:-30]),
    ("not-decisions", lambda text: ""),
    ("not-decisions", lambda text: "[]"),
    ("not-decisions", lambda text: "item,label\na,b\n"),
    ("not-decisions", lambda text: '{"schema": "auditor.decisions/1", "decisions": {}}'),
    ("not-decisions", lambda text: text.replace('"id": "kim"', '"id": "a:b"')),
    ("schema", lambda text: text.replace("auditor.decisions/1", "auditor.decisions/2")),
    ("schema", lambda text: text.replace("auditor.decisions/1", "auditor.decisions/10")),
    ("other-report", lambda text: text.replace(REPORT, "r-ffffffffffffffff")),
    ("other-reviewer", lambda text: text.replace('"id": "kim"', '"id": "lee"')),
    ("checksum", lambda text: text.replace('"keep"', '"exclude"')),
    ("checksum", lambda text: text.replace('"count": 2', '"count": 3')),
    ("checksum", lambda text: changed(text, action="shout")),
    ("checksum", lambda text: changed(text, action="relabel", label="no class")),
    ("checksum", lambda text: changed(text, reasons=["none"])),
    ("checksum", lambda text: changed(text, item=None)),
    ("checksum", lambda text: text.replace('"round": 1', f'"round": {"[" * 100_000}{"]" * 100_000}', 1)),
]  # fmt: skip


@pytest.mark.parametrize(("code", "change"), REFUSED)
def test_a_file_that_does_not_fit_is_refused_as_a_whole(
    open_html: Open, tmp_path: Path, code: str, change: Callable[[str], str]
) -> None:
    """By a code; nothing of it is taken over."""
    page = begin(open_html)
    decide(page, "train-000", "keep")
    decide(page, "train-001", "keep")
    text = exported(page, tmp_path).read_text(encoding="utf-8")
    other = begin(open_html)
    bad = change(text)
    assert bad != text
    assert load(other, bad) == code
    assert by_item(other, SAID) == {} and stored(other) == {}


def test_a_file_that_is_too_large_is_not_even_read(open_html: Open) -> None:
    page = begin(open_html)
    script = "() => { try { loadFile(review, 'x'.repeat(50e6 + 1)); } catch (error) { return error.code; } }"
    assert page.evaluate(script) == "too-large"


def test_the_copy_for_spreadsheets_runs_nothing(open_html: Open, tmp_path: Path) -> None:
    """A sign stands before whatever a spreadsheet would compute, full-width signs too."""
    starts = ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"]
    page = begin(open_html, [make_item(n, item=f"{sign}1") for n, sign in enumerate(starts)])
    for sign in starts:
        decide(page, f"{sign}1", "keep", comment=f'{sign}cmd, "x"\n', reasons=["other", "broken_text"])
    raw = exported(page, tmp_path, "Csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfkey,item,action,label,reasons,comment,at\r\n")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))[1:]
    assert [row[:6] for row in rows] == [
        [f"i{n}", f"'{sign}1", "keep", "", "other;broken_text", f'\'{sign}cmd, "x"\n']
        for n, sign in enumerate(starts)
    ]


def test_ten_thousand_decisions_are_no_burden(open_html: Open, tmp_path: Path) -> None:
    """They are stored, found again and written into one file that auditor reads."""
    page = begin(open_html, [make_item(n) for n in range(10_000)])
    page.evaluate("review.items.forEach((one) => review.decide(one.item, {action: 'keep'}, {shown: true}))")
    page.reload()
    assert page.evaluate("[review.records.size, review.saved.works]") == [10_000, True]
    assert len(read_decisions(exported(page, tmp_path)).decisions) == 10_000


# keys


def listen(open_html: Open) -> Any:
    """A page whose keys are written down as `window.ran`."""
    page = begin(open_html)
    page.evaluate(
        """() => { window.ran = []; window.on = true; window.map = KEY_MAP;
          const run = (action) => { window.ran.push(action); };
          openKeys({on: () => window.on, run, map: () => window.map}); }"""
    )
    return page


def send_key(page: Any, key: str, code: str, number: int, text: str | None = None, **more: Any) -> None:
    """A key as an input method sends it: Playwright's own keyboard knows Latin only."""
    session = page.context.new_cdp_session(page)
    event = {"key": key, "code": code, "windowsVirtualKeyCode": number, **more}
    kind = "keyDown" if text else "rawKeyDown"
    session.send("Input.dispatchKeyEvent", {"type": kind, **event, **({"text": text} if text else {})})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
    session.detach()


ALT, CONTROL, META, SHIFT = 1, 2, 4, 8
KEYS: list[tuple[str, str, str, int, int, list[str]]] = [
    ("Latin", "q", "KeyQ", 81, 0, ["keep"]),
    ("caps", "Q", "KeyQ", 81, 0, ["keep"]),
    ("shift", "W", "KeyW", 87, SHIFT, ["accept"]),
    ("Hangul", "ㅂ", "KeyQ", 81, 0, ["keep"]),
    ("shifted jamo", "ㅃ", "KeyQ", 81, SHIFT, ["keep"]),
    ("jamo of another key", "ㅈ", "KeyW", 87, 0, ["accept"]),
    ("input method with its key", "Process", "KeyE", 229, 0, ["exclude"]),
    ("Cyrillic", "й", "KeyQ", 81, 0, ["keep"]),
    ("Greek", "ρ", "KeyR", 82, 0, ["unsure"]),
    ("AZERTY: what is printed counts", "q", "KeyA", 65, 0, ["keep"]),
    ("AZERTY: not where it stands", "a", "KeyQ", 81, 0, []),
    ("AZERTY: a digit without Shift", "&", "Digit1", 49, 0, ["class1"]),
    ("AZERTY: a digit with a letter of its own", "é", "Digit2", 50, 0, ["class2"]),
    ("a digit", "3", "Digit3", 51, 0, ["class3"]),
    ("a digit of the block", "4", "Numpad4", 100, 0, ["class4"]),
    ("a shifted digit", "!", "Digit1", 49, SHIFT, []),
    ("slash", "/", "Slash", 191, 0, ["search"]),
    ("question mark", "?", "Slash", 191, SHIFT, ["help"]),
    ("arrow", "ArrowDown", "ArrowDown", 40, 0, ["next"]),
    ("undo", "z", "KeyZ", 90, 0, ["undo"]),
    ("redo", "Z", "KeyZ", 90, SHIFT, ["redo"]),
    ("redo in Hangul mode", "ㅋ", "KeyZ", 90, SHIFT, ["redo"]),
    ("ctrl z", "z", "KeyZ", 90, CONTROL, ["undo"]),
    ("ctrl z in Hangul mode", "ㅋ", "KeyZ", 90, CONTROL, ["undo"]),
    ("ctrl shift z", "Z", "KeyZ", 90, CONTROL | SHIFT, ["redo"]),
    ("ctrl y", "y", "KeyY", 89, CONTROL, ["redo"]),
    ("ctrl s", "s", "KeyS", 83, CONTROL, ["export"]),
    ("cmd s in Hangul mode", "ㄴ", "KeyS", 83, META, ["export"]),
    ("cmd z", "z", "KeyZ", 90, META, ["undo"]),
    ("ctrl q", "q", "KeyQ", 81, CONTROL, []),
    ("alt q", "q", "KeyQ", 81, ALT, []),
    ("cmd e", "e", "KeyE", 69, META, []),
    ("ctrl alt z", "z", "KeyZ", 90, CONTROL | ALT, []),
    ("escape", "Escape", "Escape", 27, 0, ["leave"]),
    ("no key of ours", "p", "KeyP", 80, 0, []),
]


@pytest.mark.parametrize(("what", "key", "code", "number", "modifiers", "ran"), KEYS)
def test_a_key_means_what_it_should(
    open_html: Open, what: str, key: str, code: str, number: int, modifiers: int, ran: list[str]
) -> None:
    """Whatever the keyboard writes, and whichever keys are held with it."""
    page = listen(open_html)
    text = key if len(key) == 1 and not modifiers & (ALT | CONTROL | META) else None
    send_key(page, key, code, number, text, modifiers=modifiers)
    assert page.evaluate("window.ran") == ran, what


HELD_BACK = [
    "{key: 'q', code: 'KeyQ', repeat: true}",
    "{key: 'q', code: 'KeyQ', isComposing: true}",
    "{key: '€', code: 'KeyE', modifierAltGraph: true}",
    "{key: '@', code: 'KeyQ', modifierAltGraph: true}",
    "{key: 'Shift', code: 'ShiftLeft', shiftKey: true}",
    "{key: 'HangulMode', code: 'Lang1'}",
    "{key: 'Unidentified', code: ''}",
    "{key: ' ', code: 'Space'}",
    "{key: 'Enter', code: 'Enter'}",
]


@pytest.mark.parametrize("event", HELD_BACK)
def test_a_key_that_says_nothing_does_nothing(open_html: Open, event: str) -> None:
    """Repeats, half a syllable, signs of the third level, keys that only hold."""
    page = listen(open_html)
    made = f"new KeyboardEvent('KIND', {{bubbles: true, cancelable: true, ...{event}}})"
    send = f"document.body.dispatchEvent({made})"
    assert page.evaluate(send.replace("KIND", "keydown")) is True
    page.evaluate(send.replace("KIND", "keyup"))
    assert page.evaluate("window.ran") == []


def test_a_blank_key_is_read_when_it_is_let_go(open_html: Open) -> None:
    """Input methods on Linux blank the key as it goes down; it counts once."""
    page = listen(open_html)
    session = page.context.new_cdp_session(page)
    send = "Input.dispatchKeyEvent"
    blanked = {"key": "Process", "code": "", "windowsVirtualKeyCode": 229}
    for key, code in (("ㅂ", "KeyQ"), ("e", "KeyE")):
        session.send(send, {"type": "rawKeyDown", **blanked})
        session.send(send, {"type": "keyUp", "key": key, "code": code, "windowsVirtualKeyCode": 81})
    assert page.evaluate("window.ran") == ["keep", "exclude"]
    send_key(page, "q", "KeyQ", 81, "q")
    assert page.evaluate("window.ran") == ["keep", "exclude", "keep"]


def test_whoever_writes_is_left_alone(open_html: Open) -> None:
    """In a field only Escape and the export mean anything; a box to tick is no field."""
    page = listen(open_html)
    page.focus("#field")
    page.keyboard.type("qwe1/?")
    for key, code, modifiers in (("ㅂ", "KeyQ", 0), ("z", "KeyZ", CONTROL), ("ArrowDown", "ArrowDown", 0)):
        send_key(page, key, code, 81, modifiers=modifiers)
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "하", "selectionStart": 1, "selectionEnd": 1})
    session.send("Input.insertText", {"text": "한"})
    assert page.evaluate("window.ran") == []
    assert page.input_value("#field") == "qwe1/?한"
    page.keyboard.press("Control+s")
    page.keyboard.press("Escape")
    page.focus("#box")
    page.keyboard.press("q")
    page.keyboard.press("Space")
    assert page.evaluate("window.ran") == ["export", "leave", "keep"]
    assert page.is_checked("#box")


def test_keys_can_be_switched_off_and_given_other_letters(open_html: Open) -> None:
    """Off, those with Ctrl still work; a key that a browser sends without a name does no harm."""
    page = listen(open_html)
    page.evaluate("document.body.dispatchEvent(new Event('keydown', {bubbles: true}))")
    page.evaluate("() => { window.on = false; }")
    page.keyboard.press("q")
    page.keyboard.press("Control+z")
    assert page.evaluate("window.ran") == ["undo"]
    page.evaluate("() => { window.on = true; window.map = {x: 'keep', '&': 'exclude'}; }")
    for press in "qx&":
        page.keyboard.press(press)
    assert page.evaluate("window.ran") == ["undo", "keep", "exclude"]


def test_an_open_dialog_has_the_keys_to_itself(open_html: Open) -> None:
    page = listen(open_html)
    page.evaluate(
        "() => { const box = document.createElement('dialog'); document.body.append(box); box.showModal(); }"
    )
    page.keyboard.press("q")
    page.keyboard.press("Control+z")
    assert page.evaluate("window.ran") == []
