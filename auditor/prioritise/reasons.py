"""Why a row stands where it stands in the queue: the code of its reason, and the sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditor.detect.label_issues import SURE
from auditor.wording import Text, cut, share

NAME = 80
"""Characters of a class name in a sentence; the whole name stands in a column of its own."""


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
    if flagged and not agrees:  # some filters flag rows that are predicted as given
        return "model-contradicts"
    if not agrees:
        return "model-prefers-other"
    return "model-agrees" if p_given >= SURE else "model-unsure"


def conflict_sentence(template: str, labels: Mapping[str, int], of: int) -> Text:
    """The sentence of a conflict: the commonest labels of its group and how many rows have each.

    Args:
        template: the reason.
        labels: label -> rows, of the labels to name.
        of: how many labels the group has.
    """
    ordered = sorted(labels.items(), key=lambda entry: (-entry[1], entry[0]))
    named = ", ".join(f"{cut(name, NAME)} ({n})" for name, n in ordered)
    return Text(template, {"labels": named + (", ..." if of > len(labels) else "")})


def model_sentence(template: str, *, given: str, suggested: str, p_given: float, p_suggested: float) -> Text:
    """The sentence of a scored row: two labels, and the probability 0..1 that the model gives each."""
    values = {
        "given": cut(given, NAME),
        "suggested": cut(suggested, NAME),
        "p_given": share(p_given, 0),
        "p_suggested": share(p_suggested, 0),
    }
    return Text(template, values)


def near_sentence(template: str, evidence: Mapping[str, Any]) -> Text:
    """The sentence of a near copy: the row it is like, how alike they are, and what is said of that row.

    Args:
        template: the reason.
        evidence: `nearest` (an item), `similarity` (0..1), `label` or `split` of the nearest.
    """
    named = {name: cut(str(value), NAME) for name, value in evidence.items()}
    return Text(template, {**named, "similarity": share(evidence["similarity"], 0)})
