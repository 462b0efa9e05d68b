"""JSON as it was written: numbers keep their digits, nothing is taken twice, nothing is too deep.

Python's reader rounds numbers and keeps the last of two equal keys without a word. Here a number is
the text it was written as, and an object that names a key twice is refused.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from auditor.errors import InputError, Problem
from auditor.read.encodings import encoding_of, head_text
from auditor.read.files import first_line, unreadable
from auditor.wording import N_, Text, cut, listed, say

MOST_BYTES = 1 << 30
"""A JSON document is read whole and takes several times its size in memory; a larger one is refused."""
DEEPEST = 50
"""Lists and objects within each other that a cell may hold."""
SHOWN = 80
"""Characters of the data that a message shows."""


class RepeatedKey(ValueError):
    """An object names a key twice."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"the key {key} stands twice")


class Number(str):
    """The text of a number: as a cell it is a text, within a list or an object it stands without quotes."""

    __slots__ = ()


class TooDeep(ValueError):
    """A cell holds lists and objects within each other, more than `DEEPEST`."""


def parsed(text: str) -> Any:
    """What a JSON text holds: numbers as the texts they were written as, NaN as null.

    >>> parsed('{"a": 1.50, "b": [1e5, NaN, null]}')
    {'a': '1.50', 'b': ['1e5', None, None]}

    Raises:
        RepeatedKey: an object names a key twice.
        ValueError: it is no JSON.
        RecursionError: it is nested too deeply.
    """
    return DECODER.decode(text)


def cell(value: Any) -> str:
    """A value as the text of a cell: nothing for null, JSON for a list or an object.

    >>> cell("007"), cell(None), cell(True), cell(parsed('["a", {"b": [1.50, null, true]}]'))
    ('007', '', 'True', '["a", {"b": [1.50, null, true]}]')

    Raises:
        TooDeep: it is nested too deeply.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):  # as pandas and numpy write it, and so a CSV file
        return str(value)
    return _json(value, DEEPEST)


def document_in(path: Path, name: str) -> Any:
    """What the JSON file at `path` holds; messages call it `name`.

    Raises:
        InputError: `not-json`, `json-keys-repeat`, `json-too-deep`, `json-too-large`,
            `encoding-unknown`, `file-unreadable`.
    """
    if path.stat().st_size > MOST_BYTES:
        raise InputError(_too_large(name))
    try:
        return parsed(path.read_text(encoding=encoding_of(path)))
    except RepeatedKey as error:
        raise InputError(keys_repeat(name, error.key)) from error
    except RecursionError as error:
        raise InputError(_too_deep(name)) from error
    except UnicodeError as error:
        raise InputError(unreadable(Path(name), error)) from error
    except ValueError as error:
        raise InputError(_not_json(name, error)) from error


def may_be_document(head: bytes) -> bool:
    """Whether a file that begins so may be one JSON list or object: cheap, for files of any size."""
    return starts_with(head, "{", "[") and not holds_lines(head)


def starts_with(head: bytes, *marks: str) -> bool:
    """Whether the first character of a file that is no blank is one of `marks`."""
    return (head_text(head) or "").lstrip().startswith(marks)


def holds_lines(head: bytes) -> bool:
    """Whether a file that begins so holds JSON Lines: an object in its first line, and one after it."""
    first, _, rest = (head_text(head) or "").lstrip().partition("\n")
    if not first.startswith("{") or not rest.lstrip().startswith("{"):
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


@contextmanager
def told(name: str) -> Iterator[None]:
    """Cells that are too deep, or that are no Unicode, as the errors of the file `name`.

    Raises:
        InputError: `json-too-deep`, `file-unreadable`.
    """
    try:
        yield
    except TooDeep as error:
        raise InputError(_too_deep(name)) from error
    except UnicodeEncodeError as error:  # "\ud800" alone is no character
        raise InputError(unreadable(Path(name), error)) from error


def plain(text: str) -> str:
    """A text of the data as a message may show it: cut, and without halves of characters.

    >>> plain("a" * 100)[-5:], len(plain(chr(0xD800)))
    ('aa...', 6)
    """
    return cut(text.encode("utf-8", "backslashreplace").decode(), SHOWN)


def keys_repeat(name: str, key: str, lines: Sequence[int] = ()) -> Problem:
    """An object that names a key twice, with the lines of a file of JSON Lines."""
    details = (say(N_("line {lines}"), lines=listed(list(map(str, lines)), 5)),) if lines else ()
    return Problem(
        slug="json-keys-repeat",
        what=say(N_("{name}: an object has the key {key} twice"), name=name, key=plain(key)),
        details=details,
        fixes=(say(N_("rename one of the two where the file is written, or remove it")),),
    )


def _constant(name: str) -> Number | None:
    """NaN is a missing number; an infinity is written as it stands."""
    return None if name == "NaN" else Number(name)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        count = Counter(name for name, _ in pairs)
        raise RepeatedKey(next(name for name in count if count[name] > 1))
    return found


DECODER = json.JSONDecoder(
    parse_int=Number, parse_float=Number, parse_constant=_constant, object_pairs_hook=_object
)
"""Made once: `json.loads` would make one for every line."""


def _json(value: Any, depth: int) -> str:
    """A value as JSON, with `depth` more levels allowed."""
    if depth < 0:
        raise TooDeep
    if isinstance(value, dict):
        parts = (f"{_quoted(name)}: {_json(part, depth - 1)}" for name, part in value.items())
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_json(part, depth - 1) for part in value) + "]"
    return str(value) if isinstance(value, Number) else _quoted(value)


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _not_json(name: str, error: ValueError) -> Problem:
    fix: Text = say(N_("check the file where it was written; a JSON parser names the place too"))
    if "Extra data" in str(error):
        fix = say(N_("if each line is an object of its own: {flag}"), flag="--input-format jsonl")
    return Problem(
        slug="not-json",
        what=say(N_("{name} is not valid JSON: {error}"), name=name, error=first_line(error)),
        fixes=(fix,),
    )


def _too_deep(name: str) -> Problem:
    return Problem(
        slug="json-too-deep",
        what=say(
            N_("{name}: lists and objects stand within each other more than {n} deep"), name=name, n=DEEPEST
        ),
        fixes=(say(N_("write a cell as text or as a number")),),
    )


def _too_large(name: str) -> Problem:
    return Problem(
        slug="json-too-large",
        what=say(N_("{name} is a JSON document of more than {limit} GB"), name=name, limit=MOST_BYTES >> 30),
        details=(say(N_("it would have to be read whole")),),
        fixes=(say(N_("write it as JSON Lines (one object per line) or as Parquet")),),
    )
