"""Why a row stands where it stands in the queue: the code of its reason, and the sentence."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.detect.label_issues import SURE
from auditor.wording import Text, share


def conflict_code(enough: bool) -> str:
    """The reason of a row in conflict; `enough` is whether its content says enough to settle it."""
    return "conflict" if enough else "conflict-too-little"


def model_code(p_given: float, *, flagged: bool, agrees: bool) -> str:
    """The reason of a scored row.

    Args:
        p_given: probability of the given label, 0..1.
        flagged: whether the row is a suspect.
        agrees: whether the predicted class is the given one.
    """
    if flagged:
        return "model-contradicts"
    if not agrees:
        return "model-prefers-other"
    return "model-agrees" if p_given >= SURE else "model-unsure"


def conflict_sentence(template: str, labels: Mapping[str, int]) -> Text:
    """The sentence of a conflict: the labels of its group and how many rows have each."""
    return Text(template, {"labels": ", ".join(f"{name} ({n})" for name, n in sorted(labels.items()))})


def model_sentence(template: str, *, given: str, suggested: str, p_given: float, p_suggested: float) -> Text:
    """The sentence of a scored row: two labels, and the probability 0..1 that the model gives each."""
    values = {
        "given": given,
        "suggested": suggested,
        "p_given": share(p_given, 0),
        "p_suggested": share(p_suggested, 0),
    }
    return Text(template, values)
