"""Several annotators: the consensus and the annotators beside the truth, on real answers.

    python benchmarks/annotators.py [packs] [orders] [cost]

`packs`: how often the given label, the majority and the consensus are true; the rank correlation of the
quality of annotators (with 20 answers or more) with how often they are right; average precision (AP) with
which 1 - quality finds the wrong ones of the consensus labels. crowd_small has answers and truth alone: no
content and no predictions, so the consensus there is the majority, and the given label the first answer.
`orders`: AP with which wrong given labels are found by the order score of the queue, by 1 - the quality of
the given label, which knows the answers too, and by both (order score - 3 log quality); with 95 % intervals
of the difference to the order score from 400 paired resamples. `cost`: time and memory for a million rows.
Prints Markdown; docs/annotators.md keeps a run.
"""

from __future__ import annotations

import resource
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from packs import SHARED
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score

from auditor.blocks import ArrayBlocks, Reordered
from auditor.data import Annotations
from auditor.detect import Inputs
from auditor.detect.answered import Answered, answered_rows
from auditor.prioritise.order import order_scores
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import read_inputs
from auditor.scan.kernel import scan
from auditor.similar.content import ContentIndex
from auditor.statistics.active_label import label_next
from auditor.statistics.annotator_quality import Compared, annotators_of, compared_annotators
from auditor.statistics.crowdlab import Model, counted, crowdlab
from auditor.statistics.votes import agreement, counted_votes
from auditor.ties import tie_keys

COLUMNS = {
    "music_genre": ColumnChoice(features=("feature*",)),
    "cifar10n": ColumnChoice(),
    "klue_nli": ColumnChoice(text=("premise", "hypothesis")),
}
MODELS = {"cifar10n": ("pred_probs.npy", "pred_probs_swin.npy", "pred_probs_kmeans.npy")}
CROWDS = ("bluebirds", "dogs", "faces")
ENOUGH = 20
"""Answers of an annotator whose own rate is worth comparing."""
RESAMPLES = 400
WEIGHT = 3.0
"""Of the logarithm of the quality beside the order score; chosen on these packs."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A pack, what its answers come to, and the truth of the answered rows."""

    name: str
    inputs: Inputs
    answered: Answered
    true: NDArray[np.int64]
    """(r,) the true class, -1 where it is not known."""
    annotations: Annotations


def case(
    name: str, data: Any, predictions: list[Path], answers: Any, truth: pd.DataFrame, **said: Any
) -> Case:
    """Read a pack and weigh its answers."""
    given = read_inputs(data, predictions, InputChoice(annotations=answers, **said))
    assert given.annotations is not None
    for note in given.annotations.notes:
        print(f"<!-- {name}: {note.what} -->")
    rows = sums = None
    if given.probabilities is not None:
        rows, sums = scan(given.probabilities.blocks, given.dataset.labels.codes)
    index = ContentIndex(given.dataset)
    inputs = Inputs(
        dataset=given.dataset,
        index=index,
        ties=tie_keys(given.dataset, index),
        probabilities=given.probabilities,
        rows=rows,
        sums=sums,
    )
    answered = answered_rows(inputs, given.annotations)
    codes = {label: code for code, label in enumerate(given.dataset.classes)}
    known = dict(zip(truth["id"], truth["true_label"], strict=True))
    items = np.array(given.dataset.ids.to_pylist(), object)[answered.rows]
    return Case(
        name=name,
        inputs=inputs,
        answered=answered,
        true=np.array([codes.get(known.get(item, ""), -1) for item in items]),
        annotations=given.annotations,
    )


def cases() -> Iterator[Case]:
    """Every pack with every model, then the crowds."""
    for folder, columns in COLUMNS.items():
        place = SHARED / folder
        truth = pd.read_csv(place / "truth.csv", dtype=str)
        data = next(iter(sorted(place.glob("dataset.*"))))
        for model in MODELS.get(folder, ("pred_probs.npy",)):
            name = folder + model.removeprefix("pred_probs").removesuffix(".npy").replace("_", " ")
            yield case(name, data, [place / model], place / "annotators.csv", truth, columns=columns,
                       classes=str(place / "classes.txt"))  # fmt: skip
    for name in CROWDS:
        answers = pd.read_csv(SHARED / "crowd_small" / f"{name}_annotators.csv", dtype=str)
        truth = pd.read_csv(SHARED / "crowd_small" / f"{name}_truth.csv", dtype=str)
        data = answers.sort_values(["id", "annotator"], kind="stable").drop_duplicates("id")[["id", "label"]]
        yield case(f"{name} (answers alone)", data.reset_index(drop=True), [], answers, truth)


