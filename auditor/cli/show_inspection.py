"""An inspection on the terminal: what was understood, what was checked, what is wrong, what to type next."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Sequence

import click
from rich.cells import cell_len

from auditor.cli.language import painted, safely
from auditor.cli.show_problems import plain_json, show_problems
from auditor.inspection import Inspection
from auditor.report.inspected import (
    VERDICTS,
    answer_line,
    answered,
    inspection_json,
    problems_shown,
    result,
    understood,
)
from auditor.report.marks import inert_line
from auditor.wording import N_, say

COLOURS = {"fine": "green", "note": "cyan", "warning": "yellow", "error": "red", "cannot-tell": "magenta"}
NOT_OF_AN_AUDIT = frozenset({"--quiet", "--json", "--debug"})


def show_inspection(
    seen: Inspection, lang: str, args: Sequence[str], *, quiet: bool = False, as_json: bool = False
) -> None:
    """Everything on stdout: here the problems are the answer, not a remark beside it."""
    if as_json:
        click.echo(plain_json(inspection_json(seen)))
        return
    if not quiet:
        _show_understood(seen, lang)
        _show_answers(seen, lang)
    told = [problem for problem in problems_shown(seen) if problem.level != "note" or not quiet]
    show_problems(told, lang, err=False)
    if not quiet or not seen.ok:
        click.echo(inert_line(safely(result(seen), lang)))
    if seen.ok and not quiet:
        click.echo(inert_line(safely(say(N_("next: {command}"), command=_audit(args)), lang)))


def _audit(args: Sequence[str]) -> str:
    """The audit of what was just checked, with the same flags."""
    return shlex.join(["auditor", "audit", *(arg for arg in args if arg not in NOT_OF_AN_AUDIT)])


def _show_understood(seen: Inspection, lang: str) -> None:
    lines = [(name.to(lang), safely(words, lang)) for name, words in understood(seen)]
    wide = max((cell_len(name) for name, _ in lines), default=0)
    for name, words in lines:
        _show(f"  {_padded(name, wide)}  ", words)


def _show_answers(seen: Inspection, lang: str) -> None:
    rows = answered(seen)
    if not rows:
        return
    click.echo(say(N_("checked:")).to(lang))
    names = [say(VERDICTS[verdict]).to(lang) for verdict, _, _ in rows]
    wide = max(map(cell_len, names))
    for (verdict, question, words), name in zip(rows, names, strict=True):
        line = answer_line(question, words, lambda text: safely(text, lang))
        _show(f"  {_padded(name, wide)}  ", line, COLOURS[verdict])


def _show(head: str, words: str, colour: str | None = None) -> None:
    """A line with a heading; on a terminal what is too long goes on below, under its beginning."""
    first, *more = _wrapped(words, cell_len(head))
    click.echo(painted(head, fg=colour) + inert_line(first))
    for line in more:
        click.echo(" " * cell_len(head) + inert_line(line))


def _wrapped(words: str, taken: int) -> list[str]:
    width = shutil.get_terminal_size().columns - taken
    if not sys.stdout.isatty() or width < 20:
        return [words]
    from rich.console import Console
    from rich.text import Text as Cells

    return [line.plain.rstrip() for line in Cells(words).wrap(Console(width=width), width)] or [""]


def _padded(text: str, width: int) -> str:
    """Hangul takes two columns on a terminal."""
    return text + " " * (width - cell_len(text))
