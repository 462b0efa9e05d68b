"""Which classes there are, and in which order: decided once, from the best source there is."""

from __future__ import annotations

import json
import math
import re
import shlex
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from auditor.errors import InputError, Problem, UsageError
from auditor.read.encodings import encoding_of
from auditor.read.files import existing_file, is_unicode, unreadable
from auditor.wording import N_, Text, cut, listed, say

BESIDE = ("config.json", "classes.txt", "label_encoder.json")
"""Class lists that may stand beside the predictions or the dataset, the best first."""
LARGEST = 16 << 20
"""A file beside the data that is larger than this is no class list."""
PLACEHOLDER = re.compile(r"^LABEL_(\d+)$")
"""What Hugging Face calls a class that nobody named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassList:
    """The class names in their order, and where the order came from."""

    names: tuple[str, ...]
    source: Text
    flag: str | None = None
    """What was said after `--classes`: a file's base name, or the names; None where the list was found."""
    notes: tuple[Problem, ...] = ()
    """Warnings of other sources that say something else."""


Named = tuple[Text, tuple[str, ...]]
"""What a source of class names is called, and the names in its order."""


def class_list(
    labels: Sequence[str],
    *,
    stated: str | None = None,
    stated_names: Sequence[str] | None = None,
    columns: tuple[str, tuple[str, ...]] | None = None,
    archive: tuple[str, tuple[str, ...]] | None = None,
    beside: Sequence[Path] = (),
    carried: Sequence[Named] = (),
    width: int | None = None,
) -> ClassList:
    """The class list from the first source that has one; a warning names every other that disagrees.

    The names of the columns of a table stand with their columns in any order: where they decide, or
    are passed over, no order contradicts another.

    Args:
        labels: the distinct label texts of the dataset.
        stated: `--classes`: a file, or names joined by commas.
        stated_names: the same from Python.
        columns: (file, names) of the probability columns of a table.
        archive: (file, names) of the `classes` of an `.npz`.
        beside: folders in which a class list may stand (`BESIDE`).
        carried: what the dataset itself says of its classes, the best first.
        width: number of probability columns; a list beside the data of another length is not taken.

    Raises:
        UsageError, InputError: `--classes` is empty, unreadable, or names a class twice.
    """
    said = stated_classes(stated, stated_names)
    if said is None and columns is not None and _fits(columns[1], labels):
        return _list(columns[1], say(N_("names of the probability columns of {file}"), file=columns[0]))
    near = [source for folder in beside for source in _beside(folder)]
    found = [] if archive is None else [(say(N_("classes in {file}"), file=archive[0]), archive[1])]
    found += [source for source in near if width in (None, len(source[1]))]
    found = [source for source in (*found, *carried) if _fits(source[1], labels)]
    best = said or (_list(found[0][1], found[0][0]) if found else None)
    if best is None:
        return _sorted(labels, [*near, *carried], width)
    others = [source for source in found if _disagree(source[1], best.names)]
    return replace(best, notes=(_differ(best, others),) if others else ())


def _sorted(labels: Sequence[str], aside: Sequence[Named], width: int | None) -> ClassList:
    """The labels in their order, and warnings of the class lists that were found and do not fit."""
    if not aside:
        return _list(sorted_labels(labels), say(N_("sorted labels (no class list was found)")))
    notes = tuple(_not_used(source, names, labels, width) for source, names in aside)
    said = _list(sorted_labels(labels), say(N_("sorted labels ({why})"), why=notes[0].what))
    return replace(said, notes=notes)


def _not_used(source: Text, names: Sequence[str], labels: Sequence[str], width: int | None) -> Problem:
    """A class list that has another number of names than there are columns, or names no labels."""
    if width not in (None, len(names)):
        what = say(
            N_("{source} names {k:,} classes, the predictions have {columns:,} columns: not used"),
            source=source,
            k=len(names),
            columns=width,
        )
    else:
        what = say(N_("{source} has other names than the labels: not used"), source=source)
    return Problem(
        slug="class-list-unused",
        what=what,
        details=(
            say(N_("{source}: {names}"), source=source, names=_shown(names)),
            say(N_("labels: {names}"), names=_shown(sorted_labels(labels))),
        ),
        fixes=_by_case(names, labels)
        or (say(N_("--classes FILE or --classes A,B,C with the order of the columns")),),
        level="warning",
    )


