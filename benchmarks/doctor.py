"""False alarms and hits of the checks of predictions, on real predictions that are spoilt on purpose.

    python benchmarks/doctor.py [--quick]

Every prediction file of the packs, whole and in subsamples that keep the order of its rows, is
looked at as it is (any alarm is false, but those known to be true) and with one fault planted (the
fault is found, or another error stops, or a check says that it cannot tell, or all are silent). For
two swapped classes "cannot tell" counts only where both stand among the classes it names. Seeds are
fixed. Prints Markdown; docs/doctor.md keeps a run. Exit 1 where a bar of the project is missed.
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from packs import HARD, PACKS, SHARED, UNJUDGED, Pack

from auditor.blocks import ArrayBlocks
from auditor.checks import Answer, Subject, answers, problems_of
from auditor.checks.matching import untold
from auditor.checks.measures import sortedness
from auditor.checks.row_order import SORTED
from auditor.data import ClassLabels, ClassProbabilities, Content, Dataset, PredictionFile
from auditor.errors import InputError
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.conversion import as_probabilities
from auditor.read.dataset import read_inputs
from auditor.read.numbers import kind_of, number_facts
from auditor.scan.kernel import scan

Codes = NDArray[np.int32]
Matrix = NDArray[np.float64]
SIZES = (60, 100, 300, 1000, 3000)
SOUND, SPOILT = 40, 10
"""Subsamples per pack and size: as they are, and with each fault."""
TRUE_ALARMS = {("20news", "saturated"), ("klue_nli", "weak-model"), ("klue_nli", "chance-level")}
"""What is true of a pack, so no false alarm: saturated, and right on 42 % of three classes."""
EASY = "n >= 1,000"
SORTED_PACKS = "sorted by class (imdb, banking77, caltech256)"
WHAT = ("found", "another error", "cannot tell", "silent")


@dataclass(frozen=True)
class Real:
    """Real predictions: (n,) labels and (n, K) probabilities."""

    name: str
    labels: Codes
    probs: Matrix
    hard: bool = False

    def sample(self, size: int, seed: int) -> Real:
        """`size` rows at random, in their order."""
        rows = np.sort(np.random.default_rng([seed, size]).permutation(len(self.labels))[:size])
        return Real(self.name, self.labels[rows], self.probs[rows], self.hard)

    @property
    def kappa(self) -> float:
        """Cohen's kappa of labels and predicted classes."""
        n, k = self.probs.shape
        given = np.bincount(self.labels, minlength=k) / n
        guess = self.probs.argmax(axis=1)
        chance = float(given @ np.bincount(guess, minlength=k)) / n
        return (float((guess == self.labels).mean()) - chance) / (1 - chance)


def real_sets() -> Iterator[Real]:
    """Every single prediction file of the packs."""
    for pack in (*PACKS, *UNJUDGED):
        if len(pack.predictions) == 1:
            text = ("sentence",) if pack.folder == "conll_tokens" else ()
            found = read_inputs(
                pack.data, pack.prediction_paths, InputChoice(columns=ColumnChoice(text=text))
            )
            assert found.probabilities is not None
            probs = found.probabilities.blocks.read(0, len(found.dataset)).astype(np.float64)
            yield Real(pack.name, found.dataset.labels.codes, probs)
    yield from map(_hard, HARD)


def _hard(pack: Pack) -> Real:
    names = (SHARED / pack.folder / "classes.txt").read_text(encoding="utf-8").splitlines()
    given = pd.read_csv(pack.data, dtype=str)["label"]
    guess = pd.read_csv(pack.prediction_paths[0], dtype=str)["predicted_label"]
    code = {name: at for at, name in enumerate(names)}
    probs = np.eye(len(names))[guess.map(code).to_numpy()]
    return Real(pack.name, given.map(code).to_numpy().astype(np.int32), probs, hard=True)