def share(found: NDArray[Any], true: NDArray[np.int64]) -> float:
    """How often a label is true, of the rows whose truth is known."""
    return float((found == true)[true >= 0].mean())


def true_share(found: Case) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """How often each annotator is right, and in how many answers that can be told."""
    votes = found.answered.votes
    told = found.true[votes.row] >= 0
    right = (votes.label == found.true[votes.row]) & told
    counts = np.bincount(votes.annotator[told], minlength=votes.annotators)
    hits = np.bincount(votes.annotator[right], minlength=votes.annotators)
    return hits / np.maximum(counts, 1), counts


def correlation(found: Case, quality: NDArray[np.float64]) -> tuple[float, int]:
    """Spearman's rank correlation of a quality with the true share, of annotators with enough answers."""
    right, counts = true_share(found)
    kept = (counts >= ENOUGH) & ~np.isnan(quality)
    return (float(spearmanr(quality[kept], right[kept])[0]) if kept.sum() > 2 else float("nan")), int(
        kept.sum()
    )


HEADS = (
    *("pack", "rows", "answers", "annotators", "alpha", "given", "majority", "majority, ties by the model"),
    *("consensus", "consensus, clear ones left out", "AP of wrong consensus: 1 - quality"),
    *("1 - share of answers", "rank correlation: quality", "share that is the majority", "compared"),
)


def packs() -> None:
    """The table of labels and annotators, and who is clear."""
    print(f"| {' | '.join(HEADS)} |\n{'|---' * len(HEADS)}|")
    clear: list[str] = []
    for found in cases():
        answered, true = found.answered, found.true
        votes, label = answered.votes, answered.found.label
        plain = counted(votes, answered.given)
        wrong, told = label != true, true >= 0
        by_share = 1 - votes.votes_for(label) / votes.answers
        ours, n = correlation(found, annotators_of(votes, answered.found).quality)
        theirs, _ = correlation(found, annotators_of(votes, plain).quality)
        compared = compared_annotators(votes, label)
        shares = [answered.given, plain.label, answered.found.majority, label, without(found, compared)]
        cells = (
            *(found.name, f"{votes.rows:,}", f"{len(votes.row):,}", f"{votes.annotators}"),
            f"{agreement(votes)[1]:.2f}",
            *(f"{share(labels, true):.3f}" for labels in shares),
            precision(wrong[told], 1 - answered.found.quality[told]),
            precision(wrong[told], by_share[told]),
            *(f"{ours:.2f}", f"{theirs:.2f}", f"{n}"),
        )
        print(f"| {' | '.join(cells)} |")
        clear.append(_clear(found, compared))
    print("\n" + "\n".join(clear))


def precision(wrong: NDArray[np.bool_], score: NDArray[np.float64]) -> str:
    """Average precision; - where nothing is wrong."""
    return f"{average_precision_score(wrong, score):.3f}" if wrong.any() else "-"


def without(found: Case, compared: Compared) -> NDArray[np.int32]:
    """The consensus without the answers of clear annotators; what it was where only they answered."""
    answered = found.answered
    votes = answered.votes
    kept = ~np.isin(votes.annotator, compared.annotators[compared.clear])
    rows, row = np.unique(votes.row[kept], return_inverse=True)
    people, who = np.unique(votes.annotator[kept], return_inverse=True)
    fewer = counted_votes(
        row, who, votes.label[kept], rows=len(rows), annotators=len(people), classes=votes.classes
    )
    label = answered.found.label.copy()
    if answered.model is None:
        label[rows] = counted(fewer, answered.given[rows]).label
        return label
    model = Model(
        probabilities=Reordered(answered.model.probabilities, row_order=rows),
        predicted=answered.model.predicted[rows],
    )
    label[rows] = crowdlab(fewer, model, answered.given[rows]).label
    return label


