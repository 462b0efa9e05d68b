"""What models say of the rows of TEST: one that learned from BEFORE, one that learned from AFTER."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.errors import InputError, Problem
from auditor.gains.files import Files
from auditor.gains.rows import Joined
from auditor.phases import Phases
from auditor.predict.holdout import fix_model
from auditor.read.choice import InputChoice
from auditor.scan.filters import flagged_by
from auditor.ties import tie_keys
from auditor.wording import N_, say

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What models said of the judged rows."""

    named: tuple[Codes, ...]
    """(m,) classes each: learned from BEFORE, from AFTER, and perhaps from BEFORE without the suspects."""
    looked_at: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    learned: tuple[int, ...] = ()
    suspects: int | None = None
    notes: tuple[Problem, ...] = ()


def told_by_model(files: Files, rows: Joined, choice: InputChoice, phases: Phases) -> Told:
    """Fix the model by BEFORE, and let it learn two or three times."""
    dataset, tests = rows.index.dataset, rows.tests
    names = dataset.content.columns.column_names
    model = fix_model(
        rows.index,
        rows.before,
        rows.after,
        tie_keys(dataset, rows.index)(np.arange(len(dataset))),
        seconds=choice.model_seconds,
        tell=phases.teller("model"),
        named=[name for name in choice.columns.features if name in names],
    )
    if model is None:
        what = say(N_("no model was made: there are too few rows or columns to learn from"))
        raise InputError(Problem(slug="no-model", what=what))
    labels = [rows.before, rows.after]
    flagged = _suspects(files, len(rows.before))
    if flagged is not None:
        labels.append(np.where(flagged, -1, rows.before).astype(np.int32))
    for codes in labels:
        if len(np.unique(codes[codes >= 0])) < 2:
            what = say(N_("no model was made: fewer than two classes are left to learn"))
            raise InputError(Problem(slug="no-model", what=what))
    return Told(
        named=tuple(model.predict(codes, tests) for codes in labels),
        looked_at=model.looked_at,
        models=tuple(learner.name for learner in model.learners),
        learned=tuple(model.learned(codes) for codes in labels),
        suspects=None if flagged is None else int((flagged & (rows.before >= 0)).sum()),
        notes=model.notes,
    )


def _suspects(files: Files, n: int) -> NDArray[np.bool_] | None:
    """(n,) the rows of BEFORE that cleanlab's default filter flags; None without predictions."""
    seen = files.seen
    given, index = seen.sound()
    if given.probabilities is None or seen.rows is None or seen.sums is None:
        return None
    blocks, labels = given.probabilities.blocks, given.dataset.labels.codes
    ties = tie_keys(given.dataset, index)
    found = np.zeros(n, bool)
    found[: len(labels)] = flagged_by("prune_by_noise_rate", blocks, labels, seen.rows, seen.sums, ties)
    return found
