"""Predictions into `ClassProbabilities`: read, in class order, joined to the rows, averaged."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import Averaged, BlockSource, Reordered
from auditor.data import ClassProbabilities, Dataset, OutOfSample, PredictionFile
from auditor.errors import InputError, Problem, UsageError
from auditor.read.choice import InputChoice
from auditor.read.class_choice import name_the_columns
from auditor.read.classes import class_key
from auditor.read.columns import NONE
from auditor.read.conversion import as_probabilities
from auditor.read.frame_index import Rows
from auditor.read.join import How, Join, row_order
from auditor.read.memory import prediction_from_object
from auditor.read.numbers import LOOSE, LOOSE_HALF, NumberFacts, kind_of, number_facts
from auditor.read.own_columns import Own
from auditor.read.predictions import read_predictions
from auditor.read.probability_columns import Known
from auditor.read.raw_predictions import RawPredictions
from auditor.read.remote import is_address, without_secrets
from auditor.wording import N_, Text, say


def raw_predictions(
    predictions: Sequence[Any], own: Own | None, known: Known, choice: InputChoice
) -> list[RawPredictions]:
    """The numbers of every prediction given; without any, those in the dataset itself.

    Raises:
        UsageError: `option-value`, `same-predictions-twice`.
        InputError: with the problems of all files.
    """
    if not predictions:
        return [own.raw] if own is not None else []
    if choice.columns.label == NONE:
        raise UsageError(
            Problem(slug="option-value", what=say(N_("--predictions need labels; leave out --label none")))
        )
    paths = [_place(given) for given in predictions if isinstance(given, (str, Path))]
    twice = next((place for place, count in Counter(paths).items() if count > 1), None)
    if twice is not None:
        raise UsageError(_same_twice(without_secrets(twice).rsplit("/", 1)[-1]))
    raws: list[RawPredictions] = []
    problems: list[Problem] = []
    for number, given in enumerate(predictions, start=1):
        name = f"predictions {number}" if len(predictions) > 1 else "predictions"
        try:
            raws.append(_raw(given, name, known))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return raws


def _place(given: str | Path) -> str:
    """Where a file lies, so that one place under two names is one."""
    try:
        return str(given) if is_address(given) else Path(given).resolve().as_posix()
    except (OSError, ValueError, RuntimeError):  # a link to itself, a name that is none: reading tells
        return str(given)


def _raw(given: Any, name: str, known: Known) -> RawPredictions:
    if isinstance(given, (str, Path)):
        return read_predictions(given, known)
    return prediction_from_object(given, name, known)


def _same_twice(name: str) -> Problem:
    return Problem(
        slug="same-predictions-twice",
        what=say(N_("{name} is given twice: its average with itself says nothing new"), name=name),
    )


def joined_probabilities(
    dataset: Dataset, rows: Rows, raws: list[RawPredictions], choice: InputChoice
) -> ClassProbabilities | None:
    """The predictions row by row for the dataset, in class order, averaged if there are several.

    Args:
        dataset: the dataset.
        rows: what names its rows.
        raws: the predictions.
        choice: what the user said.

    Raises:
        InputError: with the problems of all files.
    """
    if not raws:
        return None
    joined, problems = _all_joined(dataset, rows, raws, choice)
    here = np.logical_and.reduce([part.covered for part in joined]) if joined else np.ones(len(dataset), bool)
    if not problems and not here.all() and choice.missing != "drop":
        problems = [_missing(dataset, here, several=len(raws) > 1)]
    if problems:
        raise InputError(problems)
    notes = [note for raw, part in zip(raws, joined, strict=True) for note in (*raw.notes, *part.notes)]
    if not here.all():
        notes.append(_dropped(here, several=len(raws) > 1))
    sources = tuple(part.source for part in joined)
    digests = sorted(part.digest for part in joined)
    return ClassProbabilities(
        blocks=sources[0] if len(sources) == 1 else Averaged(sources),
        classes=dataset.classes,
        out_of_sample=_out_of_sample(raws, choice),
        covered=None if here.all() else here,
        files=tuple(part.file for part in joined),
        digest=hashlib.sha256("".join(digests).encode()).hexdigest(),
        notes=tuple(notes),
    )


def _out_of_sample(raws: Sequence[RawPredictions], choice: InputChoice) -> OutOfSample:
    """What the user said, else what all the files say."""
    if choice.out_of_sample == "not said" and all(raw.out_of_sample for raw in raws):
        return "yes"
    return choice.out_of_sample


@dataclass(frozen=True, slots=True, kw_only=True)
class _Joined:
    source: BlockSource
    covered: NDArray[np.bool_]
    notes: tuple[Problem, ...]
    digest: str
    file: PredictionFile


def _all_joined(
    dataset: Dataset, rows: Rows, raws: list[RawPredictions], choice: InputChoice
) -> tuple[list[_Joined], list[Problem]]:
    """Every file that can be joined; the problems of the others, or else of files with the same numbers."""
    joined: list[_Joined] = []
    problems: list[Problem] = []
    for raw in raws:
        try:
            joined.append(_joined(dataset, rows, raw, choice))
        except InputError as error:
            problems += error.problems
    if not problems:
        digests = [part.digest for part in joined]
        problems = [_same_twice(raw.name) for at, raw in enumerate(raws) if digests[at] in digests[:at]]
    return joined, problems


def _joined(dataset: Dataset, rows: Rows, raw: RawPredictions, choice: InputChoice) -> _Joined:
    """One file as probabilities, its rows in the order of the dataset, its columns in class order."""
    facts = number_facts(raw.blocks)
    source, notes = as_probabilities(
        raw.blocks, facts, raw.name, half=raw.half, single=raw.single, quantised=raw.quantised
    )
    join = joined_rows(rows, raw, choice)
    columns = _column_order(raw, dataset.classes, choice)
    if join.order is not None or columns is not None:
        source = Reordered(source, join.order, columns)
    covered_rows = np.ones(len(dataset), bool) if join.order is None else join.order >= 0
    return _Joined(
        source=source,
        covered=covered_rows,
        notes=(*notes, *join.notes),
        digest=facts.digest,
        file=_understood(raw, facts, join.how),
    )


def _understood(raw: RawPredictions, facts: NumberFacts, how: How) -> PredictionFile:
    return PredictionFile(
        name=raw.name,
        kind=kind_of(facts, LOOSE_HALF if raw.half else LOOSE),
        joined="own columns" if raw.of_dataset else how,
        rows=raw.blocks.shape[0],
        named=raw.classes is not None,
        by_auditor=raw.by_auditor,
    )


def joined_rows(rows: Rows, raw: RawPredictions, choice: InputChoice) -> Join:
    """How the rows of a file are joined to those of the dataset; raises as `row_order` does."""
    if raw.of_dataset:
        return Join(order=None, how="position")
    others = Rows(name=raw.name, n=raw.blocks.shape[0], ids=raw.ids, index=raw.index)
    return row_order(rows, others, choice.align, is_table=raw.is_table, is_frame=raw.is_frame)


def _column_order(
    raw: RawPredictions, classes: tuple[str, ...], choice: InputChoice
) -> NDArray[np.int64] | None:
    """The columns in class order, by their names or by the numbers they have for names.

    None where they stand in it already, and where the file names no classes or the user's class list
    gives the columns other names.

    Raises:
        InputError: `class-names-differ`.
    """
    if raw.classes is None or raw.classes == classes:
        return None
    keys = [class_key(name) for name in raw.classes]
    wanted = [class_key(name) for name in classes]
    for found, asked in ((list(raw.classes), list(classes)), (keys, wanted)):
        place = {name: column for column, name in enumerate(found)}
        if place.keys() == set(asked) and len(place) == len(found):
            return np.array([place[name] for name in asked], np.int64)
    numbers = [int(name) if name.isascii() and name.isdigit() else -1 for name in keys]
    if sorted(numbers) in (list(range(len(keys))), list(range(1, len(keys) + 1))):
        return np.argsort(numbers)
    stated = choice.classes is not None or choice.class_names is not None
    if stated and not set(keys) & set(wanted):
        return None
    raise InputError(_names_differ(raw, classes))


def _names_differ(raw: RawPredictions, classes: tuple[str, ...]) -> Problem:
    return Problem(
        slug="class-names-differ",
        what=say(N_("the columns of {name} have other names than the classes"), name=raw.name),
        details=(
            say(N_("columns: {names}"), names=", ".join((raw.classes or ())[:12])),
            say(N_("classes: {names}"), names=", ".join(classes[:12])),
        ),
        fixes=(name_the_columns(),),
    )


def _missing(dataset: Dataset, here: NDArray[np.bool_], *, several: bool) -> Problem:
    absent = np.flatnonzero(~here)
    return Problem(
        slug="predictions-missing",
        what=say(
            N_("{n:,} row of {dataset} has no prediction"),
            N_("{n:,} of {of:,} rows of {dataset} have no prediction"),
            n=len(absent),
            of=len(dataset),
            dataset=dataset.name,
        ),
        details=(
            say(N_("e.g. {names}"), names=", ".join(dataset.ids[int(row)].as_py() for row in absent[:5])),
            *_in_every_file(several),
        ),
        fixes=(say(N_("predict them too, or --missing drop to audit them without a model")),),
    )


def _dropped(here: NDArray[np.bool_], *, several: bool) -> Problem:
    return Problem(
        slug="rows-without-prediction",
        what=say(
            N_("{n:,} row has no prediction and stands in no number about label errors"),
            N_("{n:,} rows have no prediction and stand in no number about label errors"),
            n=int((~here).sum()),
        ),
        details=_in_every_file(several),
        level="warning",
    )


def _in_every_file(several: bool) -> tuple[Text, ...]:
    return (say(N_("a row counts as predicted where every file predicts it")),) if several else ()
