"""Which columns of a table could hold one probability per class, by their names.

A class may have the name of something else (`text`, `no`): `probability_numbers` looks at the numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from auditor.errors import InputError, Problem
from auditor.read.classes import as_indexes, class_key, sorted_labels
from auditor.read.columns import NAMES, normal_name
from auditor.wording import N_, Text, cut, say

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the dataset tells about the columns of its predictions."""

    labels: frozenset[str] = frozenset()
    """The label texts."""
    id: str | None = None
    """The name of the id column."""
    stated: tuple[str, ...] = ()
    """The class names after `--classes`."""

    def states(self, columns: Columns) -> bool:
        """Whether the stated classes are the classes of these columns, in any order."""
        keys = sorted(class_key(name) for name in columns.values())
        return bool(self.stated) and keys == sorted(class_key(name) for name in self.stated)


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
    candidates = {name: name for name in names if name != known.id}
    groups = wide_groups(names)
    if stated := _stated([candidates, *groups], known):
        return stated
    own = {name: name for name in candidates if name in known.labels or not has_another_use(name, known)}
    numbers = {name: name for name in own if name.isdigit()}
    if len(candidates) > 1 and _are_classes(own, known.labels):
        groups.append(candidates)
    elif len(numbers) > 1:
        groups.append(numbers)
    elif not groups and len(own) > 1 and as_indexes(list(known.labels), len(own)):
        groups.append(candidates)  # labels are the numbers of these classes; `settled` looks at the sums
    best = max((covered(group, known.labels) for group in groups), default=0)
    fitting = [group for group in groups if covered(group, known.labels) == best]
    if len(fitting) == 1:
        return fitting[0]
    if not groups and any(normal_name(name) in PREDICTED | NAMES["label"] for name in names):
        raise InputError(hard_labels(file, listed_columns(names)))
    if len(known.labels) == 2 and len(own) == 1:
        raise InputError(_one_of_two(file, next(iter(own)), sorted_labels(sorted(known.labels))))
    raise InputError(no_columns(file, listed_columns(names)))


def _stated(groups: Sequence[Columns], known: Known) -> Columns | None:
    """The columns of the stated classes, where one group alone has them all."""
    keys = {class_key(name) for name in known.stated}
    parts = [{column: name for column, name in group.items() if class_key(name) in keys} for group in groups]
    found = [part for part in parts if known.states(part)]
    return found[0] if len(found) == 1 else None


def _are_classes(columns: Columns, labels: frozenset[str]) -> bool:
    """Whether the names are those of the classes: they name most labels, or all are labels themselves.

    A label that is no name (a misspelt one) leaves them the class names; it is reported later.
    """
    both = covered(columns, labels)
    return both > 0 and (both == len(columns) or 2 * both > len(labels))


def covered(columns: Columns, labels: frozenset[str]) -> int:
    """How many of the labels are names of these columns' classes."""
    return len({class_key(name) for name in columns.values()} & {class_key(label) for label in labels})


def id_column(names: Sequence[str], known: Known, file: str) -> str | None:
    """The id column of a table of predictions: named as in the dataset, else the one whose name says so.

    Raises:
        InputError: `column-ambiguous` where several could be it.
    """
    same = [name for name in names if known.id is not None and class_key(name) == class_key(known.id)]
    if same:
        return known.id if known.id in same else same[0]
    classes = known.labels.union(known.stated)
    found = [name for name in names if normal_name(name) in NAMES["id"] and name not in classes]
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


def has_another_use(name: str, known: Known) -> bool:
    """Whether a column's name says that it is something else than a class; a class may have such a name."""
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


def no_columns(file: str, columns: Text) -> Problem:
    """A table whose class columns cannot be told."""
    return Problem(
        slug="predictions-columns",
        what=say(N_("cannot tell which columns of {file} are the class probabilities"), file=file),
        details=(columns,),
        fixes=(say(N_("name them prob_CLASS, or by the class names of the dataset")),),
    )


def _one_of_two(file: str, column: str, labels: Sequence[str]) -> Problem:
    """One column of probabilities for two classes."""
    first, second = (cut(label, 40) for label in labels)
    return replace(
        no_columns(file, say(N_("a single column for two classes: {column}"), column=column)),
        fixes=(
            say(
                N_(
                    "p being the probability of {second}, write both: prob_{first} = 1 - p, prob_{second} = p"
                ),
                first=first,
                second=second,
            ),
        ),
    )


def listed_columns(names: Sequence[str]) -> Text:
    """The columns there are, as a detail of a problem."""
    return say(N_("columns: {names}"), names=", ".join(names[:12]))
