"""Do the probability columns stand in the order of the classes?

The rule is in `matching.py`; its false alarms and hits on real predictions are in docs/doctor.md.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from auditor.checks import CannotTell, Fine, Said, Subject, check
from auditor.checks.files import FileLook
from auditor.checks.kappa_bars import is_surely_fair
from auditor.checks.matching import ROWS_A_CLASS, nearest_other, shift_of, untold
from auditor.data import ClassLabels
from auditor.errors import Problem
from auditor.wording import N_, Text, listed, say, share

SHOWN = 5
"""How many classes a sentence names."""


@check("predictions", N_("order of the class columns"))
def class_order(subject: Subject) -> Iterator[Said]:
    """Columns in another class order than the labels."""
    for look in subject.files:
        if look.made_here:
            continue
        if look.order is None:
            yield from _as_read(look, subject.dataset.classes)
        elif subject.class_order_checked:
            yield CannotTell(
                say(
                    N_("{name}: another order agrees better ({matched} against {as_read}); right as stated"),
                    name=look.name,
                    matched=share(look.fitted.accuracy, 0),
                    as_read=share(look.read.accuracy, 0),
                )
            )
        else:
            yield _other_order(look, subject.dataset.labels)


def _as_read(look: FileLook, names: tuple[str, ...]) -> Iterator[Said]:
    """No other order is clearly better: is the order as read seen to be right?"""
    agreement, k = look.read, len(names)
    if agreement.n < ROWS_A_CLASS * k:
        words = say(
            N_("{name}: {n:,} rows are too few for {k:,} classes; 5 a class are needed"),
            name=look.name,
            n=agreement.n,
            k=k,
        )
        yield CannotTell(words)
    elif not is_surely_fair(agreement):
        words = say(
            N_(
                "{name}: too weak a model, or too few rows, to tell (kappa {kappa:.2f}, "
                "give or take {error:.2f})"
            ),
            name=look.name,
            kappa=agreement.kappa,
            error=agreement.error,
        )
        yield CannotTell(words)
    else:
        yield _seen(look, names)


def _seen(look: FileLook, names: tuple[str, ...]) -> Said:
    unclear = [names[int(code)] for code in untold(look.read.counts)]
    as_read = share(look.read.accuracy, 0)
    if unclear:
        words = say(
            N_(
                "{name}: agreement is {as_read} as read, so the order is right for most classes; "
                "{n:,} of {k:,} have too few rows, or are confused too often, to tell: {unclear}"
            ),
            name=look.name,
            as_read=as_read,
            n=len(unclear),
            k=len(names),
            unclear=listed(unclear, SHOWN),
        )
        return CannotTell(words)
    return Fine(
        say(
            N_("{name}: agreement is {as_read} as read, and {other} at best if two classes are swapped"),
            name=look.name,
            as_read=as_read,
            other=share(nearest_other(look.read.counts), 0),
        )
    )


def _other_order(look: FileLook, labels: ClassLabels) -> Problem:
    order = look.order
    assert order is not None
    columns = [""] * len(order)
    for code, column in enumerate(order):
        columns[int(column)] = labels.classes[code]
    return Problem(
        slug="class-order",
        what=say(N_("the class order of {name} does not fit the labels"), name=look.name),
        details=(
            say(
                N_("agreement is {as_read} as read and {matched} if the columns are: {order}"),
                as_read=share(look.read.accuracy, 0),
                matched=share(look.fitted.accuracy, 0),
                order=",".join(columns),
            ),
            *_off_by_one(look),
            *_or_rows(look),
        ),
        fixes=(
            _fix(columns, labels),
            say(N_("if the order as read is right: --class-order-checked")),
        ),
    )


def _off_by_one(look: FileLook) -> Iterator[Text]:
    """Labels counted from 1 against columns from 0, or the other way round."""
    assert look.order is not None
    by = shift_of(look.order, look.read.counts)
    if by == -1:
        yield say(N_("every class fits the column before its own: labels counted from 1, columns from 0"))
    elif by == 1:
        yield say(N_("every class fits the column after its own: labels counted from 0, columns from 1"))


def _or_rows(look: FileLook) -> Iterator[Text]:
    """Where the classes follow one another in turn, rows that are off look like another class order."""
    best = look.read_lags[0] if look.read_lags else None
    if best is not None and best.accuracy >= look.fitted.accuracy - 0.02:
        yield say(
            N_("or the rows are off by {rows}: agreement is {moved} if they are moved"),
            rows=abs(best.rows),
            moved=share(best.accuracy, 0),
        )


def _fix(columns: Sequence[str], labels: ClassLabels) -> Text:
    """The better order as a flag; labels that are numbers of columns follow no order of names."""
    if labels.by_number:
        return say(N_("write the labels as class names, and then {flag}"), flag=_as_flag(columns))
    return _as_flag(columns)


def _as_flag(names: Sequence[str]) -> Text:
    """What to type for classes in this order: safe to paste into a shell whatever the names hold."""
    if any("," in name for name in names):
        return say(N_("--classes FILE with the names in this order, one per line"))
    return say("--classes {names}", names=shlex.quote(",".join(names)))
