"""A verdict without what others who read it need not know: absolute places, sign-in parts, errors' texts.

Reports of the gate are kept by a CI and read by many. The message of an exception may quote the dataset, a
path names a user or a machine, and a signed address opens a store.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from auditor.errors import Problem
from auditor.gating.judge import Judged, Ruling
from auditor.gating.subject import Outcome, Subject
from auditor.wording import Text, say

_ABSOLUTE: Final = re.compile(r"/[^/\n]+/[^\n]+|[A-Za-z]:[\\/][^\n]+|\\\\[^\n]+")
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
QUOTING: Final = frozenset({"cell", "cells", "error", "example", "text", "value", "why"})
"""Values of problems that may quote cells of the dataset, or an error that does."""
_ERROR: Final = re.compile(r"[A-Za-z_][\w.]*")


def discreet(judged: Judged) -> Judged:
    """The verdict as it may be told to anyone."""
    subject = _subject(judged.subject)
    return replace(
        judged,
        subject=subject,
        rulings=tuple(map(_ruling, judged.rulings)),
        config=None if judged.config is None else place(judged.config),
        named_baseline=None if judged.named_baseline is None else place(judged.named_baseline),
        notes=tuple(map(_text, judged.notes)),
        problems=tuple(map(_problem, judged.problems)),
        crash=None if judged.crash is None else _kind_of(judged.crash),
    )


def place(path: str) -> str:
    """A path or address without what is private in it; one below the working folder is made relative.

    >>> place("/home/kim/data/train.csv"), place("s3://key:word@store/a.csv?signature=x"), place("a/b.csv")
    ('train.csv', 's3://store/a.csv', 'a/b.csv')
    """
    if _ADDRESS.fullmatch(path):
        return _address(path)
    if not _ABSOLUTE.fullmatch(path):
        return path
    here = f"{Path.cwd()}{os.sep}"
    if path.startswith(here) and ".." not in path:
        return path[len(here) :]
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1]


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
    except ValueError:  # brackets that hold no address
        return url.partition("://")[0]


def _subject(subject: Subject) -> Subject:
    return replace(
        subject,
        name=place(subject.name),
        source=None if subject.source is None else place(subject.source),
        folder=None if subject.folder is None else place(subject.folder),
        outcomes={name: _outcome(one) for name, one in subject.outcomes.items()},
        read_keys=lambda: subject.findings,  # read once at most, and only where a format needs them
    )


def _outcome(outcome: Outcome) -> Outcome:
    if outcome.why is None:
        return outcome
    return replace(outcome, why=_failure(outcome.why) if outcome.status == "failed" else _text(outcome.why))


def _failure(why: Text) -> Text:
    return say("{error}", error=_kind_of(str(why)))


def _ruling(ruling: Ruling) -> Ruling:
    why = None if ruling.why is None else _text(ruling.why)
    return replace(ruling, why=why, fixes=tuple(map(_text, ruling.fixes)))


def _problem(problem: Problem) -> Problem:
    """A problem without its details and without what it quotes: stderr has all of it."""
    return replace(
        problem,
        what=_text(problem.what, hidden=QUOTING),
        details=(),
        fixes=tuple(_text(fix, hidden=QUOTING) for fix in problem.fixes),
    )


def _text(text: Text, hidden: frozenset[str] = frozenset()) -> Text:
    """The sentence with discreet values, and with "..." for hidden ones."""
    values = {
        name: "..." if name in hidden and isinstance(value, str) else _value(value, hidden)
        for name, value in text.values.items()
    }
    return replace(text, values=values)


def _value(value: object, hidden: frozenset[str]) -> object:
    if isinstance(value, Text):
        return _text(value, hidden)
    return place(value) if isinstance(value, str) else value


def _kind_of(error: str) -> str:
    """The kind of an error, without its message.

    >>> _kind_of("ValueError: could not read 'a secret'")
    'ValueError'
    """
    kind = error.partition(":")[0].strip()
    return kind if _ERROR.fullmatch(kind) else "Error"
