"""The labeller's page as HTML text: whole, escaped, offline and the same each time."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from example_page import HOSTILE
from example_review import make_item, make_review
from example_review_kinds import review_of

from auditor.report.html import hash_of
from auditor.report.review_page import SCRIPTS, render_review

TEMPLATES = Path(__file__).parents[2] / "report_templates"
KINDS = ["text", "table", "many", "korean", "hostile"]
BANNED = {
    "markup from a string": r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser",
    "code from a string": r"\beval\(|new Function|setTimeout\(\s*[\"'`]",
    "a request": r"\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|import\(",
}


class Blocks(HTMLParser):
    """Tags in order, and the text of each script and style sheet."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.raw: list[tuple[str, dict[str, str], str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Every tag; those with raw text begin a block."""
        named = {name: value or "" for name, value in attrs}
        self.tags.append((tag, named))
        if tag in {"script", "style"}:
            self.raw.append((tag, named, ""))

    def handle_data(self, data: str) -> None:
        """The text of a block."""
        if self.raw and self.cdata_elem is not None:
            tag, named, text = self.raw[-1]
            self.raw[-1] = (tag, named, text + data)


def blocks_of(html: str) -> Blocks:
    blocks = Blocks()
    blocks.feed(html)
    blocks.close()
    return blocks


def policy_in(blocks: Blocks) -> dict[str, list[str]]:
    (policy,) = [
        named["content"] for _, named in blocks.tags if named.get("http-equiv") == "Content-Security-Policy"
    ]
    return {rule.split()[0]: rule.split()[1:] for rule in policy.split("; ")}


def json_in(blocks: Blocks, name: str) -> Any:
    (text,) = [text for _, named, text in blocks.raw if named.get("id") == name]
    return json.loads(text)


@pytest.mark.parametrize("kind", KINDS)
def test_the_data_stand_in_the_page_as_they_were_given(kind: str) -> None:
    """Read back from the page they are equal, whatever they hold."""
    data = review_of(kind)
    assert json_in(blocks_of(render_review(data, "en")), "review-data") == data


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_scripts_and_the_sheet_of_the_page_may_run(kind: str) -> None:
    """The policy names each by its hash, allows nothing from outside, and no style but the sheet."""
    blocks = blocks_of(render_review(review_of(kind), "en"))
    policy = policy_in(blocks)
    run = [text for tag, named, text in blocks.raw if tag == "script" and "type" not in named]
    sheets = [text for tag, _, text in blocks.raw if tag == "style"]
    assert len(run) == len(SCRIPTS) and len(sheets) == 1
    assert policy == {
        "default-src": ["'none'"],
        "script-src": [hash_of(text.encode()) for text in run],
        "style-src": [hash_of(sheets[0].encode())],
        "img-src": ["data:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }


@pytest.mark.parametrize("kind", ["text", "hostile"])
def test_data_make_no_element_and_no_attribute(kind: str) -> None:
    """A page of hostile data has the tags of any other; nothing in it points elsewhere."""
    tags = blocks_of(render_review(review_of(kind), "en")).tags
    plain = blocks_of(render_review(make_review(), "en")).tags
    assert [tag for tag, _ in tags] == [tag for tag, _ in plain]
    assert not [named for _, named in tags if any(name.startswith("on") or name == "style" for name in named)]
    assert not [named for _, named in tags if "src" in named or named.get("href", "#")[0] != "#"]


def test_the_same_data_give_the_same_bytes() -> None:
    """In whatever order the members of the data stand."""
    data = review_of("table")
    turned = dict(reversed(list(data.items())))
    assert render_review(data, "en") == render_review(turned, "en")


def test_the_language_is_named_and_the_words_differ() -> None:
    """Korean pages say so, and both have the same words to say."""
    english, korean = (blocks_of(render_review(review_of("korean"), lang)) for lang in ("en", "ko"))
    assert dict(english.tags)["html"]["lang"] == "en" and dict(korean.tags)["html"]["lang"] == "ko"
    one, other = json_in(english, "words"), json_in(korean, "words")
    assert one.keys() == other.keys() and one["given"] != other["given"]


def test_every_word_of_the_scripts_is_there_and_is_used() -> None:
    """No script asks for a word that the page has not, and no translator works for nothing."""
    words = json_in(blocks_of(render_review(make_review(), "en")), "words")
    source = "\n".join((TEMPLATES / name).read_text(encoding="utf-8") for name in SCRIPTS)
    asked = set(re.findall(r"\bwords\.(\w+)", source))
    by_action = {"exclude", "unsure", "duplicate"}  # words[action] of the plain answers
    assert asked | by_action == words.keys()


@pytest.mark.parametrize("what", BANNED)
def test_no_script_makes_markup_code_or_requests_of_a_text(what: str) -> None:
    """Elements are made by name and filled by text."""
    found = [name for name in SCRIPTS if re.search(BANNED[what], (TEMPLATES / name).read_text("utf-8"))]
    assert found == []


def test_half_a_character_is_written_as_an_escape() -> None:
    """UTF-8 has no bytes for it; JSON reads it back."""
    html = render_review(make_review([make_item(0, cells=["half \ud800"])]), "en")
    html.encode("utf-8")
    assert json_in(blocks_of(html), "review-data")["items"][0]["cells"] == ["half \ud800"]


def test_no_number_of_the_model_and_no_report_is_named() -> None:
    """A labeller sees no margin and no score, and no way into the lead's report."""
    html = render_review(make_review(), "en")
    assert not re.search(r"suspicion|margin of|p_given|p_suggested|report\.html|precision", html)
    assert HOSTILE[0] not in render_review(review_of("hostile"), "en")
