"""What is said of vectors that cannot be used, and what readers of predictions say, said of vectors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from auditor.data import Dataset
from auditor.errors import InputError, Problem
from auditor.wording import N_, Text, say

AS_ARRAY = 'np.save("embeddings.npy", np.asarray(vectors, dtype="float32"))'
AS_ARCHIVE = (
    'np.savez("embeddings.npz", embeddings=np.asarray(vectors, dtype="float32"), '
    "ids=np.asarray(ids, dtype=str))"
)
WITH_INDEX = N_("give both the same index, e.g. pd.DataFrame(vectors, index=df.index)")


@contextmanager
def said_of_vectors() -> Iterator[None]:
    """Whatever a reader of predictions, or the join, raises within is said of vectors."""
    try:
        yield
    except InputError as error:
        raise InputError([restated(problem) for problem in error.problems]) from error


def restated(problem: Problem) -> Problem:
    """A problem that a reader of predictions told, said of vectors; others as they are."""
    name, _, what = str(problem.what).partition(": ")
    if problem.slug == "predictions-not-numbers":
        return not_vectors(name, what.partition(": ")[2])
    if problem.slug == "predictions-shape":
        return replace(problem, slug="embeddings-shape", fixes=())
    if problem.slug == "predictions-key":
        return replace(problem, slug="embeddings-key")
    if problem.slug == "rows-differ":
        return replace(problem, details=problem.details[:1], fixes=(_every_row(),))
    fixes = _fixes(problem)
    return problem if fixes is None else replace(problem, fixes=fixes)


def _fixes(problem: Problem) -> tuple[Text, ...] | None:
    """What to do, where only that speaks of predictions."""
    if problem.slug == "pickle-refused":
        return (_made_again(str(problem.what.values.get("name", ""))),)
    if problem.slug == "archive-refused":
        return (say(N_("write the vectors as a plain .npy file")),)
    if problem.slug == "joined-by-position":
        return (say(N_("write the ids beside the vectors to be sure")),)
    if problem.slug in {"index-unused", "index-differs"}:
        return (say(WITH_INDEX), *problem.fixes[1:])
    return None


def _made_again(name: str) -> Text:
    recipe = AS_ARCHIVE if name.endswith(".npz") else AS_ARRAY
    return say(N_("where it was made: {recipe}"), recipe=recipe)


def _every_row() -> Text:
    return say(N_("embed every row, or write the ids beside the vectors"))


def not_vectors(name: str, what: str) -> Problem:
    """Cells where numbers are needed."""
    return Problem(
        slug="embeddings-not-numbers",
        what=say(N_("{name}: a vector holds something that is not a number: {what}"), name=name, what=what),
        fixes=(say(N_("write the vectors as a matrix of float32: {recipe}"), recipe=AS_ARRAY),),
    )


def not_finite(
    name: str, dataset: Dataset, broken: NDArray[np.int64], dtype: np.dtype[np.generic]
) -> Problem:
    """Rows whose vectors hold NaN or infinity."""
    half = dtype == np.dtype(np.float16)
    return Problem(
        slug="embeddings-not-finite",
        what=say(
            N_("{name}: {n:,} vector holds NaN or infinity"),
            N_("{name}: {n:,} vectors hold NaN or infinity"),
            name=name,
            n=len(broken),
        ),
        details=(_examples(dataset, broken),),
        fixes=(
            *((say(N_("make them again in float32: float16 ends at 65,504")),) if half else ()),
            say(N_("embed these rows again, or --missing drop to leave them out of what needs vectors")),
        ),
    )


def all_equal(name: str) -> Problem:
    """Vectors that are all one."""
    return Problem(
        slug="embeddings-equal",
        what=say(N_("{name}: all vectors are the same, so they compare nothing"), name=name),
        fixes=(say(N_("look at what made them: perhaps every input was empty")),),
    )


def missing(name: str, dataset: Dataset, absent: NDArray[np.int64]) -> Problem:
    """Rows of the dataset that have no vector."""
    return Problem(
        slug="embeddings-missing",
        what=say(
            N_("{n:,} row of {dataset} has no vector in {name}"),
            N_("{n:,} of {of:,} rows of {dataset} have no vector in {name}"),
            n=len(absent),
            of=len(dataset),
            dataset=dataset.name,
            name=name,
        ),
        details=(_examples(dataset, absent),),
        fixes=(say(N_("embed them too, or --missing drop to leave them out of what needs vectors")),),
    )


def dropped(name: str, n: int) -> Problem:
    """The same where the user let them go."""
    return Problem(
        slug="rows-without-vector",
        what=say(
            N_("{n:,} row has no vector in {name} and is compared with nothing"),
            N_("{n:,} rows have no vector in {name} and are compared with nothing"),
            n=n,
            name=name,
        ),
        level="warning",
    )


def left_out(name: str, n: int) -> Problem:
    """Rows with NaN or infinity where the user let them go."""
    return Problem(
        slug="vectors-left-out",
        what=say(
            N_("{name}: {n:,} vector holds NaN or infinity and is compared with nothing"),
            N_("{name}: {n:,} vectors hold NaN or infinity and are compared with nothing"),
            name=name,
            n=n,
        ),
        level="warning",
    )


def zeros(name: str, n: int) -> Problem:
    """Vectors without a direction."""
    return Problem(
        slug="embeddings-zero",
        what=say(
            N_("{name}: {n:,} vector is all zeros, has no direction, and is compared with nothing"),
            N_("{name}: {n:,} vectors are all zeros, have no direction, and are compared with nothing"),
            name=name,
            n=n,
        ),
        level="note",
    )


def _examples(dataset: Dataset, rows: NDArray[np.int64]) -> Text:
    return say(N_("e.g. {names}"), names=", ".join(dataset.ids[int(row)].as_py() for row in rows[:5]))
