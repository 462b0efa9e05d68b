"""The lead's report as HTML text: whole, escaped, offline and the same each time."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from example_page import HOSTILE, make_hostile_page, make_page
from jinja2 import Environment

from auditor.report import page as page_module
from auditor.report.elements import Cell, Chart, Column, Page, QueueView, Table, VerdictCell, tone_of
from auditor.report.marks import breakable, pieces, spelled_out
from auditor.report.page import render
from auditor.wording import cut

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "report_templates"
VOID = {"meta", "input", "br", "hr", "link", "img", "wbr"}


@dataclass
class Element:
    """An element as parsed: its tag, its attributes, the text directly inside."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Tree(HTMLParser):
    """A strict reading of the page: every element is closed in the order in which it was opened."""

    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> at {self.getpos()}"

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open[-1].text += data
            if self.open[-1].tag not in ("script", "style"):
                self.text += data

    def find(self, tag: str, **attributes: str) -> list[Element]:
        return [e for e in self.elements if e.tag == tag and attributes.items() <= e.attributes.items()]

    def json(self, id: str) -> Any:
        (block,) = self.find("script", id=id)
        return json.loads(block.text)


def read(html: str) -> Tree:
    tree = Tree()
    tree.feed(html)
    tree.close()
    assert tree.open == []
    return tree


@pytest.fixture
def tree(example_page: Page) -> Tree:
    return read(render(example_page))


@pytest.fixture
def hostile(hostile_page: Page) -> Tree:
    return read(render(hostile_page))


# the page as a whole


def test_every_inner_link_leads_to_an_id(tree: Tree) -> None:
    ids = {e.attributes["id"] for e in tree.elements if "id" in e.attributes}
    links = {e.attributes["href"] for e in tree.find("a")}
    assert links >= {"#label-issues", "#queue", "#do-first", "#made"}
    assert {link.removeprefix("#") for link in links} <= ids


def test_every_id_occurs_once_and_every_label_reference_leads_to_one(tree: Tree) -> None:
    ids = Counter(e.attributes["id"] for e in tree.elements if "id" in e.attributes)
    references = {e.attributes["aria-labelledby"] for e in tree.elements if "aria-labelledby" in e.attributes}
    assert set(ids.values()) == {1}
    assert references <= ids.keys()


def test_a_link_that_leads_nowhere_is_written_as_text() -> None:
    lost = VerdictCell(title="Lost", number="1", word="found", detail="", href="#nowhere")
    outside = replace(lost, title="Outside", href="https://example.org/")
    tree = read(render(replace(make_page(), verdicts=(lost, outside))))
    assert {"Lost", "Outside"} <= {e.text for e in tree.find("h2")}
    assert not {"#nowhere", "https://example.org/"} & {e.attributes["href"] for e in tree.find("a")}


def test_nothing_from_outside_is_referenced(tree: Tree) -> None:
    loading = {"src", "srcset", "action", "data", "poster", "background"}
    assert [e for e in tree.elements if loading & e.attributes.keys()] == []
    assert [e for e in tree.find("a") if not e.attributes["href"].startswith("#")] == []
    assert tree.find("link") == tree.find("img") == tree.find("base") == []
    (style,) = tree.find("style")
    assert not re.search(r"url\(|@import|https?:", style.text)


def test_the_same_page_gives_the_same_bytes(example_page: Page) -> None:
    first = render(example_page)
    for cached in (page_module._environment, page_module._plotly):
        cached.cache_clear()
    assert render(example_page).encode() == first.encode()


def test_the_page_names_its_language(example_page: Page, tree: Tree) -> None:
    (html,) = tree.find("html")
    assert html.attributes["lang"] == example_page.lang


def test_a_page_without_plotly_stays_small() -> None:
    html = render(_without_charts(make_page()))
    assert len(html.encode()) < 260_000


# sections


