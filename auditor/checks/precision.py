"""Do the probabilities have enough digits to order the rows?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from auditor.checks import Subject, check
from auditor.errors import Problem
from auditor.wording import N_, say

AT_LEAST = 10
SHARE = 0.002
"""More than max(10, 0.2 % of the rows) with the same lowest p(given): 1 of 24 real sets, rightly."""


@check("predictions")
def order_can_be_told(subject: Subject) -> Iterator[Problem]:
    """Many rows share the lowest probability of their given label: their order is arbitrary."""
    if subject.rows is None:
        return
    p_given = subject.rows.p_given[subject.rows.scored]
    if not len(p_given):
        return
    lowest = float(p_given.min())
    tied = int(np.count_nonzero(p_given == lowest))
    if tied > max(AT_LEAST, SHARE * len(p_given)):
        yield Problem(
            slug="saturated",
            what=say(
                N_("{n:,} rows share the lowest probability of their label ({lowest:.3g})"),
                n=tied,
                lowest=lowest,
            ),
            details=(say(N_("among them only the runner-up's probability tells the order")),),
            fixes=(say(N_("write the probabilities unrounded, in float32 or better")),),
            level="warning",
        )
