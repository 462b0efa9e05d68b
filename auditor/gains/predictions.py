"""The user's own models: their predictions of TEST, in a file for each of two or three trainings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import BlockSource, blocks_of
from auditor.errors import Problem, UsageError
from auditor.gains.files import Files
from auditor.gains.rows import Joined
from auditor.gains.told import Told
from auditor.inspection import inspect
from auditor.phases import Phases
from auditor.read.choice import InputChoice
from auditor.read.classes import class_key
from auditor.wording import N_, say


def told_by_files(
    files: Files,
    rows: Joined,
    test: Any,
    predictions: Sequence[Any],
    choice: InputChoice,
    phases: Phases,
) -> tuple[Joined, Told]:
    """What the user's models say of TEST; rows that one of them does not predict are not judged.

    Args:
        files: the three files.
        rows: their rows.
        test: TEST, which predictions are joined to.
        predictions: of a model that learned from BEFORE, one that learned from AFTER, and perhaps one that
            learned from BEFORE without its suspects.
        choice: what the user said of the input.
        phases: takes the time of each phase.

    Raises:
        UsageError: `option-value` where there are not two or three.
        InputError: they cannot be read or joined.
    """
    if not 2 <= len(predictions) <= 3:
        raise UsageError(_how_many(len(predictions)))
    # no row of TEST has been learned from: copies of such rows are left out
    said = replace(choice, out_of_sample="yes", annotations=None, embeddings=None)
    found = [_named(files, test, one, said, phases) for one in predictions]
    first = len(rows.truth) - len(files.test.codes)
    lost = np.zeros(len(rows.truth), bool)
    lost[first:] = np.any([codes < 0 for codes in found], axis=0)
    gone = int((lost & (rows.truth >= 0)).sum())
    rows = replace(
        rows,
        truth=np.where(lost, -1, rows.truth).astype(np.int32),
        left_out={**rows.left_out, "not_seen": rows.left_out["not_seen"] + gone},
    )
    return rows, Told(named=tuple(codes[rows.tests - first] for codes in found))


def _named(
    files: Files, test: Any, predictions: Any, choice: InputChoice, phases: Phases
) -> NDArray[np.int64]:
    """(t,) the class that the predictions name for each row of TEST; -1 where there are none."""
    given, _ = inspect(test, [predictions], choice, phases).sound()
    probabilities = given.probabilities
    assert probabilities is not None  # they were given, and nothing is wrong
    at = {class_key(name): code for code, name in enumerate(files.classes)}
    codes = np.array([at.get(class_key(name), len(at)) for name in probabilities.classes], np.int64)
    named = codes[_largest(probabilities.blocks)]
    return named if probabilities.covered is None else np.where(probabilities.covered, named, -1)


def _largest(blocks: BlockSource) -> NDArray[np.int64]:
    parts = [blocks.read(start, stop).argmax(axis=1) for start, stop in blocks_of(blocks)]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _how_many(given: int) -> Problem:
    return Problem(
        slug="option-value",
        what=say(N_("--test-predictions: {n} is given, and two or three are needed"), n=given),
        details=(
            say(
                N_(
                    "of a model that learned from BEFORE, of one that learned from AFTER, and perhaps of one "
                    "that learned from BEFORE without the suspects: in this order"
                )
            ),
        ),
    )
