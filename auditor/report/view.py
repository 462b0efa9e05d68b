"""An `Audit` as the lead's page: the head, the verdict strip, what to do first, the queue, the sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from auditor.audits import Audit
from auditor.report.actions import actions
from auditor.report.command import command_of
from auditor.report.elements import Note, Page, QueueView
from auditor.report.facts import SHOWN_ROWS, Facts, sentences
from auditor.report.map_view import has_map, pictures_of_map
from auditor.report.model import how_made
from auditor.report.pictures import QUEUE_ROOM, SIDES
from auditor.report.sections import all_sections
from auditor.report.verdicts import verdicts
from auditor.report.yield_curve import yield_of
from auditor.wording import N_, text_from

if TYPE_CHECKING:
    from auditor.comparison import Comparison


def page_of(audit: Audit, lang: str = "en", since: Comparison | None = None) -> Page:
    """The page of an audit in a language ("en" or "ko"), beside an earlier audit where one was named."""
    facts = Facts(audit=audit, lang=lang, since=since)
    header = audit.header
    rows = facts.queue[:SHOWN_ROWS]
    pictures, _ = facts.pictures([row["item"] for row in rows], QUEUE_ROOM, SIDES[1:])
    return Page(
        lang=lang,
        dataset=header["dataset"]["name"],
        facts=_facts(facts),
        provenance=_provenance(facts),
        warnings=_warnings(facts),
        verdicts=verdicts(facts),
        actions=actions(facts),
        expects=yield_of(facts),
        forecast=_no_forecast(facts),
        queue=QueueView(
            rows=tuple(facts.queue_row(row, pictures.get(row["item"])) for row in rows),
            total=header["queue"]["total"],
            meaning=" ".join(_of_queue(facts)),
        ),
        sections=all_sections(facts),
        made=_made(facts),
        command=command_of(header),
        data=embedded(audit),
        pictured=facts.has_pictures or has_map(facts),
        pictures=pictures | pictures_of_map(facts, without=pictures),
    )


def embedded(audit: Audit) -> dict[str, Any]:
    """The subset of `audit.json` that pages carry."""
    names = ("schema", "audit_id", "dataset", "predictions", "settings", "versions", "outcomes", "queue")
    subset = {name: audit.header[name] for name in names}
    subset |= {
        name: audit.header.get(name)
        for name in ("embeddings", "annotations", "near", "images", "sampling", "decisions")
    }
    return subset | {"measures": [asdict(measure) for measure in audit.measures]}


def _facts(facts: Facts) -> tuple[tuple[str, str], ...]:
    dataset = facts.audit.header["dataset"]
    return (
        (facts.say(N_("rows")), f"{dataset['rows']:,}"),
        *_images(facts),
        (facts.say(N_("classes")), f"{len(dataset['classes']):,}"),
        (facts.say(N_("audit")), facts.audit.audit_id),
        ("auditor", facts.audit.header["versions"]["auditor"]),
    )


def _images(facts: Facts) -> Iterator[tuple[str, str]]:
    """How many images were opened, and how many could not be."""
    images = facts.audit.header.get("images")
    if images is None:
        return
    faults = sum(images["faults"].values())
    said = facts.say(
        N_("{opened:,} ({faults:,} could not be opened)"), opened=images["opened"], faults=faults
    )
    yield facts.say(N_("images")), said if faults else f"{images['opened']:,}"


def _provenance(facts: Facts) -> str:
    predictions = facts.audit.header["predictions"]
    if predictions is None:
        return facts.say(N_("Made without predictions: label errors were not looked for."))
    if facts.model is not None:
        return facts.say(
            N_("Made from predictions of the built-in model: {how}; out of sample."),
            how=how_made(facts.model),
        )
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
            notes.append(Note(text=sentences(entry, facts.lang), tone="look"))
    return tuple(notes)


def _of_queue(facts: Facts) -> Iterator[str]:
    """What stands in the queue, and in which order; why there is nothing in it."""
    status, why = facts.outcome("label_issues")
    if not facts.queue:
        yield (
            facts.say(N_("Nothing is in the queue: no row is suspected."))
            if status == "ran"
            else facts.say(N_("Nothing is in the queue: label errors were not looked for ({why})."), why=why)
        )
        return
    if not facts.has_predictions:
        yield facts.say(
            N_(
                "Rows that are the same or alike and labelled differently: first those of the same content, "
                "then those that are alike, last those that say too little. Label errors were not looked for."
            )
        )
        return
    yield facts.say(N_("Every row, the one whose label is most likely wrong first."))
    if facts.near.pairs:
        yield facts.say(
            N_(
                "Near copies whose own label is doubted stand right behind the row they are like; the "
                "others are shown beside it when it is reviewed."
            )
        )
    for note in header_notes(facts):
        yield f"{note[0].upper()}{note[1:]}."
    yield facts.say(N_("The numbers beside the labels are the probabilities that the model gave them."))


def header_notes(facts: Facts) -> list[str]:
    """What is told of the order: the vote of similar rows, verdicts, weights."""
    return [text_from(note).to(facts.lang) for note in facts.audit.header["queue"].get("notes", ())]


def _no_forecast(facts: Facts) -> str:
    if not facts.suspects or facts.forecast.verdicts or facts.forecast.left_out:
        return ""  # the forecast speaks for itself
    return facts.say(
        N_(
            "No number of real errors is given before anyone has checked rows: on ten public datasets the "
            "share of suspects that people confirmed ran from 15% to 90%, so any number would be a guess."
        )
    )


def _order_formula(queue: Mapping[str, Any]) -> str:
    formula = f"-log p(given) + {queue['lam']} log p(best other)"
    prior = queue.get("prior")
    return f"{formula} - {prior} log(rows of the class / rows expected of it)" if prior else formula


def _made(facts: Facts) -> tuple[tuple[str, str], ...]:
    header = facts.audit.header
    rows = [
        (facts.say(N_("class order")), text_from(header["dataset"]["class_order"]["source"]).to(facts.lang)),
        (facts.say(N_("content")), ", ".join(header["dataset"]["content"]) or "-"),
        (facts.say(N_("fingerprint")), header["dataset"]["fingerprint"]),
        (facts.say(N_("order of the queue")), _order_formula(header["queue"])),
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
