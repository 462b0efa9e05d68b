"""Which columns of a table of answers are the item, the annotator and the label."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.data import Dataset
from auditor.errors import InputError, Problem
from auditor.read.columns import NAMES, normal_name
from auditor.wording import N_, say

ITEM = NAMES["id"] | {"item", "items", "itemid", "task", "taskid", "example", "row", "항목", "문항"}
"""Normalised names of the column of items, besides that of the dataset's own id column."""
ANNOTATOR = NAMES["annotator"] | {
    *(
        "annotatorid",
        "annotatorname",
        "workerid",
        "labelerid",
        "labellerid",
        "reviewerid",
        "rater",
        "raterid",
    ),
    *("user", "userid", "coder", "judge", "평가자", "작업자아이디"),
}
LABEL = NAMES["label"] | {"annotation", "response", "vote", "rating", "judgment", "judgement", "응답", "투표"}
EXAMPLE = "item,annotator,label"
"""A header that messages show."""
Columns = tuple[str, str, str]
"""Item, annotator and label."""


def annotation_columns(
    file: str, names: Sequence[str], dataset: Dataset
) -> tuple[Columns, tuple[Problem, ...]]:
    """The columns of a table of answers: by name, else three columns in this order, which is noted.

    Args:
        file: what messages call the table.
        names: its columns.
        dataset: whose own names for its id and label columns go first.

    Raises:
        InputError: `annotations-columns`.
    """
    annotator = _named(names, ANNOTATOR, ())
    item = _named(names, ITEM, dataset.roles.get("id", ()))
    label = _named(names, LABEL, dataset.roles.get("label", ()))
    found = (item, annotator, label)
    if all(len(columns) == 1 for columns in found) and len({*item, *annotator, *label}) == len(found):
        return (item[0], annotator[0], label[0]), ()
    if len(names) == len(found) and _may_be(names):
        return (names[0], names[1], names[2]), (_by_order(file, names),)
    raise InputError(_cannot_tell(file, names))


def _named(names: Sequence[str], known: frozenset[str], own: Sequence[str]) -> list[str]:
    """The columns that the dataset calls so, else those whose names say it."""
    same = [name for name in names if normal_name(name) in {normal_name(column) for column in own}]
    return same if len(same) == 1 else [name for name in names if normal_name(name) in known]


def _may_be(names: Sequence[str]) -> bool:
    """Whether no column has a name that says it is something else than its place does."""
    known = (ITEM, ANNOTATOR, LABEL)
    return all(
        normal_name(name) in own or not any(normal_name(name) in other for other in known)
        for name, own in zip(names, known, strict=True)
    )


def _by_order(file: str, names: Sequence[str]) -> Problem:
    return Problem(
        slug="annotations-columns",
        what=say(
            N_("{file}: by their order {item} is the item, {annotator} the annotator, {label} the label"),
            file=file,
            item=names[0],
            annotator=names[1],
            label=names[2],
        ),
        level="note",
    )


def _cannot_tell(file: str, names: Sequence[str]) -> Problem:
    return Problem(
        slug="annotations-columns",
        what=say(N_("cannot tell which columns of {file} are item, annotator and label"), file=file),
        details=(say(N_("columns: {names}"), names=", ".join(names[:12])),),
        fixes=(say(N_("name the three columns {example}, with a row per answer"), example=EXAMPLE),),
    )
