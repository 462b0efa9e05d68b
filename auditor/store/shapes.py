"""What the members of `audit.json` must be, so that what reads an audit can rely on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any, get_args

from auditor.checks import Verdict
from auditor.findings import BadDirection, MeasureKind, OutcomeStatus
from auditor.similar.pairs import BARS, How
from auditor.wording import LANGUAGES, Text, text_from

Shape = Callable[[Any], bool]
"""Whether a JSON value is of a shape."""

LARGEST = 1e15
"""Numbers beyond it, and those that JSON does not have, are none of ours."""
FORMAT = re.compile(r",?(\.\d)?[dfg%]?")
"""Format specifications that sentences have; a width could fill the memory."""


def misshapen(document: Mapping[str, Any]) -> str | None:
    """The first member of `audit.json` that is not as auditor writes it; None where all are."""
    for name, fits in MEMBERS.items():
        if name in document:
            if not fits(document[name]):
                return name
        elif name not in LATER:
            return name
    return None


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _truth(value: Any) -> bool:
    return isinstance(value, bool)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < LARGEST


def _count(value: Any) -> bool:
    return isinstance(value, int) and _number(value) and value >= 0


def _or_none(shape: Shape) -> Shape:
    return lambda value: value is None or shape(value)


def _list_of(shape: Shape) -> Shape:
    return lambda value: isinstance(value, list) and all(map(shape, value))


def _map_of(shape: Shape) -> Shape:
    """An object whose members, whatever their names, are all of one shape."""
    return lambda value: isinstance(value, dict) and all(map(shape, value.values()))


def _one_of(*allowed: str) -> Shape:
    return lambda value: isinstance(value, str) and value in allowed


def _members(**shapes: Shape) -> Shape:
    """An object that has these members; it may have more."""
    return lambda value: (
        isinstance(value, dict) and all(name in value and fits(value[name]) for name, fits in shapes.items())
    )


def _perhaps(**shapes: Shape) -> Shape:
    """An object in which these members are of their shapes, where it has them."""
    return lambda value: (
        isinstance(value, dict)
        and all(name not in value or fits(value[name]) for name, fits in shapes.items())
    )


def _both(one: Shape, other: Shape) -> Shape:
    return lambda value: one(value) and other(value)


def _sentence(value: Any) -> bool:
    """A template that only names its values, and values that it can be filled with."""
    if not _members(template=_text, values=lambda values: isinstance(values, dict))(value):
        return False
    if not all(
        _sentence(part) if isinstance(part, dict) else _is_plain(part) for part in value["values"].values()
    ):
        return False
    templates = (value["template"], value.get("plural") or "")
    return all(map(_names_only, templates)) and _can_be_said(value)


def _is_plain(value: Any) -> bool:
    return _text(value) or _truth(value) or _number(value)


def _names_only(template: Any) -> bool:
    """Whether a template asks for values by name alone: `{x.y}` and `{x[0]}` would look into them."""
    if not _text(template):
        return False
    try:
        fields = [field for field in Formatter().parse(template) if field[1] is not None]
    except ValueError:
        return False
    return all(
        str(name).isidentifier() and FORMAT.fullmatch(spec or "") and conversion is None
        for _, name, spec, conversion in fields
    )


def _can_be_said(value: Mapping[str, Any]) -> bool:
    sentence = text_from(value)
    forms = [sentence.template, *([sentence.plural] if sentence.plural else [])]
    try:
        for form in forms:
            for lang in LANGUAGES:
                Text(form, sentence.values).to(lang)
    except (ValueError, KeyError, TypeError):
        return False
    return sentence.plural is None or "n" in sentence.values


def _outcome(value: Any) -> bool:
    said = _members(detector=_text, status=_one_of(*get_args(OutcomeStatus)), why=_or_none(_sentence))(value)
    return said and (value["status"] == "ran" or value["why"] is not None)


_CHOICE = _members(
    align=_text,
    missing=_text,
    sep=_or_none(_text),
    input_format=_or_none(_text),
    class_order_checked=_truth,
    out_of_sample=_text,
    columns=_both(
        _members(
            id=_or_none(_text),
            label=_or_none(_text),
            split=_or_none(_text),
            text=_list_of(_text),
            features=_list_of(_text),
        ),
        _perhaps(slice=_list_of(_text)),
    ),
)
_MEASURE = _members(
    name=_text,
    value=_number,
    n=_count,
    kind=_one_of(*get_args(MeasureKind)),
    bad=_one_of(*get_args(BadDirection)),
    exact=_truth,
    low=_or_none(_number),
    high=_or_none(_number),
    scope=_text,
)
_NOTE = _members(
    slug=_text,
    level=_one_of("error", "warning", "note"),
    what=_sentence,
    details=_list_of(_sentence),
    fixes=_list_of(_sentence),
)
_BIN = _members(**{"from": _number, "to": _number, "rows": _count, "confidence": _number, "agrees": _number})
_ANSWER = _members(
    check=_text,
    question=_sentence,
    verdict=_one_of(*get_args(Verdict)),
    said=_list_of(_members(slug=_or_none(_text), text=_sentence)),
)
_NEAR = _members(
    how=_one_of(*get_args(How)),
    threshold=_number,
    default=_number,
    compared=_count,
    pairs=_count,
    bars=lambda value: _list_of(_count)(value) and len(value) == BARS,
    recall=_or_none(_number),
    sampled=_count,
    examples=_list_of(_members(a=_text, b=_text, similarity=_number)),
)
_SLICE = _members(
    column=_text,
    value=_or_none(_text),
    values=_count,
    rows=_count,
    suspected=_count,
    rate=_number,
    expected=_or_none(_number),
    pooled=_or_none(_number),
    low=_or_none(_number),
    high=_or_none(_number),
    clear=_truth,
)
_SPLIT = _members(
    split=_text,
    reference=_text,
    rows=_count,
    reference_rows=_count,
    distance=_number,
    low=_number,
    high=_number,
    by_chance=_number,
    differs=_truth,
)
_SPLIT_CLASS = _members(
    **{"split": _text, "class": _text, "rows": _count, "share": _number, "clear": _truth},
    reference_rows=_count,
    reference_share=_number,
    difference=_number,
    low=_number,
    high=_number,
)
_ANNOTATOR = _members(
    **dict.fromkeys(("annotators", "answers"), _count),
    **dict.fromkeys(("shared", "differ"), _or_none(_count)),
    **dict.fromkeys(("annotator", "worst_class"), _or_none(_text)),
    **dict.fromkeys(("quality", "agreement", "rate", "expected", "pooled", "low", "high"), _or_none(_number)),
    clear=_truth,
)
_NEXT_ANSWER = _members(
    item=_text,
    given=_or_none(_text),
    consensus=_text,
    quality=_number,
    score=_number,
    votes=_count,
    answers=_count,
)
_MODEL = _members(
    looked_at=_list_of(_text),
    models=_map_of(_count),
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
        _count,
    ),
    seconds=_number,
    left_out=_map_of(_text),
    columns=_map_of(_text),
)
_SAMPLING = _members(
    seed=_count,
    plan=_both(
        _members(items=_count, spot=_count, controls=_number, blind=_number), _perhaps(estimate=_count)
    ),
    round=_count,
    frozen=_count,
    spots=_list_of(_count),
    controls=_count,
    reserve=_count,
)
_DECISIONS = _members(
    digest=_text,
    files=_count,
    reviewers=_list_of(_text),
    states=_map_of(_count),
    kept_suspects=_count,
)
LATER = frozenset({"checks", "near", "embeddings", "annotations", "sampling", "decisions"})
"""Members that audits of earlier versions do not have."""
MEMBERS: Mapping[str, Shape] = {
    "schema": _text,
    "audit_id": _text,
    "dataset": _members(
        name=_text,
        rows=_count,
        classes=_list_of(_text),
        class_order=_members(source=_sentence, flag=_or_none(_text)),
        content=_list_of(_text),
        splits=_list_of(_text),
        fingerprint=_text,
    ),
    "predictions": _or_none(
        _both(
            _members(files=_list_of(_text), out_of_sample=_one_of("yes", "no", "not said")),
            _perhaps(model=_or_none(_MODEL)),
        ),
    ),
    "embeddings": _or_none(
        _members(file=_text, dimensions=_count, digest=_text, rows_without=_count),
    ),
    "annotations": _or_none(
        _members(file=_text, answers=_count, annotators=_count, rows=_count, digest=_text),
    ),
    "near": _or_none(_NEAR),
    "sampling": _SAMPLING,
    "decisions": _or_none(_DECISIONS),
    "settings": _both(
        _members(
            input=_CHOICE,
            top=_or_none(_count),
            privacy=_text,
            lang=_text,
            detect=_map_of(_map_of(_is_plain)),
        ),
        _perhaps(weights=_members(splits=_map_of(_number), rarity=_number)),
    ),
    "versions": lambda value: _members(auditor=_text)(value) and all(map(_text, value.values())),
    "outcomes": _list_of(_outcome),
    "checks": _list_of(_ANSWER),
    "notes": _list_of(_NOTE),
    "queue": _both(
        _members(total=_count, lam=_number),
        _perhaps(prior=_number, order=_text, notes=_list_of(_sentence)),
    ),
    "tables": _both(
        _members(calibration=_list_of(_BIN)),
        _perhaps(
            slices=_list_of(_SLICE),
            splits=_list_of(_SPLIT),
            split_classes=_list_of(_SPLIT_CLASS),
            annotators=_list_of(_ANNOTATOR),
            next_answers=_list_of(_NEXT_ANSWER),
        ),
    ),
    "measures": _list_of(_MEASURE),
    "files": lambda value: isinstance(value, dict),
}
"""Member of `audit.json` -> what it must be."""
