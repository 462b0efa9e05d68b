"""Do the predictions know anything about these labels, and perhaps too much?"""

from __future__ import annotations

import math
from collections.abc import Iterator

from auditor.checks import Subject, check
from auditor.checks.class_order import better_order
from auditor.checks.files import by_file
from auditor.errors import Problem
from auditor.scan.kernel import ClassSums
from auditor.wording import N_, say, share

LOWEST_KAPPA = 0.10
"""Below this (or 3 / sqrt(n)) agreement is at chance: 0 false alarms on 23 real prediction sets."""
WEAK_KAPPA = 0.30
"""Below this a queue from the model is close to chance, and a wrong order cannot be told."""
IN_SAMPLE = 0.995
"""Agreement with the given labels from which predictions were probably made on the training rows."""


@check("predictions")
def agreement_beyond_chance(subject: Subject) -> Iterator[Problem]:
    """Rows in another order than the labels, or a model that knows nothing; and weak models."""
    for name, sums in by_file(subject):
        n = int(sums.confusion.sum())
        if not n or sums.kappa >= WEAK_KAPPA:
            continue
        order = better_order(sums.confusion)
        if order is not None and not subject.class_order_checked:
            continue  # reported by the check of the class order
        at_chance = sums.kappa < max(LOWEST_KAPPA, 3 / math.sqrt(n))
        vouched = subject.aligned_by_position or order is not None
        yield _at_chance(name, sums) if at_chance and not vouched else _weak(name, sums.kappa)


@check("predictions")
def predictions_out_of_sample(subject: Subject) -> Iterator[Problem]:
    """Predictions that repeat the labels were probably made on the rows the model was trained on."""
    sums = subject.sums
    stated = "not said" if subject.probabilities is None else subject.probabilities.out_of_sample
    if stated == "no":
        yield _stated_in_sample()
        return
    if sums is None or sums.confusion.sum() < 100 or sums.accuracy < IN_SAMPLE or stated == "yes":
        return
    yield Problem(
        slug="in-sample",
        what=say(N_("predictions repeat {accuracy} of the given labels"), accuracy=share(sums.accuracy)),
        details=(
            say(N_("a model shown its own training rows repeats their label errors, and none is found")),
        ),
        fixes=(
            say(N_("predict by cross-validation: every row by a model that did not train on it")),
            say(N_("if every row was predicted so: --out-of-sample yes")),
        ),
        level="warning",
    )


def _stated_in_sample() -> Problem:
    return Problem(
        slug="in-sample",
        what=say(N_("the predictions are not out of sample, as stated")),
        details=(
            say(N_("a model shown its own training rows repeats their label errors, and few are found")),
        ),
        fixes=(say(N_("predict by cross-validation: every row by a model that did not train on it")),),
        level="warning",
    )


def _at_chance(name: str, sums: ClassSums) -> Problem:
    return Problem(
        slug="chance-level",
        what=say(
            N_("{name} agrees with the labels no better than chance ({accuracy}, kappa {kappa:.2f})"),
            name=name,
            accuracy=share(sums.accuracy, 0),
            kappa=sums.kappa,
        ),
        details=(say(N_("the rows are in another order, or the model knows nothing")),),
        fixes=(
            say(N_("write the ids beside the predictions, so that rows are matched by id")),
            say(N_("if the rows are in the same order: --align position")),
        ),
    )


def _weak(name: str, kappa: float) -> Problem:
    return Problem(
        slug="weak-model",
        what=say(
            N_("the model of {name} is weak (kappa {kappa:.2f}): its order of rows is close to chance"),
            name=name,
            kappa=kappa,
        ),
        details=(
            say(
                N_("with so weak a model a wrong class order or shuffled rows cannot be told from its errors")
            ),
        ),
        fixes=(say(N_("bring better out-of-sample predictions")),),
        level="warning",
    )
