"""Two label columns that belong together: a number, and the name that it stands for."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from auditor.arrow import whole
from auditor.errors import InputError, Problem
from auditor.read.classes import class_key
from auditor.read.columns import NAMES, normal_name
from auditor.read.raw_predictions import RawPredictions
from auditor.wording import N_, listed, say

NAMED = ("text", "name", "names", "str", "string", "명", "이름", "텍스트")
"""What follows the name of a label column in the name of the column that names its classes."""
GENERIC = "classname"
"""A column of this name goes with a label column of any name, if its values do."""
SHOWN = 5
"""How many pairs an error shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelNames:
    """What the numbers in a label column are called."""

    column: str
    """The label column."""
    names_column: str
    """The column of the names."""
    names: Mapping[str, str]
    """Number as written -> name, in the order of the numbers."""

    @property
    def in_order(self) -> tuple[str, ...]:
        """The names in the order of their numbers."""
        return tuple(self.names.values())

    def named(self, labels: pa.Array) -> pa.Array:
        """Labels by their names instead of their numbers; the empty ones stay empty."""
        numbers = pa.array(self.names.keys(), pa.string())
        found = pc.index_in(labels, value_set=numbers)
        return pc.fill_null(pa.array(self.in_order, pa.string()).take(found), "")

    def on(self, raw: RawPredictions) -> RawPredictions:
        """Predictions whose columns are called by the numbers, with the names for them."""
        if raw.classes is None or set(raw.classes) - self.names.keys():
            return raw
        return replace(raw, classes=tuple(self.names[number] for number in raw.classes))

    @property
    def note(self) -> Problem:
        """What was understood."""
        what = say(
            N_("{label} holds numbers, and {names} their names: the classes are called by the names"),
            label=self.column,
            names=self.names_column,
        )
        return Problem(slug="label-names", what=what, level="note")


def label_pair(names: Sequence[str], stated: str | None) -> tuple[str, str] | None:
    """The label column and the column that names its classes, told by their names; None where none are.

    Args:
        names: the columns of a table.
        stated: `--label`, if it was said.

    >>> label_pair(["id", "label", "label_text"], None), label_pair(["label", "text"], None)
    (('label', 'label_text'), None)
    """
    normal = {name: normal_name(name) for name in names}
    if stated is None:
        bases = [name for name in names if normal[name] in NAMES["label"]]
    else:
        alike = [name for name in names if normal[name] == normal_name(stated)]
        bases = [stated] if stated in names else alike[:1]
    pairs = [
        (base, other)
        for base in bases
        for other in names
        if other != base and (_is_named_after(base, other) or normal[other] == GENERIC)
    ]
    others = {other for _, other in pairs}
    alone = [base for base in bases if base not in others]
    return pairs[0] if len(pairs) == 1 and len(alone) == 1 else None


def _is_named_after(base: str, other: str) -> bool:
    return normal_name(other) in {normal_name(base) + ending for ending in NAMED}


def label_names(table: pa.Table, stated: str | None, file: str) -> LabelNames | None:
    """What the numbers of the label column are called, where a second column says so.

    None where there is no pair of columns, or the first holds no whole numbers. A pair that is not one to
    one is refused, unless `--label` decides between its columns.

    Raises:
        InputError: `label-names-differ`.
    """
    pair = label_pair(table.column_names, stated)
    if pair is None or stated == pair[1]:
        return None
    pairs = _distinct(table, *pair)
    if not pairs or not all(_is_number(number) for number, _ in pairs):
        return None
    ordered = sorted(pairs, key=lambda both: (int(both[0]), both))
    bad = _not_one_to_one(ordered)
    if bad and stated is None and _is_named_after(*pair):
        raise InputError(_differ(file, pair, bad))
    if bad:
        return None
    return LabelNames(column=pair[0], names_column=pair[1], names=dict(ordered))


def _distinct(table: pa.Table, label: str, name: str) -> list[tuple[str, str]]:
    """Each number with each of its names; -1 without a name is no label, as Hugging Face writes it."""
    both = pa.table({"number": whole(table[label]), "name": whole(table[name])})
    rows = both.group_by(["number", "name"]).aggregate([]).to_pylist()
    found = {(row["number"], row["name"]) for row in rows} - {("-1", "")}
    somehow = {number for number, name in found if name}
    return [(number, name) for number, name in found if number and (name or number not in somehow)]


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 10 and str(int(text)) == text


def _not_one_to_one(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs of a number with several names, of a name with several numbers, and without a name."""
    names: dict[str, set[str]] = {}
    numbers: dict[str, set[str]] = {}
    for number, name in pairs:
        names.setdefault(number, set()).add(name)
        numbers.setdefault(class_key(name), set()).add(number)
    return [
        (number, name)
        for number, name in pairs
        if not name or len(names[number]) > 1 or len(numbers[class_key(name)]) > 1
    ]


def _differ(file: str, pair: tuple[str, str], bad: Sequence[tuple[str, str]]) -> Problem:
    shown = [f'{number} = "{name}"' for number, name in bad]
    return Problem(
        slug="label-names-differ",
        what=say(
            N_("{file}: {label} and {names} do not belong together one to one"),
            file=file,
            label=pair[0],
            names=pair[1],
        ),
        details=(say(N_("e.g. {names}"), names=listed(shown, SHOWN)),),
        fixes=tuple(say("--label {name}", name=shlex.quote(name)) for name in pair),
    )
