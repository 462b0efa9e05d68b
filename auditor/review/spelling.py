"""Labels of decisions in the spelling of the dataset: another Unicode form or a blank is no other class."""

from __future__ import annotations

from dataclasses import replace

from auditor.data import Dataset
from auditor.read.classes import class_key
from auditor.review.merging import Judgement, Merged


def in_classes_of(dataset: Dataset, merged: Merged) -> Merged:
    """The decisions with the class names of a dataset where they mean those; other labels stay as they are.

    Two classes of the dataset that differ in nothing else are never taken for one another.
    """
    names: dict[str, list[str]] = {}
    for name in dataset.classes:
        names.setdefault(class_key(name), []).append(name)
    exact = set(dataset.classes)

    def spelt(label: str | None) -> str | None:
        if label is None or label in exact:
            return label
        meant = names.get(class_key(label), [])
        return meant[0] if len(meant) == 1 else label

    def one(judgement: Judgement) -> Judgement:
        label, given = spelt(judgement.label), spelt(judgement.given)
        same = label == judgement.label and given == judgement.given
        return judgement if same else replace(judgement, label=label, given=given)

    return Merged(judgements=tuple(map(one, merged.judgements)), files=merged.files)
