"""The three files that a gain is measured with, read alike: the columns of the first are those of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.arrow import whole
from auditor.data import Content, Dataset, Embeddings
from auditor.errors import InputError, Problem, UsageError
from auditor.inspection import Inspection, inspect
from auditor.phases import Phases
from auditor.read.choice import InputChoice
from auditor.read.classes import class_key
from auditor.read.columns import MARKS, normal_name
from auditor.read.dataset import Given, read_inputs
from auditor.read.memory import in_memory, table_from_object
from auditor.read.sources import located
from auditor.read.tables import read_table
from auditor.review.standing import REMOVALS
from auditor.wording import N_, Text, listed, say

SHOWN = 5
"""Names that a message lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One of the three files."""

    dataset: Dataset
    embeddings: Embeddings | None
    codes: NDArray[np.int32]
    """(n,) the label of each row among the classes of all files; -1 where there is none."""
    marked: NDArray[np.bool_]
    """(n,) rows that `auditor apply --excluded flag` has marked: they teach nothing and judge nothing."""

    @property
    def kept(self) -> NDArray[np.int32]:
        """(n,) the labels of the rows that are not marked; -1 for the others."""
        return np.where(self.marked, -1, self.codes).astype(np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The three files."""

    before: File
    after: File
    test: File
    classes: tuple[str, ...]
    """(K,) those of BEFORE, then what only AFTER has, then what only TEST has."""
    seen: Inspection
    """What is known of BEFORE, with its predictions where there are any."""
    notes: tuple[Problem, ...] = ()


def read_files(
    before: Any,
    after: Any,
    test: Any,
    predictions: Sequence[Any],
    choice: InputChoice,
    phases: Phases,
    predict: Literal["never", "if-none"],
) -> Files:
    """Read BEFORE as an audit does, AFTER and TEST with its columns and classes.

    Args:
        before, after, test: paths or DataFrames.
        predictions: of BEFORE, out of sample.
        choice: what the user said of the input.
        phases: takes the time of each phase.
        predict: whether BEFORE is predicted by the built-in model where there are no predictions.

    Raises:
        UsageError: the call is wrong.
        InputError: a file cannot be judged; `gain-columns` where AFTER or TEST is another kind of table.
    """
    seen = inspect(before, predictions, choice, phases, predict=predict)
    given, _ = seen.sound()
    first = given.dataset
    _refuse_without_labels(first)
    alike = _as_in(first, replace(choice, annotations=None))
    with phases.phase("read"):
        others = [_read_as(first, data, alike) for data in (after, test)]
    classes = _union([first.classes, *(other.dataset.classes for other in others)])
    files = [
        File(
            dataset=one.dataset,
            embeddings=one.embeddings,
            codes=_coded(one.dataset, classes),
            marked=_marked(one.dataset, data, choice),
        )
        for one, data in zip((given, *others), (before, after, test), strict=True)
    ]
    _refuse_other_classes(files[0], files[2])
    return Files(
        before=files[0],
        after=files[1],
        test=files[2],
        classes=classes,
        seen=seen,
        notes=_warnings([given, *others]),
    )


def _as_in(first: Dataset, choice: InputChoice) -> InputChoice:
    """What the user said, and the columns that BEFORE was found to have; a format that names them says it
    again of the other files."""

    def found(role: str) -> tuple[str, ...]:
        return () if first.why.get(role) in {"format", "index"} else first.roles.get(role, ())

    kind, columns = first.content.kind, choice.columns
    features = tuple(first.content.columns.column_names) if kind == "columns" and found("features") else ()
    said = replace(
        columns,
        label=columns.label or next(iter(found("label")), None),
        text=columns.text or (found("text") if kind == "text" else ()),
        image=columns.image or (next(iter(found("image")), None) if kind == "images" else None),
        features=features or columns.features,
    )
    by_number = first.labels.by_number and choice.classes is None and choice.class_names is None
    return replace(choice, columns=said, class_names=first.classes if by_number else choice.class_names)


