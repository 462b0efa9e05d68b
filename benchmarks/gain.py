"""What relabelling buys: accuracy on a clean test set against rows reviewed, for our order and others.

    python benchmarks/gain.py [--splits 10] [--only nsmc|music_genre] [--out FILE.json]

Two packs. **nsmc**: Korean film reviews; the labels of the file are taken for right (they are star ratings,
and some are not), and 15 % of the training labels are turned over. **music_genre**: songs with labels of
crowd workers, 28 % of which are wrong by the gold genre; nothing is planted. Each split holds a part of the
rows apart as a test set, labelled as it should be; of the rest the first r rows of an order get the right
label, and the fixed model of `auditor gain` learns from it. Exact copies of training rows are left out of
the test.

Orders, over the same out-of-sample predictions of the built-in model: the queue of `auditor audit`;
cleanlab's label quality (self-confidence), lowest first; rows at random (the mean of several draws). Beside
them the lines: all labels right; the suspects (cleanlab's default filter) dropped, nothing relabelled. Bands:
95 % of the mean over splits (t), which share rows, so that bands are a little too narrow; differences between
orders are paired by split. Prints Markdown, and writes the numbers, from which `gain_picture.py` draws
docs/gain.png.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from packs import ROOT, SHARED
from planted_errors import planted
from sklearn.metrics import f1_score

import auditor
from auditor.predict.holdout import FixedModel, fix_model
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import read_inputs
from auditor.similar.content import ContentIndex
from auditor.ties import tie_keys

RESULTS = ROOT / "docs" / "gain.json"
RATE = 0.15
RANDOM_DRAWS = 2
ORDERS = ("ours", "cleanlab", "random")
Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A pack, and how it is cut."""

    name: str
    text: str | None
    test: int
    """Rows held apart."""
    grid: tuple[int, ...]
    """Rows reviewed."""


CASES = (
    Case(name="nsmc", text="text", test=3_000, grid=(0, 250, 500, 750, 1_000, 1_500, 2_000, 3_000, 4_500)),
    Case(name="music_genre", text=None, test=250, grid=(0, 25, 50, 75, 100, 150, 200, 300, 400)),
)


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A pack with right and given labels as numbers."""

    table: pd.DataFrame
    """`id` and content."""
    names: tuple[str, ...]
    right: Codes
    given: Codes


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Accuracy and macro-F1 on the test set of one split, in percent."""

    orders: Mapping[str, Sequence[tuple[float, float]]]
    """Order -> the two for each number of rows reviewed."""
    right: tuple[float, float]
    """All labels right."""
    dropped: tuple[float, float]
    """The suspects dropped."""
    suspects: int
    wrong: int
    """Wrong labels in the training rows."""
    found: Mapping[str, Sequence[int]]
    """Order -> wrong labels among the rows reviewed."""


def rows_of(case: Case, seed: int) -> Rows:
    """A pack; errors are planted into nsmc."""
    table = pd.read_csv(SHARED / case.name / "dataset.csv", dtype=str, keep_default_na=False)
    names = tuple(sorted(table["label"].unique()))
    at = {name: code for code, name in enumerate(names)}
    given = table["label"].map(at).to_numpy(np.int64)
    if case.name == "nsmc":
        right, (given, _) = given, planted(given, "uniform", RATE, seed)
    else:
        with (SHARED / case.name / "truth.csv").open(encoding="utf-8") as stream:
            truth = {row["id"]: row["true_label"] for row in csv.DictReader(stream)}
        right = table["id"].map(truth).map(at).to_numpy(np.int64)
    return Rows(table=table.drop(columns="label"), names=names, right=right, given=given)


