"""Is the input what it seems to be? One file per question; all problems of a stage are raised at once.

A check is a function under `@check(stage)` that yields `Problem`s; it neither prints nor stops.
`labels` checks run before the scan and see the dataset and its groups; `predictions` checks run
after it and see what it found too. Where there are no predictions they say nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from auditor.data import ClassProbabilities, Dataset
from auditor.errors import InputError, Problem
from auditor.scan.kernel import ClassSums, RowScores
from auditor.similar.content import ContentIndex

Stage = Literal["labels", "predictions"]


@dataclass(frozen=True, slots=True, kw_only=True)
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


Check = Callable[[Subject], Iterator[Problem]]
CHECKS: dict[tuple[Stage, str], Check] = {}
MODULES = ("labels", "content", "splits", "class_order", "agreement", "precision")


def check(stage: Stage) -> Callable[[Check], Check]:
    """Register a check for a stage under its function's name."""

    def register(function: Check) -> Check:
        key = (stage, function.__name__)
        if key in CHECKS:
            raise ValueError(f"the check {key} is registered already")
        CHECKS[key] = function
        return function

    return register


def all_checks() -> dict[tuple[Stage, str], Check]:
    """Every check, in the order of `MODULES`."""
    for name in MODULES:
        import_module(f"auditor.checks.{name}")
    return CHECKS


def run_checks(stage: Stage, subject: Subject) -> tuple[Problem, ...]:
    """The warnings and notes of a stage.

    Raises:
        InputError: with every problem of the stage, if one of them is an error.
    """
    problems = [
        problem for (of, _), function in all_checks().items() if of == stage for problem in function(subject)
    ]
    if any(problem.level == "error" for problem in problems):
        raise InputError(problems)
    return tuple(problems)
