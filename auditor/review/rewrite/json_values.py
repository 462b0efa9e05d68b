"""Where in a JSON text its values stand, and how a new cell is written in the place of one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined] # of no stub; as old as the module
from typing import Any, NamedTuple

from auditor.read.json_text import TooDeep, cell, parsed
from auditor.review.rewrite.splice import Span, Splice
from auditor.review.rewrite.text_files import can_hold

BLANKS = re.compile(r"[ \t\r\n]*")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
NO_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})
"""What Python writes where a column of numbers has none."""
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
scan_once = _DECODER.scan_once  # type: ignore[attr-defined] # of no stub
"""Finds the end of a value; a number of any length is a text."""
ENCODE = json.JSONEncoder(ensure_ascii=False).encode
"""Made once: `json.dumps` would make an encoder for every value."""
Wanted = Mapping[str, Any]
"""Key -> the text of a cell, or the same of an object within."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a file writes its strings."""

    encoding: str
    ascii_only: bool
    r"""Whether other characters are written as \uXXXX: in a file that holds ASCII alone."""

    def escaped(self, made: str) -> str:
        r"""A JSON text as this file writes it.

        >>> Style(encoding="cp949", ascii_only=False).escaped('"\U0001f600 \uac00"').encode("cp949")
        b'"\\ud83d\\ude00 \xb0\xa1"'
        """
        if made.isascii() or (not self.ascii_only and can_hold(self.encoding, made)):
            return made
        return "".join(one if self._stays(one) else json.dumps(one)[1:-1] for one in made)

    def _stays(self, letter: str) -> bool:
        return letter.isascii() or (not self.ascii_only and can_hold(self.encoding, letter))


class Member(NamedTuple):
    """A member of an object, and where it stands."""

    key: str
    key_start: int
    key_end: int
    start: int
    """Of the value."""
    end: int


def first_value(text: str, at: int = 0) -> int:
    """Where the value begins that stands behind blanks."""
    found = BLANKS.match(text, at)
    return at if found is None else found.end()


def entries(text: str, start: int) -> list[Span]:
    """Where the values of a list stand.

    >>> entries('[1, "a]" ]', 0)
    [(1, 2), (4, 8)]

    Args:
        text: holds valid JSON at `start`.
        start: where the bracket stands.
    """
    out: list[Span] = []
    at = first_value(text, start + 1)
    while text[at] != "]":
        at = first_value(text, at + 1) if text[at] == "," else at
        end = scan_once(text, at)[1]
        out.append((at, end))
        at = first_value(text, end)
    return out


def members(text: str, start: int) -> list[Member]:
    """The members of an object, in their order; none where no object stands there.

    >>> [(one.key, one.start, one.end) for one in members('{"a" : {"b": 1}, "c":2}', 0)]
    [('a', 7, 15), ('c', 21, 22)]

    Args:
        text: holds valid JSON at `start`.
        start: where the value begins.
    """
    out: list[Member] = []
    at = first_value(text, start + 1)
    while text[at] != "}":
        at = first_value(text, at + 1) if text[at] == "," else at
        key, key_end = scanstring(text, at + 1)
        value = first_value(text, first_value(text, key_end) + 1)
        end = scan_once(text, value)[1]
        out.append(Member(key=key, key_start=at, key_end=key_end, start=value, end=end))
        at = first_value(text, end)
    return out


def changed(text: str, start: int, wanted: Wanted, style: Style) -> Iterator[Splice]:
    """The changes that give an object other values; a key that it lacks becomes its last member.

    Args:
        text: holds valid JSON at `start`.
        start: where the object begins.
        wanted: the new cells.
        style: how strings are written.
    """
    there = members(text, start)
    by_key = {one.key: one for one in there}
    lacking = {}
    for key, new in wanted.items():
        found = by_key.get(key)
        if found is None:
            lacking[key] = new
        elif isinstance(new, str):
            yield from replaced(text, (found.start, found.end), new, style)
        elif text[found.start] == "{":
            yield from changed(text, found.start, new, style)
        else:  # null, where other rows have an object
            yield found.start, found.end, style.escaped(ENCODE(new))
    if lacking:
        yield inserted(text, start, there, {key: ENCODE(new) for key, new in lacking.items()}, style)


def replaced(text: str, span: Span, new: str, style: Style) -> Iterator[Splice]:
    """The change of one value to a cell; none where it reads as that cell already."""
    start, end = span
    old = text[start:end]
    if cell(parsed(old)) != new:
        yield start, end, style.escaped(written(old, new))


def written(old: str, new: str) -> str:
    """A cell as JSON of the kind that the old value was, where it can be; a string elsewhere.

    >>> [written(*pair) for pair in (("3", "12"), ("3", "new"), ("true", "False"), ("null", "1"))]
    ['12', '"new"', 'false', '"1"']
    >>> written('["a"]', '["b", "c"]')
    '["b", "c"]'
    """
    if (NUMBER.fullmatch(old) or old in NO_NUMBERS) and NUMBER.fullmatch(new):
        return new
    if old in {"true", "false"} and new in {"True", "False"}:
        return new.lower()
    if old[0] in "[{" and new[:1] == old[0] and _is_cell(new):
        return new
    return ENCODE(new)


def _is_cell(new: str) -> bool:
    """Whether a text is how the reader shows a list or an object."""
    try:
        return cell(parsed(new)) == new
    except (ValueError, RecursionError, TooDeep):
        return False


def inserted(text: str, start: int, there: list[Member], new: Mapping[str, str], style: Style) -> Splice:
    """Members behind the others of an object, with blanks as it has them between its members.

    Args:
        text: holds the object at `start`.
        start: where the object begins.
        there: its members.
        new: key -> value as JSON, at least one.
        style: how strings are written.
    """
    comma, colon = _between(text, start, there)
    made = comma.join(f"{ENCODE(key)}{colon}{value}" for key, value in new.items())
    if not there:
        return start + 1, start + 1, style.escaped(made)
    return there[-1].end, there[-1].end, style.escaped(comma + made)


def _between(text: str, start: int, there: list[Member]) -> tuple[str, str]:
    """What an object has between two members, and between a key and its value."""
    if not there:
        return ", ", ": "
    colon = text[there[0].key_end : there[0].start]
    if len(there) > 1:
        return text[there[0].end : there[1].key_start], colon
    blank = text[start + 1 : there[0].key_start]
    return "," + (blank if "\n" in blank else " " * (colon != ":")), colon
