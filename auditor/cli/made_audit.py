"""The audit of a dataset for the gate: one from the cache where the inputs are unchanged, else a new one."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.input_flags import FLAG_NAMES, first_said, input_choice, prediction_paths
from auditor.config import Config
from auditor.errors import InputError
from auditor.gating.subject import Subject
from auditor.gating.subjects import subject_in
from auditor.read.remote import without_secrets
from auditor.wording import N_, Text, say

if TYPE_CHECKING:
    from auditor.audits import Audit

SECTIONS = ("data", "predictions", "audit")
"""Of the configuration: those that decide what an audit is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is judged, and the audit behind it where its tables are needed."""

    subject: Subject
    audit: Callable[[], Audit]
    notes: tuple[Text, ...] = ()


def loaded(folder: Path) -> Audit:
    """A saved audit with its tables."""
    from auditor.store.loading import load_audit

    return load_audit(folder)


@dataclass(frozen=True, kw_only=True)
class Making:
    """A dataset and all that is said of it, for an audit now or one from the cache."""

    data: str | Path
    flags: Mapping[str, Any]
    config: Config
    decisions: Sequence[str]
    wants_content: bool
    """Whether a report of the audit is asked for."""

    def case(self) -> Case:
        """The audit from the cache where the inputs are unchanged, else a new one, kept where asked."""
        from auditor.store.cache import entry_in

        cache, output = self._cache, self._output
        name = None if cache is None else self._entry(content=self._keeps_content)
        for held in () if cache is None else (name, self._entry(content=True)):
            hit = None if cache is None or held is None else entry_in(cache, held)
            if hit is not None and (case := self._whole(hit)) is not None:
                return case
        audit = self._made()
        uncached = self._uncached(cache, name, audit)
        if uncached:
            name = None
        folder = None if output is None else audit.save(output, lang=self._lang, force=False)
        if cache is not None and name is not None and not audit.partial:
            folder = self._kept(audit, folder, cache, name)
        from auditor.gating.subjects import subject_of

        subject = subject_of(audit, folder=_shown(folder), source=self._source)
        return Case(subject=subject, audit=lambda: audit, notes=uncached)

    def _entry(self, *, content: bool) -> str | None:
        """The name of its audit in a cache; None where it has none, or a file cannot be read."""
        from auditor.store.cache import entry_name

        try:
            return entry_name(self._files(), self._said() | {"content": content})
        except OSError:
            return None

    @property
    def _cache(self) -> Path | None:
        named = first_said(
            self.flags["cache"], self.config.get("gate", "cache"), os.environ.get("AUDITOR_CACHE") or None
        )
        return None if named is None else Path(named)

    @property
    def _output(self) -> Path | None:
        return Path(self.flags["output"]) if self.flags["output"] else None

    @property
    def _lang(self) -> str:
        from auditor.cli.audit_options import language

        return language(self.flags, self.config)

    @property
    def _source(self) -> str:
        """The dataset as it can be typed from here; only its name where it lies elsewhere."""
        if isinstance(self.data, str):
            return without_secrets(self.data)
        here, place = Path.cwd(), self.data.resolve()
        return place.relative_to(here).as_posix() if place.is_relative_to(here) else self.data.name

    def _whole(self, entry: Path) -> Case | None:
        """The audit of an entry; None for one that is damaged, which is made again and replaced."""
        try:
            case = self._reused(entry)
            _ = case.subject.findings, case.subject.digests
        except InputError:
            return None
        return case

    def _reused(self, entry: Path) -> Case:
        folder = entry
        if self._output is not None:
            folder = loaded(entry).save(self._output, lang=self._lang)
        note = say(N_("the inputs are unchanged: the audit of {folder} is reused"), folder=entry.name)
        subject = subject_in(folder, source=self._source)
        return Case(subject=subject, audit=lambda: loaded(entry), notes=(note,))

    def _made(self) -> Audit:
        from auditor.cli.audit_options import audit_options
        from auditor.cli.progress import progress_on_stderr
        from auditor.pipeline import run
        from auditor.store.place import check_output

        if self._output is not None:
            check_output(self._output)
        options = audit_options(
            self.flags,
            self.config,
            decisions=self.decisions,
            privacy="full" if self._keeps_content else "ids",
        )
        choice = input_choice(dict(self.flags), self.config)
        predictions = prediction_paths(dict(self.flags), self.config)
        with progress_on_stderr(self.flags["quiet"]) as progress:
            return run(self.data, predictions, choice, options, progress)

    @property
    def _keeps_content(self) -> bool:
        return self.wants_content or self._output is not None

    def _kept(self, audit: Audit, folder: Path | None, cache: Path, name: str) -> Path | None:
        """The folder to name in messages: the one that was asked for, else the entry of the cache."""
        from tempfile import TemporaryDirectory

        from auditor.store.cache import keep

        try:
            if folder is not None:
                keep(folder, cache, name)
                return folder
            with TemporaryDirectory() as scratch:
                return keep(audit.save(Path(scratch) / "audit", lang=self._lang), cache, name)
        except OSError as error:
            why = error.strerror or str(error)
            told = say(N_("the audit is not kept in {cache}: {error}"), cache=str(cache), error=why)
            click.echo(told.to(self._lang), err=True)
            return folder

    def _uncached(self, cache: Path | None, name: str | None, audit: Audit) -> tuple[Text, ...]:
        """Why the audit is not kept in the cache that was asked for."""
        if cache is None:
            return ()
        if name is None:
            return (say(N_("no cache for inputs at an address: whether they changed cannot be told")),)
        if audit.header.get("images") is not None and self._images_elsewhere():
            told = N_("no cache for images that no flag names: {flag} tells where they are")
            return (say(told, flag="--image-root DIR"),)
        return ()

    def _images_elsewhere(self) -> bool:
        """Whether images lie outside the files by which an audit is known again."""
        within = isinstance(self.data, Path) and (self.data.is_dir() or self.data.suffix.lower() == ".zip")
        return not within and "image_root" not in self._files()

    def _files(self) -> dict[str, list[str | Path]]:
        """Role -> the files that the audit is made of."""
        files: dict[str, list[str | Path]] = {
            "data": [self.data],
            "predictions": list(prediction_paths(dict(self.flags), self.config)),
            "decisions": list(self.decisions),
        }
        for role in ("embeddings", "annotations", "image_root", "classes"):
            named = first_said(self.flags.get(role), self.config.get("data", role))
            if isinstance(named, str) and ("://" in named or Path(named).exists()):
                files[role] = [named]
        return files

    def _said(self) -> dict[str, Any]:
        """Everything else that decides what the audit is."""
        sections = {
            name: dict(self.config.sections.get(name, {})) for name in ("data", "predictions", "audit")
        }
        for section, key in (
            ("data", "path"),
            ("predictions", "path"),
            ("audit", "output"),
            ("audit", "decisions"),
        ):
            sections[section].pop(key, None)  # files by their content, not by where they lie
        flags = {name: self.flags[name] for name in FLAG_NAMES if name not in {"predictions", "config"}}
        return {
            "flags": flags,
            "sections": sections,
            "detect": {name: dict(values) for name, values in self.config.detect.items()},
            "lang": self._lang,
        }


def _shown(folder: Path | None) -> str | None:
    return None if folder is None else str(folder)