def subject(labels: Codes, raw: Matrix) -> Subject:
    """What the checks see of these labels and numbers; numbers are read as those of a file are."""
    source = ArrayBlocks(raw)
    facts = number_facts(source)
    blocks, notes = as_probabilities(source, facts, "p.npy")
    n, k = raw.shape
    names = tuple(f"c{code}" for code in range(k))
    file = PredictionFile(name="p.npy", kind=kind_of(facts), joined="position", rows=n, named=False)
    dataset = Dataset(
        name="data.csv",
        ids=pa.array([f"row-{row}" for row in range(n)]),
        has_ids=False,
        labels=ClassLabels(codes=labels, classes=names),
        content=Content(kind="none", columns=pa.table({})),
    )
    rows, sums = scan(blocks, labels, workers=1)
    found = ClassProbabilities(blocks=blocks, classes=names, files=(file,), notes=notes)
    return Subject(dataset=dataset, probabilities=found, rows=rows, sums=sums)


@dataclass(frozen=True)
class Fault:
    """One way to spoil predictions, the codes that find it and the check that must not say it is fine."""

    name: str
    codes: frozenset[str]
    check: str
    spoil: Callable[[Real, np.random.Generator], tuple[Matrix, object] | None]
    """Probabilities, and what a right answer names; None where the draw changes nothing."""


def _permuted(real: Real, rng: np.random.Generator) -> tuple[Matrix, object] | None:
    order = rng.permutation(real.probs.shape[1])
    return None if (order == np.arange(len(order))).all() else (real.probs[:, order], order)


def _swapped(real: Real, rng: np.random.Generator) -> tuple[Matrix, object] | None:
    there = np.unique(real.labels)
    if len(there) < 2:
        return None
    order = np.arange(real.probs.shape[1])
    pair = rng.choice(there, 2, replace=False)
    order[pair] = pair[::-1]
    return real.probs[:, order], pair


def _rolled_columns(by: int) -> Callable[[Real, np.random.Generator], tuple[Matrix, object] | None]:
    return lambda real, rng: (np.roll(real.probs, by, axis=1), by)


def _shuffled(real: Real, rng: np.random.Generator) -> tuple[Matrix, object] | None:
    return rng.permutation(real.probs), None


def _shifted(real: Real, rng: np.random.Generator) -> tuple[Matrix, object] | None:
    by = int(rng.integers(1, 6) * rng.choice([-1, 1]))
    return np.roll(real.probs, by, axis=0), by


def _from(share: float) -> Callable[[Real, np.random.Generator], tuple[Matrix, object] | None]:
    def spoil(real: Real, rng: np.random.Generator) -> tuple[Matrix, object]:
        at = round(share * len(real.labels))
        return np.concatenate([real.probs[:at], rng.permutation(real.probs[at:])]), at

    return spoil


def _a_row_lost(real: Real, rng: np.random.Generator) -> tuple[Matrix, object] | None:
    at = len(real.labels) // 2
    return np.concatenate([real.probs[:at], real.probs[at + 1 :], real.probs[:1]]), at


FAULTS = (
    Fault("all columns permuted", frozenset({"class-order"}), "class_order", _permuted),
    Fault("labels from 1, columns from 0", frozenset({"class-order"}), "class_order", _rolled_columns(1)),
    Fault("two classes swapped", frozenset({"class-order"}), "class_order", _swapped),
    Fault("all rows shuffled", frozenset({"chance-level"}), "row_order", _shuffled),
    Fault("off by 1 to 5 rows", frozenset({"rows-shifted"}), "row_order", _shifted),
    Fault("shuffled from the middle on", frozenset({"rows-misaligned"}), "row_order", _from(0.5)),
    Fault("one row lost in the middle", frozenset({"rows-misaligned"}), "row_order", _a_row_lost),
    Fault("last 20% shuffled", frozenset({"rows-misaligned"}), "row_order", _from(0.8)),
)


