"""A comparison as one JSON object, schema `auditor.comparison/1`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from auditor.measures import Measure
from auditor.wording import text_json

if TYPE_CHECKING:
    from auditor.comparison import Comparison, KindBeside
    from auditor.measures_beside import MeasureBeside

SCHEMA = "auditor.comparison/1"
SHOWN = ("key", "item", "row", "part", "given", "suggested", "reason_code", "why", "label_there")
"""What is said of a finding that is named: never a text of the dataset."""


def comparison_json(found: Comparison) -> dict[str, Any]:
    """Plain JSON values; sentences in English and as templates, so that they can be said in any language."""
    return {
        "schema": SCHEMA,
        "old": asdict(found.old),
        "new": asdict(found.now),
        "same": found.same,
        "remarks": [
            {"code": one.code, "text": str(one.text), "said": text_json(one.text)} for one in found.remarks
        ],
        "rows": asdict(found.rows),
        "findings": [_kind(found, kind) for kind in found.kinds],
        "corrected": [{"from": then, "to": now, "n": n} for then, now, n in found.corrected],
        "measures": [_measure(one) for one in found.measures],
        "classes": [
            {
                "class": one.name,
                **{
                    name: dict(zip(("old", "new"), getattr(one, name), strict=True))
                    for name in ("rows", "suspected", "accuracy", "f1")
                },
                "label_issues": {"new": one.fresh, "gone": one.gone},
            }
            for one in found.classes
        ],
        "decided_since": asdict(found.decided),
    }


def _kind(found: Comparison, kind: KindBeside) -> dict[str, Any]:
    return {
        "kind": kind.kind,
        "count": {"old": kind.old, "new": kind.new},
        "still_there": kind.still,
        "new": {"n": kind.fresh, "why": dict(kind.came), "top": _top(found, "new", kind.kind)},
        "gone": {"n": kind.gone, "why": dict(kind.went), "top": _top(found, "gone", kind.kind)},
    }


def _top(found: Comparison, which: str, kind: str) -> list[dict[str, Any]]:
    return [{name: row[name] for name in SHOWN} for row in found.top(which, kind)]


def _measure(one: MeasureBeside) -> dict[str, Any]:
    return {
        "name": one.name,
        "scope": one.scope,
        "old": _value(one.old),
        "new": _value(one.new),
        "difference": one.difference,
        "other_n": one.other_n,
        "word": one.word,
    }


def _value(one: Measure | None) -> dict[str, Any] | None:
    return None if one is None else {"value": one.value, "low": one.low, "high": one.high, "n": one.n}
