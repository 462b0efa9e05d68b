"""Do the probabilities have enough digits to order the rows?"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks import Fine, Said, Subject, check
from auditor.checks.digits import Lowest, lowest
from auditor.errors import Problem
from auditor.wording import N_, Text, say

AT_LEAST = 10
SHARE = 0.002
"""More than max(10, 0.2 % of the rows) with the same lowest p(given): 1 of 24 real sets, rightly."""
FEW_DECIMALS = 2
"""Rounding to so few cost .03 to .09 of average precision; three cost up to .014."""


@check("predictions", N_("digits of the probabilities"))
def order_can_be_told(subject: Subject) -> Iterator[Said]:
    """Probabilities with few digits, or many rows that share the lowest: their order is arbitrary."""
    for look in () if subject.made_here else subject.files:
        if look.decimals is not None and look.decimals <= FEW_DECIMALS:
            yield _rounded(look.name, look.decimals, look.lowest)
        else:
            yield _tied(look.name, look.lowest)
    if len(subject.files) > 1 and subject.rows is not None:
        rows = subject.rows
        yield _tied(say(N_("the average of the files")), lowest(rows.p_given[rows.scored]))


def _tied(name: object, least: Lowest) -> Said:
    if least.tied <= max(AT_LEAST, SHARE * least.of):
        return Fine(
            say(
                N_("{name}: the lowest probability of a label is {lowest:.3g}, in {n:,} row"),
                N_("{name}: the lowest probability of a label is {lowest:.3g}, in {n:,} rows"),
                name=name,
                lowest=least.p,
                n=least.tied,
            )
        )
    return Problem(
        slug="saturated",
        what=say(
            N_("{name}: {n:,} rows share the lowest probability of their label ({lowest:.3g})"),
            name=name,
            n=least.tied,
            lowest=least.p,
        ),
        details=(say(N_("among them only the runner-up's probability tells the order")),),
        fixes=(say(N_("write the probabilities unrounded, in float32 or better")),),
        level="warning",
    )


def _rounded(name: str | Text, decimals: int, least: Lowest) -> Problem:
    return Problem(
        slug="rounded",
        what=say(
            N_("{name}: the probabilities have {n} decimal, no more"),
            N_("{name}: the probabilities have {n} decimals, no more"),
            name=name,
            n=decimals,
        ),
        details=(
            say(
                N_("{n:,} row has the lowest probability of its label ({lowest:.3g})"),
                N_("{n:,} rows share the lowest probability of their label ({lowest:.3g})"),
                n=least.tied,
                lowest=least.p,
            ),
            say(N_("so few digits cost real data .03 to .09 of the average precision of the queue")),
        ),
        fixes=(
            say(N_("write the probabilities unrounded, in float32 or better")),
            say(N_("if they are votes of few trees or neighbours: bring a model with finer ones")),
        ),
        level="warning",
    )
