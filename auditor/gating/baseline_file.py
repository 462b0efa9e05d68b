"""The baseline's file, meant for git: sorted, a finding a line, no text of the dataset and no score."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from auditor.errors import InputError, Problem, UsageError
from auditor.gating.baseline import SCHEMA, Baseline, digest_of, lines_by_key, not_a_baseline, to_json
from auditor.store.names import shown
from auditor.store.pages import write_pages
from auditor.store.place import not_writable
from auditor.store.shape_pieces import Shape, is_number, is_text, list_of, map_of, or_none
from auditor.wording import N_, say

DEFAULT = Path(".auditor") / "baseline.json"
"""Where it is looked for and written unless told otherwise."""
LINE_PARTS = 3
FAMILY = b"auditor.baseline/"
"""What every version of the file begins with."""
BEGINNING = 4096

SHAPES: dict[str, Shape] = {
    "tool": is_text,
    "dataset": is_text,
    "classes": list_of(is_text),
    "settings": map_of(is_text),
    "measures": map_of(is_number),
    "findings": list_of(lambda line: is_text(line) and len(line.split(" ")) == LINE_PARTS),
    "rows": or_none(is_text),
    "detectors": list_of(is_text),
    "label": or_none(is_text),
    "digest": is_text,
}


def read_baseline(path: str | Path) -> Baseline:
    """A baseline from its file.

    Raises:
        InputError: `not-a-baseline`: it is not there, is none, or is damaged.
    """
    place = Path(path)
    document = _document(place)
    for name, fits in SHAPES.items():
        if name not in document or not fits(document[name]):
            raise InputError(not_a_baseline(str(place), name))
    if document["digest"] != digest_of(document):
        raise InputError(not_a_baseline(str(place), "digest"))
    return Baseline(
        dataset=document["dataset"],
        classes=tuple(document["classes"]),
        settings=document["settings"],
        measures=document["measures"],
        findings=lines_by_key(document["findings"]),
        rows=document["rows"],
        detectors=tuple(document["detectors"]),
        label=document["label"],
        tool=document["tool"],
        name=place.name,
    )


def write_baseline(path: str | Path, baseline: Baseline, *, force: bool = False) -> Path:
    """Write a baseline in one step and return its path; its folder is made.

    Args:
        path: the file.
        baseline: what is known.
        force: replace a baseline that is there, also a damaged one; a file of another kind never.

    Raises:
        UsageError: `output-exists`, unless `force`; `output-not-writable`.
    """
    place = Path(path)
    if force and not _was_baseline(place):
        what = say(N_("{name} is no baseline"), name=shown(place))
        raise UsageError(Problem(slug="output-exists", what=what))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(not_writable(place, error)) from error
    text = json.dumps(to_json(baseline), ensure_ascii=False, indent=1, allow_nan=False)
    return write_pages(place.parent, {place.name: f"{text}\n"}, force=force)[0]


def _was_baseline(place: Path) -> bool:
    """Whether a file is one, be it damaged, or is not there."""
    try:
        with place.open("rb") as stream:
            return FAMILY in stream.read(BEGINNING)
    except OSError:
        return not place.exists()


def _document(place: Path) -> dict[str, Any]:
    if not place.exists():
        raise InputError(no_baseline_at(place))
    try:
        document = json.loads(place.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InputError(not_a_baseline(str(place), why)) from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise InputError(not_a_baseline(str(place), f'"schema": "{SCHEMA}"'))
    return document


def no_baseline_at(place: Path) -> Problem:
    """What is said where a baseline is looked for and is not there."""
    what = say(N_("there is no baseline {name}"), name=shown(place))
    return Problem(
        slug="file-not-found",
        what=what,
        fixes=(say("auditor baseline write AUDIT -o {name}", name=str(place)),),
    )
