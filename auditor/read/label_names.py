"""Two label columns that belong together: a number, and the name that it stands for."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
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
"""How many pairs and rows a message shows."""
FEW = 0.02
"""Rows with the name of another number that are taken for label errors, as a share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelNames:
    """What the numbers in a label column are called."""

    column: str
    """The label column."""
    names_column: str
    """The column of the names."""
    names: Mapping[str, str]
    """Number as written -> name, in the order of the numbers."""
    contradicted: Problem | None = None
    """The warning of a few rows whose name is that of another number."""

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
    def notes(self) -> tuple[Problem, ...]:
        """What was understood, and the rows that say otherwise."""
        what = say(
            N_("{label} holds numbers, and {names} their names: the classes are called by the names"),
            label=self.column,
            names=self.names_column,
        )
        note = Problem(slug="label-names", what=what, level="note")
        return (note,) if self.contradicted is None else (note, self.contradicted)


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
    one is refused, unless `--label` decides between its columns; where only a few rows say otherwise, they
    are named in a warning, because such a row has a wrong label in one of the columns.

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
    if bad and _is_named_after(*pair):
        usual = _usual(table, *pair)
        odd = _rows_of_other_names(table, pair, usual)
        complete = usual.keys() == dict(ordered).keys() and not _not_one_to_one(list(usual.items()))
        if complete and len(odd) <= FEW * len(table):
            problem = _differ(file, pair, bad, odd, "warning")
            return LabelNames(column=pair[0], names_column=pair[1], names=usual, contradicted=problem)
    if bad and stated is None and _is_named_after(*pair):
        raise InputError(_differ(file, pair, bad, odd, "error"))
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


def _usual(table: pa.Table, label: str, name: str) -> dict[str, str]:
    """Number -> the name that most of its rows have, in the order of the numbers."""
    both = pa.table({"number": whole(table[label]), "name": whole(table[name])})
    rows = both.group_by(["number", "name"]).aggregate([([], "count_all")]).to_pylist()
    rows = [row for row in rows if row["number"] and row["name"]]
    rows.sort(key=lambda row: (int(row["number"]), row["count_all"], row["name"]))
    return {row["number"]: row["name"] for row in rows}


def _rows_of_other_names(table: pa.Table, pair: tuple[str, str], usual: Mapping[str, str]) -> list[int]:
    """The rows, from 0, whose name is not the usual one of their number."""
    label, name = whole(table[pair[0]]), whole(table[pair[1]])
    expected = LabelNames(column=pair[0], names_column=pair[1], names=usual).named(label)
    other = pc.and_(pc.not_equal(expected, name), pc.and_(pc.not_equal(expected, ""), pc.not_equal(name, "")))
    rows: list[int] = np.flatnonzero(other.to_numpy(zero_copy_only=False)).tolist()
    return rows


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


def _differ(
    file: str, pair: tuple[str, str], bad: Sequence[tuple[str, str]], odd: Sequence[int], level: str
) -> Problem:
    shown = [f'{number} = "{name}"' for number, name in bad]
    rows = say(
        N_("{n:,} row has another name than most of its number; rows counted from 0: {rows}"),
        N_("{n:,} rows have another name than most of their number; rows counted from 0: {rows}"),
        n=len(odd),
        rows=listed([str(row) for row in odd], SHOWN),
    )
    return Problem(
        slug="label-names-differ",
        what=say(
            N_("{file}: {label} and {names} do not belong together one to one"),
            file=file,
            label=pair[0],
            names=pair[1],
        ),
        details=(say(N_("e.g. {names}"), names=listed(shown, SHOWN)), *([rows] if odd else [])),
        fixes=(
            *((say(N_("correct these rows: one of the two columns is wrong in each")),) if odd else ()),
            *(say("--label {name}", name=shlex.quote(name)) for name in pair),
        ),
        level=level,
    )