@pytest.mark.parametrize(
    ("id", "is_open"),
    [
        ("label-issues", True),  # found
        ("trust", True),  # could not be measured: the reader must see why
        ("hygiene", False),  # none found
        ("since", False),  # not applicable
    ],
)
def test_a_section_is_open_when_there_is_something_to_read(tree: Tree, id: str, is_open: bool) -> None:
    (section,) = tree.find("section", id=id)
    details = tree.elements[tree.elements.index(section) + 1]
    assert details.tag == "details"
    assert ("open" in details.attributes) == is_open


@pytest.mark.parametrize(
    ("status", "look", "tone"),
    [
        ("found", True, "look"),
        ("found", False, "calm"),  # a good model, well-filled classes: nothing to do
        ("none", False, "calm"),
        ("not_applicable", False, "calm"),
        ("could_not", True, "unknown"),  # never green for what was not looked at
        ("failed", False, "unknown"),
    ],
)
def test_only_what_needs_a_look_is_marked(status: str, look: bool, tone: str) -> None:
    assert tone_of(status, look=look) == tone


def test_sections_stand_in_the_given_order(example_page: Page, tree: Tree) -> None:
    ids = [e.attributes["id"] for e in tree.find("section") if "id" in e.attributes]
    assert ids == ["do-first", "queue", *(section.id for section in example_page.sections), "made"]


def test_every_sentence_of_the_page_is_written_as_html(example_page: Page, tree: Tree) -> None:
    said = [example_page.provenance, example_page.forecast, example_page.command]
    said += [note.text for note in example_page.warnings]
    said += [
        text for cell in example_page.verdicts for text in (cell.title, cell.number, cell.word, cell.detail)
    ]
    said += [text for action in example_page.actions for text in (action.title, action.why, action.command)]
    said += [
        text
        for part in example_page.sections
        for text in (part.title, part.status_text, part.meaning, part.todo)
    ]
    said += [b.summary for part in example_page.sections for b in part.blocks if isinstance(b, Chart)]
    assert [text for text in said if text not in tree.text] == []


def test_only_the_first_rows_are_written_as_html() -> None:
    queue = make_page().queue
    html = render(replace(make_page(), queue=replace(queue, static=10)))
    written = html[: html.index('<template id="row">')]
    assert written.count('<li class="row">') == 10


def test_a_page_with_nothing_to_do_has_no_such_heading() -> None:
    """Neither over an empty list nor in the contents."""
    tree = read(render(replace(make_page(), actions=(), forecast="")))
    assert "Do this first" not in tree.text
    assert not tree.find("section", id="do-first")


def test_an_odd_character_of_a_name_is_followed_by_its_code_point() -> None:
    """The Cyrillic letter looks like the Latin one; what is hidden is spelled as ever."""
    cell = Cell(text="pos\u0456ti\u200bve", odd="\u0456")
    table = Table(caption="names", columns=(Column(title="class", kind="label"),) * 2, rows=((cell, cell),))
    page = make_page()
    html = render(replace(page, sections=(replace(page.sections[0], blocks=(table,)),)))
    marked = '<span class="mark">U+0456</span>ti<span class="mark">U+200B</span>ve</bdi>'
    assert html.count("<bdi>pos\u0456" + marked) == 2


def test_an_empty_queue_says_so() -> None:
    empty = QueueView(rows=(), total=0, meaning="Nothing is in the queue: no row is suspected.")
    tree = read(render(replace(make_page(), queue=empty)))
    assert "no row is suspected" in tree.text
    assert tree.find("script", id="queue-data") == []


# data blocks


def test_the_queue_is_embedded_as_json(example_page: Page, tree: Tree) -> None:
    data = tree.json("queue-data")
    rows = [dict(zip(data["fields"], row, strict=True)) for row in data["rows"]]
    for row, given in zip(rows, example_page.queue.rows, strict=True):
        content = [(column, text) for column, text, _ in row.pop("content")]
        assert content == list(given.content)
        assert row == {name: _plain(getattr(given, name)) for name in row}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def test_the_audit_is_embedded_as_json_with_null_for_what_json_lacks(tree: Tree) -> None:
    measures = {"label_issues": {"value": 124, "share": 0.034, "high": None}}
    assert tree.json("auditor-data")["schema"] == "auditor.audit/1"
    assert tree.json("auditor-data")["measures"] == measures


