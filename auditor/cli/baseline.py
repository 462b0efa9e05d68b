"""`auditor baseline`: what is known, so that the gate fails only for what is new."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from auditor.cli.input_flags import configuration
from auditor.cli.language import language_of_environment, safely, words
from auditor.wording import LANGUAGES, N_, Text, say

if TYPE_CHECKING:
    from auditor.gating.baseline import Baseline
    from auditor.gating.subject import Subject

ACTIONS = ("write", "update", "show")
LISTED = 20
"""Lines of new or stale findings that `show` prints of each."""


@click.command(
    "baseline",
    help=words(
        N_(
            "Write what the audit in folder AUDIT found as known; update it; or show what is new and what is "
            "gone since.\n\nupdate only takes out what is gone and tightens what became better, unless "
            "--accept-new. The file is meant for git: sorted, a finding a line, no text of the dataset."
        )
    ),
)
@click.argument("action", type=click.Choice(ACTIONS), metavar="write|update|show")
@click.argument("audit", metavar="AUDIT")
@click.option(
    "--decisions",
    multiple=True,
    metavar="FILE",
    help=words(N_("What reviewers decided: what they kept is no finding. May be given again.")),
)
@click.option(
    "--accept-new", is_flag=True, help=words(N_("update: take today's findings and numbers as known."))
)
@click.option(
    "--config", metavar="FILE", help=words(N_("Configuration; else auditor.toml or [tool.auditor]."))
)
@click.option(
    "-o", "output", metavar="FILE", help=words(N_("The baseline.  [default: .auditor/baseline.json]"))
)
@click.option(
    "--force", is_flag=True, help=words(N_("write: replace a baseline that is there, or is damaged."))
)
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the messages.")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(action: Literal["write", "update", "show"], audit: str, **flags: Any) -> int:
    """Read the audit, compare, write, say what changed."""
    from auditor.gate_options import baseline_place, decision_files
    from auditor.gates import subject_with

    config = configuration(flags)
    lang = flags["lang"] or config.get("", "lang") or language_of_environment()
    place = Path(flags["output"]) if flags["output"] else baseline_place(config)
    subject = subject_with(audit, flags["decisions"] or decision_files(config))
    lines = {"write": _write, "update": _update, "show": _show}[action](
        subject, place, accept_new=flags["accept_new"], force=flags["force"]
    )
    for line in lines:
        click.echo(safely(line, lang))
    return 0


def _write(subject: Subject, place: Path, *, accept_new: bool, force: bool) -> list[Text]:
    from auditor.gates import refuse_partial
    from auditor.gating.baseline import baseline_of
    from auditor.gating.baseline_file import write_baseline

    refuse_partial(subject)
    baseline = baseline_of(subject)
    if not force:
        _refuse_existing(place)
    write_baseline(place, baseline, force=force)
    return [_wrote(place, baseline)]


def _update(subject: Subject, place: Path, *, accept_new: bool, force: bool) -> list[Text]:
    from auditor.gates import refuse_partial
    from auditor.gating.baseline import compared, updated
    from auditor.gating.baseline_file import read_baseline, write_baseline

    refuse_partial(subject)
    before = read_baseline(place)
    difference = compared(before, subject)
    after = updated(before, subject, accept_new=accept_new)
    write_baseline(place, after, force=True)
    lines = [_differs(len(difference.stale), len(difference.new), accept_new), _wrote(place, after)]
    if difference.new and not accept_new:
        lines.append(say(N_("what is new stays new; --accept-new takes it as known")))
    return lines


def _show(subject: Subject, place: Path, *, accept_new: bool, force: bool) -> list[Text]:
    from auditor.gating.baseline import compared, line_of
    from auditor.gating.baseline_file import read_baseline

    before = read_baseline(place)
    difference = compared(before, subject)
    lines = [
        say(
            N_(
                "{file}: {known:,} findings are known, {new:,} are new, {drifted:,} are of rows that it has "
                "seen as they are, {stale:,} of the baseline are gone"
            ),
            file=place.name,
            known=difference.known,
            new=len(difference.new),
            drifted=len(difference.drifted),
            stale=len(difference.stale),
        )
    ]
    lines += _listed("+", [line_of(found, subject) for found in difference.new])
    lines += _listed("-", list(difference.stale))
    return [*lines, *_moved(before, subject)]


def _listed(sign: str, found: list[str]) -> list[Text]:
    lines = [say("{sign} {line}", sign=sign, line=line) for line in sorted(found)[:LISTED]]
    left = len(found) - LISTED
    return lines if left <= 0 else [*lines, say(N_("{sign} and {n:,} more"), sign=sign, n=left)]


def _moved(before: Baseline, subject: Subject) -> list[Text]:
    """The measures that are others than in the baseline."""
    from auditor.gating.limits import shown
    from auditor.measures import MEASURES

    today = {one.name: one.value for one in subject.measures if one.scope == "all"}
    return [
        say(
            "{name}: {old} -> {new}",
            name=name,
            old=shown(value, MEASURES[name].kind),
            new=shown(today[name], MEASURES[name].kind),
        )
        for name, value in sorted(before.measures.items())
        if name in MEASURES and name in today and today[name] != value
    ]


def _differs(stale: int, new: int, accepted: bool) -> Text:
    return say(
        N_("{stale:,} findings are gone and taken out; {new:,} are new and accepted")
        if accepted
        else N_("{stale:,} findings are gone and taken out; {new:,} are new and left out"),
        stale=stale,
        new=new,
    )


def _wrote(place: Path, baseline: Baseline) -> Text:
    return say(
        N_("wrote {file}: {n:,} finding is known"),
        N_("wrote {file}: {n:,} findings are known"),
        file=_from_here(place),
        n=len(baseline.findings),
    )


def _from_here(place: Path) -> str:
    """The path as it is seen from the working folder, where it lies below it."""
    here, whole = Path.cwd(), place.resolve()
    return whole.relative_to(here).as_posix() if whole.is_relative_to(here) else str(place)


def _refuse_existing(place: Path) -> None:
    from auditor.errors import Problem, UsageError
    from auditor.store.names import shown

    if place.exists():
        what = say(N_("{name} is there already"), name=shown(place))
        fixes = (
            say(N_("auditor baseline update AUDIT takes out what is gone")),
            say(N_("auditor baseline update AUDIT --accept-new takes all of today as known")),
            say(N_("--force replaces it")),
        )
        raise UsageError(Problem(slug="output-exists", what=what, fixes=fixes))
