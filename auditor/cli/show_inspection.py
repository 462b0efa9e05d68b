"""An inspection on the terminal: what was understood, what was checked, what is wrong, what to type next."""

from __future__ import annotations

import click
from rich.cells import cell_len

from auditor.cli.language import painted, safely
from auditor.cli.show_problems import plain_json, show_problems
from auditor.inspection import Inspection
from auditor.report.inspected import VERDICTS, agreement, answered, inspection_json, understood
from auditor.report.marks import inert_line
from auditor.wording import N_, Text, say

COLOURS = {"fine": "green", "note": "cyan", "warning": "yellow", "error": "red", "cannot-tell": "magenta"}
UNDERSTOOD = frozenset({"class-order-source", "format-recognised"})
"""Notes that tell what the lines above them tell already."""


def show_inspection(seen: Inspection, lang: str, *, quiet: bool = False, as_json: bool = False) -> None:
    """Everything on stdout: here the problems are the answer, not a remark beside it."""
    if as_json:
        click.echo(plain_json(inspection_json(seen)))
        return
    if not quiet:
        _show_understood(seen, lang)
        _show_answers(seen, lang)
    told = [p for p in seen.problems if p.slug not in UNDERSTOOD and (p.level != "note" or not quiet)]
    show_problems(told, lang, err=False)
    if not quiet or not seen.ok:
        click.echo(inert_line(safely(_result(seen), lang)))


def _show_understood(seen: Inspection, lang: str) -> None:
    lines = [*understood(seen), *filter(None, [agreement(seen)])]
    wide = max((cell_len(name.to(lang)) for name, _ in lines), default=0)
    for name, words in lines:
        click.echo(inert_line(f"  {_padded(name.to(lang), wide)}  {safely(words, lang)}"))


def _show_answers(seen: Inspection, lang: str) -> None:
    rows = list(answered(seen))
    if not rows:
        return
    click.echo(say(N_("checked:")).to(lang))
    names = [say(VERDICTS[verdict]).to(lang) for verdict, _, _ in rows]
    wide = max(map(cell_len, names))
    for (verdict, question, words), name in zip(rows, names, strict=True):
        mark = painted(_padded(name, wide), fg=COLOURS.get(verdict))
        seen_there = "" if words is None else f": {safely(words, lang)}"
        click.echo(f"  {mark}  " + inert_line(question.to(lang) + seen_there))


def _padded(text: str, width: int) -> str:
    """Hangul takes two columns on a terminal."""
    return text + " " * (width - cell_len(text))


def _result(seen: Inspection) -> Text:
    warnings = sum(problem.level == "warning" for problem in seen.problems)
    if seen.ok:
        return say(N_("an audit is possible; warnings: {n:,}"), n=warnings)
    return say(
        N_("no audit is possible; errors: {errors:,}, warnings: {n:,}; exit {code}"),
        errors=len(seen.errors),
        n=warnings,
        code=int(seen.exit_code),
    )
