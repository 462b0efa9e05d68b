"""What the vote of the neighbours does to the order of the queue, on real and on planted errors.

    python benchmarks/vote.py [packs] [planted] [copies] [cost]

Per data set: average precision (AP) of the order score without the vote, with it whether or not it is
worth it, and as the rule decides; 95 % intervals of the difference from 400 paired resamples of
the rows with truth. `copies` plants groups of copies that share a wrong label and compares who may vote.
`cost` stops at 100,000 rows; `cost million` does not. Prints Markdown; docs/ranking.md keeps a run.
"""

from __future__ import annotations

import io
import resource
import sys
import time
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from packs import PACKS, SHARED, Pack
from planted_errors import planted
from sklearn.metrics import average_precision_score

from auditor.data import Embeddings
from auditor.prioritise.electorate import VOTERS
from auditor.prioritise.order import order_scores
from auditor.prioritise.vote import WEIGHT, mixed, neighbour_vote, seamed
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import Given, read_inputs
from auditor.scan.kernel import RowScores, scan
from auditor.similar.content import ContentIndex

RATES = (0.05, 0.15)
RESAMPLES = 400
Vectors = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A dataset with predictions and truth."""

    name: str
    index: ContentIndex
    rows: RowScores
    wrong: NDArray[np.float64]
    """(n,) 1 where the label is wrong, 0 where it is right, NaN where nobody knows."""


def case(name: str, given: Given, wrong: NDArray[Any], vectors: Vectors | None) -> Case:
    """A case of inputs that were read, with vectors or without."""
    assert given.probabilities is not None
    embeddings = None if vectors is None else Embeddings(name="vectors", vectors=vectors)
    rows, _ = scan(
        given.probabilities.blocks, given.dataset.labels.codes, covered=given.probabilities.covered
    )
    return Case(
        name=name,
        index=ContentIndex(given.dataset, embeddings),
        rows=rows,
        wrong=np.asarray(wrong, np.float64),
    )


def of_pack(name: str, vectors: Vectors | None = None, label: str = "") -> Case:
    """A pack with its own predictions and truth."""
    pack: Pack = next(pack for pack in PACKS if pack.name == name)
    features = (pack.columns["features"],) if pack.columns else ()
    given = read_inputs(
        pack.data, pack.prediction_paths, InputChoice(columns=ColumnChoice(features=features))
    )
    truth = pack.truth()
    wrong = np.array(
        [float(truth[item]) if item in truth else np.nan for item in given.dataset.ids.to_pylist()]
    )
    return case(f"{name} {label}".strip(), given, wrong, vectors)


def of_codes(
    name: str,
    codes: Any,
    wrong: Any,
    probabilities: Any,
    vectors: Vectors | None,
    texts: Any = None,
    table: Any = None,
) -> Case:
    """A case of arrays."""
    frame = pd.DataFrame(
        {"id": [f"r{at}" for at in range(len(codes))], "label": [f"c{c:03d}" for c in codes]}
    )
    if texts is not None:
        frame["text"] = list(texts)
    if table is not None:
        frame = frame.join(pd.DataFrame(table, columns=[f"x{at}" for at in range(table.shape[1])]))
    return case(name, read_inputs(frame, [probabilities]), wrong, vectors)


def packs() -> Iterator[Case]:
    """Errors that people made."""
    pixels = np.load(SHARED / "mnist" / "images.npz")["images"].reshape(10_000, -1).astype(np.float32)
    yield of_pack("mnist", pixels, "(pixels)")
    features = pd.read_csv(SHARED / "music_genre" / "dataset.csv").filter(like="feature").to_numpy(float)
    spread = np.maximum(features.std(axis=0), 1e-9)
    yield of_pack(
        "music_genre", ((features - features.mean(axis=0)) / spread).astype(np.float32), "(vectors)"
    )
    yield of_pack("music_genre", label="(table)")
    for name in ("imdb", "20news", "klue_nli", "conll_tokens"):
        yield of_pack(name, label="(content)")
    images = cifar_components()
    for model in ("resnet18", "swin", "kmeans"):
        yield of_pack(f"cifar10n {model}", images, "(64 components of pixels)")
    for pack in PACKS:
        if pack.folder in ("roman_numerals", "cifar10n") and len(pack.predictions) == 1:
            logs = np.log(np.maximum(np.load(pack.prediction_paths[0]).astype(np.float64), 1e-6))
            centred = (logs - logs.mean(axis=1, keepdims=True)).astype(np.float32)
            yield of_pack(pack.name, centred, "(the model's own log-probabilities)")


def cifar_components() -> Vectors:
    """(10000, 64) principal components of raw pixels: weak vectors, on purpose."""
    from PIL import Image
    from sklearn.decomposition import PCA

    folder = SHARED / "cifar10n"
    names = pd.read_csv(folder / "dataset.csv", dtype=str)["image"]
    with zipfile.ZipFile(folder / "images.zip") as images:
        at = {name.rsplit("/", 1)[-1]: name for name in images.namelist()}
        pixels = [
            np.asarray(Image.open(io.BytesIO(images.read(at[name.rsplit("/", 1)[-1]])))).reshape(-1)
            for name in names
        ]
    return PCA(64, random_state=0).fit_transform(np.stack(pixels) / np.float32(255)).astype(np.float32)


def planted_cases() -> Iterator[Case]:
    """Errors planted into digits, mnist, three tables and two sets of texts; the models learn from them."""
    from sklearn.datasets import load_breast_cancer, load_digits, load_wine
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    features, truth = load_digits(return_X_y=True)
    linear = LogisticRegression(max_iter=100)
    trees = ExtraTreesClassifier(100, min_samples_leaf=3, random_state=0)
    for name, model in (("linear", linear), ("trees", trees)):
        yield from _planted(
            f"digits, {name}", features / 16, truth, model, (features / 16).astype(np.float32)
        )
    pixels = np.load(SHARED / "mnist" / "images.npz")["images"].reshape(10_000, -1)[:4_000] / 255.0
    digits = pd.read_csv(SHARED / "mnist" / "dataset.csv")["label"].to_numpy()[:4_000].astype(int)
    network = MLPClassifier((128,), alpha=1.0, early_stopping=True, random_state=0)
    yield from _planted("mnist, network", pixels, digits, network, pixels.astype(np.float32))
    for name, load in (("wine", load_wine), ("breast_cancer", load_breast_cancer), ("digits", load_digits)):
        features, truth = load(return_X_y=True)
        for kind, model in (("linear", make_pipeline(StandardScaler(), linear)), ("trees", trees)):
            yield from _planted(f"{name}, {kind}", features, truth, model, None)
    for folder in ("banking77", "nsmc"):
        yield from _planted_texts(folder, linear)


def _planted(
    name: str, features: Any, truth: Any, model: Any, vectors: Vectors | None, texts: Any = None
) -> Iterator[Case]:
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    confused = cross_val_predict(model, features, truth, cv=folds, method="predict_proba")
    for kind in ("uniform", "by class", "similar"):
        for rate in RATES:
            codes, wrong = planted(truth.astype(np.int64), kind, rate, 0, confused)
            said = cross_val_predict(model, features, codes, cv=folds, method="predict_proba")
            label = f"{name}; {kind} {rate}"
            if texts is None and vectors is None:
                yield of_codes(f"{label} (table)", codes, wrong, said, None, table=features)
            elif texts is None:
                yield of_codes(label, codes, wrong, said, vectors)
            else:
                yield of_codes(f"{label} (vectors)", codes, wrong, said, vectors, texts)
                yield of_codes(f"{label} (texts)", codes, wrong, said, None, texts)


def _planted_texts(folder: str, model: Any) -> Iterator[Case]:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    frame = pd.read_csv(SHARED / folder / "dataset.csv", dtype=str, keep_default_na=False)
    frame = frame.sample(3_000, random_state=0)
    words = TfidfVectorizer(sublinear_tf=True, min_df=2).fit_transform(frame["text"])
    runs = TfidfVectorizer(sublinear_tf=True, min_df=2, analyzer="char_wb", ngram_range=(2, 4))
    vectors = TruncatedSVD(128, random_state=0).fit_transform(runs.fit_transform(frame["text"]))
    truth = pd.factorize(frame["label"], sort=True)[0]
    yield from _planted(folder, words, truth, model, vectors.astype(np.float32), frame["text"])


def line(case: Case) -> tuple[str, float, float]:
    """One row of the table, and the difference with the vote in any case and as decided."""
    before = order_scores(case.rows)
    vote = neighbour_vote(case.index, case.rows, before, always=True)
    assert vote is not None
    at = np.flatnonzero(~np.isnan(case.wrong) & ~np.isnan(before))
    wrong = case.wrong[at] > 0
    forced = replace(vote, weight=WEIGHT)
    after = seamed(before, order_scores(mixed(case.rows, forced)), forced)
    base = average_precision_score(wrong, before[at])
    gain = average_precision_score(wrong, after[at]) - base
    low, high = _interval(wrong, before[at], after[at])
    decided = gain if vote.weight else 0.0
    told = (
        f"| {case.name} | {int(wrong.sum())} of {len(wrong):,} | {vote.model_agreement:.3f} | "
        f"{vote.agreement:.3f} | {base:.3f} | {gain:+.3f} [{low:+.3f}, {high:+.3f}] | "
        f"{'on' if vote.weight else 'off'} | {decided:+.3f} |"
    )
    return told, gain, decided


def _interval(
    wrong: NDArray[np.bool_], before: NDArray[np.float64], after: NDArray[np.float64]
) -> tuple[float, float]:
    rng = np.random.default_rng(0)
    gaps = []
    for _ in range(RESAMPLES):
        drawn = rng.integers(0, len(wrong), len(wrong))
        if wrong[drawn].any():
            one = average_precision_score(wrong[drawn], after[drawn])
            gaps.append(one - average_precision_score(wrong[drawn], before[drawn]))
    return float(np.percentile(gaps, 2.5)), float(np.percentile(gaps, 97.5))


def table(cases: Iterator[Case]) -> float:
    """Print a table; the worst difference as decided."""
    print("| data | errors of rows | kappa, model | kappa, vote | AP without | with the vote | rule | "
          "as decided |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|")
    found = []
    for one in cases:
        told, gain, decided = line(one)
        print(told, flush=True)
        found.append((gain, decided))
    gains = np.array(found)
    print(
        f"| mean of {len(gains)} | | | | | {gains[:, 0].mean():+.3f} (worst {gains[:, 0].min():+.3f}) | "
        f"{int((gains[:, 1] != 0).sum())} on | {gains[:, 1].mean():+.3f} (worst {gains[:, 1].min():+.3f}) |\n"
    )
    return float(gains[:, 1].min())


def copies() -> None:
    """Groups of five copies that share a wrong label, in digits: who may vote?"""
    from sklearn.datasets import load_digits
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict

    print("| copies | AP without | only the row itself left out | the whole group left out |")
    print("|---|---|---|---|")
    for name, jitter in (("exact", 0.0), ("near", 0.02)):
        found = []
        for seed in range(5):
            rng = np.random.default_rng(seed)
            features, truth = load_digits(return_X_y=True)
            base = rng.permutation(len(truth))
            group = np.concatenate([base, np.repeat(base[:60], 4)])
            vectors = features[group] / 16 + jitter * rng.random((len(group), 64))
            codes = truth[group].copy()
            bad = base[:60]
            shift = rng.integers(1, 10, len(truth))
            wrong = np.isin(group, bad)
            codes[wrong] = (codes + shift[group])[wrong] % 10
            said = cross_val_predict(LogisticRegression(max_iter=300), vectors, codes, cv=GroupKFold(5),
                                     groups=group, method="predict_proba")  # fmt: skip
            found.append(_copied(vectors.astype(np.float32), codes, wrong, said))
        print(
            f"| {name} | " + " | ".join(f"{value:.3f}" for value in np.mean(found, axis=0)) + " |", flush=True
        )


def _copied(vectors: Vectors, codes: Any, wrong: Any, said: Any) -> tuple[float, float, float]:
    one = of_codes("copies", codes, wrong, said, vectors)
    before = order_scores(one.rows)
    vote = neighbour_vote(one.index, one.rows, before, always=True)
    assert vote is not None
    ours = replace(vote, weight=WEIGHT)
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosine = units @ units.T
    np.fill_diagonal(cosine, -2)
    nearest = np.argsort(-cosine, axis=1)[:, :VOTERS]
    share = np.bincount(codes, minlength=10) / len(codes)
    counts = (np.eye(10)[codes[nearest]].sum(axis=1) + share) / (VOTERS + 1)
    at = np.arange(len(codes))
    naive = replace(ours, given=counts[at, codes], other=counts[at, one.rows.other])
    scores = [before, *(order_scores(mixed(one.rows, held)) for held in (naive, ours))]
    a, b, c = (float(average_precision_score(wrong, score)) for score in scores)
    return a, b, c


def cost() -> None:
    """CPU seconds and memory of the vote where the neighbours are known already, as they are in an audit."""
    print("| rows | neighbours and near groups, CPU s | vote, CPU s | peak GB before | peak GB after |")
    print("|---|---|---|---|---|")
    for n in (10_000, 100_000, 1_000_000):
        if n > 100_000 and "million" not in sys.argv:
            continue
        rng = np.random.default_rng(0)
        centres = rng.standard_normal((200, 384)).astype(np.float32)
        truth = rng.integers(0, 200, n)
        vectors = np.empty((n, 384), np.float16)
        for start in range(0, n, 10_000):
            noise = rng.standard_normal((min(10_000, n - start), 384)).astype(np.float32)
            vectors[start : start + 10_000] = centres[truth[start : start + 10_000]] + 1.5 * noise
        codes = np.where(rng.random(n) < 0.05, rng.integers(0, 10, n), truth % 10)
        said = rng.dirichlet(np.full(10, 0.3), n)
        said[np.arange(n), truth % 10] += 1
        one = of_codes("cost", codes, np.zeros(n), said / said.sum(axis=1, keepdims=True), vectors)
        started = time.process_time()
        assert one.index.near is not None
        known, peak = time.process_time(), _peak()
        neighbour_vote(one.index, one.rows, order_scores(one.rows), always=True)
        voted = time.process_time()
        print(
            f"| {n:,} | {known - started:.1f} | {voted - known:.2f} | {peak:.2f} | {_peak():.2f} |",
            flush=True,
        )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> int:
    """Print the tables that were asked for; exit 1 where the vote, as decided, costs more than .015."""
    if not SHARED.is_dir():
        print(f"no datasets at {SHARED}; set AUDITOR_SHARED_DATA")
        return 2
    warnings.simplefilter("ignore")
    wanted = set(sys.argv[1:]) or {"packs", "planted", "copies", "cost"}
    worst = 0.0
    if "packs" in wanted:
        worst = min(worst, table(packs()))
    if "planted" in wanted:
        worst = min(worst, table(planted_cases()))
    if "copies" in wanted:
        copies()
    if "cost" in wanted:
        cost()
    return 1 if worst < -0.015 else 0


if __name__ == "__main__":
    sys.exit(main())
