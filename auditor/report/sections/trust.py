"""Section "Can this be trusted?": how good the predictions are, and what the method cannot see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from auditor.recipes import RECIPES
from auditor.report.elements import (
    Block,
    Cell,
    Column,
    Note,
    Recipe,
    Section,
    Status,
    Table,
    tone_of,
)
from auditor.report.facts import Facts, sentences
from auditor.report.inspected import DOUBTFUL_FIRST, VERDICTS
from auditor.report.model import facts_of, hardly_learned, quality
from auditor.wording import N_, share, text_from

SHOWN = 40
"""Classes in the table, the worst predicted; all are in classes.csv."""
WORTH_REPLACING = 0.6
"""Kappa of the built-in model below which better predictions are pointed at."""


def section(facts: Facts) -> Section:
    """What the numbers rest on."""
    status, why = facts.outcome("model_quality")
    state: Status = "found" if status == "ran" else status
    kappa = facts.measure("model.kappa")
    words = why if kappa is None else facts.say(N_("kappa {kappa:.2f}"), kappa=kappa.value)
    return Section(
        id="trust",
        title=facts.say(N_("Can this be trusted?")),
        status=state,
        status_text=words,
        tone=tone_of(state, look=_doubtful(facts)),
        meaning=facts.say(
            N_(
                "The queue is as good as the predictions behind it. Agreement is measured against the given "
                "labels, their errors included."
            )
        ),
        blocks=_blocks(facts),
        todo=_todo(facts),
    )


def _todo(facts: Facts) -> str:
    if facts.model is not None:
        return facts.say(
            N_(
                "Bring predictions of your own model, or vectors of a language or image model: the better "
                "they know the classes, the earlier the errors stand in the queue."
            )
        )
    if facts.has_predictions:
        return facts.say(
            N_(
                "Average the predictions of several models (give --predictions again): it helped on every "
                "human-verified dataset measured."
            )
        )
    return facts.say(
        N_("Bring out-of-sample predictions: every row predicted by a model that did not train on it.")
    )


def _doubtful(facts: Facts) -> bool:
    """Whether something was warned of."""
    return any(entry["level"] == "warning" for entry in facts.audit.header["notes"])


def _blocks(facts: Facts) -> tuple[Block, ...]:
    blocks: list[Block] = [*_built_in(facts)]
    if facts.measure("model.kappa") is not None:
        blocks += [_scores(facts), _per_class(facts), _calibration(facts)]
    blocks += _checked(facts)
    blocks += [_note(facts, entry) for entry in facts.audit.header["notes"] if entry["level"] != "error"]
    blocks.append(
        Note(
            text=facts.say(
                N_(
                    "What this cannot see: errors that labellers and model make alike, errors in rows "
                    "without a prediction, and whether the classes themselves are well defined."
                )
            )
        )
    )
    return tuple(blocks)


def _built_in(facts: Facts) -> Iterator[Block]:
    """What the built-in model is and what follows from how good it is; recipes where another is needed."""
    kappa, accuracy = facts.measure("model.kappa"), facts.measure("model.accuracy")
    if facts.model is not None and kappa is not None and accuracy is not None:
        poor = kappa.value < WORTH_REPLACING
        yield Note(
            text=quality(accuracy.value, kappa.value, kappa.n).to(facts.lang), tone="look" if poor else "calm"
        )
        weak = hardly_learned({entry["class"]: entry["f1"] for entry in facts.classes})
        if weak is not None:
            yield Note(text=weak.to(facts.lang), tone="look")
        yield _card(facts, facts.model)
    elif kappa is not None or not facts.has_labels:
        return
    for title, code in RECIPES[_content(facts)]:
        yield Recipe(title=facts.say(title), code=code)


def _content(facts: Facts) -> str:
    """What the rows are, as far as the audit tells: what a model of theirs would learn from."""
    header = facts.audit.header
    if facts.model is not None:
        return {"texts": "text", "table": "columns", "images": "images"}.get(
            facts.model["looked_at"][0], "files"
        )
    if header["dataset"]["roles"].get("text"):
        return "text"
    if header["dataset"]["roles"].get("image") and not header["dataset"]["roles"].get("features"):
        return "images"
    return "columns" if header["dataset"]["content"] else "files"


def _card(facts: Facts, card: Mapping[str, Any]) -> Table:
    rows = tuple(
        (Cell(text=name.to(facts.lang)), Cell(text=words.to(facts.lang))) for name, words in facts_of(card)
    )
    return Table(
        caption=facts.say(N_("The built-in model")),
        columns=(facts.column(N_("what")), facts.column(N_("how"))),
        rows=rows,
    )


def _note(facts: Facts, entry: dict[str, Any]) -> Note:
    text, warned = sentences(entry, facts.lang), entry["level"] == "warning"
    return Note(text=f"{entry['slug']}: {text}" if warned else text, tone="look" if warned else "calm")


def _checked(facts: Facts) -> list[Block]:
    """What every check saw, the doubtful first: nothing is green that was not looked at."""
    found = [entry for entry in facts.audit.header.get("checks", []) if entry["verdict"] in DOUBTFUL_FIRST]
    found.sort(key=lambda entry: DOUBTFUL_FIRST.index(entry["verdict"]))
    rows = tuple(
        (
            Cell(text=text_from(entry["question"]).to(facts.lang)),
            Cell(text=facts.say(VERDICTS[entry["verdict"]])),
            Cell(text="; ".join(text_from(part["text"]).to(facts.lang) for part in entry["said"])),
        )
        for entry in found
    )
    if not rows:
        return []
    columns = (facts.column(N_("question")), facts.column(N_("answer")), facts.column(N_("what was seen")))
    return [Table(caption=facts.say(N_("What was checked")), columns=columns, rows=rows)]


def _scores(facts: Facts) -> Table:
    names = (
        ("model.accuracy", N_("accuracy")),
        ("model.macro_f1", N_("macro-F1")),
        ("model.kappa", N_("Cohen's kappa")),
    )
    rows = []
    for name, title in names:
        measure = facts.measure(name)
        if measure is not None:
            rows.append((Cell(text=facts.say(title)), Cell(text=f"{measure.value:.3f}"), Cell(text=name)))
    return Table(
        caption=facts.say(N_("Predictions against given labels")),
        columns=(
            facts.column(N_("measure")),
            facts.column(N_("value"), "number"),
            facts.column(N_("name in rules"), "item"),
        ),
        rows=tuple(rows),
    )


def _per_class(facts: Facts) -> Table:
    entries = [entry for entry in facts.classes if entry["f1"] is not None]
    entries.sort(key=lambda entry: (entry["f1"], entry["class"]))
    rows = tuple(
        (
            Cell(text=entry["class"]),
            Cell(text=f"{entry['f1']:.2f}", weight=entry["f1"]),
            Cell(text=share(entry["accuracy"])),
            Cell(text=entry["most_confused_with"] or ""),
        )
        for entry in entries[:SHOWN]
    )
    more = len(entries) - len(rows)
    return Table(
        caption=facts.say(N_("Classes, worst predicted first")),
        columns=(
            facts.column(N_("class"), "label"),
            Column(title="F1", kind="number"),
            facts.column(N_("agreement"), "number"),
            facts.column(N_("most confused with"), "label"),
        ),
        rows=rows,
        style="bars",
        note=facts.say(N_("{n:,} better predicted classes are in classes.csv"), n=more) if more else "",
    )


def _calibration(facts: Facts) -> Table:
    rows = tuple(
        (
            Cell(text=f"{share(bin_['from'], 0)} - {share(bin_['to'], 0)}"),
            Cell(text=f"{bin_['rows']:,}"),
            Cell(text=share(bin_["confidence"])),
            Cell(text=share(bin_["agrees"]), weight=bin_["agrees"]),
        )
        for bin_ in facts.audit.header["tables"]["calibration"]
    )
    return Table(
        caption=facts.say(N_("Calibration: what the predicted class's probability is worth")),
        columns=(
            facts.column(N_("probability")),
            facts.column(N_("rows"), "number"),
            facts.column(N_("mean probability"), "number"),
            facts.column(N_("agrees with the label"), "number"),
        ),
        rows=rows,
        style="bars",
    )
