"""What a verdict has against a dataset, one entry each: for the forms that list issues (GitLab, SARIF).

A rule that tripped has an entry for each finding behind it, of those only the new ones where there is a
baseline, and a single one where it has none. What kept the gate from judging is an entry too: an empty list
would look like a pass.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from auditor.gating.inert import name, plain
from auditor.gating.judge import Judged, Ruling
from auditor.gating.subject import Found
from auditor.gating.words import message
from auditor.wording import N_, Text, say

Level = Literal["blocked", "error", "warning"]
"""No verdict because of it; the rule fails; the rule warns."""
NO_VERDICT = "no-verdict"
"""The rule of entries that say what was wrong with the input."""
CRASH = "crash"
"""The rule of entries that say what did not finish."""
LONGEST_PLACE = 400
"""Characters of a file's name that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that a verdict has against a dataset."""

    rule: str
    """The rule's id, inert."""
    level: Level
    what: Text
    key: str
    """Knows the entry again in the next run, together with the rule."""
    first: bool = True
    """The first of its rule."""

    @property
    def fingerprint(self) -> str:
        """32 hex digits of the rule and the key."""
        return sha256(f"{self.rule}\n{self.key}".encode()).hexdigest()[:32]


def entries(judged: Judged) -> list[Entry]:
    """All entries, those first that kept the gate from judging, then errors, then warnings."""
    listed = [*_crashes(judged), *_problems(judged)]
    listed += [_blocked(ruling) for ruling in judged.rulings if ruling.blocks]
    for status in ("fail", "warn"):
        for ruling in judged.rulings:
            if ruling.status == status:
                listed += _tripped(judged, ruling)
    return _apart(listed)


def capped(listed: Sequence[Entry], most: int) -> list[Entry]:
    """At most so many entries in their order, the first of every rule before the second of any."""
    order = sorted(range(len(listed)), key=lambda at: (not listed[at].first, at))
    return [listed[at] for at in sorted(order[:most])]


def location(judged: Judged) -> str:
    """The file that entries are shown at: the dataset, else the configuration; relative, without `..`.

    Which line a row begins at is not known: cells may hold line breaks.
    """
    subject = judged.subject
    path = (subject.source or judged.config or subject.name).replace("\\", "/")
    if "://" in path:
        path = posixpath.basename(path)
    path = posixpath.normpath(path)
    if path.startswith(("/", "..")):
        path = posixpath.basename(path)
    path = re.sub(r":(?=/)|^[A-Za-z]:", "", plain(path, LONGEST_PLACE))
    return "dataset" if path in ("", ".", "..") else path


def behind(judged: Judged, ruling: Ruling) -> list[Found]:
    """The findings that a ruling rests on, by key; with a baseline only those that are new."""
    known = ruling.rule.known
    if ruling.rule.scope == "new":
        return sorted(ruling.found, key=_key)
    if not known.has_findings:
        return []
    found = judged.subject.behind(known.kinds, known.reasons)
    if judged.difference is not None:
        new = {one.key for one in judged.new}
        found = [one for one in found if one.key in new]
    return sorted(found, key=_key)


def finding_text(rule: str, found: Found, *, has_ids: bool) -> Text:
    """A finding in one sentence: rule, kind, reason, and which item or row."""
    parts = {"rule": rule, "kind": plain(found.kind, 80), "reason": plain(found.reason, 80)}
    if found.row is None:
        return say("{rule}: {kind}, {reason}: {item}", **parts, item=name(found.name))
    if not has_ids:
        return say(N_("{rule}: {kind}, {reason}: row {row:,}, counted from 0"), **parts, row=found.row)
    template = N_("{rule}: {kind}, {reason}: {item}; row {row:,}, counted from 0")
    return say(template, **parts, item=name(found.name), row=found.row)


def failed_detectors(judged: Judged) -> list[tuple[str, Text]]:
    """Each detector that failed, and a sentence that says so."""
    failed = []
    for detector in judged.subject.failed:
        why = judged.subject.outcomes[detector].why or say("-")
        failed.append((detector, say(N_("the detector {name} failed: {error}"), name=detector, error=why)))
    return failed


def crash_text(judged: Judged) -> Text:
    """The bug that ended an audit, in one sentence."""
    return say(N_("a bug ended the audit: {error}"), error=judged.crash or "")


def _crashes(judged: Judged) -> list[Entry]:
    told = [("", crash_text(judged))] if judged.crash is not None else []
    told += failed_detectors(judged)
    return [
        Entry(rule=CRASH, level="blocked", what=what, key=f"crash {detector}", first=at == 0)
        for at, (detector, what) in enumerate(told)
    ]


def _problems(judged: Judged) -> list[Entry]:
    return [
        Entry(
            rule=NO_VERDICT,
            level="blocked",
            what=say("{slug}: {what}", slug=problem.slug, what=problem.what),
            key=f"{problem.slug} {at}",
            first=at == 0,
        )
        for at, problem in enumerate(judged.problems)
    ]


def _blocked(ruling: Ruling) -> Entry:
    return Entry(rule=name(ruling.rule.id), level="blocked", what=message(ruling), key="blocked")


def _tripped(judged: Judged, ruling: Ruling) -> list[Entry]:
    level: Level = "error" if ruling.status == "fail" else "warning"
    rule = name(ruling.rule.id)
    found = behind(judged, ruling)
    if not found:
        whole = say("{rule}: {what}", rule=rule, what=message(ruling))
        return [Entry(rule=rule, level=level, what=whole, key="rule")]
    has_ids = judged.subject.has_ids
    return [
        Entry(
            rule=rule,
            level=level,
            what=finding_text(rule, one, has_ids=has_ids),
            key=plain(one.key, 80),
            first=at == 0,
        )
        for at, one in enumerate(found)
    ]


def _apart(listed: Sequence[Entry]) -> list[Entry]:
    """The entries whose fingerprints differ: readers drop all but one of equal ones."""
    return list({entry.fingerprint: entry for entry in reversed(listed)}.values())[::-1]


def _key(found: Found) -> str:
    return found.key
