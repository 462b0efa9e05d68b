"""Two audits of the same data: what may be other though a row is not, by one rule for all who compare audits.

A finding is known again by its key and a row by its digest. What a model or a threshold says today of a row
that was seen before as it is has *drifted*: nobody changed the row. The gate judges by it what is new beside
a baseline (`auditor.gating.baseline`), `auditor compare` why findings came and went (`auditor.comparison`).
Plain Python alone, so that a saved audit is judged without numpy, pandas or Arrow.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

from auditor.measures import MEASURES

DOUBTS: Mapping[str, str] = {
    "label_issue": "label_issues",
    "outlier": "outliers",
    "image": "images",
    "near_duplicate": "near_duplicates",
    "near_conflict": "near_duplicates",
}
"""Kinds of findings that a model or a threshold decides from what a row's digest holds -> their detector.
A leak rests on the split too, an annotation on the answers, hygiene on the text as it stands: those are new
when they arise."""
FACTS = frozenset(reason for known in MEASURES.values() if known.exact for reason in known.reasons)
"""Reasons that no threshold decides: an image beside a text may break while the text stays as it is."""
SCHEMES: Mapping[str, int] = {"finding_key": 1, "row_digest": 1}
"""What names findings and rows -> the edition of how it is made, of which `audit.json` tells (`schemes`).

Raise one where another version of auditor would give the same row another name: another hash, other parts,
another normalisation of the content. Audits of different editions cannot be compared and say so; those that
tell of none are of edition 1."""
EDITIONS: Mapping[str, int] = {}
"""Measure -> the edition of its definition, where that is no more the first: its numbers cannot be compared
with those of another edition."""


def may_drift(kind: str, reason: str, detectors: Collection[str]) -> bool:
    """Whether findings of a kind and a reason may come and go of a row that stays as it is.

    They must be doubts that a model or a threshold decides, by a detector that had its say on the other side.

    Args:
        kind: of the finding, which is about a row.
        reason: its reason code.
        detectors: those that ran on the other side.

    >>> may_drift("label_issue", "model-contradicts", ["label_issues"]), may_drift("conflict", "conflict", [])
    (True, False)
    """
    return reason not in FACTS and DOUBTS.get(kind) in detectors


def settings_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """What may change the findings though the data did not, by the name that a message gives it.

    Args:
        document: `audit.json`, or the header of an audit.
    """
    dataset, settings = document["dataset"], document["settings"]
    return {
        "columns": [dataset.get("content"), dataset.get("roles")],
        "predictions": (document["predictions"] or {}).get("digest"),
        "embeddings": (document.get("embeddings") or {}).get("digest"),
        "annotations": (document.get("annotations") or {}).get("digest"),
        "near threshold": settings.get("input", {}).get("near_threshold"),
        "detector options": settings.get("detect", {}),
    }


def digests(settings: Mapping[str, Any]) -> dict[str, str]:
    """Setting -> 16 hex digits of its value."""
    return {
        name: hashlib.sha256(
            json.dumps(value, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
        ).hexdigest()[:16]
        for name, value in settings.items()
    }


def changed(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The settings whose digests differ; one that the earlier side does not have is not told.

    >>> changed({"columns": "a"}, {"columns": "b", "near threshold": "c"})
    ['columns']
    """
    return [name for name in now if now[name] != then.get(name, now[name])]


def schemes_of(document: Mapping[str, Any]) -> dict[str, int]:
    """The editions by which an audit named its findings and rows."""
    told = document.get("schemes") or {}
    return {name: told.get(name, 1) for name in SCHEMES}


def editions_of(document: Mapping[str, Any]) -> dict[str, int]:
    """The editions of the measures of an audit, of those above 1."""
    return dict((document.get("schemes") or {}).get("measures", {}))


def redefined(then: Mapping[str, int], now: Mapping[str, int]) -> frozenset[str]:
    """The measures that two versions of auditor define differently.

    >>> redefined({}, {"outliers.count": 2})
    frozenset({'outliers.count'})
    """
    return frozenset(name for name in {*then, *now} if then.get(name, 1) != now.get(name, 1))
