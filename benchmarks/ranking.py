"""The order of the queue beside cleanlab's own orders, on rows whose errors are known.

    python benchmarks/ranking.py [people | planted | subsamples]...

For each case: `auditor.audit(..., top=None)`, then the order of `queue` against the truth, beside cleanlab's
self_confidence, normalized_margin and confidence_weighted_entropy and "half-margin" (lam 0.5) on the same
(averaged, renormalised) probabilities of the same rows. Average precision, the share of errors in the first
20, 50, 100 and 200 rows, and the share of rows to review for 50 % and 80 % of the errors; the difference to
the better of self_confidence and half-margin with a paired bootstrap interval (rows drawn again, 300 times).
Low score first, ties in file order for theirs. Prints Markdown; exit 1 where a pack that people judged misses
its floor. docs/ranking.md keeps a run.

`people`: packs where people judged rows. `planted`, counted by decision: errors planted into banking77, nsmc
and digits; of digits the model has learned from the wrong labels. `subsamples`: parts of cifar10n, also
imbalanced 10 to 1.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from packs import AVERAGED, PACKS, SHARED, UNJUDGED, Pack
from planted_errors import KINDS, planted
from sklearn.metrics import average_precision_score

import auditor
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import read_inputs

METHODS = ("self_confidence", "half-margin", "normalized_margin", "confidence_weighted_entropy")
FIRST = (20, 50, 100, 200)
SHARES = (0.5, 0.8)
BAR = 0.015
RESAMPLES = 300
RATE = 0.08

Scores = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Case:
    """Rows whose errors are known, and how each method orders them: larger = earlier."""

    name: str
    wrong: NDArray[np.bool_]
    orders: Mapping[str, Scores]

    def precision(self, method: str, rows: NDArray[np.int64] | None = None) -> float:
        """Average precision of a method, on all rows or on rows drawn again."""
        at = slice(None) if rows is None else rows
        return float(average_precision_score(self.wrong[at], self.orders[method][at]))

    @property
    def better(self) -> str:
        """The better of self_confidence and half-margin, which take turns."""
        return max(METHODS[:2], key=self.precision)

    def gaps(self, other: str) -> Scores:
        """(RESAMPLES,) our average precision less that of another method, on the same rows drawn again."""
        random, n = np.random.default_rng(0), len(self.wrong)
        drawn = (random.integers(0, n, n) for _ in range(RESAMPLES))
        return np.array([self.precision("auditor", at) - self.precision(other, at) for at in drawn])

    def first(self, method: str) -> list[float]:
        """Share of errors in the first 20, 50, ... rows; NaN where there are not as many."""
        found = np.cumsum(self.wrong[np.argsort(-self.orders[method], kind="stable")])
        return [float(found[n - 1]) / n if n <= len(found) else float("nan") for n in FIRST]

    def effort(self, method: str) -> list[float]:
        """Share of the rows to review for 50 % and 80 % of the errors."""
        found = np.cumsum(self.wrong[np.argsort(-self.orders[method], kind="stable")])
        return [float(np.searchsorted(found, share * found[-1]) + 1) / len(found) for share in SHARES]


def simple_orders(labels: NDArray[np.int64], matrix: NDArray[np.float64]) -> dict[str, Scores]:
    """cleanlab's scores and half-margin, larger = earlier."""
    from cleanlab.rank import get_label_quality_scores

    rows = np.arange(len(labels))
    own, rest = matrix[rows, labels], matrix.copy()
    rest[rows, labels] = 0
    found = {
        name: -get_label_quality_scores(labels, matrix, method=name) for name in METHODS if "half" not in name
    }
    found["half-margin"] = -np.log(np.maximum(own, 1e-12)) + 0.5 * np.log(np.maximum(rest.max(axis=1), 1e-12))
    return found


def places_of(queue: pd.DataFrame, n: int) -> Scores:
    """(n,) minus the place of each row in the queue; -inf for rows that are not in it."""
    places = np.full(n, -float(n))
    places[queue["row"].to_numpy()] = -np.arange(len(queue), dtype=float)
    return places


