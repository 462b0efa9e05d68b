"""Decisions files as the labeller's page writes them, for tests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from auditor.review.reading import checksum


def record(item: str, action: str = "keep", label: str | None = None, **more: Any) -> dict[str, Any]:
    """One decision; keywords replace its members."""
    return {
        "item": item,
        "row": None,
        "content": "",
        "given": None,
        "suggested": None,
        "action": action,
        "label": label,
        "duplicate_of": None,
        "copy_of": None,
        "reasons": [],
        "comment": "",
        "shown_suggestion": True,
        "blind": None,
        "sample": "queue",
        "position": 1,
        "round": 1,
        "at": "2026-11-22T05:12:44Z",
        "ms": 1000,
        "seq": 1,
        "revision": 1,
    } | more


def document(
    records: Sequence[dict[str, Any]],
    *,
    reviewer: str = "kim",
    classes: Sequence[str] = ("cat", "dog", "eel"),
    column: str | None = "label",
    **more: Any,
) -> dict[str, Any]:
    """The whole file as it stands in JSON."""
    return {
        "schema": "auditor.decisions/1",
        "report": {"id": "r-0123456789abcdef", "created": None, "tool": "0.6.0", "part": "1/1"},
        "dataset": {"name": "d.csv", "rows": 9, "fingerprint": "sha256:0", "label_column": column},
        "taxonomy": {"classes": list(classes), "hash": "sha256:1"},
        "reviewer": {"id": reviewer, "role": "labeller"},
        "exported": "2026-11-22T06:00:00Z",
        "count": len(records),
        "checksum": checksum(records),
        "decisions": list(records),
    } | more


def write_decisions(path: Path, records: Sequence[dict[str, Any]], **more: Any) -> Path:
    """A file that a reviewer exported."""
    path.write_text(json.dumps(document(records, **more), ensure_ascii=False, indent=1), encoding="utf-8")
    return path
