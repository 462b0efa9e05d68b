"""The summary that a notebook shows: four numbers, small, and safe."""

from __future__ import annotations

from html.parser import HTMLParser

from audit_inputs import planted, planted_audit

import auditor


class Reader(HTMLParser):
    """The tags and the texts of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert attrs == []
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_four_numbers_are_shown() -> None:
    """The same as on the page."""
    read = Reader(planted_audit()._repr_html_())
    assert read.tags.count("tr") == 4
    assert [text for text in read.texts if text in {"4", "5", "3", "78"}] == ["4", "5", "3", "78"]
    assert read.texts[0] == "dataframe: 240 rows, 3 classes"


def test_without_predictions_it_says_not_measured() -> None:
    assert "not measured" in planted_audit(False)._repr_html_()


def test_values_from_the_data_make_no_tags_and_hide_nothing() -> None:
    """A class named like a script, a hidden character, an escape sequence."""
    frame, probs, _ = planted()
    evil = "<script>alert(1)</script>\u202e\x1b[31m"
    frame["label"] = frame["label"].replace("dog", evil)
    html = auditor.audit(frame, predictions=probs, classes=["cat", evil, "eel"])._repr_html_()
    read = Reader(html)
    assert set(read.tags) == {"table", "caption", "tr", "th", "td"}
    assert "\u202e" not in html and "\x1b" not in html
    assert any("<script>alert(1)</script>[U+202E]" in text for text in read.texts)


def test_it_is_small() -> None:
    """A cell of a notebook, not a report."""
    assert len(planted_audit()._repr_html_()) < 2_000
