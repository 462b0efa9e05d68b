"""Where in a JSON text its values stand, so that one can be replaced and all others keep their bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined] # of no stub; as old as the module

BLANKS = re.compile(r"[ \t\r\n]*")
SCALAR = re.compile(r"[^\s,\]}]+")
NUMBER = re.compile(r"-?(0|[1-9]\d*)")


@dataclass(frozen=True, slots=True)
class Value:
    """A value and the stretch of the text in which it stands."""

    start: int
    end: int
    members: tuple[tuple[str, Value], ...] | None = None
    """(name, value) of an object in their order; None of other values."""
    entries: tuple[Value, ...] | None = None
    """The values of a list; None of other values."""
    names: tuple[int, ...] = ()
    """Where the name of each member begins."""

    def member(self, name: str) -> Value | None:
        """The member of an object that counts: the last of its name."""
        return next((value for key, value in reversed(self.members or ()) if key == name), None)


Splice = tuple[int, int, str]
"""Start, end, new text."""


def parse(text: str, at: int = 0) -> Value:
    """The value that begins at a place of a text, perhaps behind blanks.

    >>> found = parse('{"a": [1, "x"]}')
    >>> inner = found.member("a").entries[1]
    >>> (inner.start, inner.end)
    (10, 13)

    Raises:
        ValueError: it is no JSON.
    """
    at = _blanks(text, at)
    sign = text[at : at + 1]
    if sign == "{":
        return _object(text, at)
    if sign == "[":
        return _list(text, at)
    if sign == '"':
        return Value(at, scanstring(text, at + 1)[1])
    found = SCALAR.match(text, at)
    if found is None:
        raise ValueError(f"no value at {at}")
    return Value(at, found.end())


def _blanks(text: str, at: int) -> int:
    found = BLANKS.match(text, at)
    return at if found is None else found.end()


def _object(text: str, start: int) -> Value:
    members: list[tuple[str, Value]] = []
    names: list[int] = []
    at = _blanks(text, start + 1)
    while text[at] != "}":
        at = _blanks(text, at + 1) if text[at] == "," else at
        names.append(at)
        name, at = scanstring(text, at + 1)
        value = parse(text, _blanks(text, at) + 1)
        members.append((name, value))
        at = _blanks(text, value.end)
    return Value(start, at + 1, members=tuple(members), names=tuple(names))


def _list(text: str, start: int) -> Value:
    entries: list[Value] = []
    at = _blanks(text, start + 1)
    while text[at] != "]":
        value = parse(text, at + 1 if text[at] == "," else at)
        entries.append(value)
        at = _blanks(text, value.end)
    return Value(start, at + 1, entries=tuple(entries))


def written(text: str, old: Value, new: str, *, ascii_only: bool) -> str:
    """A new cell as JSON: a number where the old one was one and the new can be, else a string."""
    before = text[old.start : old.end]
    if NUMBER.fullmatch(before) and NUMBER.fullmatch(new):
        return new
    return json.dumps(new, ensure_ascii=ascii_only)


def without(spans: Sequence[tuple[int, int]], dropped: Sequence[int], end: int) -> Iterator[Splice]:
    """The cuts that take entries out of a list with one comma each.

    Args:
        spans: start and end of each entry.
        dropped: which of them go, ascending.
        end: where the list's closing sign stands.
    """
    kept = [at for at in range(len(spans)) if at not in set(dropped)]
    if not kept:
        if spans:
            yield spans[0][0], spans[-1][1], ""
        return
    for at in dropped:
        if at > kept[0]:  # with the comma before it
            yield spans[at - 1][1], spans[at][1], ""
        else:  # with the comma behind it
            yield spans[at][0], spans[at + 1][0], ""


def spliced(text: str, splices: Sequence[Splice]) -> str:
    """The text with some stretches replaced; they do not overlap."""
    out, at = [], 0
    for start, end, new in sorted(splices):
        out += [text[at:start], new]
        at = end
    return "".join([*out, text[at:]])
