"""Problems on the terminal: code first so that it can be searched, then what, why, and what to type."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import click

from auditor.cli.language import painted, safely
from auditor.errors import AuditorError, Problem
from auditor.report.marks import inert_line
from auditor.wording import N_, say, text_json

MARKS = {"error": ("auditor", "red"), "warning": ("warn", "yellow"), "note": ("note", "cyan")}


def show_error(error: AuditorError, lang: str, *, as_json: bool = False) -> None:
    """Every problem of an error on stderr; with `--json` also as one object on stdout."""
    show_problems(error.problems, lang)
    click.echo(say(N_("exit {code}"), code=int(error.exit_code)).to(lang), err=True)
    if as_json:
        click.echo(error_json(error.problems, error.exit_code, lang))


def show_problems(problems: Iterable[Problem], lang: str, *, err: bool = True) -> None:
    """Problems on stderr (or stdout), one paragraph each."""
    for problem in problems:
        word, colour = MARKS[problem.level]
        head = painted(f"{word}: {problem.slug}: ", fg=colour)
        click.echo(head + safely(problem.what, lang), err=err)
        for detail in problem.details:
            click.echo(inert_line(f"  {safely(detail, lang)}"), err=err)
        for fix in problem.fixes:
            click.echo("  " + say(N_("fix: {fix}"), fix=safely(fix, lang)).to(lang), err=err)


def plain_json(value: object) -> str:
    """A value as JSON in ASCII, in which a CI runner finds no command of its own."""
    return re.sub("#(?=#)", r"\\u0023", json.dumps(value, indent=1))


def error_json(problems: Iterable[Problem], exit_code: int, lang: str) -> str:
    """Problems as JSON: `auditor.error/1`; no console can spoil or obey it."""
    listed = [
        {
            "slug": problem.slug,
            "level": problem.level,
            "message": problem.what.to(lang),
            "details": [detail.to(lang) for detail in problem.details],
            "fixes": [fix.to(lang) for fix in problem.fixes],
            "text": text_json(problem.what),
        }
        for problem in problems
    ]
    return plain_json({"schema": "auditor.error/1", "exit_code": int(exit_code), "problems": listed})
