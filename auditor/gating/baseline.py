"""The baseline: what was found when a person last said "we know". Only what it does not hold is new.

Findings are known again by their keys alone. Scores, ranks, row numbers, thresholds, suggested classes and
models stay out of a key, so they may change without an old finding becoming new; a changed label or text
makes a new finding, and so does a second identical bad row. Rows are known too: what a model or a threshold
says today of a row that the baseline has seen as it is, has drifted and is not new.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from auditor.drift import changed, digests, may_drift
from auditor.errors import InputError, Problem
from auditor.gating.rows import MASK, MOST, packed, seen, unpacked
from auditor.gating.subject import Found, Subject
from auditor.measures import MEASURES
from auditor.wording import N_, say

SCHEMA = "auditor.baseline/1"


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """What is known: finding keys, measures of the whole, the classes, the settings."""

    dataset: str
    classes: tuple[str, ...]
    settings: Mapping[str, str]
    """Setting -> digest of its value."""
    measures: Mapping[str, float]
    """Measure of the whole -> its value."""
    findings: Mapping[str, str]
    """Key -> the line that shows it, `kind item key`."""
    rows: str | None = None
    """The rows that it has seen, packed (`auditor.gating.rows`); None where it keeps none."""
    detectors: tuple[str, ...] = ()
    """Those that ran when it was written: what another would find of a row was not known then."""
    label: str | None = None
    """The label column; another one is another task."""
    tool: str = ""
    name: str = ""
    """The file, for messages."""

    def __contains__(self, found: Found) -> bool:
        return found.key in self.findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Today's findings beside those of a baseline."""

    new: tuple[Found, ...]
    known: int
    stale: tuple[str, ...]
    """Lines of the baseline that nothing stands behind any more."""
    drifted: tuple[Found, ...] = ()
    """Findings that it does not hold, of rows that it has seen as they are: another model, another threshold
    or other rows made them. They are told and are not new."""


def baseline_of(subject: Subject) -> Baseline:
    """Today's audit as a baseline."""
    return Baseline(
        dataset=subject.name,
        classes=subject.classes,
        settings=digests(subject.settings),
        measures={one.name: one.value for one in subject.measures if one.scope == "all"},
        findings={found.key: line_of(found, subject) for found in subject.findings},
        rows=_rows_of(subject),
        detectors=subject.ran,
        label=subject.label,
        tool=subject.versions.get("auditor", ""),
    )


def _unpacked(baseline: Baseline) -> Counter[int]:
    """Its rows; read when they are asked for, since that takes as long as all else.

    Raises:
        InputError: `not-a-baseline`.
    """
    try:
        return unpacked(baseline.rows or "")
    except ValueError as error:
        raise InputError(not_a_baseline(baseline.name, f"rows: {error}")) from error


def not_a_baseline(name: str, why: str) -> Problem:
    """What is said of a file that is no baseline, or is damaged."""
    return Problem(
        slug="not-a-baseline",
        what=say(N_("{name} is no baseline, or is damaged"), name=name),
        details=(say("{why}", why=why.splitlines()[0][:200] if why else ""),),
        fixes=(
            say("auditor baseline write AUDIT -o {name} --force", name=name),
            say(N_("or take the file of one side of the merge, then auditor baseline update AUDIT")),
        ),
    )


def _rows_of(subject: Subject) -> str | None:
    rows = subject.digests
    return None if rows is None or len(rows) > MOST else packed(rows)


def line_of(found: Found, subject: Subject) -> str:
    """`kind item key`, as the file has it. Row numbers are no names, so rows without ids have `-`."""
    item = found.item if subject.has_ids or found.row is None else "-"
    return f"{found.kind} {item} {found.key}"