def verdict(said: tuple[Answer, ...], fault: Fault, view: Subject, planted: object) -> str:
    """One of `WHAT`."""
    problems = problems_of(said)
    if any(problem.slug in fault.codes for problem in problems):
        return "found"
    if any(problem.level == "error" for problem in problems):
        return "another error"
    answer = next(answer for answer in said if answer.check == fault.check)
    if answer.verdict != "cannot-tell":
        return "silent"
    if fault.spoil is _swapped:
        look = view.files[0]
        named = set(untold(look.read.counts).tolist())
        whole = look.read.kappa - look.read.error < 0.3 or look.read.n < 5 * len(look.read.counts)
        return "cannot tell" if whole or set(np.asarray(planted).tolist()) <= named else "silent"
    return "cannot tell"


def bucket(size: int, real: Real, fault: Fault) -> str:
    """Where the project asks for 98 %, and what lies elsewhere."""
    if fault.check == "row_order" and fault.spoil is not _shuffled and sortedness(real.labels) > SORTED:
        return SORTED_PACKS
    easy = real.kappa >= 0.3 and size >= 5 * real.probs.shape[1]
    if not easy:
        return "kappa < .3, or under 5 rows a class"
    return EASY if size >= 1000 else f"n = {size:,}"


def spoilt(sets: list[Real], draws: int) -> dict[tuple[str, str], Counter[str]]:
    """(fault, bucket) -> how often each of `WHAT`, and how often what was planted was named."""
    out: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for real, size, seed in product(sets, SIZES, range(draws)):
        if size > len(real.labels):
            continue
        part = real.sample(size, seed)
        for number, fault in enumerate(FAULTS):
            done = fault.spoil(part, np.random.default_rng([seed, size, number]))
            if done is None:
                continue
            view = subject(part.labels, done[0])
            said = answers("predictions", view)
            group = bucket(size, real, fault)
            what = verdict(said, fault, view, done[1])
            out[fault.name, group][what] += 1
            if what == "found" and is_named(said, fault, done[1], view):
                out[fault.name, group]["named"] += 1
            if what == "silent" and "-v" in sys.argv:
                print("silent:", fault.name, real.name, size, seed, file=sys.stderr)
    return out


def is_named(said: tuple[Answer, ...], fault: Fault, planted: object, view: Subject) -> bool:
    """Whether the message names the order, the rows or the place that was planted."""
    problem = next(problem for problem in problems_of(said) if problem.slug in fault.codes)
    look = view.files[0]
    if fault.check == "class_order":
        counts = look.read.counts
        expected = _expected(fault, planted, len(counts))
        there = counts.sum(axis=1) > 0
        return look.order is not None and bool((look.order == expected)[there].all())
    if "rows-shifted" in fault.codes:
        return problem.what.values["n"] == abs(int(planted))  # type: ignore[call-overload]
    if "rows-misaligned" in fault.codes:
        return abs(int(problem.what.values["row"]) - 1 - int(planted)) <= 0.02 * look.read.n  # type: ignore
    return True


def _expected(fault: Fault, planted: object, k: int) -> NDArray[np.int64]:
    """The column that holds each class."""
    if isinstance(planted, int):
        return (np.arange(k) + planted) % k
    order = np.arange(k)
    if fault.spoil is _swapped:
        order[planted] = np.asarray(planted)[::-1]
        return order
    return np.argsort(np.asarray(planted))


def alarms(said: tuple[Answer, ...], real: Real) -> list[str]:
    """Codes of warnings and errors that are not true of a pack."""
    known = {"saturated"} if real.hard else set()
    return [
        problem.slug
        for problem in problems_of(said)
        if problem.level != "note"
        and problem.slug not in known
        and (real.name, problem.slug) not in TRUE_ALARMS
    ]


