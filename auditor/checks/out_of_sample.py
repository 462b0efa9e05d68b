"""Were the rows predicted by a model that did not train on them?"""

from __future__ import annotations

import math
from collections.abc import Iterator

from auditor.checks import CannotTell, Fine, Said, Subject, check
from auditor.checks.files import FileLook
from auditor.checks.measures import Agreement
from auditor.errors import Problem
from auditor.wording import N_, Text, say, share

IN_SAMPLE = 0.995
"""Agreement with the given labels from which predictions were probably made on the training rows."""
BEST_MODEL = 0.9913
"""The best out-of-sample agreement among real prediction sets (mnist)."""
BY_LUCK = 0.02
"""How often so good a model may agree so far on so few rows before it is named as the other cause."""
FEWEST_ROWS = 100


@check("predictions", N_("predictions made on the training rows"))
def predictions_out_of_sample(subject: Subject) -> Iterator[Said]:
    """Predictions that repeat the labels were probably made on the rows the model was trained on."""
    if not subject.files or subject.probabilities is None:
        return
    stated = subject.probabilities.out_of_sample
    if subject.made_here:
        yield from map(_repeated, subject.files)
        yield Fine(say(N_("made here by cross-validation: no row by a model that has seen it or a copy")))
    elif stated == "yes":
        yield Fine(say(N_("as stated (--out-of-sample yes)")))
    elif stated == "no":
        yield _stated_in_sample()
    else:
        for look in subject.files:
            yield _judged(look.fitted_name, look.fitted)


def _repeated(look: FileLook) -> Said:
    """A model that has not seen a row and repeats nearly every label was perhaps shown the labels."""
    if look.read.accuracy < IN_SAMPLE or look.read.n < FEWEST_ROWS:
        return Fine(say(N_("{accuracy} of the labels are predicted"), accuracy=share(look.read.accuracy)))
    return Problem(
        slug="labels-repeated",
        what=say(
            N_("the built-in model repeats {accuracy} of the given labels"),
            accuracy=share(look.read.accuracy),
        ),
        details=(
            say(
                N_("the classes are easily told apart, or something that it is given was made from the label")
            ),
            say(N_("in the second case the labels' errors are repeated too, and none is found")),
        ),
        fixes=(say(N_("if so, name only the other columns with --features or --text")),),
        level="warning",
    )


def _judged(name: str | Text, agreement: Agreement) -> Said:
    if agreement.n < FEWEST_ROWS:
        return CannotTell(
            _said(N_("{name}: {n:,} rows are too few to tell; --out-of-sample says it"), name, agreement)
        )
    if agreement.accuracy < IN_SAMPLE:
        return Fine(
            _said(
                N_("{name}: {accuracy} of the labels are repeated; learned by heart it would be over 99.5%"),
                name,
                agreement,
            )
        )
    return _in_sample(name, agreement)


def _by_luck(agreement: Agreement) -> float:
    """P(no more rows disagree) for the best model that is known: binomial."""
    n, rate = agreement.n, 1 - BEST_MODEL
    wrong = n - int(agreement.counts.trace())
    logs = [
        math.lgamma(n + 1) - math.lgamma(w + 1) - math.lgamma(n - w + 1)
        + w * math.log(rate) + (n - w) * math.log1p(-rate)
        for w in range(wrong + 1)
    ]  # fmt: skip
    return sum(math.exp(value) for value in logs)


def _said(template: str, name: str | Text, agreement: Agreement) -> Text:
    return Text(template, {"name": name, "accuracy": share(agreement.accuracy), "n": agreement.n})


def _in_sample(name: str | Text, agreement: Agreement) -> Problem:
    return Problem(
        slug="in-sample",
        what=say(
            N_("{name} repeats {accuracy} of the given labels"), name=name, accuracy=share(agreement.accuracy)
        ),
        details=(
            say(N_("a model shown its own training rows repeats their label errors, and none is found")),
            *_or_a_good_model(agreement),
        ),
        fixes=(
            say(N_("predict by cross-validation: every row by a model that did not train on it")),
            say(N_("if every row was predicted so: --out-of-sample yes")),
        ),
        level="warning",
    )


def _or_a_good_model(agreement: Agreement) -> Iterator[Text]:
    """Few rows do not tell a model that learned them by heart from one that is nearly perfect."""
    if _by_luck(agreement) > BY_LUCK:
        yield say(N_("or the model is nearly perfect: {n:,} rows do not tell"), n=agreement.n)


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