def _by_case(names: Sequence[str], labels: Sequence[str]) -> tuple[Text, ...]:
    """The labels in the order of a list that has them in capitals, as a flag to paste; none for others."""
    written = {class_key(label).casefold(): label for label in labels}
    order = [written.get(class_key(name).casefold(), "") for name in names]
    if not all(order) or len(set(order)) < len(labels) or any("," in name for name in order):
        return ()
    return (say("--classes {names}", names=shlex.quote(",".join(order))),)


def _disagree(names: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two lists put the names they share in another order."""
    keys, wanted = [class_key(name) for name in names], [class_key(name) for name in others]
    both = set(keys) & set(wanted)
    return [key for key in keys if key in both] != [key for key in wanted if key in both]


def _differ(best: ClassList, others: Sequence[Named]) -> Problem:
    return Problem(
        slug="class-order-sources-differ",
        what=say(
            N_("another class order stands in {other}; that of {source} was taken"),
            other=others[0][0],
            source=best.source,
        ),
        details=(
            say(N_("taken: {names}"), names=_shown(best.names)),
            *(say(N_("{source}: {names}"), source=source, names=_shown(names)) for source, names in others),
        ),
        fixes=(say(N_("--classes FILE or --classes A,B,C with the order of the columns")),),
        level="warning",
    )


def _shown(names: Sequence[str]) -> str:
    return listed([cut(name, 40) for name in names])


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


def _beside(folder: Path) -> list[Named]:
    """The class lists in a folder, the best first."""
    found: list[Named] = []
    for name in BESIDE:
        path = folder / name
        names = _found_in(path) if path.is_file() else None
        if names:
            what = N_("id2label in {file}") if name == BESIDE[0] else N_("{file} beside the data")
            found.append((say(what, file=name), tuple(names)))
    return found


def _found_in(path: Path) -> list[str] | None:
    """The names in a file that nobody named: a `config.json` of something else is passed over."""
    if path.suffix == ".txt":
        return _from_file(path)
    try:
        if path.stat().st_size > LARGEST:
            return None
        names = _names_in(json.loads(path.read_text(encoding=encoding_of(path))), path.name)
    except (OSError, ValueError, RecursionError, InputError):
        return None
    return None if names is None or any(map(PLACEHOLDER.match, names)) else names


def _from_file(path: Path) -> list[str]:
    """Names one per line, a JSON list, or the `id2label` or `label2id` of a model's `config.json`."""
    try:
        text = path.read_text(encoding=encoding_of(path))
        if path.suffix.lower() != ".json":
            return [line.strip() for line in text.splitlines() if line.strip()]
        found = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(unreadable(path, error)) from error
    names = _names_in(found, "")
    if not names:
        raise InputError(unreadable(path, ValueError("no list of class names, no id2label")))
    if all(map(PLACEHOLDER.match, names)):
        raise InputError(_placeholders(path))
    return names


def _names_in(found: Any, file: str) -> list[str] | None:
    """The class names in a JSON document; those of a `config.json` only stand under the model's own keys."""
    if isinstance(found, dict):
        tables = [found[key] for key in ("id2label", "label2id", "classes", "classes_") if key in found]
        if not tables and file != BESIDE[0]:
            tables.append(found)
        found = next((names for table in tables if (names := _from_mapping(table))), None)
    if not isinstance(found, list) or any(isinstance(name, (dict, list)) for name in found):
        return None
    return [str(name) for name in found]


def _from_mapping(table: Any) -> list[Any] | None:
    """Names in the order of their numbers: of number -> name, of name -> number, or of a list."""
    if isinstance(table, list):
        return table
    if not isinstance(table, dict) or not table:
        return None
    if all(key.isascii() and key.isdigit() for key in table):
        return [table[key] for key in sorted(table, key=int)]
    if all(type(number) is int for number in table.values()):
        return sorted(table, key=lambda name: int(table[name]))
    return None


def _placeholders(path: Path) -> Problem:
    return Problem(
        slug="class-names-placeholders",
        what=say(N_("{name}: LABEL_0, LABEL_1, ... are no class names"), name=path.name),
        details=(say(N_("the model was trained without names for its classes")),),
        fixes=(say(N_("--classes A,B,C with the names in the order in which the model learned them")),),
    )
