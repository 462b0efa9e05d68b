"""Run an audit, write its folder, show the summary: shared by `audit` and `demo`."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from auditor.audits import Audit
from auditor.choices import bytes_at_most
from auditor.cli.language import painted, safely
from auditor.cli.progress import progress_on_stderr
from auditor.cli.show_problems import MARKS, plain_json, show_problems
from auditor.errors import ExitCode, InputError, Problem
from auditor.pipeline import AuditOptions, run
from auditor.read.choice import InputChoice
from auditor.read.remote import without_secrets
from auditor.report.review_files import MAX_SIZE
from auditor.report.terminal import summary_json, summary_lines
from auditor.store.audit_json import read_audit_json
from auditor.store.place import check_output
from auditor.wording import N_, say, text_from


def audit_and_write(
    data: str | Path,
    predictions: Sequence[str | Path],
    choice: InputChoice,
    options: AuditOptions,
    output: Path,
    flags: dict[str, Any],
    config: Path | None = None,
) -> int:
    """The exit code: 0, or 4 when a detector failed and the folder is partial."""
    check_output(output, force=flags["force"])
    since = flags.get("since")
    if since is not None:
        read_audit_json(Path(since))  # a folder that is no audit is said before anything is computed
    max_size = bytes_at_most(flags.get("max_size"), MAX_SIZE)
    quiet = flags["quiet"] or flags["as_json"]
    started = time.process_time()
    with progress_on_stderr(quiet) as progress:
        audit = run(data, predictions, choice, options, progress)
        progress("report", 0.0)
        refused = _saved(audit, output, flags, options.lang, max_size)
    if not flags["quiet"]:
        show_problems(_notes(audit), options.lang)
        if config is not None and not flags["as_json"]:
            click.echo(say(N_("settings from {file}"), file=config.name).to(options.lang), err=True)
    _show_failures(audit, options.lang, flags["debug"])
    seconds = {**audit.timings, "total": time.process_time() - started}
    if flags["as_json"]:
        click.echo(plain_json(summary_json(audit, output, seconds)))
    elif not flags["quiet"]:
        for line in summary_lines(audit, output, options.lang, _typed(data)):
            click.echo(line)
    if refused is not None and not audit.partial:
        show_problems(refused.problems, options.lang)
        return refused.exit_code
    return ExitCode.BUG if audit.partial else ExitCode.DONE


def _saved(
    audit: Audit, output: Path, flags: Mapping[str, Any], lang: str, max_size: int
) -> InputError | None:
    """Write the folder; an audit that cannot be compared is written without the comparison, and why."""
    try:
        audit.save(output, force=flags["force"], lang=lang, max_size=max_size, since=flags.get("since"))
    except InputError as error:
        audit.save(output, force=flags["force"], lang=lang, max_size=max_size)
        return error
    return None


def _typed(data: str | Path) -> str:
    """The dataset as it can be typed again; what an address may hold to sign in is not shown."""
    return without_secrets(data) if isinstance(data, str) else str(data)


def _notes(audit: Audit) -> list[Problem]:
    """The notes and warnings kept in the audit, as they were on the way in."""
    return [
        Problem(
            slug=entry["slug"],
            level=entry["level"],
            what=text_from(entry["what"]),
            details=tuple(map(text_from, entry["details"])),
            fixes=tuple(map(text_from, entry["fixes"])) if entry["level"] == "warning" else (),
        )
        for entry in audit.header["notes"]
    ]


def _show_failures(audit: Audit, lang: str, debug: bool) -> None:
    for entry in audit.header["outcomes"]:
        if entry["status"] != "failed":
            continue
        name = entry["detector"]
        text = say(
            N_("detector {name} failed; the folder is partial ({why})"),
            name=name,
            why=text_from(entry["why"]),
        )
        word, colour = MARKS["error"]
        click.echo(painted(f"{word}: ", fg=colour) + safely(text, lang), err=True)
        if debug:
            click.echo(audit.traces.get(name, ""), err=True)
