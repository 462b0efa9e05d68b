"""The lead's report: a `Page` laid out as one HTML file that opens offline.

The templates only lay out; every value is escaped by autoescape. Scripts are few, inline and
named by hash in the page's content security policy; plotly is packed in and started on demand.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import util
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from jinja2 import Environment

from auditor.report.elements import Block, Chart, Page, Picture, QueueRow
from auditor.report.html import encodable, environment_of, hash_of, named, policy_of
from auditor.report.marks import PATTERNS

SCRIPTS = (
    *("static/values.js", "static/queue.js", "static/charts.js"),
    *("static/review/sha256.js", "static/review/records.js", "static/judgements.js"),
    *("static/forecast.js", "static/yield.js", "static/report.js"),
)
OF_PICTURES = ("static/pictures.js", "static/map.js")
"""What runs besides in a page with pictures or a map."""
FIXED_ANCHORS = frozenset({"do-first", "yield", "queue", "made"})
LONG_TEXT = 340
"""Columns after which a text is folded to its first lines; a Hangul syllable takes two."""
LONG_LINES = 4
ROW_FIELDS = (
    *("rank", "item", "given", "suggested", "p_given", "p_suggested", "badges", "reason"),
    *("picture", "content"),
)
NAME_FIELDS = frozenset({"item", "given", "suggested"})


def render(page: Page) -> str:
    """The whole report as HTML text; the same page gives the same bytes."""
    environment = _environment(page.lang)
    plotly = _plotly() if _charts(page) else None
    scripts = scripts_of(page)
    html = environment.get_template("report.html.j2").render(
        page=page,
        anchors=FIXED_ANCHORS | {section.id for section in page.sections},
        policy=_policy(environment, plotly, scripts),
        plotly=plotly,
        scripts=scripts,
        patterns=PATTERNS,
    )
    return encodable(html)


def scripts_of(page: Page) -> tuple[str, ...]:
    """The scripts that a page needs, in order."""
    return (*SCRIPTS[:1], *(OF_PICTURES if page.pictured else ()), *SCRIPTS[1:])


def _charts(page: Page) -> bool:
    return any(isinstance(block, Chart) for section in page.sections for block in section.blocks)


@lru_cache(maxsize=2)
def _environment(lang: str) -> Environment:
    environment = environment_of(lang).overlay()
    environment.filters = {**environment.filters, "is_long": is_long, "kind": kind} | {
        "rows": queue_rows,
        "sources": sources,
    }
    return environment


@dataclass(frozen=True, slots=True)
class Script:
    """A script packed into the page: gzip in base64, and the hash under which it may run."""

    packed: str
    hash: str


@lru_cache(maxsize=1)
def _plotly() -> Script | None:
    """plotly.js as its Python package ships it, found without importing it; None without plotly."""
    spec = util.find_spec("plotly")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder) / "package_data" / "plotly.min.js"
        if path.is_file():
            return _pack(path.read_bytes())
    return None


def _pack(source: bytes) -> Script:
    packed = gzip.compress(source, compresslevel=6, mtime=0)
    return Script(packed=base64.b64encode(packed).decode("ascii"), hash=hash_of(source))


def _policy(environment: Environment, plotly: Script | None, scripts: Sequence[str]) -> str:
    """The content security policy: nothing from outside, and only the scripts written here."""
    hashes = [hash_of(environment.get_template(name).render().encode("utf-8")) for name in scripts]
    if plotly:
        hashes.append(plotly.hash)
    return policy_of(hashes, "'unsafe-inline'")  # plotly draws heat maps blurred without it


def kind(block: Block) -> str:
    """The name of the block's template: table, chart, note or groups."""
    return type(block).__name__.lower()


def is_long(text: str) -> bool:
    """Whether a text is folded to its first lines until the reader opens it."""
    return text.count("\n") >= LONG_LINES or _columns(text[: LONG_TEXT + 1]) > LONG_TEXT


def _columns(text: str) -> int:
    """Columns that a text takes in a fixed-width font; the slow count only where it can matter."""
    if text.isascii() or 2 * len(text) <= LONG_TEXT:
        return len(text)
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def queue_rows(rows: Sequence[QueueRow], pictures: Mapping[str, Picture]) -> dict[str, Any]:
    """Queue rows as compact JSON: the names of the fields once, then a list for each row.

    `picture` is the name under which the page's pictures have it.
    """
    return {"fields": ROW_FIELDS, "rows": [list(_row(row, row.item in pictures)) for row in rows]}


def sources(pictures: Mapping[str, Picture]) -> dict[str, list[Any]]:
    """Item -> address, width, height and the name that is shown."""
    return {item: [one.src, one.width, one.height, named(one.name)] for item, one in sorted(pictures.items())}


def _row(row: QueueRow, pictured: bool) -> Iterator[Any]:
    for field in ROW_FIELDS[:-2]:
        value = getattr(row, field)
        yield named(value) if field in NAME_FIELDS else value
    yield row.item if pictured else None
    yield [[named(column), text, is_long(text)] for column, text in row.content]
