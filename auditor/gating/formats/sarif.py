"""SARIF 2.1.0: code scanning of GitHub and Azure reads it, and editors do.

Rules are the gate's, results what is behind those that tripped. GitHub shows 5,000 results of a run and takes
10 MB compressed. It knows a result again by `primaryLocationLineHash`, which it would else make of the line;
all results stand at line 1, as cells hold line breaks. The verdict is in the invocation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from auditor.gating.discreet import discreet
from auditor.gating.entries import CRASH, NO_VERDICT, Entry, capped, entries, location
from auditor.gating.formats import gate_format
from auditor.gating.inert import json_text, name, plain
from auditor.gating.judge import Judged, Ruling
from auditor.gating.limits import limits_text
from auditor.gating.words import message, summary
from auditor.version import __version__
from auditor.wording import N_, Text, catalogue, say

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST = 5_000
"""Results at most."""
MOST_BYTES = 10_000_000
"""Bytes at most, compressed."""
LEVELS = {"blocked": "error", "error": "error", "warning": "warning"}
"""Level of an entry -> SARIF's."""
EXTRA = {
    CRASH: N_("A detector or the audit itself ended in a bug; what did not finish is neither good nor bad."),
    NO_VERDICT: N_("The input could not be judged."),
}
"""Rules of entries that come from no rule of the gate -> what they say."""


@gate_format("sarif")
def write(judged: Judged, lang: str) -> str:
    """The verdict as a SARIF log of one run, with as many results as its readers take."""
    told = discreet(judged)
    listed = entries(told)
    most = MOST
    while True:
        kept = capped(listed, most)
        text = json_text(_log(told, kept, len(listed) - len(kept), lang))
        if not kept or _fits(text):
            return text
        most = len(kept) // 2


def _fits(text: str) -> bool:
    data = text.encode()
    if len(data) <= MOST_BYTES:
        return True
    import gzip

    return len(gzip.compress(data, mtime=0)) <= MOST_BYTES


def _log(judged: Judged, kept: Sequence[Entry], left: int, lang: str) -> dict[str, Any]:
    rules = _rules(judged, kept, lang)
    index = {rule["id"]: at for at, rule in enumerate(rules)}
    uri = quote(location(judged), safe="/")
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "auditor", "version": __version__, "rules": rules}},
                "language": lang,
                "invocations": [_invocation(judged, left, lang)],
                "results": [_result(entry, index[entry.rule], uri, lang) for entry in kept],
                "columnKind": "unicodeCodePoints",
            }
        ],
    }


def _rules(judged: Judged, kept: Sequence[Entry], lang: str) -> list[dict[str, Any]]:
    described = {name(one.rule.id): _described(one, lang) for one in judged.rulings}
    used = {entry.rule for entry in kept}
    for extra, what in EXTRA.items():
        if extra in used:
            described.setdefault(extra, _rule(extra, Text(what), say("auditor explain"), "error", lang))
    return list(described.values())


def _described(ruling: Ruling, lang: str) -> dict[str, Any]:
    rule, known = ruling.rule, ruling.rule.known
    limits = limits_text(rule.error_if, rule.warn_if)
    what = catalogue(lang).gettext(known.what)
    told = say("{measure}: {limits}. {what}", measure=rule.measure, limits=limits, what=what)
    level = "warning" if rule.error_if is None and rule.warn_if is not None else "error"
    return _rule(rule.id, told, say("auditor explain {measure}", measure=rule.measure), level, lang)


def _rule(rule: str, what: Text, more: Text, level: str, lang: str) -> dict[str, Any]:
    told = plain(what.to(lang))
    hint = say(N_("{what} More: {command}"), what=told, command=more)
    return {
        "id": name(rule),
        "shortDescription": {"text": name(rule)},
        "fullDescription": {"text": told},
        "help": {"text": plain(hint.to(lang))},
        "defaultConfiguration": {"level": level},
    }


def _result(entry: Entry, at: int, uri: str, lang: str) -> dict[str, Any]:
    return {
        "ruleId": entry.rule,
        "ruleIndex": at,
        "level": LEVELS[entry.level],
        "message": {"text": plain(entry.what.to(lang))},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}}}],
        "partialFingerprints": {
            "auditorFinding/v1": entry.key,
            "primaryLocationLineHash": f"{entry.fingerprint}:1",
        },
    }


def _invocation(judged: Judged, left: int, lang: str) -> dict[str, Any]:
    """How it went: no verdict and a crash are no successful execution, a failed gate is."""
    told = [("note", say("{note}", note=note)) for note in judged.notes]
    told += [
        ("note", message(one)) for one in judged.rulings if one.status == "not_judged" and not one.blocks
    ]
    if left:
        more = say(N_("{n:,} more result is left out"), N_("{n:,} more results are left out"), n=left)
        told.append(("warning", more))
    done = judged.verdict in ("passed", "failed")
    told.append(("note" if done else "error", summary(judged)))
    return {
        "executionSuccessful": done,
        "exitCode": int(judged.exit_code),
        "exitCodeDescription": judged.verdict,
        "toolExecutionNotifications": [
            {"level": level, "message": {"text": plain(text.to(lang))}} for level, text in told
        ],
    }
