"""An `Audit` as the lead's page: head, verdict strip, what to do first, the queue, the sections."""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import asdict
from typing import Any

from auditor.audits import Audit
from auditor.prioritise.sample import spread
from auditor.report.elements import Action, Note, Page, QueueRow, QueueView, VerdictCell
from auditor.report.facts import Facts
from auditor.report.sections import all_sections
from auditor.tables import text_from
from auditor.wording import N_, share

SHOWN_ROWS = 500
"""Rows of the queue in the page; all of it is in queue.csv."""
SPREAD = 25
"""Rows to check before a number of real errors may be named (ranking, forecast)."""
SECONDS_PER_ROW = 7
"""Time to check one short text, from timed reviews."""


def page_of(audit: Audit, lang: str = "en") -> Page:
    """The page of an audit in a language ("en" or "ko")."""
    facts = Facts(audit=audit, lang=lang)
    header = audit.header
    return Page(
        lang=lang,
        dataset=header["dataset"]["name"],
        facts=_facts(facts),
        provenance=_provenance(facts),
        warnings=_warnings(facts),
        verdicts=verdicts(facts),
        actions=actions(facts),
        forecast=_no_forecast(facts),
        spread=_spread(facts),
        queue=QueueView(
            rows=tuple(facts.queue_row(row) for row in facts.queue[:SHOWN_ROWS]),
            total=header["queue"]["total"],
        ),
        sections=all_sections(facts),
        made=_made(facts),
        command=command_of(header),
        data=embedded(audit),
    )


def embedded(audit: Audit) -> dict[str, Any]:
    """The subset of `audit.json` that pages carry."""
    names = ("schema", "audit_id", "dataset", "predictions", "settings", "versions", "outcomes", "queue")
    subset = {name: audit.header[name] for name in names}
    return subset | {"measures": [asdict(measure) for measure in audit.measures]}


def _facts(facts: Facts) -> tuple[tuple[str, str], ...]:
    dataset = facts.audit.header["dataset"]
    return (
        (facts.say(N_("rows")), f"{dataset['rows']:,}"),
        (facts.say(N_("classes")), f"{len(dataset['classes']):,}"),
        (facts.say(N_("audit")), facts.audit.audit_id),
        ("auditor", facts.audit.header["versions"]["auditor"]),
    )


def _provenance(facts: Facts) -> str:
    predictions = facts.audit.header["predictions"]
    if predictions is None:
        return facts.say(N_("Made without predictions: label errors were not looked for."))
    said = {
        "yes": N_("out of sample, as stated"),
        "no": N_("not out of sample, as stated: label errors the model has learned are not seen"),
        "not said": N_("whether out of sample was not said (--out-of-sample yes|no)"),
    }[predictions["out_of_sample"]]
    files = ", ".join(predictions["files"])
    return facts.say(N_("Made from predictions: {files}; {said}."), files=files, said=facts.say(said))


def _warnings(facts: Facts) -> tuple[Note, ...]:
    notes = []
    for entry in facts.audit.header["outcomes"]:
        if entry["status"] in {"failed", "could_not"}:
            why = text_from(entry["why"]).to(facts.lang)
            text = facts.say(
                N_("This audit is partial: {detector} did not finish ({why})."),
                detector=entry["detector"],
                why=why,
            )
            notes.append(Note(text=text, tone="look"))
    for entry in facts.audit.header["notes"]:
        if entry["level"] == "warning":
            notes.append(Note(text=text_from(entry["what"]).to(facts.lang), tone="look"))
    return tuple(notes)


def verdicts(facts: Facts) -> tuple[VerdictCell, ...]:
    return (_suspected(facts), _first(facts), _duplicates(facts), _smallest(facts))


def _not_measured(facts: Facts, title: str, href: str, why: str) -> VerdictCell:
    return VerdictCell(
        title=title, number="-", word=facts.say(N_("not measured")), detail=why, href=href, tone="unknown"
    )


def _suspected(facts: Facts) -> VerdictCell:
    title = facts.say(N_("Labels suspected"))
    rate = facts.measure("label_issues.rate")
    if rate is None:
        return _not_measured(facts, title, "#label-issues", facts.outcome("label_issues")[1])
    count = facts.count("label_issues.count")
    return VerdictCell(
        title=title,
        number=f"{count:,}",
        word=facts.say(N_("suspected")) if count else facts.say(N_("none found")),
        detail=facts.say(
            N_("{share} of {n:,} rows; how many are real is not known yet"), share=share(rate.value), n=rate.n
        ),
        href="#label-issues",
        tone="look" if count else "calm",
    )