def _read_as(first: Dataset, data: Any, choice: InputChoice) -> Given:
    try:
        given = read_inputs(data, (), choice)
    except UsageError as error:
        raise InputError([_other_columns(first, problem) for problem in error.problems]) from error
    dataset = given.dataset
    _refuse_without_labels(dataset)
    names = first.content.columns.column_names
    lost = [name for name in names if name not in dataset.content.columns.column_names]
    if dataset.content.kind != first.content.kind or lost:
        raise InputError(_other_content(first, dataset, lost))
    content = Content(kind=first.content.kind, columns=dataset.content.columns.select(names))
    return replace(given, dataset=replace(dataset, content=content))


def _refuse_without_labels(dataset: Dataset) -> None:
    if (dataset.labels.codes >= 0).any():
        return
    what = say(N_("{name}: no row has a label; a gain cannot be measured"), name=dataset.name)
    fix = say(N_("--label COL names the label column"))
    raise InputError(Problem(slug="gain-columns", what=what, fixes=(fix,)))


def _refuse_other_classes(before: File, test: File) -> None:
    """No class in common: one of the two names is not the label column."""
    known = np.unique(before.codes[before.codes >= 0])
    if np.isin(test.codes, known).any():
        return
    what = say(
        N_("no label of {test} is a label of {before}: the label columns say different things"),
        test=test.dataset.name,
        before=before.dataset.name,
    )
    details = tuple(
        say("{name}: {classes}", name=one.name, classes=listed(one.classes, SHOWN))
        for one in (before.dataset, test.dataset)
    )
    raise InputError(Problem(slug="gain-columns", what=what, details=details, fixes=(say("--label COL"),)))


def _other_columns(first: Dataset, problem: Problem) -> Problem:
    detail = say(N_("the columns of {before} are looked for in the other files too"), before=first.name)
    return replace(problem, slug="gain-columns", details=(*problem.details, detail))


def _other_content(first: Dataset, other: Dataset, lost: Sequence[str]) -> Problem:
    what: Text = say(N_("{name} has another content than {before}"), name=other.name, before=first.name)
    details = [say(N_("columns that it lacks: {names}"), names=listed(lost, SHOWN))] if lost else []
    details += [
        say("{name}: {kind}", name=one.name, kind=one.content.kind) for one in (first, other) if not lost
    ]
    return Problem(slug="gain-columns", what=what, details=tuple(details), fixes=(say("--text COL"),))


def _union(lists: Sequence[Sequence[str]]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for names in lists:
        for name in names:
            found.setdefault(class_key(name), name)
    return tuple(found.values())


def _coded(dataset: Dataset, classes: Sequence[str]) -> NDArray[np.int32]:
    at = {class_key(name): code for code, name in enumerate(classes)}
    place = np.array([*(at[class_key(name)] for name in dataset.classes), -1], np.int32)
    codes = dataset.labels.codes
    found: NDArray[np.int32] = place[np.where(codes >= 0, codes, len(dataset.classes))]
    return found


def _marked(dataset: Dataset, data: Any, choice: InputChoice) -> NDArray[np.bool_]:
    """(n,) rows with a mark in the column that `apply` adds; a dataset does not keep it: it is read again."""
    names = [name for name in (*dataset.slices, *dataset.unused) if normal_name(name) in MARKS]
    found = np.zeros(len(dataset), bool)
    if not names:
        return found
    source = located(data, folders=True) if isinstance(data, (str, Path)) else None
    table = (
        table_from_object(in_memory(data, "dataframe"), "dataframe", stated_id=choice.columns.id)
        if source is None
        else read_table(source, input_format=choice.input_format, sep=choice.sep)
    )
    for name in names:
        marks = pc.is_in(whole(table.columns[name]).cast(pa.string()), value_set=pa.array(sorted(REMOVALS)))
        found |= marks.to_numpy(zero_copy_only=False)
    return found


def _warnings(given: Sequence[Given]) -> tuple[Problem, ...]:
    """What looked odd in any of the files; notes of how they were understood are not shown again."""
    notes = [note for one in given for note in (*one.dataset.notes, *one.notes) if note.level == "warning"]
    return tuple(dict.fromkeys(notes))
