"""Out-of-sample class probabilities of a dataset by auditor's own models."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import ArrayBlocks, blocks_of
from auditor.data import ClassProbabilities, Dataset, ModelCard, PredictionFile
from auditor.errors import Problem
from auditor.predict.budget import SECONDS, rounds_within, rows_within
from auditor.predict.cross import Crossed, Task, Tell, cross_validate
from auditor.predict.folds import FOLDS, Keys, folds_of, learnable
from auditor.predict.models import Models, models_for
from auditor.predict.units import Units, units_of
from auditor.scratch import scratch_array
from auditor.similar.content import ContentIndex
from auditor.wording import N_, Text, listed, say

NAME = "built-in model"
"""What stands for a file name where files of predictions are listed."""
FEWEST_ROWS = 20
"""Labelled rows below which nothing is learned: four a fold."""
IN_MEMORY = 1 << 28
"""Bytes of probabilities that are held in memory; more are written into a temporary file."""
SHOWN = 5
"""Classes that a sentence names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Predictions of a dataset, or why there are none."""

    probabilities: ClassProbabilities | None = None
    folds: NDArray[np.int8] | None = None
    """(n, rounds) the fold in which each row was predicted."""
    why_not: Text | None = None
    notes: tuple[Problem, ...] = ()


def make_predictions(
    index: ContentIndex,
    keys: Keys,
    seconds: float | None = None,
    tell: Tell | None = None,
    named: Sequence[str] = (),
) -> Made:
    """Predict every row by models that have learned neither from it nor from its copies.

    Args:
        index: the dataset, its content and vectors, compared.
        keys: (n,) a number per row that does not depend on where it stands.
        seconds: CPU seconds for all fits together, about: above, models learn from fewer rows.
        tell: called with the share that is done, 0..1.
        named: columns of a table that the user named one by one: a leak among them stays.

    Returns:
        (n, K) probabilities that are out of sample by construction, or the reason why there are none.
    """
    dataset = index.dataset
    seen = _seen(index)
    codes = np.where(seen & (dataset.labels.codes >= 0), dataset.labels.codes, -1).astype(np.int32)
    if (why := why_no_model(index)) is not None:
        return Made(why_not=why)
    units = units_of(index, FOLDS)
    folds = folds_of(codes, units.of_row, keys)
    if len(np.unique(codes[learnable(codes, folds, len(dataset.classes))])) < 2:
        return Made(why_not=say(N_("fewer than two classes have rows enough for a model to learn them")))
    models = models_for(index, named)
    if not models.learners:
        return Made(why_not=_nothing_to_learn_from(dataset), notes=models.notes)
    rows, k, seconds = int((codes >= 0).sum()), len(dataset.classes), seconds or SECONDS
    models, most = _affordable(models, rows_within(models.learners, rows, k, seconds))
    tasks = [
        Task(codes=codes, classes=k, folds=folds_of(codes, units.of_row, other), keys=other, most=most)
        for other in _other_keys(keys, rounds_within(models.learners, rows, k, seconds))
    ]
    return _made(dataset, tasks, models, units, seconds, tell or (lambda share: None), seen)


def _seen(index: ContentIndex) -> NDArray[np.bool_]:
    """(n,) rows that models can learn from and predict: of images those that could be opened."""
    by_image = index.of_images and index.embeddings is None
    return index.filled if by_image else np.ones(len(index.dataset), bool)


def _affordable(models: Models, most: tuple[int, ...]) -> tuple[Models, tuple[int, ...]]:
    """The kinds of model that the time allows, and the rows that each may learn from."""
    kept = [at for at, rows in enumerate(most) if rows]
    learners = tuple(models.learners[at] for at in kept)
    return replace(models, learners=learners), tuple(most[at] for at in kept)


def _other_keys(keys: Keys, rounds: int) -> Iterator[Keys]:
    """The keys, and others that follow from them: the finaliser of SplitMix64 (Steele 2014)."""
    yield keys
    for number in range(1, rounds):
        mixed = keys + np.uint64(number * 0x9E3779B97F4A7C15 % 2**64)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        yield mixed ^ (mixed >> np.uint64(31))


def why_no_model(index: ContentIndex) -> Text | None:
    """Why no model can be made, as far as it shows before one is; None where one can be tried."""
    dataset = index.dataset
    labelled = int((dataset.labels.codes >= 0).sum())
    if not labelled:
        return say(N_("no row has a label"))
    if labelled < FEWEST_ROWS:
        return say(
            N_("{n:,} labelled row is too few: {least} are needed"),
            N_("{n:,} labelled rows are too few: {least} are needed"),
            n=labelled,
            least=FEWEST_ROWS,
        )
    kind, vectors = dataset.content.kind, index.embeddings is not None
    if kind == "images" and not vectors and not bool(index.filled.any()):
        return say(N_("no image could be opened"))
    if kind in {"files", "none"} and not vectors:
        return _nothing_to_learn_from(dataset)
    return None


def _nothing_to_learn_from(dataset: Dataset) -> Text:
    if dataset.content.kind == "files":
        return say(N_("names of files are all there is of a row; --embeddings brings vectors of them"))
    return say(N_("no column is left that a model could learn from"))


def _made(
    dataset: Dataset,
    tasks: Sequence[Task],
    models: Models,
    units: Units,
    seconds: float,
    tell: Tell,
    seen: NDArray[np.bool_],
) -> Made:
    from threadpoolctl import threadpool_limits  # of scikit-learn

    out = scratch_array((len(dataset), len(dataset.classes)), np.float32, in_memory=IN_MEMORY)
    crossed = []
    with threadpool_limits(limits=1):
        for number, task in enumerate(tasks):
            told = partial(_told, tell, number, len(tasks))
            crossed.append(cross_validate(task, models.learners, out, told, 1 / len(tasks)))
    covered = np.logical_and.reduce([seen, *(found.covered for found in crossed)])
    out[~covered] = 0
    not_judged = seen & ~covered
    card = _card(tasks[0], models, units, crossed, not_judged, seconds)
    notes = (*models.notes, *_notes(dataset, tasks[0], card, not_judged))
    blocks = ArrayBlocks(out)
    return Made(
        probabilities=ClassProbabilities(
            blocks=blocks,
            classes=dataset.classes,
            out_of_sample="yes",
            covered=None if covered.all() else covered,
            files=(
                PredictionFile(
                    name=NAME, kind="probabilities", joined="made here", rows=len(out), named=True
                ),
            ),
            digest=_digest(blocks),
            notes=notes,
            model=card,
        ),
        folds=np.stack([task.folds for task in tasks], axis=1),
        notes=notes,
    )


def _told(tell: Tell, number: int, rounds: int, share: float) -> None:
    tell((number + share) / rounds)


def _digest(blocks: ArrayBlocks) -> str:
    found = hashlib.sha256()
    for start, stop in blocks_of(blocks):
        found.update(np.ascontiguousarray(blocks.read(start, stop)).tobytes())
    return found.hexdigest()


def _card(
    task: Task,
    models: Models,
    units: Units,
    crossed: Sequence[Crossed],
    not_judged: NDArray[np.bool_],
    seconds: float,
) -> ModelCard:
    names = [learner.name for learner in models.learners]
    used = Counter(
        name for found in crossed for blend in found.blends for name in {names[at] for at in blend.members}
    )
    return ModelCard(
        looked_at=models.looked_at,
        models={name: used[name] for name in dict.fromkeys(names) if used[name]},
        folds=task.number,
        rounds=len(crossed),
        rows=int((task.codes >= 0).sum()),
        learned=_learned(crossed[0]),
        seconds=float(seconds),
        copies=units.exact,
        near_kept=units.near,
        parts_kept=units.parts,
        near_parted=units.split,
        near_parted_rows=units.split_rows,
        not_judged=int(not_judged.sum()),
        left_out=dict(models.left_out),
        columns=dict(models.columns),
    )


def _learned(crossed: Crossed) -> int:
    """Rows that a model learned from at most, of the kind that learned from the fewest; one that has no part
    in the predictions was only tried."""
    used = {at for blend in crossed.blends for at in blend.members}
    return min(rows for at, rows in enumerate(crossed.learned) if at in used or not used)


def _notes(dataset: Dataset, task: Task, card: ModelCard, not_judged: NDArray[np.bool_]) -> list[Problem]:
    notes = []
    if card.learned < max(len(task.outside(fold)) for fold in range(task.number)):
        notes.append(_sampled(card))
    if card.not_judged:
        notes.append(_not_judged(dataset, task.codes[not_judged]))
    if card.near_parted:
        notes.append(_parted(card))
    return notes


def _sampled(card: ModelCard) -> Problem:
    return Problem(
        slug="model-sampled",
        what=say(
            N_(
                "models learned from {learned:,} of {rows:,} labelled rows, to keep the fits to {seconds:g} s"
            ),
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
                "{n:,} near group with {rows:,} rows is too large for a fold: only its exact copies are "
                "kept together"
            ),
            N_(
                "{n:,} near groups with {rows:,} rows in all are too large for a fold: only their exact "
                "copies are kept together"
            ),
            n=card.near_parted,
            rows=card.near_parted_rows,
        ),
        details=(say(N_("a model may have learned such a row's label from a row that is like it")),),
        fixes=(say(N_("--near-threshold X with a higher X makes near groups smaller")),),
        level="note",
    )
