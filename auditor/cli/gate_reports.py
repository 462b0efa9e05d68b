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
from auditor.gating.judge import FailOn, Judged
from auditor.gating.subject import nothing
from auditor.wording import N_, say

if TYPE_CHECKING:
    from auditor.audits import Audit

HTML = "html"
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
        if name not in REPORTS or not equals or not path:
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


def clear_old(reports: Mapping[Path, str], inputs: Sequence[str | Path]) -> None:
    """Take away the reports of the run before, so that none is taken for that of a run that ended early.

    Raises:
        UsageError: `output-exists`: a report would be written over an input; `output-not-writable`.
    """
    from auditor.store.place import not_writable

    known = {Path(path).resolve() for path in inputs if isinstance(path, Path) or "://" not in path}
    for path in reports:
        if path.resolve() in known:
            what = say(N_("--report would write over {name}, which is an input"), name=path.name)
            raise UsageError(Problem(slug="output-exists", what=what))
        try:
            if path.is_file() and not path.is_symlink():
                path.unlink()
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(not_writable(path, error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Where a verdict is told."""

    reports: Mapping[Path, str]
    """Path -> format."""
    flags: Mapping[str, Any]
    lang: str
    fail_on: FailOn

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
        ended = Judged(
            subject=nothing(name), rulings=(), fail_on=self.fail_on, problems=tuple(problems), crash=crash
        )
        self._write(ended, None)
        if self.flags["form"] != "text" and not self.flags["quiet"]:
            click.echo(_plain(written(self.flags["form"], ended, self.lang)), nl=False)
        if _ci(self.flags["ci"]) == "github":
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


def empty(name: str, fail_on: FailOn) -> Judged:
    """The verdict over a dataset without rows, where that is allowed."""
    note = say(N_("the dataset has no rows, and --allow-empty lets that pass"))
    return Judged(subject=nothing(name), rulings=(), fail_on=fail_on, notes=(note,))


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
