"""What the user is told of columns that a model must not see."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from auditor.errors import Problem
from auditor.predict.leaks import Judged, LeftOut
from auditor.wording import N_, Text, listed, say, share

SHOWN = 5
"""Columns, or rows, that a sentence names."""
Items = Callable[[int], str]
"""Row -> what it is called."""


def table_notes(
    found: Judged, kept: Sequence[str], names: Sequence[str], items: Items = str
) -> tuple[Problem, ...]:
    """A warning per leak, a note for all identifiers, a note for columns that tell one class.

    Args:
        found: what was judged of the columns.
        kept: columns that the user named: a leak among them is warned of and stays.
        names: (K,) names of the classes.
        items: row -> what it is called.
    """
    leaks = [part for part in found.left_out if part.why == "leak"]
    rows = [part.column for part in found.left_out if part.why == "identifier" and part.column not in kept]
    return (
        *(_leak(part, part.column in kept, items) for part in leaks),
        *([_identifiers(rows)] if rows else []),
        *([_one_class(found.tells_one, names)] if found.tells_one else []),
    )


def _leak(part: LeftOut, kept: bool, items: Items) -> Problem:
    how = (
        N_("the model is given {column}, which tells the given label in {share} of the rows")
        if kept
        else N_("the model is not given {column}: it tells the given label in {share} of the rows")
    )
    if len(part.classes) == 1:
        how = (
            N_("the model is given {column}, one of the columns that together are the label, one per class")
            if kept
            else N_("the model is not given {column}: it and others are the label, one column per class")
        )
    return Problem(
        slug="leaky-column",
        what=say(how, column=part.column, share=share(part.share)),
        details=(
            say(N_("a model that is given the label in a column repeats it, and no wrong label is found")),
            *([_exceptions(part.exceptions, items)] if part.exceptions else []),
        ),
        fixes=(
            say(N_("leave {column} out of --features"), column=part.column)
            if kept
            else say(
                N_("if it is not made from the label: name all columns to use with --features, {column} too"),
                column=part.column,
            ),
        ),
        level="warning",
    )


def _exceptions(rows: Sequence[int], items: Items) -> Text:
    return say(
        N_("{n:,} row does not fit, its label is not what the column says: look at {names}"),
        N_("{n:,} rows do not fit, their label is not what the column says: look at {names}"),
        n=len(rows),
        names=listed([items(row) for row in rows[: SHOWN + 1]], SHOWN),
    )


def _identifiers(columns: Sequence[str]) -> Problem:
    return Problem(
        slug="column-names-rows",
        what=say(
            N_("the model is not given {names}: its values differ in nearly every row and only name it"),
            N_("the model is not given {names}: their values differ in nearly every row and only name it"),
            n=len(columns),
            names=listed(columns, SHOWN),
        ),
        fixes=(
            say(
                N_("if it describes the row: name all columns to use with --features, {column} too"),
                column=columns[0],
            ),
        ),
        level="note",
    )


def _one_class(found: Sequence[LeftOut], names: Sequence[str]) -> Problem:
    first = found[0]
    return Problem(
        slug="telling-column",
        what=say(
            N_("{column} tells the class {name} without exception; the model is given it"),
            N_(
                "{columns} tell one class each without exception, {column} the class {name}; "
                "the model is given them"
            ),
            n=len(found),
            column=first.column,
            columns=listed([part.column for part in found], SHOWN),
            name=names[first.classes[0]],
        ),
        details=(say(N_("a strong column is no fault; a column that was made from the label is one")),),
        fixes=(say(N_("if it was made from the label, name the other columns with --features")),),
        level="note",
    )