def curve_of(case: Case, seed: int) -> Curve:
    """One split of a pack."""
    rows = rows_of(case, seed)
    order = np.random.default_rng([seed, 11]).permutation(len(rows.right))
    test, train = np.sort(order[: case.test]), np.sort(order[case.test :])
    labelled = rows.table.iloc[train].assign(label=[rows.names[code] for code in rows.given[train]])
    audit = auditor.audit(labelled, top=None)
    made = auditor.cross_val_predictions(labelled)
    model, index = _fixed(case, rows, train)
    test = test[~np.isin(index.codes[test], index.codes[train])]

    def scores(codes: Codes) -> tuple[float, float]:
        named = model.predict(codes.astype(np.int32), test)
        macro = f1_score(rows.right[test], named, average="macro", labels=np.unique(rows.right[test]))
        return 100 * float((named == rows.right[test]).mean()), 100 * float(macro)

    given = np.full(len(rows.right), -1, np.int64)
    given[train] = rows.given[train]
    place = {item: row for row, item in enumerate(rows.table["id"])}
    queue = np.array([place[item] for item in audit.queue["item"]])
    suspects = queue[audit.queue["kinds"].str.contains("label_issue").to_numpy(bool)]
    draws = list(_orders(rows, train, queue, made, seed))
    found: dict[str, list[list[tuple[float, float]]]] = {name: [] for name in ORDERS}
    wrong: dict[str, list[list[int]]] = {name: [] for name in ORDERS}
    for name, order in draws:
        fixed = [_relabelled(given, rows.right, order[:n]) for n in case.grid]
        found[name].append([scores(codes) for codes in fixed])
        wrong[name].append([int((rows.given != rows.right)[order[:n]].sum()) for n in case.grid])
    dropped = given.copy()
    dropped[suspects] = -1
    return Curve(
        orders={name: np.mean(found[name], axis=0).tolist() for name in ORDERS},
        right=scores(_relabelled(given, rows.right, train)),
        dropped=scores(dropped),
        suspects=len(suspects),
        wrong=int((rows.given != rows.right)[train].sum()),
        found={name: np.mean(wrong[name], axis=0).round(1).tolist() for name in ORDERS},
    )


def _fixed(case: Case, rows: Rows, train: Codes) -> tuple[FixedModel, ContentIndex]:
    """The model of `auditor gain`, fixed on the labels before."""
    labels = np.full(len(rows.right), "", object)
    labels[train] = [rows.names[code] for code in rows.given[train]]
    choice = InputChoice(columns=ColumnChoice(text=(case.text,) if case.text else ()), class_names=rows.names)
    dataset = read_inputs(rows.table.assign(label=labels), (), choice).dataset
    index = ContentIndex(dataset)
    keys = tie_keys(dataset, index)(np.arange(len(dataset)))
    model = fix_model(index, dataset.labels.codes, dataset.labels.codes, keys)
    assert model is not None
    return model, index


def _orders(
    rows: Rows, train: Codes, queue: Codes, made: auditor.Predictions, seed: int
) -> Iterator[tuple[str, Codes]]:
    from cleanlab.rank import get_label_quality_scores

    yield "ours", np.concatenate([queue, train[~np.isin(train, queue)]])
    columns = [made.classes.index(name) if name in made.classes else -1 for name in rows.names]
    assert min(columns) >= 0
    quality = get_label_quality_scores(rows.given[train], made.probs[:, columns].astype(float))
    yield "cleanlab", train[np.argsort(quality, kind="stable")]
    for draw in range(RANDOM_DRAWS):
        yield "random", np.random.default_rng([seed, 12, draw]).permutation(train)


def _relabelled(given: Codes, right: Codes, order: Codes) -> Codes:
    found = given.copy()
    found[order] = right[order]
    return found


def mean_and_half(values: Sequence[float]) -> tuple[float, float]:
    """The mean, and half the width of its 95 % interval (t)."""
    from scipy.stats import t

    half = t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values))
    return float(np.mean(values)), float(half)


