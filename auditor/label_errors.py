"""The measures of real label errors, from what people decided: for the rules of the gate.

`label_errors.*` say how many labels are wrong, `label_issues.*` only how many a model doubts. They are there
once people judged rows; before that nothing is said, and a rule on them is not judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from auditor.error_rates import Rate, rate_of
from auditor.measures import Measure, measured
from auditor.review.standing import ANSWERED

if TYPE_CHECKING:
    from auditor.audits import Audit

WRONG_STILL = frozenset({"to_apply", "to_settle", "label_unknown"})
"""States of decisions on a row that has the label they are about and none that corrects it."""


def label_error_measures(audit: Audit) -> tuple[Measure, ...]:
    """What people's decisions say of the labels as they are now.

    `label_errors.rate` and `.count` are there where rows were drawn for the estimate of the error rate
    (`auditor review --estimate N`) and judged, with the interval of 90 %; `.confirmed` where anything was
    decided.

    Args:
        audit: with its decisions (`auditor.decided.with_decisions`).
    """
    rate = rate_of(audit)
    estimated = () if rate is None else _estimated(rate)
    return (*estimated, *_confirmed(audit.tables["decisions"]))


def _estimated(rate: Rate) -> tuple[Measure, ...]:
    """The share of wrong labels, and their number among the rows that the share is of."""
    found, rows = rate.errors, rate.rows
    return (
        measured("label_errors.rate", found.value, found.judged, low=found.low, high=found.high),
        measured(
            "label_errors.count",
            found.value * rows,
            found.judged,
            low=found.low * rows,
            high=found.high * rows,
        ),
    )


def _confirmed(decisions: pa.Table) -> tuple[Measure, ...]:
    """The rows that people called wrong and that still carry the label, of all rows decided.

    A copy that was decided along with another row is a row of its own. Of whatever round: it is a fact.
    """
    holds = pc.is_in(decisions["state"], pa.array(sorted(WRONG_STILL | ANSWERED)))
    said = pc.and_(pc.is_valid(decisions["row"]), pc.is_valid(decisions["is_error"]))
    decided = decisions.filter(pc.and_(holds, said))
    if not len(decided):
        return ()
    entries = zip(*(decided[name].to_pylist() for name in ("row", "state", "is_error")), strict=True)
    wrong = {row for row, state, is_error in entries if is_error and state in WRONG_STILL}
    return (measured("label_errors.confirmed", len(wrong), len(set(decided["row"].to_pylist()))),)
