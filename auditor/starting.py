"""The configuration that `auditor init` writes: today's numbers as limits.

Facts get today's number itself. What a model or chance moves gets room: a share as far as that of another
sample of the same data would go once in forty times, a balance a tenth. So the gate passes today, stays quiet
while data of the same kind is added, and fails when they get worse.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt
from typing import Any

from auditor.gating.limits import shown
from auditor.gating.subject import Subject
from auditor.measures import MEASURES, Measure

Z = 1.96
"""Standard deviations that 39 of 40 samples stay within, above."""
SLACK = 0.1
"""Of the balance of the classes, which moves with every row that is added."""
FACTS = (
    *("labels.unknown", "labels.missing", "classes.missing", "duplicates.leaked_rows"),
    *("duplicates.conflict_pairs", "hygiene.empty", "hygiene.broken_encoding", "images.unreadable"),
)
"""Counts of faults: one more than today fails."""
WATCHED = ("duplicates.near_leaked_rows", "duplicates.near_conflict_pairs", "hygiene.mojibake")
"""Estimates: one more than today warns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A rule to begin with."""

    measure: str
    level: str
    """error_if or warn_if."""
    limit: str
    today: str
    """Today's value, for the comment."""


def starting_rules(subject: Subject) -> tuple[Start, ...]:
    """The rules that today's audit just passes, in the order of the measures."""
    today = {one.name: one for one in subject.measures if one.scope == "all"}
    rules = {rule.measure: rule for one in today.values() if (rule := _rule(one)) is not None}
    return tuple(rules[name] for name in MEASURES if name in rules)


def _rule(measure: Measure) -> Start | None:
    name, value = measure.name, measure.value
    if name in FACTS:
        return _start(measure, "error_if", f"> {value:.0f}")
    if name in WATCHED:
        return _start(measure, "warn_if", f"> {value:.0f}")
    if name == "duplicates.rate":
        return _start(measure, "error_if", f"> {_percent_above(value + _room(value, measure.n))}%")
    if name == "label_issues.rate":
        return _start(measure, "error_if", f"> {_percent_above(value + _room(value, measure.n))}%")
    if name == "classes.min_count":
        return _start(measure, "error_if", f"< {floor(value * (1 - SLACK))}")
    if name == "classes.imbalance_ratio":
        return _start(measure, "error_if", f"> {ceil(value * (1 + SLACK) * 100) / 100}")
    if name == "model.accuracy":
        least = max(value - _room(value, measure.n), 0.0)
        return _start(measure, "warn_if", f"< {floor(least * 1000) / 1000}")
    return None


def _start(measure: Measure, level: str, limit: str) -> Start:
    value = shown(measure.value, measure.kind)
    if measure.kind == "rate":
        value = f"{value} ({round(measure.value * measure.n):,} of {measure.n:,})"
    return Start(measure=measure.name, level=level, limit=limit, today=value)


def _room(share: float, n: int) -> float:
    """How far above or below a share that of another sample of the size goes once in forty times."""
    return Z * sqrt(share * (1 - share) / max(n, 1))


def _percent_above(share: float) -> str:
    """A share in percent, rounded up to a hundredth of a percent.

    >>> _percent_above(0.0155), _percent_above(0.0553333), _percent_above(0.0)
    ('1.55', '5.54', '0')
    """
    percent = ceil(round(share * 10_000, 6)) / 100
    return f"{percent:.2f}".rstrip("0").rstrip(".")


def starting_config(
    subject: Subject, data: Mapping[str, Any], predictions: Mapping[str, Any], *, lang: str | None = None
) -> str:
    """The text of an `auditor.toml`.

    Args:
        subject: today's audit.
        data: the keys of `[data]`.
        predictions: the keys of `[predictions]`.
        lang: of reports and messages, where it was said.
    """
    lines = [
        f"# Written from {_comment(subject.name)}: {subject.rows:,} rows, {len(subject.classes):,} classes.",
        "# The limits are the numbers of the audit that wrote this file; tighten them as the data get "
        "better.",
        "schema = 1",
        *([f"lang = {toml_value(lang)}"] if lang else []),
        "",
        *_section("data", data),
        *(_section("predictions", predictions) if predictions else ()),
        "[gate]",
        'fail_on = "error"',
        '# decisions = ["reviews/*.json"]  # labels that a person kept are no suspects',
        "# ratchet = true  # no measure worse than in the baseline: auditor baseline write AUDIT",
        "",
    ]
    for rule in starting_rules(subject):
        lines += _rule_lines(rule)
    return "\n".join(lines).rstrip() + "\n"


def _rule_lines(rule: Start) -> Iterator[str]:
    yield "[[gate.rules]]"
    yield f"measure = {toml_value(rule.measure)}"
    yield f"{rule.level} = {toml_value(rule.limit)}  # today {rule.today}"
    yield "required = true"
    yield ""


def _section(name: str, values: Mapping[str, Any]) -> Iterator[str]:
    yield f"[{name}]"
    for key, value in values.items():
        yield f"{key} = {toml_value(value)}"
    yield ""


def toml_value(value: str | bool | int | float | Sequence[str]) -> str:
    r"""A value as TOML.

    >>> print(toml_value('a "b"\n'), toml_value(["x", "y"]), toml_value(True))
    "a \"b\"\n" ["x", "y"] true
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    return "[" + ", ".join(map(toml_value, value)) + "]"


def _comment(text: str) -> str:
    """A text for a comment: on one line, without control characters."""
    return json.dumps(text, ensure_ascii=False)[1:-1].replace("\x7f", "")
