"""The ten lines that `auditor audit` prints, and the same as one JSON object."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.cells import cell_len

from auditor.audits import Audit
from auditor.report.actions import actions
from auditor.report.command import command_of
from auditor.report.elements import VerdictCell
from auditor.report.facts import Facts
from auditor.report.marks import inert_line
from auditor.report.model import hardly_learned, how_made, quality
from auditor.report.verdicts import verdicts
from auditor.report.view import embedded, header_notes
from auditor.store.audit_json import read_audit_json
from auditor.store.names import AUDIT_JSON, REPORT, REVIEW
from auditor.wording import N_

SHOWN_ACTIONS = 3
BUILT_IN = N_("the built-in model ({how})")


def summary_lines(audit: Audit, folder: Path, lang: str, place: str | None = None) -> list[str]:
    """What was read, the four verdicts, the first actions, the files; nothing that cp949 lacks."""
    facts = Facts(audit=audit, lang=lang, place=place)
    lines = [
        _read(facts),
        *_model(facts),
        *_order(facts),
        *_verdict_lines(verdicts(facts)),
        *_todo(facts, folder),
    ]
    return [inert_line(line) for line in lines]


def _read(facts: Facts) -> str:
    dataset, predictions = facts.audit.header["dataset"], facts.audit.header["predictions"]
    files = ", ".join(predictions["files"]) if predictions else facts.say(N_("no predictions"))
    files = files if facts.model is None else facts.say(BUILT_IN, how=how_made(facts.model))
    return facts.say(
        N_("{name}: {rows:,} rows, {classes:,} classes; {files}"),
        name=dataset["name"],
        rows=dataset["rows"],
        classes=len(dataset["classes"]),
        files=files,
    )


def _model(facts: Facts) -> list[str]:
    """How good the built-in model is, and what follows: nobody has seen it before."""
    accuracy, kappa = facts.measure("model.accuracy"), facts.measure("model.kappa")
    if facts.model is None or accuracy is None or kappa is None:
        return []
    said = [quality(accuracy.value, kappa.value, kappa.n)]
    weak = hardly_learned({entry["class"]: entry["f1"] for entry in facts.classes})
    return [f"  {line.to(facts.lang)}" for line in [*said, *([weak] if weak else [])]]


def _order(facts: Facts) -> list[str]:
    """What the order is made of beside the predictions; of the vote of similar rows the report tells."""
    header = facts.audit.header
    weights = header["settings"].get("weights") or {}
    told = header["queue"]["order"] != "order score" or any(weights.values())
    if not told and header.get("annotations") is None and not facts.forecast.earlier:
        return []
    return [f"  {note}" for note in header_notes(facts)]


def _verdict_lines(cells: tuple[VerdictCell, ...]) -> list[str]:
    wide = max(cell_len(cell.title) for cell in cells)
    long = max(cell_len(cell.number) for cell in cells)
    return [
        f"  {_padded(cell.title, wide)}  {' ' * (long - cell_len(cell.number))}{cell.number} {cell.word}"
        + (f" ({cell.detail})" if cell.detail else "")
        for cell in cells
    ]


def _padded(text: str, width: int) -> str:
    """Hangul takes two columns on a terminal."""
    return text + " " * (width - cell_len(text))


def _todo(facts: Facts, folder: Path) -> list[str]:
    numbered = enumerate(actions(facts)[:SHOWN_ACTIONS], start=1)
    lines = [
        f"  {number}. {action.title}" + (f": {action.command}" if action.command else "")
        for number, action in numbered
    ]
    head = [facts.say(N_("do first:"))] if lines else []
    written = sorted([*read_audit_json(folder)["files"], AUDIT_JSON])
    shown = [name for name in written if name in {REPORT, "queue.csv"} or REVIEW.fullmatch(name)]
    sizes = ", ".join(f"{name} {size_of(folder / name)}" for name in sorted(shown, key=_reading_order))
    files = facts.say(
        N_("wrote {folder}: {files} and {n} more files"),
        folder=str(folder),
        files=sizes,
        n=len(written) - len(shown),
    )
    return [*head, *lines, files]


def _reading_order(name: str) -> tuple[bool, bool, int, str]:
    """The report, then the labeller's page in the order of its parts, then the queue."""
    return name != REPORT, REVIEW.fullmatch(name) is None, len(name), name


def size_of(path: Path) -> str:
    """The size of a file, in kB or MB."""
    size = path.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


def summary_json(audit: Audit, folder: Path, seconds: Mapping[str, float]) -> dict[str, Any]:
    """The summary as plain JSON values, with what no file of the folder may hold: timings."""
    facts = Facts(audit=audit, lang="en")
    return {
        **embedded(audit),
        "notes": audit.header["notes"],
        "actions": [{"title": action.title, "command": action.command} for action in actions(facts)],
        "command": command_of(audit.header),
        "folder": str(folder),
        "cpu_seconds": {phase: round(value, 3) for phase, value in seconds.items()},
    }
