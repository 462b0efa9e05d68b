"""The lead's report: a `Page` laid out as one HTML file that opens offline.

The templates only lay out; every value is escaped by autoescape. Scripts are few, inline and
named by hash in the page's content security policy; plotly is packed in and started on demand.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import util
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from jinja2 import Environment, FunctionLoader, StrictUndefined

from auditor.report.elements import Block, Chart, Page, QueueRow
from auditor.report.marks import PATTERNS, breakable, pieces, spelled_out, with_codes
from auditor.resources import packaged
from auditor.wording import catalogue, cut

SCRIPTS = ("static/values.js", "static/queue.js", "static/charts.js", "static/report.js")
FIXED_ANCHORS = frozenset({"do-first", "queue", "made"})
LONG_TEXT = 340
"""Columns after which a text is folded to its first lines; a Hangul syllable takes two."""
LONG_LINES = 4
NAMED = 200
"""Characters of a label, an item or a column that the page shows; the files hold the whole."""
ROW_FIELDS = ("rank", "item", "given", "suggested", "p_given", "p_suggested", "badges", "reason", "content")
NAME_FIELDS = frozenset({"item", "given", "suggested"})


def render(page: Page) -> str:
    """The whole report as HTML text; the same page gives the same bytes."""
    environment = _environment(page.lang)
    plotly = _plotly() if _charts(page) else None
    html = environment.get_template("report.html.j2").render(
        page=page,
        anchors=FIXED_ANCHORS | {section.id for section in page.sections},
        policy=_policy(environment, plotly),
        plotly=plotly,
        scripts=SCRIPTS,
        patterns=PATTERNS,
    )
    return _encodable(html)


def _charts(page: Page) -> bool:
    return any(isinstance(block, Chart) for section in page.sections for block in section.blocks)


def _encodable(html: str) -> str:
    """Lone surrogates as escapes, which JSON reads back; UTF-8 has no bytes for them."""
    return html.encode("utf-8", "backslashreplace").decode("utf-8")


@lru_cache(maxsize=2)
def _environment(lang: str) -> Environment:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        loader=FunctionLoader(_source),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
    environment.install_gettext_translations(catalogue(lang), newstyle=True)  # type: ignore[attr-defined] # the extension adds it
    environment.filters |= {
        "as_json": as_json,
        "breakable": breakable,
        "is_long": is_long,
        "kind": kind,
        "named": named,
        "pieces": pieces,
        "rows": queue_rows,
        "spelled_out": spelled_out,
        "thousands": "{:,}".format,
        "with_codes": with_codes,
    }
    return environment


def _source(name: str) -> str:
    return packaged("report_templates").joinpath(name).read_text(encoding="utf-8")


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
    return Script(packed=base64.b64encode(packed).decode("ascii"), hash=_hash(source))


def _hash(source: bytes) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source).digest()).decode('ascii')}'"


def _policy(environment: Environment, plotly: Script | None) -> str:
    """The content security policy: nothing from outside, and only the scripts written here."""
    hashes = [_hash(environment.get_template(name).render().encode("utf-8")) for name in SCRIPTS]
    if plotly:
        hashes.append(plotly.hash)
    rules = (
        "default-src 'none'",
        f"script-src {' '.join(hashes)}",
        "style-src 'unsafe-inline'",  # plotly draws heat maps blurred without it
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


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


def queue_rows(rows: Sequence[QueueRow]) -> dict[str, Any]:
    """Queue rows as compact JSON: the names of the fields once, then a list for each row."""
    return {"fields": ROW_FIELDS, "rows": [list(_row(row)) for row in rows]}


def _row(row: QueueRow) -> Iterator[Any]:
    for field in ROW_FIELDS[:-1]:
        value = getattr(row, field)
        yield named(value) if field in NAME_FIELDS else value
    yield [[named(column), text, is_long(text)] for column, text in row.content]


def named(text: str) -> str:
    """A label, an item or a column as the page shows it: one that never ends would be there many times."""
    return cut(text, NAMED)


def as_json(value: Any) -> Any:
    """The value with plain dicts and lists, and null for numbers that JSON does not have."""
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