def of_pack(pack: Pack) -> Case:
    """A pack with its truth, cut to the rows that people judged."""
    features = (pack.columns["features"],) if pack.columns else ()
    choice = InputChoice(columns=ColumnChoice(features=features))
    given = read_inputs(pack.data, pack.prediction_paths, choice)
    assert given.probabilities is not None
    labels, truth = given.dataset.labels.codes.astype(np.int64), pack.truth()
    matrix = given.probabilities.blocks.read(0, len(labels)).astype(np.float64)
    ids = given.dataset.ids.to_pylist()
    at = np.array([row for row, item in enumerate(ids) if item in truth])
    audit = auditor.audit(pack.data, predictions=pack.prediction_paths, top=None, **pack.columns)
    orders = {"auditor": places_of(audit.queue, len(ids)), **simple_orders(labels, matrix)}
    return Case(
        name=pack.name,
        wrong=np.array([truth[ids[row]] for row in at]),
        orders={name: order[at] for name, order in orders.items()},
    )


def of_arrays(
    name: str, frame: pd.DataFrame, labels: NDArray[np.int64], matrix: NDArray[np.float64],
    wrong: NDArray[np.bool_], classes: Sequence[str], **columns: str,
) -> Case:  # fmt: skip
    """Rows with labels and probabilities in memory."""
    named = frame.assign(label=[classes[code] for code in labels])
    audit = auditor.audit(named, predictions=matrix, label="label", classes=list(classes), top=None,
                          class_order_checked=True, align="position", **columns)  # fmt: skip
    orders = {"auditor": places_of(audit.queue, len(labels)), **simple_orders(labels, matrix)}
    return by_decision(name, wrong, orders, audit.queue)


def by_decision(
    name: str, wrong: NDArray[np.bool_], orders: Mapping[str, Scores], queue: pd.DataFrame
) -> Case:
    """Exact copies as one: they are one decision, an error where any of them is wrong, and stand for every
    method where it puts the first of them."""
    unit = -np.arange(1, len(wrong) + 1)
    unit[queue["row"].to_numpy()] = queue["rank"].to_numpy()
    of = np.unique(unit, return_inverse=True)[1]
    any_wrong = np.bincount(of, wrong) > 0
    best = {}
    for method, scores in orders.items():
        best[method] = np.full(len(any_wrong), -np.inf)
        np.maximum.at(best[method], of, scores)
    return Case(name=name, wrong=any_wrong, orders=best)


def people() -> Iterator[Case]:
    """The packs that people judged."""
    for pack in (*PACKS, AVERAGED):
        yield of_pack(pack)


def planted_cases() -> Iterator[Case]:
    """Errors planted into texts with the packs' predictions, and into digits before the model learned."""
    for pack in UNJUDGED:
        if pack.folder == "korean_hate":
            continue
        given = read_inputs(pack.data, pack.prediction_paths, InputChoice())
        assert given.probabilities is not None
        codes = given.dataset.labels.codes.astype(np.int64)
        matrix = given.probabilities.blocks.read(0, len(codes)).astype(np.float64)
        frame = pd.DataFrame({"text": given.dataset.content.columns.column(0).to_pylist()})
        for kind in KINDS:
            labels, wrong = planted(codes, kind, RATE, 0, matrix)
            yield of_arrays(f"{pack.name}, {kind} {RATE}", frame, labels, matrix, wrong,
                            given.dataset.classes, text="text")  # fmt: skip
    yield from _digits()


def _digits() -> Iterator[Case]:
    from sklearn.datasets import load_digits
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    pixels, codes = load_digits(return_X_y=True)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2_000))
    clean = cross_val_predict(model, pixels, codes, cv=5, method="predict_proba")
    classes = [f"digit {k}" for k in range(10)]
    frame = pd.DataFrame({"id": [f"d{row}" for row in range(len(codes))]})
    for kind in KINDS:
        labels, wrong = planted(codes.astype(np.int64), kind, RATE, 0, clean)
        matrix = cross_val_predict(model, pixels, labels, cv=5, method="predict_proba")
        yield of_arrays(f"digits, {kind} {RATE}", frame, labels, matrix, wrong, classes)
        named = frame.assign(label=[classes[code] for code in labels])
        audit = auditor.audit(named, predictions=matrix, classes=classes, embeddings=pixels, top=None,
                              class_order_checked=True, align="position")  # fmt: skip
        orders = {"auditor": places_of(audit.queue, len(labels)), **simple_orders(labels, matrix)}
        yield by_decision(f"digits, {kind} {RATE}, pixels as vectors", wrong, orders, audit.queue)


