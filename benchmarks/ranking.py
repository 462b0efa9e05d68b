"""Average precision of the queue beside cleanlab's own orders, on rows that people judged.

    python benchmarks/ranking.py

For each pack: `auditor.audit`, then the order of `queue` against `truth.csv`, restricted to rows
with truth, beside cleanlab's self_confidence, normalized_margin and confidence_weighted_entropy
on the same (averaged, renormalised) probabilities, and "half-margin" (lam 0.5). Low score first,
ties in file order for theirs. Prints Markdown; docs/ranking.md keeps a run.
"""

from __future__ import annotations

import sys
import warnings

import numpy as np
from packs import PACKS, SHARED, Pack
from sklearn.metrics import average_precision_score

import auditor
from auditor.read.choice import InputChoice
from auditor.read.dataset import read_inputs

METHODS = ("self_confidence", "normalized_margin", "confidence_weighted_entropy")
BAR = 0.015


def cleanlab_orders(pack: Pack, wanted: set[str]) -> dict[str, float]:
    """Average precision of cleanlab's scores and of half-margin on the rows with truth."""
    from cleanlab.rank import get_label_quality_scores

    from auditor.read.columns import ColumnChoice

    features = (pack.columns["features"],) if pack.columns else ()
    given = read_inputs(
        pack.data, pack.prediction_paths, InputChoice(columns=ColumnChoice(features=features))
    )
    probabilities = given.probabilities
    assert probabilities is not None
    labels = given.dataset.labels.codes
    matrix = probabilities.blocks.read(0, len(labels)).astype(np.float64)
    ids = given.dataset.ids.to_pylist()
    truth = pack.truth()
    at = np.array([row for row, item in enumerate(ids) if item in wanted])
    wrong = np.array([truth[ids[row]] for row in at])
    out = {}
    for method in METHODS:
        scores = get_label_quality_scores(labels, matrix, method=method)
        out[method] = average_precision_score(wrong, -scores[at])
    own = matrix[np.arange(len(labels)), labels]
    rest = matrix.copy()
    rest[np.arange(len(labels)), labels] = 0
    half = -np.log(np.maximum(own, 1e-12)) + 0.5 * np.log(np.maximum(rest.max(axis=1), 1e-12))
    out["half-margin"] = average_precision_score(wrong, half[at])
    return out


def our_order(pack: Pack) -> tuple[float, set[str], int]:
    """Average precision of the queue, the items with truth in it, and how many are wrong."""
    audit = auditor.audit(pack.data, predictions=pack.prediction_paths, top=None, **pack.columns)
    truth = pack.truth()
    judged = [item for item in audit.queue["item"] if item in truth]
    wrong = [truth[item] for item in judged]
    return average_precision_score(wrong, -np.arange(len(judged))), set(judged), sum(wrong)


def main() -> int:
    """Print the table; exit 1 where a pack is more than .015 under the better simple order."""
    if not SHARED.is_dir():
        print(f"no datasets at {SHARED}; set AUDITOR_SHARED_DATA")
        return 2
    warnings.simplefilter("ignore")
    print("| pack | rows with truth | errors | auditor | self_confidence | half-margin | normalized_margin | "
          "confidence_weighted_entropy | auditor - better of the first two |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    worst = 0.0
    for pack in PACKS:
        ours, judged, errors = our_order(pack)
        theirs = cleanlab_orders(pack, judged)
        gap = ours - max(theirs["self_confidence"], theirs["half-margin"])
        worst = min(worst, gap)
        print(f"| {pack.name} | {len(judged):,} | {errors} | **{ours:.3f}** | "
              f"{theirs['self_confidence']:.3f} | {theirs['half-margin']:.3f} | "
              f"{theirs['normalized_margin']:.3f} | "
              f"{theirs['confidence_weighted_entropy']:.3f} | {gap:+.3f} |")  # fmt: skip
    print(f"\nworst gap {worst:+.3f}, bar -{BAR}")
    return 1 if worst < -BAR else 0


if __name__ == "__main__":
    sys.exit(main())