def sound(sets: list[Real], draws: int) -> tuple[dict[str, Counter[str]], dict[str, Counter[str]]]:
    """Size -> false alarms by code; size -> verdicts of the checks; 0 stands for the whole pack."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    for real, size, seed in product(sets, (0, *SIZES), range(draws)):
        if size > len(real.labels) or (size == 0 and seed):
            continue
        part = real.sample(size, 1000 + seed) if size else real
        said = answers("predictions", subject(part.labels, part.probs))
        group = f"n = {size:,}" if size else "whole packs"
        found[group].update(alarms(said, real))
        found[group]["of"] += 1
        verdicts[group].update(f"{answer.check}: {answer.verdict}" for answer in said)
        if alarms(said, real) and "-v" in sys.argv:
            print("false:", real.name, size, seed, alarms(said, real), file=sys.stderr)
    return found, verdicts


def kinds(sets: list[Real]) -> dict[str, Counter[str]]:
    """What becomes of real probabilities written in another way."""
    out: dict[str, Counter[str]] = defaultdict(Counter)
    for real in sets:
        if real.hard:
            continue
        for name, write in WRITTEN.items():
            out[name][_understood(real.labels, write(real.probs))] += 1
    return out


def _logits(p: Matrix) -> Matrix:
    return np.log(np.maximum(p, 1e-12)) + 3.0


def _rounded(decimals: int, *, divided: bool) -> Callable[[Matrix], Matrix]:
    def write(p: Matrix) -> Matrix:
        values = p.round(decimals)
        values[values.sum(axis=1) == 0, 0] = 1.0
        return values / values.sum(axis=1, keepdims=True) if divided else values

    return write


WRITTEN: dict[str, Callable[[Matrix], Matrix]] = {
    "as they are": lambda p: p,
    "logits": _logits,
    "log-probabilities": lambda p: np.log(np.maximum(p, 1e-12)),
    "percentages": lambda p: 100 * p,
    "independent scores (sigmoid of the logits)": lambda p: 1 / (1 + np.exp(-_logits(p))),
    "0 and 1": lambda p: np.eye(p.shape[1])[p.argmax(axis=1)],
    **{
        f"{decimals} decimal{'s' * (decimals > 1)}{', divided by the sum' * divided}": _rounded(
            decimals, divided=divided
        )
        for divided, decimals in product((False, True), (1, 2, 3, 4))
    },
}


def _understood(labels: Codes, raw: Matrix) -> str:
    try:
        view = subject(labels, raw)
    except InputError as error:
        return f"refused: {error.problems[0].slug}"
    said = answers("predictions", view)
    found = view.probabilities
    assert found is not None
    kind = found.files[0].kind
    if any(note.slug == "hard-predictions" for note in found.notes):
        kind = "0 and 1"
    digits = next(answer for answer in said if answer.check == "order_can_be_told")
    return ", ".join([kind, *(problem.slug for problem in digits.problems)])


def in_sample() -> list[tuple[str, str, str, str, str]]:
    """Dataset, model, and of its predictions in sample and out of sample: agreement, and what is said."""
    from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
    from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.tree import DecisionTreeClassifier

    music = pd.read_csv(SHARED / "music_genre" / "dataset.csv")
    tables = {
        "iris": load_iris(return_X_y=True),
        "wine": load_wine(return_X_y=True),
        "breast_cancer": load_breast_cancer(return_X_y=True),
        "digits": load_digits(return_X_y=True),
        "music_genre": (
            music[[c for c in music if c.startswith("feature")]].to_numpy(),
            pd.factorize(music["label"], sort=True)[0],
        ),
    }
    models = {
        "extra trees, leaf 1": ExtraTreesClassifier(100, random_state=0),
        "random forest, leaf 1": RandomForestClassifier(100, random_state=0),
        "extra trees, leaf 5": ExtraTreesClassifier(100, min_samples_leaf=5, random_state=0),
        "one tree": DecisionTreeClassifier(random_state=0),
        "boosting": HistGradientBoostingClassifier(max_iter=50, random_state=0),
        "1 neighbour": KNeighborsClassifier(1),
        "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500)),
    }
    out = []
    for (name, (features, truth)), (title, model) in product(tables.items(), models.items()):
        rng = np.random.default_rng(0)
        k = int(truth.max()) + 1
        labels = np.where(rng.random(len(truth)) < 0.1, rng.integers(0, k, len(truth)), truth)
        if name == "music_genre":
            labels = truth  # its labels have errors of their own
        inside = model.fit(features, labels).predict_proba(features)
        outside = cross_val_predict(model, features, labels, cv=5, method="predict_proba")
        said = [_of_sample(labels.astype(np.int32), probs) for probs in (inside, outside)]
        out.append((name, title, *said[0], *said[1]))
    return out


def _of_sample(labels: Codes, probs: Matrix) -> tuple[str, str]:
    agreement = f"{(probs.argmax(axis=1) == labels).mean():.3f}"
    said = answers("predictions", subject(labels, probs))
    return agreement, next(a.verdict for a in said if a.check == "predictions_out_of_sample")


def main() -> int:
    """Print the tables; exit 1 where a bar is missed."""
    if not SHARED.is_dir():
        print(f"no datasets at {SHARED}; set AUDITOR_SHARED_DATA")
        return 2
    warnings.simplefilter("ignore")
    quick = "--quick" in sys.argv
    sets = list(real_sets())
    missed = print_sound(sets, 5 if quick else SOUND) + print_spoilt(sets, 2 if quick else SPOILT)
    print_kinds(sets)
    print_in_sample()
    return 1 if missed else 0


def print_sound(sets: list[Real], draws: int) -> int:
    """Predictions as they are; returns the false alarms on whole packs."""
    found, verdicts = sound(sets, draws)
    print("### Untouched predictions\n")
    print(
        "| | inputs | false alarms | class order: fine / cannot tell | row order | strength | out of sample |"
    )
    print("|---|---|---|---|---|---|---|")
    for group, codes in found.items():
        of = codes.pop("of")
        listed = ", ".join(f"{count} {code}" for code, count in sorted(codes.items())) or "0"
        cells = [
            f"{verdicts[group][f'{check}: fine']} / {verdicts[group][f'{check}: cannot-tell']}"
            for check in ("class_order", "row_order", "model_strength", "predictions_out_of_sample")
        ]
        print(f"| {group} | {of:,} | {listed} | {' | '.join(cells)} |")
    print()
    return sum(found["whole packs"].values())


def print_spoilt(sets: list[Real], draws: int) -> int:
    """One fault planted; returns the bars that are missed."""
    found = spoilt(sets, draws)
    groups = (EASY, "n = 300", "n = 100", "n = 60", "kappa < .3, or under 5 rows a class", SORTED_PACKS)
    missed = 0
    print("### One fault planted\n")
    print("| fault | inputs | trials | found | named right | another error | cannot tell | silent |")
    print("|---|---|---|---|---|---|---|---|")
    for fault in FAULTS:
        for group in groups:
            counts = found.get((fault.name, group))
            if not counts:
                continue
            trials = sum(counts[what] for what in WHAT)
            named = f"{counts['named'] / counts['found']:.2f}" if counts["found"] else "-"
            cells = [f"{counts[what] / trials:.3f}" for what in WHAT[1:]]
            print(f"| {fault.name} | {group} | {trials:,} | {counts['found'] / trials:.3f} | {named} | "
                  f"{' | '.join(cells)} |")  # fmt: skip
            bar = fault.name in {"all columns permuted", "all rows shuffled"} and group == EASY
            missed += bool(bar and counts["found"] < 0.98 * trials)
    print()
    return missed


def print_kinds(sets: list[Real]) -> None:
    """What becomes of the same probabilities written in another way."""
    print("### Written in another way\n")
    print("| written as | understood as (prediction files) |")
    print("|---|---|")
    for name, counts in kinds(sets).items():
        print(f"| {name} | {'; '.join(f'{what} ({count})' for what, count in counts.most_common())} |")
    print()


def print_in_sample() -> None:
    """Models shown their own training rows."""
    print("### In sample\n")
    print("| data | model | agreement in sample | said | agreement out of sample | said |")
    print("|---|---|---|---|---|---|")
    for row in in_sample():
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    sys.exit(main())
