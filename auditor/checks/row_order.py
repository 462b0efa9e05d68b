"""Do the rows of the predictions stand in the order of the labels?

Shuffled rows agree at chance; rows that are off by a few agree better when they are moved back; rows
that are misaligned from some row on agree at chance from there on. Where the class order is wrong too,
rows are looked at in the better one. Measured on real predictions in docs/doctor.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from auditor.checks import CannotTell, Fine, Said, Subject, check
from auditor.checks.files import FileLook
from auditor.checks.kappa_bars import WEAK_KAPPA, is_at_chance, is_surely_fair, is_surely_weak
from auditor.checks.measures import Agreement, Lag
from auditor.checks.row_faults import at_chance, misaligned, shifted
from auditor.errors import Problem
from auditor.wording import N_, Text, say, share

LEAST_GAIN = 0.05
"""How much better rows must agree when they are moved (or 4 standard errors)."""
CHANGE_Z = 6.0
"""Standard errors of a change of agreement; chance gives 4, real files up to 5."""
CHANCE_AFTER = 0.15
"""Kappa (or 2 standard errors) under which the worse side of a change is at chance."""
SORTED = 0.5
"""Labels that stand class by class beyond this do not show rows that are off."""
POWER = 1.5
"""A change must be expected to be seen by this factor before its absence says anything."""


@check("predictions", N_("order of the rows"))
def row_order(subject: Subject) -> Iterator[Said]:
    """Rows in another order than the labels: shuffled, off by a few, or misaligned from some row on."""
    for look in subject.files:
        if look.made_here:
            continue
        fault = fault_of(look)
        if fault is not None and look.file.by_auditor:  # its rows have no ids: the model may be that weak
            yield replace(fault, level="warning")
        elif fault is None:
            yield from _no_fault(look)
        elif subject.aligned_by_position:
            yield _accepted(fault)
        else:
            yield fault


def _accepted(fault: Problem) -> Problem:
    """A fault for which the user vouches: told all the same, because the queue rests on it."""
    said = say(N_("accepted, because --align position says that row i is row i"))
    return replace(fault, level="warning", details=(*fault.details, said), fixes=fault.fixes[:1])


def fault_of(look: FileLook) -> Problem | None:
    """What is wrong with the order of the rows of one file; None where nothing is seen."""
    if is_misaligned(look):
        return misaligned(look, _fitting(look))
    lag = better_lag(look.fitted, look.lags)
    if lag is not None:
        return shifted(look, lag)
    if is_at_chance(look.fitted) and is_surely_weak(look.fitted):
        return at_chance(look)
    return None


def better_lag(agreement: Agreement, lags: tuple[Lag, ...]) -> Lag | None:
    """The lag at which rows agree clearly better than as read, and beyond chance."""
    best = lags[0] if lags else None
    if best is None or best.accuracy - agreement.accuracy <= _bar(agreement, best):
        return None
    beyond = agreement.kappa_of(best.accuracy)
    return best if beyond >= max(CHANCE_AFTER, 3 * agreement.chance_error) else None


def _bar(agreement: Agreement, lag: Lag) -> float:
    """How far apart two agreements must be to differ."""
    spread = sum(p * (1 - p) for p in (agreement.accuracy, lag.accuracy))
    return max(LEAST_GAIN, 4 * math.sqrt(spread / max(agreement.n, 1)))


def is_misaligned(look: FileLook) -> bool:
    """Whether agreement falls to chance somewhere within the file, and stays there."""
    found = look.change
    if found is None or look.sortedness > SORTED or found.z <= CHANGE_Z:
        return False
    worse, better = found.worse, found.better
    fallen = worse.kappa < max(CHANCE_AFTER, 2 * worse.chance_error) and worse.kappa < better.kappa / 2
    return fallen and better.kappa >= WEAK_KAPPA


def _fitting(look: FileLook) -> Lag | None:
    """How far the worse side is off, where it fits when it is moved."""
    return None if look.change is None else better_lag(look.change.worse, look.lags_after)


def _no_fault(look: FileLook) -> Iterator[Said]:
    agreement = look.fitted
    if is_at_chance(agreement) or not is_surely_fair(agreement):
        yield CannotTell(
            _with(N_("{name}: too weak a model, or too few rows, to tell (kappa {kappa:.2f})"), look)
        )
        return
    unseen = list(_unseen(look))
    if unseen:
        yield CannotTell(unseen[0])
    else:
        yield Fine(
            _with(
                N_(
                    "{name}: agreement is {accuracy}, {moved} at best if the rows are moved by 1 to 5, "
                    "and falls to chance nowhere"
                ),
                look,
            )
        )


def _unseen(look: FileLook) -> Iterator[Text]:
    """Why rows that are off, or misaligned from some row on, would not be seen here."""
    best = look.lags[0] if look.lags else None
    told = best is not None and look.fitted.accuracy - best.accuracy > _bar(look.fitted, best)
    if look.sortedness > SORTED or (not told and look.sortedness > SORTED / 2):
        yield _with(
            N_(
                "{name}: the rows are not shuffled (agreement {accuracy}), but neighbours mostly have the "
                "same label: rows that are off by a few would not show, and would harm little"
            ),
            look,
        )
    elif not told or not _has_power(look):
        yield _with(
            N_(
                "{name}: the rows are not shuffled (agreement {accuracy}), but {n:,} are too few to see "
                "whether some are off"
            ),
            look,
        )


def _has_power(look: FileLook) -> bool:
    """Whether misaligned rows in the last fifth of the file would be seen."""
    agreement = look.fitted
    fall = agreement.accuracy - agreement.by_chance
    after = agreement.accuracy - fall / 5
    spread = max(after * (1 - after), 0.01)
    z = fall * math.sqrt(0.2 * 0.8 * agreement.n / spread)
    return z > POWER * CHANGE_Z


def _with(template: str, look: FileLook) -> Text:
    best = look.lags[0].accuracy if look.lags else 0.0
    return Text(
        template,
        {
            "name": look.fitted_name,
            "accuracy": share(look.fitted.accuracy, 0),
            "kappa": look.fitted.kappa,
            "moved": share(best, 0),
            "n": look.fitted.n,
        },
    )
