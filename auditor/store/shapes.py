"""What the members of `audit.json` must be, so that what reads an audit can rely on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from auditor.checks import Verdict
from auditor.similar.pairs import BARS, How
from auditor.store.shape_pieces import (
    MEASURE,
    Shape,
    both,
    is_count,
    is_number,
    is_outcome,
    is_plain,
    is_sentence,
    is_text,
    is_truth,
    list_of,
    map_of,
    members,
    one_of,
    or_none,
    perhaps,
)


def misshapen(document: Mapping[str, Any]) -> str | None:
    """The first member of `audit.json` that is not as auditor writes it; None where all are."""
    for name, fits in MEMBERS.items():
        if name in document:
            if not fits(document[name]):
                return name
        elif name not in LATER:
            return name
    return None


def _is_counted(value: Any) -> bool:
    """A name and how often it occurs."""
    return isinstance(value, list) and len(value) == 2 and is_text(value[0]) and is_count(value[1])


def _is_pair(value: Any) -> bool:
    return list_of(is_text)(value) and len(value) == 2


_CHOICE = members(
    align=is_text,
    missing=is_text,
    sep=or_none(is_text),
    input_format=or_none(is_text),
    class_order_checked=is_truth,
    out_of_sample=is_text,
    columns=both(
        members(
            id=or_none(is_text),
            label=or_none(is_text),
            split=or_none(is_text),
            text=list_of(is_text),
            features=list_of(is_text),
        ),
        perhaps(slice=list_of(is_text), image=or_none(is_text)),
    ),
)
_NOTE = members(
    slug=is_text,
    level=one_of("error", "warning", "note"),
    what=is_sentence,
    details=list_of(is_sentence),
    fixes=list_of(is_sentence),
)
_BIN = members(
    **{"from": is_number, "to": is_number, "rows": is_count, "confidence": is_number, "agrees": is_number}
)
_ANSWER = members(
    check=is_text,
    question=is_sentence,
    verdict=one_of(*get_args(Verdict)),
    said=list_of(members(slug=or_none(is_text), text=is_sentence)),
)
_NEAR = members(
    how=one_of(*get_args(How)),
    threshold=is_number,
    default=is_number,
    compared=is_count,
    pairs=is_count,
    bars=lambda value: list_of(is_count)(value) and len(value) == BARS,
    recall=or_none(is_number),
    sampled=is_count,
    examples=list_of(members(a=is_text, b=is_text, similarity=is_number)),
)
_SLICE = members(
    column=is_text,
    value=or_none(is_text),
    values=is_count,
    rows=is_count,
    suspected=is_count,
    rate=is_number,
    expected=or_none(is_number),
    pooled=or_none(is_number),
    low=or_none(is_number),
    high=or_none(is_number),
    clear=is_truth,
)
_SPLIT = members(
    split=is_text,
    reference=is_text,
    rows=is_count,
    reference_rows=is_count,
    distance=is_number,
    low=is_number,
    high=is_number,
    by_chance=is_number,
    differs=is_truth,
)
_SPLIT_CLASS = members(
    **{"split": is_text, "class": is_text, "rows": is_count, "share": is_number, "clear": is_truth},
    reference_rows=is_count,
    reference_share=is_number,
    difference=is_number,
    low=is_number,
    high=is_number,
)
_ANNOTATOR = members(
    **dict.fromkeys(("annotators", "answers"), is_count),
    **dict.fromkeys(("shared", "differ"), or_none(is_count)),
    **dict.fromkeys(("annotator", "worst_class"), or_none(is_text)),
    **dict.fromkeys(
        ("quality", "agreement", "rate", "expected", "pooled", "low", "high"), or_none(is_number)
    ),
    clear=is_truth,
)
_NEXT_ANSWER = members(
    item=is_text,
    given=or_none(is_text),
    consensus=is_text,
    quality=is_number,
    score=is_number,
    votes=is_count,
    answers=is_count,
)
_MODEL = members(
    looked_at=list_of(is_text),
    models=map_of(is_count),
    **dict.fromkeys(
        (
            "folds",
            "rounds",
            "rows",
            "learned",
            "copies",
            "near_kept",
            "parts_kept",
            "near_parted",
            "near_parted_rows",
            "not_judged",
        ),
        is_count,
    ),
    seconds=is_number,
    left_out=map_of(is_text),
    columns=map_of(is_text),
)
_SAMPLING = members(
    seed=is_count,
    plan=both(
        members(items=is_count, spot=is_count, controls=is_number, blind=is_number),
        perhaps(estimate=is_count),
    ),
    round=is_count,
    frozen=is_count,
    spots=list_of(is_count),
    controls=is_count,
    reserve=is_count,
)
_AGREED = members(**dict.fromkeys(("value", "low", "high"), or_none(is_number)), n=is_count)
_AGREEMENT = members(
    items=is_count,
    **dict.fromkeys(("raw", "alpha", "verdict", "verdict_alpha", "blind", "in_view"), _AGREED),
    pairs=list_of(members(reviewers=_is_pair, raw=_AGREED, kappa=_AGREED)),
    classes=list_of(
        members(
            name=is_text,
            **dict.fromkeys(("items", "unsure", "answers"), is_count),
            same=or_none(is_number),
            alpha=_AGREED,
        )
    ),
    reviewers=list_of(
        members(reviewer=is_text, answers=is_count, unsure=is_count, classes=list_of(_is_counted))
    ),
)
_SHARE = members(hits=is_count, n=is_count, low=is_number, high=is_number)
_CONFIRMED = members(
    **dict.fromkeys(("queue", "controls", "blind", "in_view", "taken_blind", "taken_in_view"), _SHARE),
    open=is_count,
    pull=or_none(members(value=is_number, low=is_number, high=is_number)),
)
_DECISIONS = both(
    members(
        digest=is_text,
        files=is_count,
        reviewers=list_of(is_text),
        states=map_of(is_count),
        kept_suspects=is_count,
    ),
    perhaps(agreement=_AGREEMENT, confirmed=_CONFIRMED),
)
_LABEL_NOISE = members(
    method=is_text,
    **dict.fromkeys(("rows", "wrong", "more_classes", "more_pairs"), is_count),
    share=is_number,
    classes=list_of(
        members(
            name=is_text,
            **dict.fromkeys(("rows", "wrong", "missed"), is_count),
            **dict.fromkeys(("noise", "inverse_noise", "quality"), is_number),
        )
    ),
    pairs=list_of(
        members(
            **dict.fromkeys(("one", "other"), is_text),
            **dict.fromkeys(("rows", "given_one", "given_other"), is_count),
            share=is_number,
        )
    ),
)
LATER = frozenset(
    "annotations checks decisions embeddings images label_noise near sampling schemes".split()  # noqa: SIM905
)
"""Members that audits of earlier versions do not have."""
MEMBERS: Mapping[str, Shape] = {
    "schema": is_text,
    "schemes": perhaps(finding_key=is_count, row_digest=is_count, measures=map_of(is_count)),
    "audit_id": is_text,
    "dataset": members(
        name=is_text,
        rows=is_count,
        classes=list_of(is_text),
        class_order=members(source=is_sentence, flag=or_none(is_text)),
        content=list_of(is_text),
        splits=list_of(is_text),
        fingerprint=is_text,
    ),
    "predictions": or_none(
        both(
            members(files=list_of(is_text), out_of_sample=one_of("yes", "no", "not said")),
            perhaps(model=or_none(_MODEL)),
        ),
    ),
    "embeddings": or_none(
        members(file=is_text, dimensions=is_count, digest=is_text, rows_without=is_count),
    ),
    "annotations": or_none(
        members(file=is_text, answers=is_count, annotators=is_count, rows=is_count, digest=is_text),
    ),
    "near": or_none(_NEAR),
    "images": or_none(
        members(opened=is_count, faults=map_of(is_count), digest=is_text, pictures=is_count, of=is_count),
    ),
    "label_noise": or_none(_LABEL_NOISE),
    "sampling": _SAMPLING,
    "decisions": or_none(_DECISIONS),
    "settings": both(
        members(
            input=_CHOICE,
            top=or_none(is_count),
            privacy=is_text,
            lang=is_text,
            detect=map_of(map_of(is_plain)),
        ),
        perhaps(weights=members(splits=map_of(is_number), rarity=is_number)),
    ),
    "versions": lambda value: members(auditor=is_text)(value) and all(map(is_text, value.values())),
    "outcomes": list_of(is_outcome),
    "checks": list_of(_ANSWER),
    "notes": list_of(_NOTE),
    "queue": both(
        members(total=is_count, lam=is_number),
        perhaps(prior=is_number, order=is_text, notes=list_of(is_sentence)),
    ),
    "tables": both(
        members(calibration=list_of(_BIN)),
        perhaps(
            slices=list_of(_SLICE),
            splits=list_of(_SPLIT),
            split_classes=list_of(_SPLIT_CLASS),
            annotators=list_of(_ANNOTATOR),
            next_answers=list_of(_NEXT_ANSWER),
        ),
    ),
    "measures": list_of(MEASURE),
    "files": lambda value: isinstance(value, dict),
}
"""Member of `audit.json` -> what it must be."""
