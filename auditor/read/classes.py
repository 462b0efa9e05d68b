"""Which classes there are, and in which order: decided once, from the best source there is."""

from __future__ import annotations

import json
import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.errors import InputError, Problem, UsageError
from auditor.read.encodings import encoding_of
from auditor.read.files import existing_file, is_unicode, unreadable
from auditor.wording import N_, Text, say

BESIDE = "classes.txt"
"""A class list that stands beside the predictions or the dataset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassList:
    """The class names in their order, and where the order came from."""

    names: tuple[str, ...]
    source: Text
    flag: str | None = None
    """What was said after `--classes`: a file's base name, or the names; None where the list was found."""


def class_list(
    labels: Sequence[str],
    *,
    stated: str | None = None,
    stated_names: Sequence[str] | None = None,
    columns: tuple[str, tuple[str, ...]] | None = None,
    beside: Sequence[Path] = (),
    carried: tuple[str, ...] | None = None,
    width: int | None = None,
) -> ClassList:
    """The class list from the first source that has one.

    Args:
        labels: the distinct label texts of the dataset.
        stated: `--classes`: a file, or names joined by commas.
        stated_names: the same from Python.
        columns: (file, names) of the probability columns.
        beside: folders in which a `classes.txt` may stand.
        carried: names that the dataset file carries for an integer label.
        width: number of probability columns; a `classes.txt` of another length is not taken.

    Raises:
        UsageError, InputError: `--classes` is empty, unreadable, or names a class twice.
    """
    said = stated_classes(stated, stated_names)
    if said is not None:
        return said
    if columns is not None and _fits(columns[1], labels):
        return _list(columns[1], say(N_("names of the probability columns of {file}"), file=columns[0]))
    for folder in beside:
        names = _beside(folder, labels, width)
        if names:
            return _list(names, say(N_("{file} beside the data"), file=BESIDE))
    if carried and _fits(carried, labels):
        return _list(carried, say(N_("class names in the dataset file")))
    return _list(sorted_labels(labels), say(N_("sorted labels (no class list was found)")))


def stated_classes(stated: str | None, names: Sequence[str] | None = None) -> ClassList | None:
    """The class list that the user named, None where there is none.

    Args:
        stated: `--classes`: a file, or names joined by commas.
        names: the same from Python; they go first.

    Raises:
        UsageError, InputError: as `class_list`.
    """
    if names is not None:
        return _list(names, say(N_("as given")), flag=",".join(names))
    return None if stated is None else _stated(stated)


def sorted_labels(labels: Sequence[str]) -> tuple[str, ...]:
    """Labels in order: as numbers if all are numbers, else by their text.

    >>> sorted_labels(["10", "9", "2"]), sorted_labels(["b", "a"])
    (('2', '9', '10'), ('a', 'b'))
    """
    try:
        numbers = {text: float(text) for text in labels}
    except ValueError:
        numbers = {}
    if not all(math.isfinite(number) for number in numbers.values()):
        numbers = {}  # "nan" has no place among numbers
    return tuple(sorted(labels, key=lambda text: (numbers.get(text, 0.0), text)))


def class_key(name: str) -> str:
    """A class name as it is compared: Unicode form and blanks around it make no other class.

    >>> class_key("cat ") == class_key("cat"), class_key("Cat") == class_key("cat")
    (True, False)
    """
    return unicodedata.normalize("NFC", name).strip()


def as_indexes(labels: Sequence[str], k: int) -> bool:
    """Whether labels are the numbers 0..K-1 of the classes rather than their names."""
    return bool(labels) and all(text.isascii() and text.isdigit() and int(text) < k for text in labels)


def _fits(names: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether all names are labels, or they cover most labels, by name or by number."""
    keys = {class_key(name) for name in names}
    known = len(keys & {class_key(label) for label in labels})
    by_name = known > 0 and (known == len(keys) or known * 2 > len(labels))
    return by_name or as_indexes(labels, len(names)) or not labels


def _list(names: Sequence[str], source: Text, flag: str | None = None) -> ClassList:
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise InputError(
            Problem(
                slug="class-names-repeat",
                what=say(N_("the class list names a class twice: {names}"), names=", ".join(twice[:5])),
            )
        )
    broken = [name for name in names if not is_unicode(name)]
    if broken:
        what = say(N_("a class name is not valid Unicode: {name}"), name=ascii(broken[0])[:80])
        raise InputError(Problem(slug="class-names-not-text", what=what))
    return ClassList(names=tuple(names), source=source, flag=flag)


def _stated(stated: str) -> ClassList:
    path = Path(stated)
    if _is_there(path):
        source = say(N_("{file} (--classes)"), file=path.name)
        return _list(_from_file(existing_file(path)), source, flag=path.name)
    names = [name.strip() for name in stated.split(",")]
    if len(names) < 2 or not all(names):
        raise UsageError(
            Problem(
                slug="option-value",
                what=say(N_("--classes {value}: neither a file nor names joined by commas"), value=stated),
            )
        )
    return _list(names, say("--classes"), flag=",".join(names))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # many class names are too long for a file name
        return False


def _beside(folder: Path, labels: Sequence[str], width: int | None) -> list[str] | None:
    path = folder / BESIDE
    if not path.is_file():
        return None
    names = _from_file(path)
    return names if _fits(names, labels) and (width is None or len(names) == width) else None


def _from_file(path: Path) -> list[str]:
    """Names one per line, a JSON list, or the `id2label` or `label2id` of a model's `config.json`."""
    try:
        text = path.read_text(encoding=encoding_of(path))
        if path.suffix.lower() != ".json":
            return [line.strip() for line in text.splitlines() if line.strip()]
        found = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(unreadable(path, error)) from error
    names = _from_mapping(found) if isinstance(found, dict) else found
    if not isinstance(names, list) or not names:
        raise InputError(unreadable(path, ValueError("no list of class names, no id2label")))
    return [str(name) for name in names]


def _from_mapping(found: dict[str, Any]) -> list[Any] | None:
    """Names in the order of their numbers: of number -> name, or of name -> number."""
    table = found.get("id2label") or found.get("label2id") or found
    if not isinstance(table, dict):
        return None
    if all(key.isdigit() for key in table):
        return [table[key] for key in sorted(table, key=int)]
    if all(type(number) is int for number in table.values()):
        return sorted(table, key=lambda name: int(table[name]))
    return None