def test_figures_are_embedded_as_json(example_page: Page, tree: Tree) -> None:
    for section in example_page.sections:
        for block in section.blocks:
            if isinstance(block, Chart):
                assert tree.json(f"figure-{block.id}") == json.loads(json.dumps(block.figure))


def test_hostile_values_come_back_from_json_unchanged_but_for_their_length(hostile: Tree) -> None:
    rows = hostile.json("queue-data")["rows"]
    assert {row[1] for row in rows} == {cut(value, 200) for value in HOSTILE}
    assert hostile.json("auditor-data")["dataset"] == HOSTILE[0]


def test_a_lone_surrogate_survives_as_a_mark_and_in_json() -> None:
    row = replace(make_page().queue.rows[0], item="broken\udc80")
    html = render(replace(make_page(), queue=QueueView(rows=(row,), total=1)))
    tree = read(html.encode("utf-8").decode("utf-8"))
    assert tree.json("queue-data")["rows"][0][1] == "broken\udc80"
    assert "U+DC80" in [e.text for e in tree.find("span", **{"class": "mark"})]


# security


def test_hostile_values_make_no_elements_and_no_attributes(hostile: Tree) -> None:
    assert hostile.find("img") == hostile.find("b") == hostile.find("i") == []
    assert [e for e in hostile.elements if any(name.startswith("on") for name in e.attributes)] == []
    executable = [e for e in hostile.find("script") if "type" not in e.attributes]
    assert len(executable) == len(page_module.SCRIPTS)


def test_hostile_values_are_shown_literally(hostile: Tree) -> None:
    for value in ("<b>bold</b>", "{{7*7}}{% raw %}", "<!--<script>", "=1+1", "a & b &lt; c"):
        assert value in hostile.text


def test_hidden_characters_are_shown_as_marks(hostile: Tree) -> None:
    marks = {e.text for e in hostile.find("span", **{"class": "mark"})}
    names = {"U+202E", "U+200B", "U+E0041", "U+000A", "U+0009", "U+0020", "U+0000", "U+001B"}
    assert names | {hostile.json("words")["empty"]} <= marks
    assert not re.search(r"[\u202e\u200b\x00\x1b]", hostile.text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain 한글", "plain 한글"),
        ("\u3164", "[U+3164]"),  # Hangul filler
        ("\xa0\xa0x", "[U+00A0 ×2]x"),
        ("a  b", "a  b"),  # inner spaces are seen
        (" a ", "[U+0020]a[U+0020]"),
        ("👩\u200d💻", "👩\u200d💻"),  # a joiner inside an emoji is part of it
        ("a\u200db", "a[U+200D]b"),
        ("❤\ufe0f", "❤\ufe0f"),
    ],
)
def test_only_what_cannot_be_seen_is_spelled_out(text: str, shown: str) -> None:
    assert spelled_out(text) == shown


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("x" * 340, False),
        ("x" * 341, True),
        ("가" * 170, False),  # two columns each
        ("가" * 171, True),
        ("x\n" * 3, False),
        ("x\n" * 4 + "x", True),  # a fifth line
    ],
)
def test_a_text_is_folded_when_it_fills_more_than_four_lines(text: str, folded: bool) -> None:
    assert page_module.is_long(text) == folded


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("card_not_working", ["card_", "not_", "working"]),
        ("a__b_", ["a__", "b_"]),
        ("한글/b", ["한글/", "b"]),
    ],
)
def test_a_name_may_break_after_underscores_and_slashes(name: str, parts: list[str]) -> None:
    assert breakable(name) == parts


def test_line_breaks_of_a_text_stay() -> None:
    assert list(pieces("two\nlines\xa0", "content")) == [("two\nlines\xa0", False)]


