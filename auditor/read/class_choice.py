"""The class list of a dataset and its predictions, from the best source there is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from auditor.errors import InputError, Problem
from auditor.read.choice import InputChoice
from auditor.read.classes import ClassList, Named, class_key, class_list
from auditor.read.probability_columns import covered
from auditor.read.raw_predictions import RawPredictions
from auditor.wording import N_, Text, cut, listed, say

NO_LABEL = "-1"
"""What Hugging Face datasets write where a row has no label."""


def classes_of(
    labels: list[str],
    raws: list[RawPredictions],
    beside: list[Path],
    carried: Sequence[Named],
    choice: InputChoice,
) -> ClassList:
    """The class list, from the best source there is.

    Args:
        labels: the distinct label texts of the dataset.
        raws: the predictions.
        beside: the folder of the dataset, if it has one.
        carried: class names that the dataset itself carries, and what they are called.
        choice: what the user said.

    Raises:
        UsageError, InputError: as `class_list`; `class-count` with every file of another width.
    """
    named = [raw for raw in raws if raw.classes is not None]
    columns = next(((raw.name, raw.classes) for raw in named if raw.is_table and raw.classes), None)
    archive = next(((raw.name, raw.classes) for raw in named if not raw.is_table and raw.classes), None)
    if len(named) < len(raws):  # the columns of a bare array stand in the order of no other file
        labels, columns, archive = _with_classes_of(labels, named), None, None
    folders = [raw.path.parent for raw in raws if raw.path is not None] + beside
    classes = class_list(
        labels,
        stated=choice.classes,
        stated_names=choice.class_names,
        columns=columns,
        archive=archive,
        beside=list(dict.fromkeys(folders)) if raws else [],
        carried=carried,
        width=raws[0].blocks.shape[1] if raws else None,
    )
    wrong = [raw for raw in raws if raw.blocks.shape[1] != len(classes.names)]
    if wrong:
        raise InputError([_class_count(raw, classes) for raw in wrong])
    return classes


def _with_classes_of(labels: list[str], named: list[RawPredictions]) -> list[str]:
    """The labels, and the classes of a file that names them and has no row of one of these."""
    first = next((raw.classes for raw in named if raw.classes), ())
    if not covered({name: name for name in first}, frozenset(labels)):
        return labels
    keys = {class_key(label) for label in labels}
    return [*labels, *(name for name in first if class_key(name) not in keys)]


def _class_count(raw: RawPredictions, classes: ClassList) -> Problem:
    return Problem(
        slug="class-count",
        what=say(
            N_("{name} has {columns:,} columns for {k:,} classes"),
            name=raw.name,
            columns=raw.blocks.shape[1],
            k=len(classes.names),
        ),
        details=(
            say(N_("class order: {source}"), source=classes.source),
            say(N_("classes: {names}"), names=listed([cut(name, 40) for name in classes.names])),
        ),
        fixes=(
            *((_another_label(),) if 2 * len(classes.names) > raw.blocks.shape[0] else ()),
            *((no_label_yet(),) if NO_LABEL in classes.names else ()),
            name_the_columns(),
        ),
    )


def no_label_yet() -> Text:
    """What to do with a label of -1."""
    return say(N_("-1 is how Hugging Face writes that there is no label: leave such cells empty"))


def _another_label() -> Text:
    return say(N_("--label COLUMN: nearly every row has a label of its own, so this is hardly the label"))


def name_the_columns() -> Text:
    """What to type where the order of the probability columns is not known."""
    return say(N_("--classes FILE or --classes A,B,C with one name per column, in the order of the columns"))
