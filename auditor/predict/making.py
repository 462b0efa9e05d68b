"""Out-of-sample class probabilities of a dataset by auditor's own models."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import ArrayBlocks, blocks_of
from auditor.data import ClassProbabilities, Dataset, ModelCard, PredictionFile
from auditor.errors import Problem
from auditor.predict.budget import SECONDS, rows_within
from auditor.predict.cross import Crossed, Task, Tell, cross_validate
from auditor.predict.folds import FOLDS, Keys, folds_of, learnable
from auditor.predict.models import Models, models_for
from auditor.predict.units import Units, units_of
from auditor.read.scratch import Scratch, asking_for_room
from auditor.similar.content import ContentIndex
from auditor.wording import N_, Text, listed, say

NAME = "built-in model"
"""What stands for a file name where files of predictions are listed."""
FEWEST_ROWS = 20
"""Labelled rows below which nothing is learned: four a fold."""
IN_MEMORY = 1 << 26
"""Probabilities that are held in memory: 256 MB; more are written into a temporary file."""
SHOWN = 5
"""Classes that a sentence names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Predictions of a dataset, or why there are none."""

    probabilities: ClassProbabilities | None = None
    folds: NDArray[np.int8] | None = None
    """(n,) the fold in which each row was predicted."""
    why_not: Text | None = None
    notes: tuple[Problem, ...] = ()


def make_predictions(
    index: ContentIndex, keys: Keys, seconds: float | None = None, tell: Tell | None = None
) -> Made:
    """Predict every row by models that have learned neither from it nor from its copies.

    Args:
        index: the dataset, its content and vectors, compared.
        keys: (n,) a number per row that does not depend on where it stands.
        seconds: CPU seconds for all fits together, about: above, models learn from fewer rows.
        tell: called with the share that is done, 0..1.

    Returns:
        (n, K) probabilities that are out of sample by construction, or the reason why there are none.
    """
    dataset = index.dataset
    codes = np.where(dataset.labels.codes >= 0, dataset.labels.codes, -1).astype(np.int32)
    if (why := _too_little(codes, dataset)) is not None:
        return Made(why_not=why)
    units = units_of(index, FOLDS)
    folds = folds_of(codes, units.of_row, keys)
    able = learnable(codes, folds, len(dataset.classes))
    if len(np.unique(codes[able])) < 2:
        return Made(why_not=say(N_("fewer than two classes have rows enough for a model to learn them")))
    models = models_for(index)
    if not models.learners:
        return Made(why_not=_nothing_to_learn_from(dataset), notes=models.notes)
    return _made(index, Task(
        codes=codes, classes=len(dataset.classes), folds=folds, keys=keys,
        most=rows_within(models.learners, int((codes >= 0).sum()), len(dataset.classes), seconds or SECONDS),
    ), models, units, seconds or SECONDS, tell or (lambda share: None))  # fmt: skip


def _too_little(codes: NDArray[np.int32], dataset: Dataset) -> Text | None:
    labelled = int((codes >= 0).sum())
    if not labelled:
        return say(N_("no row has a label"))
    if labelled < FEWEST_ROWS:
        return say(
            N_("{n:,} labelled row is too few: {least} are needed"),
            N_("{n:,} labelled rows are too few: {least} are needed"),
            n=labelled,
            least=FEWEST_ROWS,
        )
    return None


def _nothing_to_learn_from(dataset: Dataset) -> Text:
    if dataset.content.kind == "files":
        return say(N_("names of files say nothing; bring vectors of the files with --embeddings"))
    return say(N_("no column is left that a model could learn from"))


def _made(index: ContentIndex, task: Task, models: Models, units: Units, seconds: float, tell: Tell) -> Made:
    from threadpoolctl import threadpool_limits  # of scikit-learn

    out = _room(len(task.codes), task.classes)
    with threadpool_limits(limits=1):
        crossed = cross_validate(task, models.learners, out, tell)
    card = _card(task, models, units, crossed, seconds)
    notes = (*models.notes, *_notes(index.dataset, task, card, crossed))
    blocks = ArrayBlocks(out)
    return Made(
        probabilities=ClassProbabilities(
            blocks=blocks,
            classes=index.dataset.classes,
            out_of_sample="yes",
            covered=None if crossed.covered.all() else crossed.covered,
            files=(
                PredictionFile(
                    name=NAME, kind="probabilities", joined="made here", rows=len(out), named=True
                ),
            ),
            digest=_digest(blocks),
            notes=notes,
            model=card,
        ),
        folds=task.folds,
        notes=notes,
    )


def _room(rows: int, classes: int) -> NDArray[np.float32]:
    """(n, K) zeros; in a temporary file that is deleted with the array where they are many."""
    if rows * classes <= IN_MEMORY:
        return np.zeros((rows, classes), np.float32)
    scratch = Scratch()
    with asking_for_room():
        found = _Kept(scratch.path / "made.npy", np.float32, "w+", shape=(rows, classes))
    found.scratch = scratch
    return found


class _Kept(np.memmap[Any, np.dtype[np.float32]]):
    """A memory map that keeps the folder it lies in."""

    scratch: Scratch | None = None


def _digest(blocks: ArrayBlocks) -> str:
    found = hashlib.sha256()
    for start, stop in blocks_of(blocks):
        found.update(np.ascontiguousarray(blocks.read(start, stop)).tobytes())
    return found.hexdigest()


def _card(task: Task, models: Models, units: Units, crossed: Crossed, seconds: float) -> ModelCard:
    names = [learner.name for learner in models.learners]
    used = Counter(name for blend in crossed.blends for name in {names[at] for at in blend.members})
    return ModelCard(
        looked_at=models.looked_at,
        models={name: used[name] for name in dict.fromkeys(names) if used[name]},
        folds=task.number,
        rows=int((task.codes >= 0).sum()),
        learned=min(crossed.learned),
        seconds=float(seconds),
        copies=units.exact,
        near_kept=units.near,
        near_parted=units.split,
        near_parted_rows=units.split_rows,
        not_judged=int((~crossed.covered).sum()),
        left_out=dict(models.left_out),
        columns=dict(models.columns),
    )


def _notes(dataset: Dataset, task: Task, card: ModelCard, crossed: Crossed) -> list[Problem]:
    notes = []
    if min(task.most) < card.rows * (task.number - 1) // task.number:
        notes.append(_sampled(card))
    if card.not_judged:
        notes.append(_not_judged(dataset, task.codes[~crossed.covered]))
    if card.near_parted:
        notes.append(_parted(card))
    return notes


def _sampled(card: ModelCard) -> Problem:
    return Problem(
        slug="model-sampled",
        what=say(
            N_("each model learned from {learned:,} of {rows:,} labelled rows, to stay within {seconds:g} s"),
            learned=card.learned,
            rows=card.rows,
            seconds=card.seconds,
        ),
        details=(say(N_("every row is predicted all the same")),),
        fixes=(say(N_("--model-seconds N gives it more time")),),
        level="note",
    )


def _not_judged(dataset: Dataset, codes: NDArray[np.int32]) -> Problem:
    names: Sequence[str] = [dataset.classes[code] for code in np.unique(codes)]
    return Problem(
        slug="class-not-learned",
        what=say(
            N_("{n:,} labelled row has no prediction: no other row shows a model its class ({names})"),
            N_("{n:,} labelled rows have no prediction: no other rows show a model their class ({names})"),
            n=len(codes),
            names=listed(names, SHOWN),
        ),
        details=(say(N_("a class of one row, or of copies of one row, can be neither learned nor judged")),),
        level="note",
    )


def _parted(card: ModelCard) -> Problem:
    return Problem(
        slug="near-group-parted",
        what=say(
            N_(
                "{groups:,} near group of {rows:,} rows is too large for a fold: only its exact copies are "
                "kept together"
            ),
            N_(
                "{groups:,} near groups of {rows:,} rows are too large for a fold: only their exact copies "
                "are kept together"
            ),
            groups=card.near_parted,
            rows=card.near_parted_rows,
        ),
        details=(say(N_("a model may have learned such a row's label from a row that is like it")),),
        fixes=(say(N_("--near-threshold X with a higher X makes near groups smaller")),),
        level="note",
    )
