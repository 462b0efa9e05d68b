"""Does the model know enough of these labels for its order of rows to mean something?"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks import CannotTell, Fine, Said, Subject, check
from auditor.checks.files import FileLook
from auditor.checks.kappa_bars import is_surely_fair, is_surely_weak
from auditor.checks.row_order import fault_of
from auditor.errors import Problem
from auditor.wording import N_, Text, say, share


@check("predictions", N_("strength of the model"))
def model_strength(subject: Subject) -> Iterator[Said]:
    """A model that is too weak for its order of rows to be worth a review."""
    for look in subject.files:
        if _is_faulty(subject, look):
            continue  # reported by the checks of the class order and of the row order
        if is_surely_weak(look.read):
            yield _weak_here(look) if look.file.joined == "made here" or look.file.by_auditor else _weak(look)
        elif not is_surely_fair(look.read):
            yield CannotTell(
                _with_kappa(N_("{name}: kappa is {kappa:.2f} in {n:,} rows, too near to 0.30 to tell"), look)
            )
        else:
            yield Fine(
                _with_kappa(
                    N_("{name}: agreement with the labels is {accuracy}, kappa {kappa:.2f} (0.30 is needed)"),
                    look,
                )
            )


def _is_faulty(subject: Subject, look: FileLook) -> bool:
    """Whether agreement is low because of an order that is wrong, and that the user did not vouch for."""
    if look.made_here or look.file.by_auditor:
        return False
    if look.order is not None and not subject.class_order_checked:
        return True
    return not subject.aligned_by_position and fault_of(look) is not None


def _weak_here(look: FileLook) -> Problem:
    return Problem(
        slug="weak-model",
        what=say(
            N_("the built-in model is weak (kappa {kappa:.2f}): its order of rows is close to chance"),
            kappa=round(look.read.kappa, 2) + 0.0,
        ),
        details=(say(N_("what it says of single rows is worth little; copies and counts are not touched")),),
        fixes=(
            say(N_("bring out-of-sample predictions of a better model: --predictions oof.npz")),
            say(N_("or vectors of a language or image model: --embeddings vectors.npz")),
            say("auditor explain weak-model"),
        ),
        level="warning",
    )


def _with_kappa(template: str, look: FileLook) -> Text:
    values = {"accuracy": share(look.read.accuracy, 0), "kappa": look.read.kappa, "n": look.read.n}
    return Text(template, {"name": look.name, **values})


def _weak(look: FileLook) -> Problem:
    return Problem(
        slug="weak-model",
        what=say(
            N_("the model of {name} is weak (kappa {kappa:.2f}): its order of rows is close to chance"),
            name=look.name,
            kappa=round(look.read.kappa, 2) + 0.0,
        ),
        details=(
            say(
                N_("with so weak a model a wrong class order or shuffled rows cannot be told from its errors")
            ),
        ),
        fixes=(say(N_("bring better out-of-sample predictions")),),
        level="warning",
    )