def _first(facts: Facts) -> VerdictCell:
    title = facts.say(N_("To review first"))
    if not facts.queue:
        return _not_measured(facts, title, "#queue", facts.say(N_("the queue is empty")))
    ranks = {row["rank"] for row in facts.queue if _first_of_all(facts, row)}
    minutes = max(1, round(len(ranks) * SECONDS_PER_ROW / 60))
    return VerdictCell(
        title=title,
        number=f"{len(ranks):,}",
        word=facts.say(N_("decisions")),
        detail=facts.say(
            N_("suspects and conflicts, copies decided once; about {minutes:,} min at {seconds} s each"),
            minutes=minutes,
            seconds=SECONDS_PER_ROW,
        ),
        href="#queue",
        tone="look" if ranks else "calm",
    )


def _first_of_all(facts: Facts, row: dict[str, Any]) -> bool:
    """A suspect, or a row of a conflict whose content says enough to settle it."""
    kinds = row["kinds"].split(";")
    return "label_issue" in kinds or ("conflict" in kinds and row["group"] not in facts.too_little)


def _duplicates(facts: Facts) -> VerdictCell:
    title = facts.say(N_("Duplicate groups"))
    groups = facts.measure("duplicates.exact_groups")
    if groups is None:
        return _not_measured(facts, title, "#duplicates", facts.outcome("exact_duplicates")[1])
    conflicts = sum(1 for rows in facts.groups.values() if rows[0]["conflict"])
    leaks = facts.measure("duplicates.leaked_rows")
    detail = facts.say(N_("{n:,} with different labels"), N_("{n:,} with different labels"), n=conflicts)
    if leaks is not None:
        detail += "; " + facts.say(
            N_("{n:,} row leaked across splits"), N_("{n:,} rows leaked across splits"), n=int(leaks.value)
        )
    return VerdictCell(
        title=title,
        number=f"{int(groups.value):,}",
        word=facts.say(N_("same content")) if groups.value else facts.say(N_("none found")),
        detail=detail,
        href="#duplicates",
        tone="look" if conflicts or (leaks is not None and leaks.value) else "calm",
    )


def _smallest(facts: Facts) -> VerdictCell:
    title = facts.say(N_("Smallest class"))
    least, ratio = facts.measure("classes.min_count"), facts.measure("classes.imbalance_ratio")
    if least is None or ratio is None:
        return _not_measured(facts, title, "#class-balance", facts.outcome("class_balance")[1])
    name = min(facts.classes, key=lambda entry: (entry["count"], entry["class"]))["class"]
    small = any(kind == "class" for kind in facts.audit.tables["findings"]["kind"].to_pylist())
    return VerdictCell(
        title=title,
        number=f"{int(least.value):,}",
        word=facts.say(N_("rows")),
        detail=facts.say(N_('"{name}"; largest to smallest {ratio:,.1f}:1'), name=name, ratio=ratio.value),
        href="#class-balance",
        tone="look" if small else "calm",
    )


def actions(facts: Facts) -> tuple[Action, ...]:
    found = [
        _check_spread(facts),
        _bring_predictions(facts),
        _settle_conflicts(facts),
        _remove_leaks(facts),
        _work_queue(facts),
        _small_classes(facts),
    ]
    return tuple(action for action in found if action is not None)[:5]


def _check_spread(facts: Facts) -> Action | None:
    if not facts.suspects:
        return None
    n = min(SPREAD, len(facts.queue))
    return Action(
        title=facts.say(
            N_("Check {n} rows spread over the list, about {minutes} minutes"),
            n=n,
            minutes=max(1, round(n * SECONDS_PER_ROW / 60)),
        ),
        why=facts.say(
            N_("They tell how many suspects are real, and how fast errors thin out down the list.")
        ),
        href="#spread",
    )


def _bring_predictions(facts: Facts) -> Action | None:
    if facts.has_predictions:
        return None
    return Action(
        title=facts.say(N_("Bring out-of-sample predictions")),
        why=facts.say(
            N_("Without them label errors cannot be looked for; only copies and class counts were.")
        ),
        command=f"auditor audit {shlex.quote(facts.audit.header['dataset']['name'])} --predictions oof.npz",
    )


def _settle_conflicts(facts: Facts) -> Action | None:
    groups = [n for n, rows in facts.groups.items() if rows[0]["conflict"] and n not in facts.too_little]
    if not groups:
        return None
    return Action(
        title=facts.say(
            N_("Settle {n:,} group of equal rows with different labels"),
            N_("Settle {n:,} groups of equal rows with different labels"),
            n=len(groups),
        ),
        why=facts.say(N_("They cannot all be right from what is shown; one decision serves every copy.")),
        href="#duplicates",
    )


