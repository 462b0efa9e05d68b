"""How much agreement is chance, and how much makes a model worth its queue: the bars of several checks."""

from __future__ import annotations

from auditor.checks.measures import Agreement

LOWEST_KAPPA = 0.10
"""Below this (or 3 standard errors of chance) agreement is at chance."""
WEAK_KAPPA = 0.30
"""Below this a queue from the model is close to chance, and a wrong order cannot be told."""


def is_at_chance(agreement: Agreement) -> bool:
    """Whether rows agree as if paired at random."""
    return agreement.kappa < max(LOWEST_KAPPA, 3 * agreement.chance_error)


def is_surely_fair(agreement: Agreement) -> bool:
    """Whether kappa reaches `WEAK_KAPPA`, and not only by the luck of the sample."""
    return agreement.kappa - agreement.error >= WEAK_KAPPA


def is_surely_weak(agreement: Agreement) -> bool:
    """Whether kappa is under `WEAK_KAPPA` by more than the sample allows for."""
    return agreement.kappa + 2 * max(agreement.error, agreement.chance_error) < WEAK_KAPPA
