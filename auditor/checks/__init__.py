"""Is the input what it seems to be? One file per question; all problems of a stage are raised at once.

A check is a function under `@check(stage, question)`. It yields `Problem`s; where it could look and
found nothing it may yield `Fine` with what it saw, and where the data do not tell it must yield
`CannotTell` with the reason: silence means that the question does not arise. `labels` checks run
before the scan and see the dataset and its groups; `predictions` checks run after it and see what
it found too. Checks neither print nor stop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Literal, TypeAlias

from auditor.data import ClassProbabilities, Dataset
from auditor.errors import InputError, Problem
from auditor.scan.kernel import ClassSums, RowScores
from auditor.similar.content import ContentIndex
from auditor.wording import Text

if TYPE_CHECKING:
    from auditor.checks.files import FileLook

Stage = Literal["labels", "predictions"]
Verdict = Literal["fine", "note", "warning", "error", "cannot-tell", "not-applicable"]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a check looks at."""

    dataset: Dataset
    index: ContentIndex | None = None
    probabilities: ClassProbabilities | None = None
    rows: RowScores | None = None
    sums: ClassSums | None = None
    class_order_checked: bool = False
    """The user vouches for the class order (`--class-order-checked`)."""
    aligned_by_position: bool = False
    """The user vouches for the row order (`--align position`)."""

    @property
    def made_here(self) -> bool:
        """Whether auditor made the predictions itself: then rows and columns stand where they belong."""
        return self.probabilities is not None and self.probabilities.model is not None

    @cached_property
    def files(self) -> tuple[FileLook, ...]:
        """What was measured of each prediction file, read once for all checks; () without a scan."""
        from auditor.checks.files import looks

        return looks(self)


@dataclass(frozen=True, slots=True)
class Fine:
    """A check looked and nothing is wrong."""

    words: Text
    """What it saw: `agreement 86%, no other order agrees better`."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """A check looked and the data do not tell."""

    words: Text
    """Why: `the model is too weak (kappa 0.12)`."""


Said: TypeAlias = Problem | Fine | CannotTell
Check = Callable[[Subject], Iterator[Said]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A registered check."""

    stage: Stage
    name: str
    question: str
    """What it asks, as a marked template: `order of the class columns`."""
    ask: Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one check said of one input."""

    check: str
    question: Text
    said: tuple[Said, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems among what was said."""
        return tuple(part for part in self.said if isinstance(part, Problem))

    @property
    def verdict(self) -> Verdict:
        """The gravest thing that was said; `not-applicable` where nothing was."""
        levels = {part.level for part in self.problems}
        for level in ("error", "warning"):
            if level in levels:
                return level
        if any(isinstance(part, CannotTell) for part in self.said):
            return "cannot-tell"
        if "note" in levels:
            return "note"
        return "fine" if self.said else "not-applicable"


CHECKS: dict[tuple[Stage, str], Member] = {}
MODULES = (
    *("labels", "content", "images", "splits"),
    *("number_kind", "class_order", "row_order", "out_of_sample", "strength", "precision"),
)


def check(stage: Stage, question: str) -> Callable[[Check], Check]:
    """Register a check for a stage under its function's name."""

    def register(function: Check) -> Check:
        key = (stage, function.__name__)
        if key in CHECKS:
            raise ValueError(f"the check {key} is registered already")
        CHECKS[key] = Member(stage=stage, name=function.__name__, question=question, ask=function)
        return function

    return register


def all_checks() -> dict[tuple[Stage, str], Member]:
    """Every check, in the order of `MODULES`."""
    for name in MODULES:
        import_module(f"auditor.checks.{name}")
    return CHECKS


def answers(stage: Stage, subject: Subject) -> tuple[Answer, ...]:
    """What every check of a stage says of an input; nothing is raised."""
    return tuple(
        Answer(check=member.name, question=Text(member.question), said=tuple(member.ask(subject)))
        for member in all_checks().values()
        if member.stage == stage
    )


def run_checks(stage: Stage, subject: Subject) -> tuple[Answer, ...]:
    """What every check of a stage says of an input that can be audited.

    Raises:
        InputError: with every problem of the stage, if one of them is an error.
    """
    found = answers(stage, subject)
    problems = problems_of(found)
    if any(problem.level == "error" for problem in problems):
        raise InputError(problems)
    return found


def problems_of(found: Sequence[Answer]) -> tuple[Problem, ...]:
    """The problems in answers, in their order."""
    return tuple(problem for answer in found for problem in answer.problems)