def _remove_leaks(facts: Facts) -> Action | None:
    leaked = facts.count("duplicates.leaked_rows")
    if not leaked:
        return None
    return Action(
        title=facts.say(
            N_("Remove {n:,} leaked row from the later split"),
            N_("Remove {n:,} leaked rows from the later split"),
            n=leaked,
        ),
        why=facts.say(N_("A copy stands in an earlier split: the model has seen the answer.")),
        href="#duplicates",
    )


def _work_queue(facts: Facts) -> Action | None:
    if not facts.queue:
        return None
    return Action(
        title=facts.say(N_("Work through the queue from the top")),
        why=facts.say(
            N_("queue.csv holds the whole order with a reason for every row; the first are below.")
        ),
        href="#queue",
    )


def _small_classes(facts: Facts) -> Action | None:
    small = [entry for entry in facts.audit.tables["findings"]["kind"].to_pylist() if entry == "class"]
    if not small:
        return None
    return Action(
        title=facts.say(
            N_("Collect rows for {n:,} class that is too small to judge"),
            N_("Collect rows for {n:,} classes that are too small to judge"),
            n=len(small),
        ),
        why=facts.say(N_("A class with a handful of rows is neither learned nor measured.")),
        href="#class-balance",
    )


def _no_forecast(facts: Facts) -> str:
    if not facts.suspects:
        return ""
    return facts.say(
        N_(
            "No number of real errors is given before anyone has checked rows: on ten public datasets the "
            "share of suspects that people confirmed ran from 15% to 90%, so any number would be a guess."
        )
    )


def _spread(facts: Facts) -> tuple[QueueRow, ...]:
    """Rows to check first: one of each equal piece of the shown queue, chosen by a hash of the item."""
    if not facts.suspects:
        return ()
    rows = [row for row in facts.queue[:SHOWN_ROWS] if row["p_given"] is not None]
    keys = [int(hashlib.sha256(row["item"].encode("utf-8", "replace")).hexdigest()[:16], 16) for row in rows]
    return tuple(facts.queue_row(rows[at]) for at in spread(keys, SPREAD))


def _made(facts: Facts) -> tuple[tuple[str, str], ...]:
    header = facts.audit.header
    rows = [
        (facts.say(N_("class order")), header["dataset"]["class_order"]),
        (facts.say(N_("content")), ", ".join(header["dataset"]["content"]) or "-"),
        (facts.say(N_("fingerprint")), header["dataset"]["fingerprint"]),
        (facts.say(N_("order of the queue")), f"-log p(given) + {header['queue']['lam']} log p(best other)"),
        (facts.say(N_("privacy")), header["settings"]["privacy"]),
    ]
    rows += [(name, version) for name, version in sorted(header["versions"].items())]
    for entry in header["outcomes"]:
        why = text_from(entry["why"]).to(facts.lang) if entry["why"] else ""
        status = {
            "ran": N_("ran"),
            "not_applicable": N_("not applicable"),
            "could_not": N_("could not run"),
            "failed": N_("failed"),
        }[entry["status"]]
        rows.append((entry["detector"], facts.say(status) + (f": {why}" if why else "")))
    return tuple(rows)


def command_of(header: Any) -> str:
    """The command that makes this audit again, with base names only."""
    words = ["auditor", "audit", header["dataset"]["name"]]
    predictions = header["predictions"]
    for name in predictions["files"] if predictions else ():
        if name != header["dataset"]["name"]:
            words += ["--predictions", name]
    choice = header["settings"]["input"]
    columns = choice["columns"]
    for role in ("id", "label", "split"):
        if columns[role]:
            words += [f"--{role}", columns[role]]
    for role in ("text", "features"):
        for name in columns[role]:
            words += [f"--{role}", name]
    if choice["out_of_sample"] != "not said":
        words += ["--out-of-sample", choice["out_of_sample"]]
    for flag in ("align", "missing", "sep", "input_format"):
        default = {"align": "auto", "missing": "error"}.get(flag)
        if choice[flag] != default:
            words += [f"--{flag.replace('_', '-')}", choice[flag]]
    if choice["class_order_checked"]:
        words.append("--class-order-checked")
    if header["settings"]["privacy"] != "full":
        words += ["--privacy", header["settings"]["privacy"]]
    return shlex.join(words)
