"""JSON of the schema `auditor.gate/1`: programs read it; the schema is `auditor/gating/gate.schema.json`.

Numbers are unrounded and shares are 0 to 1. Names are exact, up to 1,000 characters; hidden characters in
them are escapes. Verdict, exit code and statuses are words that no language changes.
"""

from __future__ import annotations

from typing import Any

from auditor.gating.discreet import discreet
from auditor.gating.entries import behind, crash_text, failed_detectors
from auditor.gating.formats import gate_format
from auditor.gating.inert import json_text, plain
from auditor.gating.judge import Judged, Ruling
from auditor.gating.limits import Limit
from auditor.gating.subject import Found
from auditor.gating.words import message
from auditor.version import __version__
from auditor.wording import Text, cut

SCHEMA = "auditor.gate/1"
MOST_NEW = 10_000
"""New findings at most; `new_total` is how many there are."""
LONGEST = 1_000
"""Characters of a name at most."""


@gate_format("json")
def write(judged: Judged, lang: str) -> str:
    """The verdict as a JSON document; `lang` is that of the sentences in it."""
    return json_text(_document(discreet(judged), lang))


def _document(judged: Judged, lang: str) -> dict[str, Any]:
    subject, difference = judged.subject, judged.difference
    failed = [{"detector": cut(one, LONGEST), "message": _said(why, lang)} for one, why in _failed(judged)]
    return {
        "schema": SCHEMA,
        "tool": {"name": "auditor", "version": __version__},
        "verdict": judged.verdict,
        "exit_code": int(judged.exit_code),
        "fail_on": judged.fail_on,
        "dataset": {
            "name": cut(subject.name, LONGEST),
            "rows": subject.rows,
            "classes": len(subject.classes),
            "audit_id": subject.audit_id,
        },
        "config": None if judged.config is None else cut(judged.config, LONGEST),
        "baseline": None if judged.baseline is None else cut(judged.baseline.name, LONGEST),
        "measures": {one.name: one.value for one in subject.measures if one.scope == "all"},
        "rules": [_rule(judged, ruling, lang) for ruling in judged.rulings],
        "new": [_finding(found) for found in judged.new[:MOST_NEW]],
        "new_total": None if difference is None else len(difference.new),
        "known": None if difference is None else difference.known,
        "drifted": None if difference is None else len(difference.drifted),
        "stale": None if difference is None else len(difference.stale),
        "failed": failed,
        "problems": [
            {
                "slug": problem.slug,
                "message": _said(problem.what, lang),
                "fixes": [_said(fix, lang) for fix in problem.fixes],
            }
            for problem in judged.problems
        ],
        "notes": [_said(note, lang) for note in judged.notes],
    }


def _rule(judged: Judged, ruling: Ruling, lang: str) -> dict[str, Any]:
    rule, measure = ruling.rule, ruling.measure
    return {
        "id": rule.id,
        "measure": rule.measure,
        "of": None if rule.of is None else cut(rule.of, LONGEST),
        "part": None if measure is None or measure.scope == "all" else cut(measure.scope, LONGEST),
        "parts": ruling.parts,
        "scope": rule.scope,
        "use": rule.compared,
        "min_rows": rule.min_rows,
        "required": rule.required,
        "source": rule.source,
        "status": ruling.status,
        "blocks": ruling.blocks,
        "value": ruling.value,
        "n": None if measure is None else measure.n,
        "low": None if measure is None else measure.low,
        "high": None if measure is None else measure.high,
        "kind": rule.known.kind,
        "exact": rule.known.exact if measure is None else measure.exact,
        "error_if": _limit(rule.error_if),
        "warn_if": _limit(rule.warn_if),
        "limit": _limit(ruling.limit),
        "baseline": ruling.was,
        "new": _new(judged, ruling),
        "message": _said(message(ruling), lang),
        "fixes": [_said(fix, lang) for fix in ruling.fixes],
    }


def _new(judged: Judged, ruling: Ruling) -> int | None:
    """New findings behind the measure; None where that cannot be told."""
    if ruling.value is None or (ruling.rule.scope == "all" and judged.difference is None):
        return None
    return len(behind(judged, ruling)) if ruling.rule.known.has_findings else None


def _finding(found: Found) -> dict[str, Any]:
    return {
        "key": found.key,
        "kind": found.kind,
        "item": cut(found.name, LONGEST),
        "row": found.row,
        "reason": found.reason,
    }


def _failed(judged: Judged) -> list[tuple[str, Text]]:
    """Detectors that failed; a bug that ended all stands under the name `audit`."""
    crashed = [("audit", crash_text(judged))] if judged.crash is not None else []
    return [*crashed, *failed_detectors(judged)]


def _limit(limit: Limit | None) -> str | None:
    return None if limit is None else str(limit)


def _said(text: Text, lang: str) -> str:
    return plain(text.to(lang))
