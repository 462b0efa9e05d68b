"""The three things that can be wrong with the order of rows, as problems."""

from __future__ import annotations

from auditor.checks.files import FileLook
from auditor.checks.measures import Lag
from auditor.errors import Problem
from auditor.wording import N_, Text, say, share


def at_chance(look: FileLook) -> Problem:
    """No agreement, whatever is moved."""
    return Problem(
        slug="chance-level",
        what=say(
            N_("{name} agrees with the labels no better than chance ({accuracy}, kappa {kappa:.2f})"),
            name=look.name,
            accuracy=share(look.fitted.accuracy, 0),
            kappa=look.fitted.kappa,
        ),
        details=(
            say(N_("the rows, or the class columns, are in another order, or the model knows nothing")),
        ),
        fixes=_fixes(look),
    )


def shifted(look: FileLook, lag: Lag) -> Problem:
    """All rows are off by a few."""
    return Problem(
        slug="rows-shifted",
        what=say(
            N_("the rows of {name} are off by {n:,} row"),
            N_("the rows of {name} are off by {n:,} rows"),
            name=look.name,
            n=abs(lag.rows),
        ),
        details=(
            say(
                N_("agreement is {as_read} as read, {moved} if its row {there:,} is taken as row {here:,}"),
                as_read=share(look.fitted.accuracy, 0),
                moved=share(lag.accuracy, 0),
                there=1 + max(lag.rows, 0),
                here=1 + max(-lag.rows, 0),
            ),
            _cause(lag),
        ),
        fixes=_fixes(look),
    )


def misaligned(look: FileLook, lag: Lag | None) -> Problem:
    """From some row on, or up to it, rows are in another order."""
    found = look.change
    assert found is not None
    return Problem(
        slug="rows-misaligned",
        what=say(
            N_("the rows of {name} fit the labels only from row {row:,} on (counted from 1)")
            if found.worse is found.before
            else N_("the rows of {name} no longer fit the labels from row {row:,} on (counted from 1)"),
            name=look.name,
            row=found.row + 1,
        ),
        details=(
            say(
                N_("agreement is {before} before it and {after} from there on"),
                before=share(found.before.accuracy, 0),
                after=share(found.after.accuracy, 0),
            ),
            *(() if lag is None else (_off(lag), _cause_within(lag))),
        ),
        fixes=_fixes(look),
    )


def _off(lag: Lag) -> Text:
    return say(
        N_("those rows are off by {n:,}: moved back they agree to {moved}"),
        n=abs(lag.rows),
        moved=share(lag.accuracy, 0),
    )


def _cause(lag: Lag) -> Text:
    if lag.rows > 0:
        return say(N_("the predictions have rows in front that the labels lack, as a header read as a row"))
    return say(N_("the predictions lack rows in front that the labels have, as a first row read as a header"))


def _cause_within(lag: Lag) -> Text:
    if lag.rows > 0:
        return say(N_("the predictions have rows there that the labels lack"))
    return say(N_("the predictions lack rows there that the labels have"))


def _fixes(look: FileLook) -> tuple[Text, ...]:
    if look.by_id:
        return (
            say(N_("write the ids beside the predictions again: those there name other rows")),
            say(N_("to take row i for row i whatever the ids say: --align position")),
        )
    return (
        say(N_("write the ids beside the predictions, so that rows are matched by id")),
        say(N_("if the rows are in the same order: --align position")),
    )