def summary(case: Case, curves: Sequence[Curve]) -> dict[str, Any]:
    """Gains over the labels before, in percentage points: mean and half the width of its interval."""
    found: dict[str, Any] = {
        "name": case.name,
        "splits": len(curves),
        "grid": case.grid,
        "train": len(rows_of(case, 0).right) - case.test,
        "test": case.test,
        "wrong": float(np.mean([curve.wrong for curve in curves])),
        "suspects": float(np.mean([curve.suspects for curve in curves])),
        "found": {name: np.mean([curve.found[name] for curve in curves], axis=0).tolist() for name in ORDERS},
    }
    return found | {name: _of_score(case, curves, at) for at, name in enumerate(("accuracy", "macro_f1"))}


def _of_score(case: Case, curves: Sequence[Curve], at: int) -> dict[str, Any]:
    drawn = {name: np.array([curve.orders[name] for curve in curves])[:, :, at] for name in ORDERS}
    start = drawn["ours"][:, 0]
    steps = range(len(case.grid))

    def apart(one: Floats, other: Floats) -> tuple[float, float]:
        return mean_and_half((one - other).tolist())

    return {
        "before": mean_and_half(start.tolist()),
        "orders": {name: [apart(drawn[name][:, n], start) for n in steps] for name in ORDERS},
        "right": apart(np.array([curve.right[at] for curve in curves]), start),
        "dropped": apart(np.array([curve.dropped[at] for curve in curves]), start),
        "ahead": [apart(drawn["ours"][:, n], drawn["cleanlab"][:, n]) for n in steps],
        "ahead_of_random": [apart(drawn["ours"][:, n], drawn["random"][:, n]) for n in steps],
    }


def rounded(value: Any) -> Any:
    """Numbers with four digits after the point: more than their intervals bear."""
    if isinstance(value, Mapping):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(one) for one in value]
    return round(value, 4) if isinstance(value, float) else value


def printed(found: Mapping[str, Any]) -> None:
    """One pack as a Markdown table."""
    one, other = found["accuracy"], found["macro_f1"]
    print(f"\n**{found['name']}**: {found['splits']} splits, {found['train']:,} rows to learn from, "
          f"{found['wrong']:.0f} of them wrong; before: accuracy {one['before'][0]:.1f} %, macro-F1 "
          f"{other['before'][0]:.1f}. All labels right: {_points(one['right'])} and "
          f"{_points(other['right'])}. The {found['suspects']:.0f} suspects dropped: "
          f"{_points(one['dropped'])} and {_points(other['dropped'])}.\n")  # fmt: skip
    print("| rows reviewed | accuracy: ours | cleanlab | random | ours - cleanlab | macro-F1: ours | "
          "cleanlab | random | wrong labels found: ours, cleanlab, random |")  # fmt: skip
    print("|" + "---|" * 9)
    for at, n in enumerate(found["grid"]):
        cells = [_points(one["orders"][name][at]) for name in ORDERS] + [_points(one["ahead"][at])]
        cells += [_points(other["orders"][name][at]) for name in ORDERS]
        errors = ", ".join(f"{found['found'][name][at]:.0f}" for name in ORDERS)
        print(f"| {n:,} | " + " | ".join(cells) + f" | {errors} |")


def _points(one: tuple[float, float]) -> str:
    return f"{one[0]:+.2f} ± {one[1]:.2f}"


def main() -> int:
    """Run every split, print, write the numbers."""
    if not SHARED.is_dir():
        print(f"no datasets at {SHARED}; set AUDITOR_SHARED_DATA")
        return 2
    parser = argparse.ArgumentParser()
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--only", choices=[case.name for case in CASES])
    parser.add_argument("--out", type=Path, default=RESULTS)
    said = parser.parse_args()
    warnings.simplefilter("ignore")
    results = []
    for case in CASES:
        if said.only in (None, case.name):
            curves = []
            for seed in range(said.splits):
                curves.append(curve_of(case, seed))
                print(json.dumps(asdict(curves[-1])), file=sys.stderr, flush=True)
            results.append(summary(case, curves))
            printed(results[-1])
    said.out.write_text(json.dumps(rounded(results)) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
