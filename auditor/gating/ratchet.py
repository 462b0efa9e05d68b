"""The ratchet: no measure worse than in the baseline. One implied rule a measure."""

from __future__ import annotations

from auditor.gating.baseline import Baseline
from auditor.gating.limits import Limit, shown
from auditor.gating.rules import Rule
from auditor.measures import MEASURES


def ratchet(baseline: Baseline) -> tuple[Rule, ...]:
    """The rules that a baseline implies.

    Each is required: a measure that the baseline holds and today's audit lacks could not be judged, and is
    not passed over.
    """
    return tuple(
        Rule(
            id=f"ratchet-{name}",
            measure=name,
            error_if=_worse(name, value),
            required=True,
            source="ratchet",
        )
        for name, value in sorted(baseline.measures.items())
        if name in MEASURES
    )


def _worse(name: str, value: float) -> Limit:
    known = MEASURES[name]
    sign = ">" if known.bad == "up" else "<"
    return Limit(sign, value, written=f"{sign} {shown(value, known.kind)}")
