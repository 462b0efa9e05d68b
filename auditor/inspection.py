"""What was understood of an input, and everything that is wrong with it: what every command does first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from auditor.checks import Answer, Subject, answers, problems_of
from auditor.errors import AuditorError, ExitCode, InputError, Problem, UsageError
from auditor.phases import Phases
from auditor.predict.making import make_predictions
from auditor.read.choice import InputChoice
from auditor.read.dataset import Given, read_inputs
from auditor.read.sources import located
from auditor.scan.kernel import ClassSums, RowScores, scan
from auditor.similar.content import ContentIndex
from auditor.ties import tie_keys
from auditor.wording import N_, say


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Inspection:
    """An input, read, joined, checked and scanned as far as it could be."""

    given: Given | None = None
    """The dataset and its predictions; without the predictions where these could not be read."""
    index: ContentIndex | None = None
    rows: RowScores | None = None
    sums: ClassSums | None = None
    answers: tuple[Answer, ...] = ()
    """What every check said, as far as there was something for it to look at."""
    faults: tuple[Problem, ...] = ()
    """Why the input, or the predictions, could not be read."""
    misused: bool = False
    """The faults are the caller's: a flag, an argument, a column that does not exist."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that was noted, warned of, or found wrong, in the order of the data's way."""
        notes: tuple[Problem, ...] = ()
        if self.given is not None:
            given = self.given
            parts = (given.dataset, given.probabilities, given.embeddings, given.annotations)
            notes = tuple(note for part in parts if part is not None for note in part.notes)
            notes += self.given.notes
        return (*notes, *self.faults, *problems_of(self.answers))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems for which no audit is possible."""
        return tuple(problem for problem in self.problems if problem.level == "error")

    @property
    def ok(self) -> bool:
        """Whether an audit is possible."""
        return not self.errors

    @property
    def exit_code(self) -> ExitCode:
        """0, 2 where the call is wrong, 3 where the input cannot be judged."""
        if self.ok:
            return ExitCode.DONE
        return ExitCode.USAGE if self.misused else ExitCode.NO_VERDICT

    def __repr__(self) -> str:
        state = "ok" if self.ok else ", ".join(dict.fromkeys(problem.slug for problem in self.errors))
        return f"<Inspection: {state}>"

    def __str__(self) -> str:
        from auditor.report.inspected import plain_text

        return plain_text(self)

    def sound(self) -> tuple[Given, ContentIndex]:
        """What was read and its content, if an audit is possible; else everything that is wrong is raised.

        Raises:
            UsageError: the call is wrong.
            InputError: the input cannot be judged.
        """
        if not self.ok or self.given is None or self.index is None:
            told = tuple(p for p in (*self.faults, *problems_of(self.answers)) if p.level != "note")
            raise (UsageError if self.misused else InputError)(told)
        return self.given, self.index


def inspect(
    data: Any,
    predictions: Sequence[Any] = (),
    choice: InputChoice | None = None,
    phases: Phases | None = None,
    *,
    predict: Literal["never", "if-none", "always"] = "never",
) -> Inspection:
    """Read, join, check and scan an input; nothing that is wrong with it is raised.

    Args:
        data: a path, an address, or a DataFrame.
        predictions: paths, (n, K) arrays or DataFrames; none for an audit of copies and classes alone.
        choice: what the user said of the input.
        phases: takes the time of each phase, and tells how far it is.
        predict: whether rows are predicted by the built-in models: `if-none` where there are no predictions
            and the choice does not say `none`, `always` whatever the dataset's own columns hold.
    """
    phases = phases or Phases()
    choice = choice or InputChoice()
    try:
        with phases.phase("read"):
            given = read_inputs(data, predictions, choice)
    except AuditorError as error:
        return _unread(error, data, predictions, choice)
    with phases.phase("content"):
        index = _index(given)
    if given.dataset.images is not None:
        with phases.phase("images"):
            index.look(phases.teller("images"))
    with phases.phase("checks"):
        said = answers("labels", Subject(dataset=given.dataset, index=index))
    sound = all(answer.verdict != "error" for answer in said)
    wanted = predict == "always" or (predict == "if-none" and choice.model == "auto")
    if sound and wanted and (given.probabilities is None or predict == "always"):
        given = _predicted(given, index, phases)
    if given.probabilities is None or not sound:
        return Inspection(given=given, index=index, answers=said)
    with phases.phase("scores"):
        found = given.probabilities
        rows, sums = scan(
            found.blocks, given.dataset.labels.codes, covered=found.covered, progress=phases.progress
        )
        said += answers("predictions", _subject(given, index, rows, sums))
    return Inspection(given=given, index=index, rows=rows, sums=sums, answers=said)


def _index(given: Given) -> ContentIndex:
    return ContentIndex(given.dataset, given.embeddings, given.choice.near_threshold)


def _predicted(given: Given, index: ContentIndex, phases: Phases) -> Given:
    """With predictions of the built-in models, or with the reason why there are none."""
    with phases.phase("model"):
        made = make_predictions(
            index,
            tie_keys(given.dataset, index)(np.arange(len(given.dataset))),
            given.choice.model_seconds,
            phases.teller("model"),
            [
                name
                for name in given.choice.columns.features
                if name in given.dataset.content.columns.column_names
            ],
        )
    if made.why_not is None:
        return replace(given, probabilities=made.probabilities, folds=made.folds)
    why = Problem(
        slug="no-model",
        what=say(N_("no model was made: {why}"), why=made.why_not),
        level="note",
    )
    return replace(given, probabilities=None, notes=(why, *made.notes))


def _subject(given: Given, index: ContentIndex, rows: RowScores, sums: ClassSums) -> Subject:
    return Subject(
        dataset=given.dataset,
        index=index,
        probabilities=given.probabilities,
        rows=rows,
        sums=sums,
        class_order_checked=given.choice.class_order_checked,
        aligned_by_position=given.choice.align == "position",
    )


def _unread(error: AuditorError, data: Any, predictions: Sequence[Any], choice: InputChoice) -> Inspection:
    """What can still be said where something could not be read.

    Where the predictions are at fault, the dataset is looked at without them; where the dataset is,
    the files of predictions are looked for.
    """
    misused = isinstance(error, UsageError)
    try:
        given = read_inputs(data, (), choice) if predictions else None
    except AuditorError:
        given = None
    if given is None:
        return Inspection(faults=(*error.problems, *_not_there(predictions)), misused=misused)
    index = _index(given)
    said = answers("labels", Subject(dataset=given.dataset, index=index))
    return Inspection(given=given, index=index, answers=said, faults=error.problems, misused=misused)


def _not_there(predictions: Sequence[Any]) -> tuple[Problem, ...]:
    """The problems of prediction files that cannot be opened."""
    problems: list[Problem] = []
    for where in predictions:
        try:
            if isinstance(where, (str, Path)):
                located(where)
        except AuditorError as error:
            problems += error.problems
    return tuple(problems)
