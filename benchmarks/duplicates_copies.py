"""Near copies of texts: the same words in another form, and small edits."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Mapping

import numpy as np

Change = Callable[[str, np.random.Generator], str]
TYPO_EVERY = 40
"""Characters for each wrong, missing, doubled or swapped one: a short text gets one."""
LATIN, HANGUL = "abcdefghijklmnopqrstuvwxyz", "가나다라마바사아자차카타파하이어지고는은"


def _case(text: str, rng: np.random.Generator) -> str:
    """Capitals or title case; a text that has none (Korean) gets blanks instead."""
    changed = [text.upper(), text.title()][rng.integers(2)]
    return changed if changed != text else _blanks(text, rng)


def _blanks(text: str, rng: np.random.Generator) -> str:
    blank = ["  ", "\n", "\u00a0", " \t"][rng.integers(4)]
    return f" {text.replace(' ', blank)}\n"


def _ending(text: str, rng: np.random.Generator) -> str:
    """Another end: dots, exclamation marks, or nothing where something stood."""
    bare = text.rstrip(" .!?~")
    ends = [end for end in ("", ".", "!", "...") if bare + end != text]
    return bare + ends[rng.integers(len(ends))]


def _commas(text: str, rng: np.random.Generator) -> str:
    """All punctuation gone."""
    changed = re.sub(r"[.,!?;:\"'()…~-]+", "", text)
    return changed if changed != text else f"{text}!"


def _unicode_form(text: str, rng: np.random.Generator) -> str:
    """Letters taken apart (NFD), as file systems write them; English has none, and gets curly quotes."""
    changed = unicodedata.normalize("NFD", text)
    return changed if changed != text else f"“{text}”"


def _full_width(text: str, rng: np.random.Generator) -> str:
    """Digits, Latin letters and punctuation as wide as Hangul."""
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)
    return wide if wide != text else f"{text}．"


def _escaped(text: str, rng: np.random.Generator) -> str:
    """As it stands in a web page."""
    changed = html.escape(text).replace(". ", ".<br />")
    return changed if changed != text else f"<p>{text}</p>"


def _typos(text: str, rng: np.random.Generator) -> str:
    chars = list(text)
    for _ in range(1 + len(text) // TYPO_EVERY):
        at = int(rng.integers(1, len(chars) - 1))
        other = HANGUL if "가" <= chars[at] <= "힣" else LATIN
        chars[at : at + 1] = [
            [],
            [chars[at], chars[at]],
            [other[rng.integers(len(other))]],
            [other[rng.integers(len(other))], chars[at]],
        ][rng.integers(4)]
    return "".join(chars)


def _word_dropped(text: str, rng: np.random.Generator) -> str:
    words = text.split(" ")
    short = [at for at, word in enumerate(words) if len(word) <= max(len(text) // 8, 3)] or [len(words) - 1]
    del words[short[rng.integers(len(short))]]
    return " ".join(words)


def _words_swapped(text: str, rng: np.random.Generator) -> str:
    words = text.split(" ")
    at = int(rng.integers(len(words) - 1))
    words[at : at + 2] = words[at + 1], words[at]
    return " ".join(words)


def _word_added(text: str, rng: np.random.Generator) -> str:
    korean = any("가" <= char <= "힣" for char in text)
    words = ("정말", "ㅎㅎ", "진짜", "그냥") if korean else ("please", "really", "just", "thanks")
    at = [0, len(text)][rng.integers(2)]
    return f"{text[:at]} {words[rng.integers(4)]} {text[at:]}".strip()


def _joined_words(text: str, rng: np.random.Generator) -> str:
    """Every third blank left out, the commonest slip in Korean."""
    words = text.split(" ")
    return "".join(word + ("" if at % 3 == 1 else " ") for at, word in enumerate(words)).strip()


FORMATS: Mapping[str, Change] = {
    "case": _case,
    "blanks": _blanks,
    "ending": _ending,
    "punctuation gone": _commas,
    "Unicode form, quotes": _unicode_form,
    "full width": _full_width,
    "HTML": _escaped,
}
"""The same words, written in another way."""
EDITS: Mapping[str, Change] = {
    "typos": _typos,
    "word dropped": _word_dropped,
    "words swapped": _words_swapped,
    "word added": _word_added,
    "words joined": _joined_words,
}
"""A person's small changes."""
CHANGES: Mapping[str, Change] = {
    **{f"format: {name}": change for name, change in FORMATS.items()},
    **{f"edit: {name}": change for name, change in EDITS.items()},
}


def near_copy(text: str, change: str, rng: np.random.Generator) -> str:
    """A text after one change of `CHANGES`, never the same string."""
    for _ in range(20):
        changed = CHANGES[change](text, rng)
        if changed != text:
            return changed
    return f"{text}."
