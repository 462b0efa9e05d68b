"""A verdict told: on stdout, in files, to the CI that runs it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.errors import Problem, UsageError
from auditor.gating.formats import MODULES, written
from auditor.gating.judge import Judged
from auditor.gating.subject import nothing
from auditor.wording import N_, say

if TYPE_CHECKING:
    from auditor.audits import Audit

HTML = "html"
SIGNED = 65_536
"""Bytes at the beginning of a report in which its maker is named."""
REPORTS = (*MODULES, HTML)
"""What `--report` writes: the gate's formats, and the report of the audit."""
SUMMARY_LIMIT = 1_000_000
"""Bytes of a step summary, above which GitHub drops all of it (1024 kB)."""


def parsed_reports(given: Sequence[str]) -> dict[Path, str]:
    """Path -> format of each `FORMAT=PATH`.

    Raises:
        UsageError: `option-value`.
    """
    reports: dict[Path, str] = {}
    for text in given:
        name, equals, path = text.partition("=")
        if name not in REPORTS or not equals or path in ("", "-") or Path(path).is_dir():
            raise _bad(
                say(
                    N_("--report {value}: FORMAT=PATH, with a format of: {names}"),
                    value=text[:200],
                    names=", ".join(REPORTS),
                )
            )
        if Path(path) in reports:
            raise _bad(say(N_("--report: {name} is named twice"), name=path))
        reports[Path(path)] = name
    return reports


def _bad(what: Any) -> UsageError:
    return UsageError(Problem(slug="option-value", what=what))


def clear_old(reports: Mapping[Path, str], inputs: Sequence[str]) -> None:
    """Take away the reports of the run before, before anything can end: none is taken for that of this run.

    Only files that hold a report of ours are taken away.

    Raises:
        UsageError: `output-exists`: a report would be written over an input; `output-not-writable`.
    """
    refuse_inputs(reports, inputs)
    for path in reports:
        try:
            if path.is_file() and not path.is_symlink() and _is_report(path):
                path.unlink()
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(_not_writable(path, error)) from error


def refuse_inputs(reports: Mapping[Path, str], inputs: Sequence[str]) -> None:
    """Raise where a report would be written over an input.

    Raises:
        UsageError: `output-exists`.
    """
    known = {Path(path).resolve() for path in inputs if "://" not in path}
    folders = {path for path in known if path.is_dir()}
    for path in reports:
        place = path.resolve()
        if place in known or any(place.is_relative_to(folder) for folder in folders):
            what = say(N_("--report would write over or into {name}, which is an input"), name=path.name)
            raise UsageError(Problem(slug="output-exists", what=what))


def _is_report(path: Path) -> bool:
    """Whether a file is a report of the gate, by the name that all of them carry; an empty list is one of "
    "none."""
    with path.open("rb") as stream:
        begin = stream.read(SIGNED)
    return b"auditor" in begin or begin.strip() in (b"", b"[]")


def _not_writable(path: Path, error: OSError) -> Problem:
    what = say(N_("{name} cannot be written: {error}"), name=path.name, error=error.strerror or str(error))
    return Problem(
        slug="output-not-writable", what=what, fixes=(say(N_("--report FORMAT=PATH with another path")),)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Where a verdict is told."""

    reports: Mapping[Path, str]
    """Path -> format."""
    flags: Mapping[str, Any]
    lang: str

    def tell(self, judged: Judged, audit: Callable[[], Audit] | None) -> None:
        """Write the files, print, and tell the CI.

        Args:
            judged: the verdict.
            audit: gives the audit whose report may be asked for; None where there is none.
        """
        self._write(judged, audit)
        on_github = _ci(self.flags["ci"]) == "github"
        if not self.flags["quiet"]:
            click.echo(_plain(written(self.flags["form"], judged, self.lang)), nl=False)
            if on_github and self.flags["form"] == "text":
                click.echo(_plain(written("github", judged, self.lang)), nl=False)
        if on_github:
            _append_summary(written("markdown", judged, self.lang))

    def ended(self, name: str, problems: Sequence[Problem], crash: str | None) -> None:
        """Tell machines that nothing could be judged; people are told on stderr."""
        ended = Judged(subject=nothing(name), rulings=(), problems=tuple(problems), crash=crash)
        self._write(ended, None)
        on_github = _ci(self.flags["ci"]) == "github"
        form = "github" if on_github and self.flags["form"] == "text" else self.flags["form"]
        if form != "text" and not self.flags["quiet"]:
            click.echo(_plain(written(form, ended, self.lang)), nl=False)
        if on_github:
            _append_summary(written("markdown", ended, self.lang))

    def _write(self, judged: Judged, audit: Callable[[], Audit] | None) -> None:
        from auditor.store.pages import write_pages

        for path, name in self.reports.items():
            if name == HTML and audit is not None:
                from auditor.api import write_report

                write_report(audit(), path, lang=self.lang)
            elif name != HTML:
                text = _plain(written(name, judged, self.lang))
                write_pages(path.parent, {path.name: text}, force=True)


def empty(name: str) -> Judged:
    """The verdict over a dataset without rows, where that is allowed."""
    note = say(N_("the dataset has no rows, and --allow-empty lets that pass"))
    return Judged(subject=nothing(name), rulings=(), notes=(note,))


def _plain(text: str) -> str:
    """Lone surrogates as escapes: no file and no console has bytes for them."""
    return text.encode("utf-8", "backslashreplace").decode()


def _ci(said: str) -> str:
    if said != "auto":
        return said
    if os.environ.get("GITHUB_ACTIONS") == "true":
        return "github"
    return "gitlab" if os.environ.get("GITLAB_CI") == "true" else "none"


def _append_summary(text: str) -> None:
    """To the file that GitHub names, as long as it stays under the size that GitHub shows."""
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    data = _plain(text).encode()
    try:
        with Path(name).open("ab") as stream:
            if stream.tell() + len(data) <= SUMMARY_LIMIT:
                stream.write(data)
    except OSError as error:
        told = say(N_("the step summary cannot be written: {error}"), error=error.strerror or str(error))
        click.echo(str(told), err=True)
