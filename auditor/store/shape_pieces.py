"""What JSON values must be, piece by piece: the shapes that those of `audit.json` are made of.

Plain Python alone: the gate reads a saved audit with these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any, get_args

from auditor.measures import BadDirection, MeasureKind, OutcomeStatus
from auditor.wording import LANGUAGES, Text, text_from

Shape = Callable[[Any], bool]
"""Whether a JSON value is of a shape."""

LARGEST = 1e15
"""Numbers beyond it, and those that JSON does not have, are none of ours."""
FORMAT = re.compile(r",?(\.\d)?[dfg%]?")
"""Format specifications that sentences have; a width could fill the memory."""


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_truth(value: Any) -> bool:
    return isinstance(value, bool)


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < LARGEST


def is_count(value: Any) -> bool:
    return isinstance(value, int) and is_number(value) and value >= 0


def or_none(shape: Shape) -> Shape:
    return lambda value: value is None or shape(value)


def list_of(shape: Shape) -> Shape:
    return lambda value: isinstance(value, list) and all(map(shape, value))


def map_of(shape: Shape) -> Shape:
    """An object whose members, whatever their names, are all of one shape."""
    return lambda value: isinstance(value, dict) and all(map(shape, value.values()))


def one_of(*allowed: str) -> Shape:
    return lambda value: isinstance(value, str) and value in allowed


def members(**shapes: Shape) -> Shape:
    """An object that has these members; it may have more."""
    return lambda value: (
        isinstance(value, dict) and all(name in value and fits(value[name]) for name, fits in shapes.items())
    )


def perhaps(**shapes: Shape) -> Shape:
    """An object in which these members are of their shapes, where it has them."""
    return lambda value: (
        isinstance(value, dict)
        and all(name not in value or fits(value[name]) for name, fits in shapes.items())
    )


def both(one: Shape, other: Shape) -> Shape:
    return lambda value: one(value) and other(value)


def is_sentence(value: Any) -> bool:
    """A template that only names its values, and values that it can be filled with."""
    if not members(template=is_text, values=lambda values: isinstance(values, dict))(value):
        return False
    if not all(
        is_sentence(part) if isinstance(part, dict) else is_plain(part) for part in value["values"].values()
    ):
        return False
    templates = (value["template"], value.get("plural") or "")
    return all(map(_names_only, templates)) and _can_be_said(value)


def is_plain(value: Any) -> bool:
    return is_text(value) or is_truth(value) or is_number(value)


def _names_only(template: Any) -> bool:
    """Whether a template asks for values by name alone: `{x.y}` and `{x[0]}` would look into them."""
    if not is_text(template):
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


def is_outcome(value: Any) -> bool:
    said = members(detector=is_text, status=one_of(*get_args(OutcomeStatus)), why=or_none(is_sentence))(value)
    return said and (value["status"] == "ran" or value["why"] is not None)


MEASURE = members(
    name=is_text,
    value=is_number,
    n=is_count,
    kind=one_of(*get_args(MeasureKind)),
    bad=one_of(*get_args(BadDirection)),
    exact=is_truth,
    low=or_none(is_number),
    high=or_none(is_number),
    scope=is_text,
)
