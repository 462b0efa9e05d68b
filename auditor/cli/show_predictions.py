"""Predictions on the terminal: what was made, how good it is, and what to type next."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from auditor.cli.language import safely
from auditor.cli.show_problems import plain_json, show_problems
from auditor.errors import Problem, UsageError
from auditor.header import dataset_json, note_json
from auditor.inspection import Inspection
from auditor.predictions import Predictions
from auditor.report.marks import inert_line
from auditor.report.model import hardly_learned, how_made, quality
from auditor.report.terminal import size_of
from auditor.wording import N_, Text, say


def refuse_predictions(flags: dict[str, Any]) -> None:
    """Raise UsageError for what says the contrary of the command."""
    said = "--predictions" if flags["predictions"] else "--model none" if flags["model"] == "none" else None
    if said is not None:
        what = say(N_("{flag}: this command makes predictions of its own"), flag=said)
        raise UsageError(Problem(slug="option-value", what=what, fixes=(say("auditor audit --help"),)))


def show_predictions(
    found: Predictions,
    seen: Inspection,
    output: Path,
    lang: str,
    audit: str,
    seconds: float,
    flags: dict[str, Any],
) -> None:
    """The summary on stdout, notes and warnings on stderr."""
    following = f"{audit} --predictions {shlex.quote(str(output))}"
    following += "" if found.covered.all() else " --missing drop"
    if flags["as_json"]:
        click.echo(plain_json(_json(found, seen, output, following, seconds)))
        return
    if flags["quiet"]:
        return
    show_problems([problem for problem in found.notes if problem.slug != "class-order-source"], lang)
    for line in _lines(found, output, following):
        click.echo(inert_line(safely(line, lang)))


def _lines(found: Predictions, output: Path, following: str) -> list[Text]:
    rows = int(found.covered.sum())
    lines = [
        say(
            N_("{name}: {rows:,} rows, {classes:,} classes"),
            name=found.name,
            rows=len(found.ids),
            classes=len(found.classes),
        ),
        say(N_("  model: {how}"), how=how_made(asdict(found.model))),
        say(N_("  quality: {quality}"), quality=quality(found.accuracy, found.kappa, found.judged)),
    ]
    weak = hardly_learned(found.f1)
    lines += [say("  {weak}", weak=weak)] if weak is not None else []
    return [
        *lines,
        say(
            N_("wrote {file}: {rows:,} rows, {size}"),
            file=str(output),
            rows=rows,
            size=size_of(output),
        ),
        say(N_("next: {command}"), command=following),
    ]


def _json(
    found: Predictions, seen: Inspection, output: Path, following: str, seconds: float
) -> dict[str, Any]:
    given, _ = seen.sound()
    return {
        "schema": "auditor.predictions/1",
        "dataset": dataset_json(given),
        "model": asdict(found.model),
        "accuracy": found.accuracy,
        "kappa": found.kappa,
        "f1": found.f1,
        "rows_without": int((~found.covered).sum()),
        "file": str(output),
        "next": following,
        "notes": [note_json(problem) for problem in found.notes],
        "cpu_seconds": {"total": round(seconds, 3)},
    }
