"""Which columns of a table hold one probability per class: by their names, then by their numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from auditor.blocks import BlockSource
from auditor.errors import InputError, Problem
from auditor.read.classes import as_indexes, class_key
from auditor.read.columns import NAMES, normal_name
from auditor.read.numbers import LOOSE_HALF, kind_of, number_facts
from auditor.wording import N_, Text, say

WIDE = re.compile(r"^(?P<prefix>prob|proba|p|pred|score|logit)[_:. ](?P<name>.+)$", re.IGNORECASE)
"""Columns of one probability per class, with the class in the name: `prob_cat`, `p:cat`."""
NUMBERED = re.compile(r"^(?P<prefix>c|class_?)(?P<name>\d+)$", re.IGNORECASE)
"""The same with the number of the class: `c0`, `c1`."""
PREDICTED = frozenset(
    {
        *("pred", "prediction", "predictions", "predicted", "ypred", "예측"),
        *("predictedlabel", "predictedclass", "predlabel", "predclass"),
    }
)
"""Normalised names of a column of predicted labels."""

Columns = dict[str, str]
"""Column -> the class whose probability it holds."""
Source = TypeVar("Source", bound=BlockSource)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the dataset tells about the columns of its predictions."""

    labels: frozenset[str] = frozenset()
    """The label texts."""
    id: str | None = None
    """The name of the id column."""


def wide_groups(names: Sequence[str]) -> list[Columns]:
    """The sets of two or more columns that look like one probability per class, one set per prefix."""
    groups: dict[str, Columns] = {}
    for name in names:
        found = WIDE.match(name) or NUMBERED.match(name)
        if found and normal_name(name) not in PREDICTED:
            groups.setdefault(found["prefix"].casefold(), {})[name] = found["name"]
    return [group for group in groups.values() if len(group) > 1 and len(set(group.values())) == len(group)]


def probability_columns(names: Sequence[str], known: Known, file: str) -> Columns:
    """Column -> class, for a table of predictions: `prob_cat`, `c0`, or the class names themselves.

    Raises:
        InputError: `hard-labels` if there is only a predicted label, `predictions-columns` otherwise.
    """
    rest = [name for name in names if name in known.labels or not _has_another_use(name, known)]
    groups = wide_groups(names)
    own = {name: name for name in rest}
    numbers = {name: name for name in rest if name.isdigit()}
    if len(own) > 1 and _are_classes(own, known.labels):
        groups.append(own)
    elif len(numbers) > 1:
        groups.append(numbers)
    elif not groups and len(own) > 1 and as_indexes(list(known.labels), len(own)):
        groups.append(own)  # labels are the numbers of these classes; `settled` looks at the sums
    best = max((covered(group, known.labels) for group in groups), default=0)
    fitting = [group for group in groups if covered(group, known.labels) == best]
    if len(fitting) == 1:
        return fitting[0]
    if not groups and any(normal_name(name) in PREDICTED | NAMES["label"] for name in names):
        raise InputError(hard_labels(file, _listed(names)))
    raise InputError(_no_columns(file, _listed(names)))


def _are_classes(columns: Columns, labels: frozenset[str]) -> bool:
    """Whether the names are those of the classes: they name most labels, or all are labels themselves.

    A label that is no name (a misspelt one) leaves them the class names; it is reported later.
    """
    both = covered(columns, labels)
    return both > 0 and (both == len(columns) or 2 * both > len(labels))


def covered(columns: Columns, labels: frozenset[str]) -> int:
    """How many of the labels are names of these columns' classes."""
    return len({class_key(name) for name in columns.values()} & {class_key(label) for label in labels})


@dataclass(frozen=True, slots=True)
class Settled(Generic[Source]):
    """The columns that are the class probabilities, their numbers, and what was left out."""

    columns: Columns
    blocks: Source
    notes: tuple[Problem, ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """The class of each column."""
        return tuple(self.columns.values())


def settled(
    columns: Columns, known: Known, file: str, read: Callable[[Sequence[str]], Source]
) -> Settled[Source]:
    """The columns that really are the class probabilities, and their numbers.

    Names alone do not tell a class without a row in the dataset from a column of something else
    (`max`, `margin`): either the rows of all columns sum to one, or those of the labels alone do.

    Raises:
        InputError: `predictions-columns` where neither do, and the names do not say that they are scores.
    """
    everything = read(list(columns))
    keys = {class_key(label) for label in known.labels}
    of_labels = {column: name for column, name in columns.items() if class_key(name) in keys}
    as_scores = any(column != name or name.isdigit() for column, name in columns.items())
    if len(of_labels) == len(columns) or (as_scores and len(of_labels) < 2) or sum_to_one(everything):
        return Settled(columns, everything)
    if len(of_labels) > 1 and sum_to_one(numbers := read(list(of_labels))):
        return Settled(of_labels, numbers, (_left_out(file, columns.keys() - of_labels.keys()),))
    if as_scores:
        return Settled(columns, everything)
    raise InputError(_no_columns(file, _listed(list(columns))))


def sum_to_one(numbers: BlockSource) -> bool:
    """Whether the numbers are class probabilities as they stand."""
    return kind_of(number_facts(numbers), LOOSE_HALF) == "probabilities"


def id_column(names: Sequence[str], known: Known, file: str) -> str | None:
    """The id column of a table of predictions: named as in the dataset, else the one whose name says so.

    Raises:
        InputError: `column-ambiguous` where several could be it.
    """
    if known.id in names:
        return known.id
    found = [name for name in names if normal_name(name) in NAMES["id"] and name not in known.labels]
    if len(found) < 2:
        return found[0] if found else None
    raise InputError(
        Problem(
            slug="column-ambiguous",
            what=say(N_("cannot tell which column is the {role} in {file}"), role="id", file=file),
            details=(say(N_("candidates: {names}"), names=", ".join(found)),),
            fixes=(say(N_("keep one of them, or name it as in the dataset")),),
        )
    )


def _has_another_use(name: str, known: Known) -> bool:
    return name == known.id or normal_name(name) in PREDICTED.union(*NAMES.values())


def hard_labels(name: str, detail: Text) -> Problem:
    """Predicted labels where probabilities are needed."""
    return Problem(
        slug="hard-labels",
        what=say(N_("{name} holds predicted labels, not class probabilities"), name=name),
        details=(
            detail,
            say(N_("a predicted label tells who disagrees, but not how surely; no order can be made of it")),
        ),
        fixes=(say(N_("write predict_proba's output: one column per class, named prob_CLASS")),),
    )


def _no_columns(file: str, columns: Text) -> Problem:
    return Problem(
        slug="predictions-columns",
        what=say(N_("cannot tell which columns of {file} are the class probabilities"), file=file),
        details=(columns,),
        fixes=(say(N_("name them prob_CLASS, or by the class names of the dataset")),),
    )


def _left_out(file: str, columns: Iterable[str]) -> Problem:
    return Problem(
        slug="columns-unused",
        what=say(
            N_("{file}: not taken for class probabilities: {names}"),
            file=file,
            names=", ".join(sorted(columns)[:12]),
        ),
        details=(say(N_("the columns of the labels sum to one without them")),),
        level="note",
    )


def _listed(names: Sequence[str]) -> Text:
    return say(N_("columns: {names}"), names=", ".join(names[:12]))
