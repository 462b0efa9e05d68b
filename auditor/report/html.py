"""What every page shares: the templates' environment, which escapes everything, and the security policy."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from auditor.report.marks import breakable, pieces, spelled_out, with_codes
from auditor.resources import packaged
from auditor.wording import catalogue, cut

NAMED = 200
"""Characters of a label, an item or a column that a page shows; the files hold the whole."""


@lru_cache(maxsize=2)
def environment_of(lang: str) -> Environment:
    """The templates in a language ("en" or "ko"); every value is escaped."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        loader=FunctionLoader(source_of),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
    environment.install_gettext_translations(catalogue(lang), newstyle=True)  # type: ignore[attr-defined] # the extension adds it
    environment.filters |= {
        "as_json": as_json,
        "breakable": breakable,
        "named": named,
        "pieces": pieces,
        "spelled_out": spelled_out,
        "thousands": "{:,}".format,
        "with_codes": with_codes,
    }
    return environment


def source_of(name: str) -> str:
    """A file of the templates as text."""
    return packaged("report_templates").joinpath(name).read_text(encoding="utf-8")


def hash_of(source: bytes) -> str:
    """The name under which an inline script or style sheet may be used."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(source).digest()).decode('ascii')}'"


def policy_of(scripts: Iterable[str], styles: str) -> str:
    """A content security policy: nothing from outside, and only the scripts written in the page.

    Args:
        scripts: the hashes of the scripts.
        styles: what `style-src` allows.
    """
    rules = (
        "default-src 'none'",
        f"script-src {' '.join(scripts)}",
        f"style-src {styles}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


def encodable(html: str) -> str:
    """Lone surrogates as escapes, which JSON reads back; UTF-8 has no bytes for them."""
    return html.encode("utf-8", "backslashreplace").decode("utf-8")


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