def compared(baseline: Baseline, subject: Subject) -> Difference:
    """What is new, what is known and what is stale."""
    today = {found.key for found in subject.findings}
    unknown = [found for found in subject.findings if found.key not in baseline.findings]
    old = _seen_rows(baseline, subject, unknown)
    drifted = tuple(found for found in unknown if _is_doubt(baseline, found) and found.row in old)
    kept = {found.key for found in drifted}
    return Difference(
        new=tuple(found for found in unknown if found.key not in kept),
        known=len(subject.findings) - len(unknown),
        drifted=drifted,
        stale=tuple(sorted(line for key, line in baseline.findings.items() if key not in today)),
    )


def _is_doubt(baseline: Baseline, found: Found) -> bool:
    """Whether a finding may have drifted: doubts of rows alone, by a detector that had its say before."""
    return found.row is not None and may_drift(found.kind, found.reason, baseline.detectors)


def _seen_rows(baseline: Baseline, subject: Subject, unknown: Sequence[Found]) -> set[int]:
    doubted = {found.row for found in unknown if found.row is not None and _is_doubt(baseline, found)}
    if not doubted or baseline.rows is None or subject.digests is None:
        return set()
    return seen(subject.digests, doubted, _unpacked(baseline))


def updated(baseline: Baseline, subject: Subject, *, accept_new: bool = False) -> Baseline:
    """The baseline without what is stale and with what became better; never looser.

    Args:
        baseline: the one so far.
        subject: today's audit.
        accept_new: take today's findings, measures and classes as they are.
    """
    today = baseline_of(subject)
    if accept_new:
        return replace(today, name=baseline.name)
    return replace(
        today,
        name=baseline.name,
        classes=baseline.classes,
        measures={
            name: _better(name, value, today.measures.get(name, value))
            for name, value in baseline.measures.items()
        },
        findings={key: line for key, line in today.findings.items() if key in baseline.findings},
        rows=_still_there(baseline, subject),
        detectors=baseline.detectors,
        label=baseline.label,
    )


def _still_there(baseline: Baseline, subject: Subject) -> str | None:
    """The rows that the baseline has seen and that are still there: rows that came since stay unseen."""
    if baseline.rows is None or subject.digests is None:
        return baseline.rows
    return packed((_unpacked(baseline) & Counter(row & MASK for row in subject.digests)).elements())


def _better(name: str, one: float, other: float) -> float:
    known = MEASURES.get(name)
    return max(one, other) if known is not None and known.bad == "down" else min(one, other)


def gone_classes(baseline: Baseline, subject: Subject) -> list[str]:
    """Classes of the baseline that the dataset does not have any more: removed, or called otherwise.

    Which of the two cannot be told, and findings carry the name of the given label, so nothing can be
    said to be new or old then.
    """
    return sorted(set(baseline.classes) - set(subject.classes))


def changed_settings(baseline: Baseline, subject: Subject) -> list[str]:
    """The settings that are others than when the baseline was written; findings keep their keys."""
    return changed(baseline.settings, digests(subject.settings))


def to_json(baseline: Baseline) -> dict[str, Any]:
    """The file's content: sorted, a finding a line, no text of the dataset and no score."""
    content = _content(baseline)
    return {**content, "digest": digest_of(content)}


def digest_of(content: Mapping[str, Any]) -> str:
    """16 hex digits over the other members: a careless merge, which would hide findings, is noticed."""
    parts = {name: value for name, value in content.items() if name != "digest"}
    raw = json.dumps(parts, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return hashlib.sha256(raw).hexdigest()[:16]


def _content(baseline: Baseline) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "tool": baseline.tool,
        "dataset": baseline.dataset,
        "label": baseline.label,
        "classes": list(baseline.classes),
        "detectors": list(baseline.detectors),
        "settings": dict(sorted(baseline.settings.items())),
        "measures": dict(sorted(baseline.measures.items())),
        "findings": sorted(baseline.findings.values()),
        "rows": baseline.rows,
    }


def lines_by_key(lines: Sequence[str]) -> dict[str, str]:
    """Key -> line of the findings of a file."""
    return {line.rsplit(" ", 1)[1]: line for line in lines}
