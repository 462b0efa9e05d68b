"""The built-in model in words: what it is, how good it is, and what follows from that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auditor.wording import N_, Text, listed, say, share

LEARNED_FROM: Mapping[str, str] = {
    "texts": N_("texts"),
    "table": N_("table columns"),
    "vectors": N_("vectors"),
    "images": N_("shapes and colours of images"),
}
MODELS: Mapping[str, str] = {
    "linear": N_("a linear model"),
    "naive_bayes": N_("naive Bayes"),
    "trees": N_("decision trees"),
    "neighbours": N_("nearest neighbours"),
    "discriminant": N_("a discriminant"),
    "kernel": N_("a kernel model"),
}
KINDS: Mapping[str, str] = {
    "number": N_("number"),
    "category": N_("category"),
    "date": N_("date"),
    "text": N_("text"),
}
"""What a column of a table was taken for."""
WORTH_A_REVIEW = 0.3
"""Kappa below which an order is close to chance."""
FEW = 100
"""Rows below which a kappa says little: of 25 tables of 20 rows with labels at random two reached .6."""
LEVELS: Sequence[tuple[float, str, str]] = (
    (0.8, N_("strong"), N_("where it contradicts a label, look closely")),
    (0.6, N_("good"), N_("the top of the queue is worth a review")),
    (
        WORTH_A_REVIEW,
        N_("fair"),
        N_("the top of the queue is worth a review; further down the model's own errors take over"),
    ),
    (-1.0, N_("weak"), N_("this queue is close to chance; bring better predictions or vectors")),
)
"""Kappa from which -> the word for it, and what follows."""
HARDLY = 0.3
"""F1 below which a class is hardly learned: what is said of its rows is close to chance."""
SHOWN = 5
"""Classes and columns that a sentence names."""


def how_made(card: Mapping[str, Any]) -> Text:
    """`a linear model and naive Bayes on texts, 5 folds`."""
    models = [say(MODELS.get(name, name)) for name in card["models"]] or [say(N_("class shares"))]
    sources = [say(LEARNED_FROM.get(name, name)) for name in card["looked_at"]]
    return say(
        N_("{models} on {sources}; {folds} folds, {rounds} round"),
        N_("{models} on {sources}; {folds} folds, {rounds} rounds"),
        n=card["rounds"],
        models=_together(models),
        sources=_together(sources),
        folds=card["folds"],
        rounds=card["rounds"],
    )


def models_on(models: Sequence[str], looked_at: Sequence[str]) -> Text:
    """`a linear model and naive Bayes on texts`."""
    return say(
        N_("{models} on {sources}"),
        models=_together([say(MODELS.get(name, name)) for name in dict.fromkeys(models)]),
        sources=_together([say(LEARNED_FROM.get(name, name)) for name in looked_at]),
    )


def _together(parts: Sequence[Text]) -> Text:
    if len(parts) < 2:
        return parts[0]
    return say("{one} + {other}", one=_together(parts[:-1]), other=parts[-1])


def level(kappa: float, rows: int) -> tuple[Text, Text]:
    """A word for an agreement beyond chance, and what follows from it for the queue."""
    if rows < FEW and kappa >= WORTH_A_REVIEW:
        return say(N_("uncertain")), say(N_("{n:,} rows are too few to tell how good the model is"), n=rows)
    word, follows = next((word, follows) for least, word, follows in LEVELS if kappa >= least)
    return say(word), say(follows)


def quality(accuracy: float, kappa: float, rows: int) -> Text:
    """`81% of the labels predicted, kappa 0.76: good; the top of the queue is worth a review`."""
    word, follows = level(kappa, rows)
    return say(
        N_("{share} of the given labels predicted, kappa {kappa:.2f}: {word}; {follows}"),
        share=share(accuracy, 0),
        kappa=rounded(kappa),
        word=word,
        follows=follows,
    )


def rounded(kappa: float) -> float:
    """A kappa as two decimals show it: never `-0.00`."""
    return round(kappa, 2) + 0.0


def hardly_learned(f1: Mapping[str, float | None]) -> Text | None:
    """The classes of which a model says little more than chance; None where there are none."""
    found = sorted(
        (value, name) for name, value in f1.items() if value is not None and round(value, 2) < HARDLY
    )
    if not found:
        return None
    names = [f"{name} ({value:.2f})" for value, name in found]
    return say(
        N_("hardly learned (F1): {names}; what is said of rows of this class is close to chance"),
        N_("hardly learned (F1): {names}; what is said of rows of these classes is close to chance"),
        n=len(found),
        names=listed(names, SHOWN),
    )


def _kinds(columns: Mapping[str, str]) -> Text:
    """`number 124, category 3`, the commonest first."""
    counted = Counter(columns.values()).most_common()
    return _listed([say(N_("{kind} {n:,}"), kind=say(KINDS.get(kind, kind)), n=n) for kind, n in counted])


def _listed(parts: Sequence[Text]) -> Text:
    if len(parts) < 2:
        return parts[0]
    return say("{one}, {other}", one=_listed(parts[:-1]), other=parts[-1])


def facts_of(card: Mapping[str, Any]) -> Iterator[tuple[Text, Text]]:
    """(what, how much) of everything that is known of how it was made."""
    yield say(N_("models")), how_made(card)
    yield (
        say(N_("rows learned from")),
        say(N_("{learned:,} rows at most, of {rows:,} labelled"), learned=card["learned"], rows=card["rows"]),
    )
    yield (
        say(N_("kept in one fold")),
        say(
            N_("{copies:,} groups of exact copies, {near:,} near groups"),
            copies=card["copies"],
            near=card["near_kept"],
        ),
    )
    if card["parts_kept"]:
        yield (
            say(N_("kept in one fold")),
            say(N_("rows that share one of their texts: {n:,} such texts"), n=card["parts_kept"]),
        )
    if card["near_parted"]:
        yield (
            say(N_("near groups parted")),
            say(
                N_("{groups:,} with {rows:,} rows in all, too large for a fold"),
                groups=card["near_parted"],
                rows=card["near_parted_rows"],
            ),
        )
    if card["not_judged"]:
        yield say(N_("without a prediction")), say("{n:,}", n=card["not_judged"])
    if card["columns"]:
        yield say(N_("columns")), _kinds(card["columns"])
    if card["left_out"]:
        names = sorted(card["left_out"])
        yield say(N_("columns left out")), say("{names}", names=listed(names, 2 * SHOWN))
