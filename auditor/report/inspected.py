"""What `auditor check` prints: what was understood, what every check said, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from auditor.checks import Answer
from auditor.data import NO_LABEL, UNKNOWN_LABEL, Annotations, ClassProbabilities, Dataset, Embeddings
from auditor.errors import Problem, plainly
from auditor.header import annotations_json, answer_json, dataset_json, embeddings_json, note_json
from auditor.inspection import Inspection
from auditor.predict.making import why_no_model
from auditor.read.dataset import Given
from auditor.similar.content import ContentIndex
from auditor.wording import N_, Text, cut, listed, say, share

SCHEMA = "auditor.check/1"
SHOWN = 8
"""Classes and columns that are named."""
VERDICTS: Mapping[str, str] = {
    "fine": N_("ok"),
    "note": N_("note"),
    "warning": N_("warning"),
    "error": N_("error"),
    "cannot-tell": N_("cannot tell"),
    "not-applicable": N_("does not apply"),
}
"""Verdict of a check -> the word for it."""
REASONS: Mapping[str, str] = {
    "flag": N_("as you said"),
    "format": N_("by the format"),
    "name": N_("by its name"),
    "rest": N_("no other role"),
    "index": N_("the index of the DataFrame"),
}
ROLES: Mapping[str, str] = {
    "id": N_("id"),
    "label": N_("label"),
    "text": N_("text"),
    "image": N_("image"),
    "features": N_("features"),
    "split": N_("split"),
    "annotator": N_("annotator"),
}
KINDS: Mapping[str, str] = {
    "probabilities": N_("probabilities"),
    "percentages": N_("percentages"),
    "log-probabilities": N_("log-probabilities"),
    "logits": N_("logits"),
}
JOINS: Mapping[str, str] = {
    "id": N_("joined by id"),
    "index": N_("joined by the index"),
    "position": N_("joined by position"),
    "own columns": N_("columns of the dataset itself"),
}
OUT_OF_SAMPLE: Mapping[str, str] = {
    "yes": N_("out of sample, as you said"),
    "no": N_("not out of sample, as you said"),
    "not said": N_("not said whether out of sample (--out-of-sample yes|no)"),
}
DOUBTFUL_FIRST = ("error", "warning", "cannot-tell", "note", "fine")
"""Verdicts in the order in which answers are shown; a question that does not arise is not."""
TOLD = frozenset({"class-order-source", "format-recognised"})
"""Notes that say what the lines on the input say already."""
Line = tuple[Text, Text]
"""What is told, and what is told of it."""


def understood(seen: Inspection) -> Iterator[Line]:
    """Rows, columns, classes, predictions: what was made of the input, as far as it could be read."""
    if seen.given is None:
        return
    given = seen.given
    yield from _rows(given.dataset)
    yield from _columns(given.dataset)
    yield from _classes(given)
    yield from _splits(given.dataset)
    yield from _slices(given.dataset)
    if given.embeddings is not None:
        yield say(N_("embeddings")), _embeddings(given.embeddings)
    if given.annotations is not None:
        yield say(N_("annotations")), _annotations(given.annotations)
    if given.probabilities is not None:
        yield from _predictions(given.probabilities)
    elif not seen.faults:
        yield say(N_("predictions")), _no_predictions(given, seen.index)
    if seen.sums is not None:
        yield (
            say(N_("agreement")),
            say(
                N_("{share} of the labels are predicted (kappa {kappa:.2f})"),
                share=share(seen.sums.accuracy),
                kappa=seen.sums.kappa,
            ),
        )


def _no_predictions(given: Given, index: ContentIndex | None) -> Text:
    if index is not None and given.choice.model == "auto" and given.dataset.classes:
        why = why_no_model(index)
        if why is None:
            return say(N_("none: an audit makes its own with the built-in model"))
        return say(N_("none, and no model can be made: {why}"), why=why)
    return say(N_("none: label errors are not looked for"))


def _rows(dataset: Dataset) -> Iterator[Line]:
    written = " ".join("tab" if value == "\t" else value for value in dataset.form.values())
    yield (
        say(N_("rows")),
        say(
            N_("{rows:,}, read as {format}"),
            rows=len(dataset),
            format=dataset.format + (f" ({written})" if written else ""),
        ),
    )
    codes = dataset.labels.codes
    without, unknown = int((codes == NO_LABEL).sum()), int((codes == UNKNOWN_LABEL).sum())
    if dataset.roles.get("label"):
        yield (
            say(N_("labels")),
            say(
                N_("{known:,} rows, {without:,} without, {unknown:,} outside the class list"),
                known=int((codes >= 0).sum()),
                without=without,
                unknown=unknown,
            ),
        )
    else:
        yield say(N_("labels")), say(N_("none"))


def _columns(dataset: Dataset) -> Iterator[Line]:
    for role, names in dataset.roles.items():
        if role == "slice":  # told with their values
            continue
        yield (
            say(ROLES[role]),
            say(
                N_("{names} ({why})"),
                names=listed(names, SHOWN),
                why=Text(REASONS[dataset.why.get(role, "name")]),
            ),
        )
    if not dataset.has_ids:
        yield say(N_("id")), say(N_("none: rows are called row-0, row-1, ..."))
    if dataset.left_out:
        yield say(N_("left out")), say("{names}", names=listed(dataset.left_out, SHOWN))
    if dataset.unused:
        yield (
            say(N_("not used")),
            say("{names}", names=listed([name or '""' for name in dataset.unused], SHOWN)),
        )
    if dataset.content.kind == "none":
        yield say(N_("content")), say(N_("none: copies are not looked for"))


def _classes(given: Given) -> Iterator[Line]:
    counts = np.bincount(given.dataset.labels.codes[given.dataset.labels.known], minlength=1)
    named = [
        f"{cut(name, 30)} ({counts[at] if at < len(counts) else 0:,})"
        for at, name in enumerate(given.classes.names[:SHOWN])
    ]
    if not given.classes.names:
        return
    yield (
        say(N_("classes")),
        say(
            N_("{k:,}: {names}"),
            k=len(given.classes.names),
            names=", ".join(named) + (", ..." if len(given.classes.names) > SHOWN else ""),
        ),
    )
    yield say(N_("class order")), given.classes.source


def _splits(dataset: Dataset) -> Iterator[Line]:
    if dataset.splits is not None:
        codes = dataset.splits.codes
        named = [f"{name} ({int((codes == at).sum()):,})" for at, name in enumerate(dataset.splits.names)]
        yield say(N_("splits")), say("{names}", names=listed(named, SHOWN))


def _slices(dataset: Dataset) -> Iterator[Line]:
    for column, found in dataset.slices.items():
        yield (
            say(N_("slices")),
            say(N_("{column}: {n:,} value"), N_("{column}: {n:,} values"), column=column, n=len(found.names)),
        )


def _embeddings(found: Embeddings) -> Text:
    without = 0 if found.covered is None else int((~found.covered).sum())
    return say(
        N_("{name}: {rows:,} rows, {dimensions:,} dimensions; without: {without:,}"),
        name=found.name,
        rows=len(found.vectors) - without,
        dimensions=found.vectors.shape[1],
        without=without,
    )


def _annotations(found: Annotations) -> Text:
    read = annotations_json(found)
    return say(
        N_("{name}: {answers:,} answers of {annotators:,} annotators to {rows:,} rows"),
        name=found.name,
        answers=read["answers"],
        annotators=read["annotators"],
        rows=read["rows"],
    )


def _predictions(found: ClassProbabilities) -> Iterator[Line]:
    for file in found.files:
        yield (
            say(N_("predictions")),
            say(
                N_("{name}: {rows:,} rows, {kind}, {joined}"),
                name=file.name,
                rows=file.rows,
                kind=Text(KINDS.get(file.kind, file.kind)),
                joined=Text(JOINS[file.joined]),
            ),
        )
    if found.covered is not None:
        missing = int((~found.covered).sum())
        yield (
            say(N_("predictions")),
            say(N_("missing for {n:,} row"), N_("missing for {n:,} rows"), n=missing),
        )
    yield say(N_("predictions")), say(OUT_OF_SAMPLE[found.out_of_sample])


def answered(seen: Inspection) -> list[tuple[str, Text, list[Text]]]:
    """(verdict, question, what was seen) of every check for which the question arises, the doubtful first."""
    found = [answer for answer in seen.answers if answer.verdict in DOUBTFUL_FIRST]
    found.sort(key=lambda answer: DOUBTFUL_FIRST.index(answer.verdict))
    return [(answer.verdict, answer.question, _words(answer)) for answer in found]


def problems_shown(seen: Inspection) -> list[Problem]:
    """The problems that are told in full."""
    return [problem for problem in seen.problems if problem.slug not in TOLD]


def result(seen: Inspection) -> Text:
    """Whether an audit is possible."""
    warnings = sum(problem.level == "warning" for problem in seen.problems)
    if seen.ok:
        return say(N_("an audit is possible; warnings: {n:,}"), n=warnings)
    return say(
        N_("no audit is possible; errors: {errors:,}, warnings: {n:,}; exit {code}"),
        errors=len(seen.errors),
        n=warnings,
        code=int(seen.exit_code),
    )


def plain_text(seen: Inspection, lang: str = "en") -> str:
    """What the command prints, without colours."""
    lines = [f"  {name.to(lang)}: {words.to(lang)}" for name, words in understood(seen)]
    for verdict, question, words in answered(seen):
        line = answer_line(question, words, lambda text: text.to(lang))
        lines.append(f"  [{say(VERDICTS[verdict]).to(lang)}] {line}")
    lines += [f"{problem.level}: {plainly(problem, lang)}" for problem in problems_shown(seen)]
    return "\n".join([*lines, result(seen).to(lang)])


def _words(answer: Answer) -> list[Text]:
    """What a check saw, of every file; of a problem, which is told in full below, its code."""
    told = {
        str(text): text
        for part in answer.said
        for text in [say("{code}", code=part.slug) if isinstance(part, Problem) else part.words]
    }
    return list(told.values())


def answer_line(question: Text, words: Sequence[Text], put: Callable[[Text], str]) -> str:
    """A question and what was seen, in the words that `put` makes of a sentence."""
    seen = "; ".join(map(put, words))
    return f"{put(question)}: {seen}" if seen else put(question)


def inspection_json(seen: Inspection) -> dict[str, Any]:
    """The same as one JSON object, under the schema `auditor.check/1`."""
    given = seen.given
    found = None if given is None else given.probabilities
    return {
        "schema": SCHEMA,
        "ok": seen.ok,
        "exit_code": int(seen.exit_code),
        "dataset": None if given is None else dataset_json(given),
        "why": {} if given is None else dict(given.dataset.why),
        "predictions": None
        if found is None
        else [{"name": f.name, "kind": f.kind, "joined_by": f.joined, "rows": f.rows} for f in found.files],
        "embeddings": None
        if given is None or given.embeddings is None
        else embeddings_json(given.embeddings),
        "annotations": None
        if given is None or given.annotations is None
        else annotations_json(given.annotations),
        "accuracy": None if seen.sums is None else seen.sums.accuracy,
        "kappa": None if seen.sums is None else seen.sums.kappa,
        "checks": [answer_json(answer) for answer in seen.answers],
        "problems": [{**note_json(p), "message": str(p.what)} for p in seen.problems],
    }
