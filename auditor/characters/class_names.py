"""Class names that a person would take for one: by form, by look, by a typing error."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from auditor.arrow import label_codes
from auditor.characters.hidden import HIDDEN, class_of
from auditor.data import ClassLabels

Likeness = Literal["form", "look", "typing"]
"""They differ in case, blanks or Unicode form; in characters that look the same; in one letter."""

LEAST_LETTERS = 5
"""Letters (of Hangul: jamo) of a word in which one letter's difference may be a typing error."""
RARE = 0.05
"""A typing error has at most this share of the rows of the name that was meant."""
LONGEST = 60
"""Characters of a name from which no typing error is looked for: it would take its square."""
NEAREST = 8
"""Common names that a rare one is compared with, of those that share all letters but one."""

_CYRILLIC = "АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝ"
_GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧνο"
_LATIN = "ABESIJKMHOPCTYXaesijopcyxhdqw" + "ABEZHIKMNOPTYXvo"
_DASHES = "‐‑‒–—−"
_LOOKS = str.maketrans(_CYRILLIC + _GREEK + _DASHES, _LATIN + "-" * len(_DASHES))
"""Letters of other scripts -> the Latin letters that they are drawn like (from Unicode TS 39)."""
_HIDDEN = re.compile(class_of(HIDDEN))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """A name and the one it is taken for."""

    name: str
    other: str
    """The name with more rows; of as many the first in code point order."""
    likeness: Likeness


def told_by(name: str) -> str:
    """What two names share that differ only in case, blanks or Unicode form.

    >>> told_by(" Straße "), told_by("strasse")
    ('strasse', 'strasse')
    """
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()


def drawn_as(name: str) -> str:
    """What two names share that look the same: nothing hidden, Latin letters for those of other scripts.

    >>> drawn_as("c" + chr(0x430) + "t") == drawn_as("Cat")
    True
    """
    return told_by(_HIDDEN.sub("", unicodedata.normalize("NFKC", name)).translate(_LOOKS))


def rows_of_names(labels: ClassLabels) -> dict[str, int]:
    """Every class name and every label outside the class list -> its rows."""
    codes, names = label_codes(labels)
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    return dict(zip(names, counts.tolist(), strict=True))


def alike_names(rows: Mapping[str, int]) -> list[Alike]:
    """The names that are taken for others, in code point order; each once, with the nearest likeness.

    Args:
        rows: class name -> how many rows have it.

    >>> [(found.name, found.other) for found in alike_names({"positive": 90, "postive": 1, "Positive": 3})]
    [('Positive', 'positive'), ('postive', 'positive')]
    """
    found: dict[str, Alike] = {}
    for pair in (*_same(rows, told_by, "form"), *_same(rows, drawn_as, "look"), *_mistyped(rows)):
        found.setdefault(pair.name, pair)
    return [found[name] for name in sorted(found)]


def _same(rows: Mapping[str, int], key: Callable[[str], str], likeness: Likeness) -> Iterator[Alike]:
    """Every name whose key another name with more rows has too."""
    written: dict[str, list[str]] = {}
    for name in rows:
        written.setdefault(key(name), []).append(name)
    for shared, names in written.items():
        first, *others = sorted(names, key=lambda name: (-rows[name], name))
        if shared:
            yield from (Alike(name=name, other=first, likeness=likeness) for name in others)


def _mistyped(rows: Mapping[str, int]) -> Iterator[Alike]:
    """Rare names that are one letter away from a common one; found by what is left without a letter."""
    most = max(rows.values(), default=0)
    least = min((count for count in rows.values() if count), default=0)
    paired = (name for name in rows if rows[name] <= RARE * most or least <= RARE * rows[name])
    spelled = {name: _letters(name) for name in paired if len(name) <= LONGEST}
    without: dict[str, list[str]] = {}
    for name, letters in spelled.items():
        for left in {letters, *(letters[:at] + letters[at + 1 :] for at in range(len(letters)))}:
            without.setdefault(left, []).append(name)
    meant: dict[str, list[str]] = {}
    for names in without.values():
        common = sorted(names, key=lambda name: (-rows[name], name))[:NEAREST]
        for name in names:
            meant.setdefault(name, []).extend(common)
    for name, others in meant.items():
        fitting = [other for other in others if _is_mistyped(name, other, rows, spelled)]
        if fitting:
            other = min(fitting, key=lambda other: (-rows[other], other))
            yield Alike(name=name, other=other, likeness="typing")


def _is_mistyped(name: str, other: str, rows: Mapping[str, int], spelled: Mapping[str, str]) -> bool:
    return 0 < rows[name] <= RARE * rows[other] and one_letter_apart(spelled[name], spelled[other])


def _letters(name: str) -> str:
    """The name in small letters, Hangul as jamo: one key pressed is one letter."""
    return unicodedata.normalize("NFD", told_by(name))


def one_letter_apart(one: str, other: str) -> bool:
    """Whether a letter was left out, doubled, changed or swapped within a word of five letters or more.

    Not the first letter of a word (`typical`, `atypical`), and nothing but letters: `class 1`, `class 2`.

    >>> one_letter_apart("postive", "positive"), one_letter_apart("psoitive", "positive")
    (True, True)
    >>> one_letter_apart("class 1", "class 2"), one_letter_apart("up", "ups")
    (False, False)
    """
    start = _shared(one, other)
    end = min(_shared(one[::-1], other[::-1]), min(len(one), len(other)) - start)
    changed = one[start : len(one) - end], other[start : len(other) - end]
    swapped = len(changed[0]) == len(changed[1]) == 2 and changed[0] == changed[1][::-1]
    if not swapped and max(map(len, changed)) != 1:
        return False
    word = re.search(r"\w*$", other[:start])
    tail = re.match(r"\w*", other[start:])
    before, after = word[0] if word else "", tail[0] if tail else ""
    letters = all(unicodedata.category(char)[0] in "LM" for part in changed for char in part)
    return letters and bool(before) and len(before + after) >= LEAST_LETTERS


def _shared(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))
