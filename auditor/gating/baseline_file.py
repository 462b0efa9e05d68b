"""The baseline's file, meant for git: sorted, a finding a line, no text of the dataset and no score."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from auditor.errors import InputError, UsageError
from auditor.gating.baseline import SCHEMA, Baseline, lines_by_key, not_a_baseline, to_json
from auditor.store.names import shown
from auditor.store.pages import write_pages
from auditor.store.place import not_writable
from auditor.store.shape_pieces import Shape, is_number, is_text, list_of, map_of, or_none

DEFAULT = Path(".auditor") / "baseline.json"
"""Where it is looked for and written unless told otherwise."""
LINE_PARTS = 3


SHAPES: dict[str, Shape] = {
    "tool": is_text,
    "dataset": is_text,
    "classes": list_of(is_text),
    "settings": map_of(is_text),
    "measures": map_of(is_number),
    "findings": list_of(lambda line: is_text(line) and len(line.split(" ")) == LINE_PARTS),
    "rows": or_none(is_text),
}


def read_baseline(path: str | Path) -> Baseline:
    """A baseline from its file.

    Raises:
        InputError: `not-a-baseline`: it is not there, is none, or is damaged.
    """
    place = Path(path)
    document = _document(place)
    for name, fits in SHAPES.items():
        if not fits(document.get(name)):
            raise InputError(not_a_baseline(shown(place), name))
    return Baseline(
        dataset=document["dataset"],
        classes=tuple(document["classes"]),
        settings=document["settings"],
        measures=document["measures"],
        findings=lines_by_key(document["findings"]),
        rows=document["rows"],
        tool=document["tool"],
        name=place.name,
    )


def write_baseline(path: str | Path, baseline: Baseline, *, force: bool = False) -> Path:
    """Write a baseline in one step and return its path; its folder is made.

    Raises:
        UsageError: `output-exists`, unless `force`; `output-not-writable`.
    """
    place = Path(path)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(not_writable(place, error)) from error
    text = json.dumps(to_json(baseline), ensure_ascii=False, indent=1, allow_nan=False)
    return write_pages(place.parent, {place.name: f"{text}\n"}, force=force)[0]


def _document(place: Path) -> dict[str, Any]:
    try:
        document = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InputError(not_a_baseline(shown(place), why)) from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise InputError(not_a_baseline(shown(place), f'"schema": "{SCHEMA}"'))
    return document
