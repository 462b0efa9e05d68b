"""The baseline's file, meant for git: sorted, a finding a line, no text of the dataset and no score."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from auditor.errors import InputError, Problem, UsageError
from auditor.gating.baseline import SCHEMA, Baseline, lines_by_key, to_json
from auditor.gating.rows import unpacked
from auditor.store.names import shown
from auditor.store.pages import write_pages
from auditor.store.place import not_writable
from auditor.store.shape_pieces import Shape, is_number, is_text, list_of, map_of, or_none
from auditor.wording import N_, say

DEFAULT = Path(".auditor") / "baseline.json"
"""Where it is looked for and written unless told otherwise."""
LINE_PARTS = 3


def _is_packed(value: Any) -> bool:
    try:
        unpacked(value)
    except (ValueError, TypeError):
        return False
    return True


SHAPES: dict[str, Shape] = {
    "tool": is_text,
    "dataset": is_text,
    "classes": list_of(is_text),
    "settings": map_of(is_text),
    "measures": map_of(is_number),
    "findings": list_of(lambda line: is_text(line) and len(line.split(" ")) == LINE_PARTS),
    "rows": or_none(_is_packed),
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
            raise InputError(_not_a_baseline(place, name))
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
        raise InputError(_not_a_baseline(place, why)) from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise InputError(_not_a_baseline(place, f'"schema": "{SCHEMA}"'))
    return document


def _not_a_baseline(place: Path, why: str) -> Problem:
    return Problem(
        slug="not-a-baseline",
        what=say(N_("{name} is no baseline, or is damaged"), name=shown(place)),
        details=(say("{why}", why=why.splitlines()[0][:200] if why else ""),),
        fixes=(say("auditor baseline write AUDIT -o {name}", name=shown(place)),),
    )