def subsamples() -> Iterator[Case]:
    """Parts of cifar10n: small, and with three classes cut to a tenth."""
    pack = next(pack for pack in PACKS if pack.name == "cifar10n resnet18")
    given = read_inputs(pack.data, pack.prediction_paths, InputChoice())
    assert given.probabilities is not None
    codes, truth = given.dataset.labels.codes.astype(np.int64), pack.truth()
    matrix = given.probabilities.blocks.read(0, len(codes)).astype(np.float64)
    wrong = np.array([truth[item] for item in given.dataset.ids.to_pylist()])
    random = np.random.default_rng(0)
    for n, thin in ((500, False), (500, True), (2_000, False), (2_000, True)):
        usable = (
            np.flatnonzero((codes > 2) | (random.random(len(codes)) < 0.1)) if thin else np.arange(len(codes))
        )
        rows = np.sort(random.choice(usable, n, replace=False))
        frame = pd.DataFrame({"id": [f"c{row}" for row in rows]})
        name = f"cifar10n resnet18, {n:,} rows{', 10:1' if thin else ''}"
        yield of_arrays(name, frame, codes[rows], matrix[rows], wrong[rows], given.dataset.classes)


PARTS = {"people": people, "planted": planted_cases, "subsamples": subsamples}


def report(part: str, cases: Sequence[Case]) -> bool:
    """Print the tables of a part; True where every floor holds."""
    print(f"\n### {part}\n\n| case | rows | errors | auditor | {' | '.join(METHODS)} | "
          "auditor - better of the first two [95 %] |\n|---|---|---|---|---|---|---|---|---|")  # fmt: skip
    worst = 0.0
    for case in cases:
        ours, best = case.precision("auditor"), case.precision(case.better)
        worst = min(worst, ours - best)
        theirs = " | ".join(f"{case.precision(method):.3f}" for method in METHODS)
        print(f"| {case.name} | {len(case.wrong):,} | {case.wrong.sum()} | **{ours:.3f}** | {theirs} | "
              f"{_between(ours - best, case.gaps(case.better))} |", flush=True)  # fmt: skip
    means = {name: float(np.mean([case.precision(name) for case in cases])) for name in ("auditor", *METHODS)}
    other = max(METHODS[:2], key=means.__getitem__)
    gaps = np.mean([case.gaps(other) for case in cases], axis=0)
    print(f"| **mean** | | | **{means['auditor']:.4f}** | "
          + " | ".join(f"{means[name]:.4f}" for name in METHODS)
          + f" | {other}: {_between(means['auditor'] - means[other], gaps, 4)} |")  # fmt: skip
    print(f"\n| case | P@20 / 50 / 100 / 200: auditor | {METHODS[0]} | e50 / e80: auditor | {METHODS[0]} |\n"
          "|---|---|---|---|---|")  # fmt: skip
    for case in cases:
        print(f"| {case.name} | {' | '.join(_lists(case))} |")
    print(f"\nworst gap {worst:+.3f} (floor -{BAR})")
    return worst >= -BAR or part != "people"


def _between(value: float, drawn: Scores, digits: int = 3) -> str:
    low, high = np.quantile(drawn, (0.025, 0.975))
    return f"{value:+.{digits}f} [{low:+.{digits}f}, {high:+.{digits}f}]"


def _lists(case: Case) -> list[str]:
    """The cells of precision among the first rows and of effort, ours beside theirs."""
    found = [measure(name) for measure in (case.first, case.effort) for name in ("auditor", METHODS[0])]
    return [" / ".join(f"{value:.2f}" for value in values) for values in found]


def main(names: Sequence[str]) -> int:
    """Print the parts asked for, all by default."""
    if not SHARED.is_dir():
        print(f"no datasets at {SHARED}; set AUDITOR_SHARED_DATA")
        return 2
    warnings.simplefilter("ignore")
    fine = [report(name, list(PARTS[name]())) for name in names or PARTS]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
