"""Every sentence a person reads: marked here for translation, put into a language when it is shown.

A sentence is a `Text`: an English template (the message id) and the values that go into it. The
library passes `Text` along; only the report and the command line turn it into words, in the
reader's language. Sentences use only characters that cp949 has, so that a Korean console can
print them.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

DOMAIN = "auditor"
LANGUAGES = ("en", "ko")


def N_(template: str) -> str:
    """Mark a template for translation; returns it unchanged.

    >>> N_("rows: {n:,}")
    'rows: {n:,}'
    """
    return template


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(lang: str) -> gettext.NullTranslations:
    """The message catalogue of a language; English needs none, its sentences are the message ids."""
    if lang == "en":
        return gettext.NullTranslations()
    from importlib import resources  # not for English

    path = resources.files("auditor") / "locale" / lang / "LC_MESSAGES" / f"{DOMAIN}.mo"
    with path.open("rb") as stream:
        return gettext.GNUTranslations(stream)


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence: a template, the values in it, and a plural template where the number matters.

    >>> str(Text("{n:,} row", {"n": 2}, plural="{n:,} rows"))
    '2 rows'
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None

    def to(self, lang: str) -> str:
        """The sentence in `lang` ("en" or "ko"); nested `Text` values are translated too."""
        one = self.plural is None or self.values["n"] == 1
        chosen = self.template if one else str(self.plural)
        template = catalogue(lang).gettext(chosen) if chosen else ""
        return template.format(**{name: _shown(value, lang) for name, value in self.values.items()})

    def __str__(self) -> str:
        return self.to("en")


def _shown(value: object, lang: str) -> object:
    return value.to(lang) if isinstance(value, Text) else value


def say(template: str, plural: str | None = None, /, **values: object) -> Text:
    """A `Text` from a marked template and its values; `plural` is chosen by the value `n`.

    >>> str(say(N_("{n:,} rows read"), n=3650))
    '3,650 rows read'
    """
    return Text(template, values, plural)


def cut(text: str, length: int) -> str:
    """A text cut to `length` characters, with "..." where something is gone.

    >>> cut("a long name", 8)
    'a lon...'
    """
    return text if len(text) <= length else text[: length - 3] + "..."


def listed(names: Sequence[str], most: int = 12) -> str:
    """Names joined by commas, the first `most` of them; "..." says that there are more.

    >>> listed(["a", "b", "c"], most=2)
    'a, b, ...'
    """
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


def text_json(text: Text) -> dict[str, Any]:
    """A sentence as its template and values; `text_from` takes it back."""
    values = {
        name: text_json(value) if isinstance(value, Text) else _number_or_text(value)
        for name, value in text.values.items()
    }
    out: dict[str, Any] = {"template": text.template, "values": values}
    return out | ({"plural": text.plural} if text.plural else {})


def text_from(entry: Mapping[str, Any]) -> Text:
    """The sentence that `text_json` wrote."""
    values = {
        name: text_from(value) if isinstance(value, dict) else value
        for name, value in entry["values"].items()
    }
    return Text(entry["template"], values, entry.get("plural"))


def _number_or_text(value: object) -> object:
    if not isinstance(value, (bool, int, float, str)) and hasattr(value, "item"):
        value = value.item()  # a numpy scalar
    if isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def share(value: float, digits: int = 1) -> str:
    """A share as a percentage that never rounds into a lie: 0% and 100% only when it is so.

    >>> share(0.0341), share(0.0), share(0.00001), share(0.99999), share(1.0)
    ('3.4%', '0%', '<0.1%', '>99.9%', '100%')
    """
    if value in (0.0, 1.0):
        return f"{value:.0%}"
    step = 10.0**-digits
    percent = round(100 * value, digits)
    if percent < step:
        return f"<{step:.{digits}f}%"
    if percent > 100 - step:
        return f">{100 - step:.{digits}f}%"
    return f"{percent:.{digits}f}%"