def test_the_policy_names_each_script_and_nothing_else(tree: Tree) -> None:
    policy = _policy(tree)
    scripts = [e.text.encode() for e in tree.find("script") if "type" not in e.attributes]
    scripts.append(_unpacked(tree))
    assert policy["script-src"] == [_csp_hash(script) for script in scripts]
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == ["'none'"]
    assert policy["img-src"] == ["data:"]


def test_plotly_is_packed_into_the_page(tree: Tree) -> None:
    assert _unpacked(tree).startswith(b"/**\n* plotly.js")


def test_a_page_without_charts_carries_no_plotly() -> None:
    tree = read(render(_without_charts(make_page())))
    assert tree.find("script", id="plotly-gz") == []
    assert len(_policy(tree)["script-src"]) == len(page_module.SCRIPTS)


def test_without_plotly_installed_the_page_still_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    page_module._plotly.cache_clear()
    monkeypatch.setattr(page_module.util, "find_spec", lambda name: None)
    try:
        tree = read(render(make_page()))
    finally:
        page_module._plotly.cache_clear()
    assert tree.find("script", id="plotly-gz") == []
    assert tree.find("details", **{"data-figure": "figure-order"})


def test_rendering_does_not_import_plotly() -> None:
    code = "import sys; from example_page import make_page; from auditor.report.page import render; "
    code += "render(make_page()); assert 'plotly' not in sys.modules"
    path = f"sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests')!r}]"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {path}; {code}"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def _without_charts(page: Page) -> Page:
    def bare(blocks: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(block for block in blocks if not isinstance(block, Chart))

    return replace(page, sections=tuple(replace(part, blocks=bare(part.blocks)) for part in page.sections))


def _policy(tree: Tree) -> dict[str, list[str]]:
    (meta,) = tree.find("meta", **{"http-equiv": "Content-Security-Policy"})
    rules = (rule.split() for rule in meta.attributes["content"].split(";"))
    return {name: values for name, *values in rules}


def _csp_hash(script: bytes) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"


def _unpacked(tree: Tree) -> bytes:
    (packed,) = tree.find("script", id="plotly-gz")
    return gzip.decompress(base64.b64decode(packed.text, validate=True))


# the sources of the page

SOURCES = [p for p in TEMPLATES.rglob("*") if p.suffix in (".j2", ".js", ".css")]


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.name)
def test_no_source_has_a_way_round_escaping(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    assert re.findall(r"\|\s*safe\b|autoescape|Markup", text) == []
    assert re.findall(r"(inner|outer|Adjacent)HTML|document\.write|\beval\b|Function\(", text) == []
    assert re.findall(r"\son\w+\s*=\s*[\"']", text) == []
    assert re.findall(r"https?://|\bfetch\(|XMLHttpRequest|javascript:", text) == []


def test_no_python_of_the_page_has_a_way_round_escaping() -> None:
    text = Path(page_module.__file__).read_text(encoding="utf-8")
    assert re.findall(r"select_autoescape|Markup|autoescape=False|\bescape\(", text) == []


def test_every_sentence_of_the_templates_encodes_in_cp949() -> None:
    environment = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)
    messages: list[str] = []
    for template in TEMPLATES.rglob("*.j2"):
        for _, _, message in environment.extract_translations(template.read_text(encoding="utf-8")):
            messages += [message] if isinstance(message, str) else [m for m in message if m]
    assert "Do this first" in messages
    assert "".join(messages).encode("cp949")


def test_the_scripts_ask_only_for_words_that_the_page_has() -> None:
    tree = read(render(make_page()))
    asked = {
        name
        for script in (TEMPLATES / "static").glob("*.js")
        for name in re.findall(r"words\.(\w+)", script.read_text(encoding="utf-8"))
    }
    assert asked == tree.json("words").keys()


def test_the_hostile_page_is_balanced_html() -> None:
    read(render(make_hostile_page()))
