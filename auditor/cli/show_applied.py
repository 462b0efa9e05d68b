"""What became of the decisions, on the terminal: counts, what was left alone, the files."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Any

import click

from auditor.cli.language import safely
from auditor.cli.show_merged import taken_back_line
from auditor.cli.show_problems import plain_json
from auditor.report.marks import inert_line
from auditor.report.sections.review import OPEN_STATES
from auditor.report.terminal import size_of
from auditor.review.apply import Applied
from auditor.review.corrections import counts_of
from auditor.review.merging import Merged
from auditor.review.standing import Standing
from auditor.wording import N_, Text, listed, say

SHOWN = 5
"""Items of each kind that are named."""
AGAIN, ROUND = "again", "round2.html"
"""The folder of the next audit and its page, as the commands name them."""


def show_applied(
    done: Applied, merged: Merged, decisions: Sequence[str], lang: str, flags: dict[str, Any]
) -> None:
    """The summary on stdout, in words or as JSON."""
    again = _again(done, decisions)
    if flags["as_json"]:
        click.echo(plain_json({**_json(done, merged), "next": again}))
    elif not flags["quiet"]:
        for line in _lines(done, merged, dry=flags["dry_run"]):
            click.echo(inert_line(safely(line, lang)))
        for line in _next(again):
            click.echo(inert_line(safely(line, lang)))


def _lines(done: Applied, merged: Merged, *, dry: bool) -> Iterator[Text]:
    found = done.corrections
    states = counts_of(found.standings)
    relabelled = sum(change.action == "relabel" for change in found.changes)
    yield say(
        N_("{name}: {rows:,} rows; decisions on {n:,} item by {reviewers}"),
        N_("{name}: {rows:,} rows; decisions on {n:,} items by {reviewers}"),
        n=len(found.standings),
        name=done.name,
        rows=done.rows,
        reviewers=listed([name or "-" for name in merged.reviewers]),
    )
    yield say(
        N_("  {changed:,} labels changed, {removed:,} rows taken out, {kept:,} kept, {before:,} done before"),
        changed=relabelled,
        removed=len(found.removed),
        kept=states.get("kept", 0),
        before=states.get("done", 0),
    )
    for state, title in OPEN_STATES.items():
        left = [one for one in found.standings if one.state == state]
        if left:
            yield _left(title, left)
    if merged.taken_back:
        yield taken_back_line(merged.taken_back)
    undecided = sum(file.undecided for file in merged.files)
    if undecided:
        yield say(N_("  {n:,} row without a decision"), N_("  {n:,} rows without a decision"), n=undecided)
    for note in (note for file in merged.files for note in file.notes):
        yield say("  {what}", what=note.what)
    if dry:
        yield say(N_("nothing was written (--dry-run)"))
    if done.as_labels:
        yield say(N_("the file is a table of item and label, not the format of the dataset"))
    if done.as_manifest:
        yield say(N_("the file is a table of the images and their labels; the images stay as they are"))
    for path in (done.fixed, done.excluded, done.changes):
        if path is not None:
            size = "" if path.is_dir() else size_of(path)
            yield say(N_("wrote {file} ({size})"), file=str(path), size=size or say(N_("folder")))


def _again(done: Applied, decisions: Sequence[str]) -> list[str]:
    """The commands of the next round, for images, which have to be found; none for other datasets."""
    if done.fixed is None or done.flags is None:
        return []
    said = " ".join(f"--decisions {shlex.quote(name)}" for name in decisions)
    audit = ["auditor audit", shlex.quote(str(done.fixed)), *done.flags, said, f"-o {AGAIN}"]
    return [" ".join(audit), f"auditor review {AGAIN} {said} -o {ROUND}"]


def _next(again: Sequence[str]) -> Iterator[Text]:
    if again:
        yield say(N_("next, with the --predictions or --embeddings of before:"))
    for command in again:
        yield say("  {command}", command=command)


def _left(title: str, left: list[Standing]) -> Text:
    names = listed([one.judgement.item for one in left], SHOWN)
    return say(
        N_("  {n:,} item left alone, {why}: {names}"),
        N_("  {n:,} items left alone, {why}: {names}"),
        n=len(left),
        why=Text(title),
        names=names,
    )


def _json(done: Applied, merged: Merged) -> dict[str, Any]:
    found = done.corrections
    states: dict[str, list[str]] = {}
    for one in found.standings:
        states.setdefault(one.state, []).append(one.judgement.item)
    return {
        "dataset": done.name,
        "rows": done.rows,
        "reviewers": list(merged.reviewers),
        "undecided": sum(file.undecided for file in merged.files),
        "changed": sum(change.action == "relabel" for change in found.changes),
        "removed": len(found.removed),
        "states": states,
        "files": [str(path) for path in (done.fixed, done.excluded, done.changes) if path is not None],
    }
