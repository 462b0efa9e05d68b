"""What is said of a table of answers: what was left out of it and why, or why nothing is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from auditor.data import Dataset
from auditor.errors import Problem
from auditor.read.classes import class_key
from auditor.wording import N_, cut, listed, say

SHOWN = 5
"""How many names a message shows."""
NAME = 40
"""Characters of a name in a message."""


def empty(file: str, by_role: Mapping[str, int], n: int) -> tuple[Problem, ...]:
    """Rows in which the item, the annotator or the label is empty."""
    if not n:
        return ()
    what = say(
        N_("{file}: {n:,} answer is not used: no item, no annotator or no label"),
        N_("{file}: {n:,} answers are not used: no item, no annotator or no label"),
        file=file,
        n=n,
    )
    counts = say(
        N_("empty: {item:,} items, {annotator:,} annotators, {label:,} labels"),
        item=by_role["item"],
        annotator=by_role["annotator"],
        label=by_role["label"],
    )
    return (Problem(slug="annotations-incomplete", what=what, details=(counts,), level="warning"),)


def unused(file: str, n: int, dataset: str) -> tuple[Problem, ...]:
    """Answers to items that the dataset does not have."""
    if not n:
        return ()
    what = say(
        N_("{file}: {n:,} answer is to an item that {dataset} does not have; it is not used"),
        N_("{file}: {n:,} answers are to items that {dataset} does not have; they are not used"),
        file=file,
        n=n,
        dataset=dataset,
    )
    return (Problem(slug="annotations-unused", what=what, level="warning"),)


def unknown_classes(file: str, labels: pa.Array) -> tuple[Problem, ...]:
    """Answers that name no class of the dataset."""
    if not len(labels):
        return ()
    counts = Counter({entry["values"]: entry["counts"] for entry in pc.value_counts(labels).to_pylist()})
    names = sorted(counts, key=lambda name: (-counts[name], name))
    what = say(
        N_("{file}: {n:,} answer names no class of the dataset; it is not used"),
        N_("{file}: {n:,} answers name no class of the dataset; they are not used"),
        file=file,
        n=len(labels),
    )
    return (
        Problem(
            slug="annotations-unknown-classes",
            what=what,
            details=(say(N_("no class: {names}"), names=listed([cut(name, NAME) for name in names], SHOWN)),),
            fixes=(say(N_("--classes FILE or --classes A,B,C where a class is missing")),),
            level="warning",
        ),
    )


def repeated(file: str, n: int) -> tuple[Problem, ...]:
    """The same answer of one annotator to one item, once more."""
    if not n:
        return ()
    what = say(
        N_("{file}: {n:,} answer stands there twice; it is counted once"),
        N_("{file}: {n:,} answers stand there before; each is counted once"),
        file=file,
        n=n,
    )
    return (Problem(slug="annotations-repeat", what=what, level="note"),)


def contradict(file: str, n: int, annotators: Sequence[str]) -> tuple[Problem, ...]:
    """One annotator who gave one item several labels.

    Args:
        file: what messages call the table.
        n: pairs of an annotator and an item for which this is so.
        annotators: the annotator of each.
    """
    if not n:
        return ()
    counts = Counter(annotators)
    names = sorted(counts, key=lambda name: (-counts[name], name))
    what = say(
        N_("{file}: once an annotator gave one item different labels; none of these is used"),
        N_("{file}: {n:,} times an annotator gave one item different labels; none of these is used"),
        file=file,
        n=n,
    )
    who = say(N_("annotators: {names}"), names=listed([cut(name, NAME) for name in names], SHOWN))
    return (Problem(slug="annotations-contradict", what=what, details=(who,), level="warning"),)


def alone(file: str) -> Problem:
    """No row has answers of two annotators."""
    return Problem(
        slug="annotations-alone",
        what=say(
            N_("{file}: no item has answers of two annotators, so that none can be compared"), file=file
        ),
        fixes=(
            say(N_("with one label a row, make the annotator a column of the dataset: --slice annotator")),
        ),
    )


def none_left(file: str) -> Problem:
    """No answer can be used."""
    return Problem(slug="annotations-none", what=say(N_("{file}: no answer in it can be used"), file=file))


def no_match(file: str, dataset: Dataset, items: pa.Array) -> Problem:
    """No item is a row of the dataset."""
    ids = {class_key(item) for item in dataset.ids.to_pylist()}
    alike = sum(class_key(item) in ids for item in pc.unique(items).to_pylist())
    details = [
        say(
            N_('0 in common; {dataset} has "{a}", {predictions} has "{b}"'),
            dataset=dataset.name,
            a=dataset.ids[0].as_py(),
            predictions=file,
            b=items[0].as_py(),
        )
    ]
    if alike:
        details.append(
            say(
                N_("{n:,} id differs only in its Unicode form or in blanks around it"),
                N_("{n:,} ids differ only in their Unicode form or in blanks around them"),
                n=alike,
            )
        )
    return Problem(
        slug="ids-do-not-match",
        what=say(
            N_("ids do not match between {dataset} ({n:,}) and {predictions} ({m:,})"),
            dataset=dataset.name,
            n=len(dataset),
            predictions=file,
            m=len(items),
        ),
        details=tuple(details),
        fixes=(
            say(
                N_("write the ids of the dataset beside the answers, or row-0, row-1, ... where it has none")
            ),
        ),
    )