def _clear(found: Case, compared: Compared) -> str:
    """Who is clear, and how often they and the others are right."""
    right, counts = true_share(found)
    names = [
        f"{found.annotations.names[at]} ({right[at]:.0%} of {counts[at]} right)"
        for at in compared.annotators[compared.clear]
    ]
    others = np.setdiff1d(np.flatnonzero(counts), compared.annotators[compared.clear])
    rest = (right * counts)[others].sum() / max(counts[others].sum(), 1)
    return f"- {found.name}: clear {len(names)}: {', '.join(names) or '-'}; all others {rest:.0%}"


ORDERS = (
    *("pack", "rows", "errors", "order score", "1 - quality of the given label", "difference"),
    *("both", "difference", "1 - share of answers"),
)


def orders() -> None:
    """How well wrong given labels are found with and without the answers."""
    print(f"| {' | '.join(ORDERS)} |\n{'|---' * len(ORDERS)}|")
    for found in cases():
        if found.inputs.rows is None:
            continue
        answered = found.answered
        kept = (found.true >= 0) & (answered.given >= 0)
        wrong = (answered.given != found.true)[kept]
        codes = found.inputs.dataset.labels.codes
        plain = order_scores(found.inputs.rows, codes)[answered.rows][kept]
        quality = answered.found.given[kept]
        both = plain - WEIGHT * np.log(quality)
        by_share = (1 - answered.votes.votes_for(answered.given) / answered.votes.answers)[kept]
        cells = (
            *(found.name, f"{len(wrong):,}", f"{wrong.sum():,}"),
            f"{average_precision_score(wrong, plain):.3f}",
            *(f"{average_precision_score(wrong, 1 - quality):.3f}", _gap(wrong, 1 - quality, plain)),
            *(f"{average_precision_score(wrong, both):.3f}", _gap(wrong, both, plain)),
            f"{average_precision_score(wrong, by_share):.3f}",
        )
        print(f"| {' | '.join(cells)} |")


def _gap(wrong: NDArray[np.bool_], score: NDArray[np.float64], other: NDArray[np.float64]) -> str:
    """The 95 % interval of the difference of two average precisions, by paired resamples of the rows."""
    rng = np.random.default_rng(0)
    gaps = []
    for _ in range(RESAMPLES):
        at = rng.integers(0, len(wrong), len(wrong))
        gaps.append(
            average_precision_score(wrong[at], score[at]) - average_precision_score(wrong[at], other[at])
        )
    low, high = np.quantile(gaps, [0.025, 0.975])
    return f"{low:+.3f} .. {high:+.3f}"


def cost(rows: int = 1_000_000, classes: int = 10, annotators: int = 2_000, each: int = 3) -> None:
    """Seconds and memory for CROWDLAB, the annotators and ActiveLab."""
    rng = np.random.default_rng(0)
    true = rng.integers(0, classes, rows)
    row = np.repeat(np.arange(rows), each)
    who = (rng.integers(0, annotators, rows)[:, None] + np.arange(each) * 7).ravel() % annotators
    label = np.where(rng.random(len(row)) < 0.8, true[row], rng.integers(0, classes, len(row)))
    probs = rng.random((rows, classes), dtype=np.float32)
    probs[np.arange(rows), true] += 3
    probs /= probs.sum(axis=1, keepdims=True)
    model = Model(probabilities=ArrayBlocks(probs), predicted=probs.argmax(axis=1).astype(np.int32))
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    votes = counted_votes(row, who, label, rows=rows, annotators=annotators, classes=classes)
    found = crowdlab(votes, model, true)
    annotators_of(votes, found)
    middle = time.process_time()
    label_next(votes, model, found.agreement)
    ended, after = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    dense = rows * annotators * 8 / 2**30
    print(
        f"{rows:,} rows, {len(row):,} answers of {annotators:,} annotators, {classes} classes: consensus and "
        f"annotators {middle - began:.1f} CPU s, next answers {ended - middle:.1f} CPU s, memory above the "
        f"inputs {(after - before) / 1024:,.0f} MB (an array of rows x annotators: {dense:,.1f} GB)"
    )


def main() -> int:
    """Print what was asked for, all by default."""
    if not SHARED.is_dir():
        print(f"no datasets at {SHARED}; set AUDITOR_SHARED_DATA")
        return 2
    warnings.simplefilter("ignore")
    parts = {"packs": packs, "orders": orders, "cost": cost}
    for name in sys.argv[1:] or parts:
        parts[name]()
        print()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
