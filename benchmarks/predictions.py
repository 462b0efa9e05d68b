"""The built-in model: what its queue finds, beside the pack's own predictions, and what it costs.

For every pack the labels are audited as they are (scored on the rows that people judged, where they did) and
with errors planted (scored on the planted rows; the few real errors then count against every method alike).
`auditor audit DATA` runs as a process of its own, its CPU time and memory measured from the command to the
report. Its order is scored row by row, as cleanlab's orders are, and as the queue is read: there copies stand
together under one decision, and near copies behind each other. Beside it cleanlab's orders over

- the pack's own predictions: made from the labels as they were, so that they have never learned from a
  planted error: an advantage that no model has that is given the dataset alone;
- `--peer`: a model that learned from the same planted labels, as the pack's README describes it, in five
  folds with scikit-learn (`predictions_peer.py`), its CPU time measured too.

`python benchmarks/predictions.py [--only NAME] [--rates .08] [--kinds uniform] [--peer]`
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from packs import SHARED
from planted_errors import KINDS, RATES, planted
from processes import cost_of
from sklearn.metrics import average_precision_score, cohen_kappa_score

PACKS: dict[str, tuple[str, ...]] = {
    "nsmc": ("text",),
    "banking77": ("text",),
    "klue_nli": ("premise", "hypothesis"),
    "korean_hate": ("text",),
    "music_genre": (),
    "imdb": ("text",),
    "20news": ("text",),
}
"""Pack -> its text columns; none for a table."""
PEER = Path(__file__).with_name("predictions_peer.py")


@dataclass(frozen=True, kw_only=True)
class Case:
    """Labels of a pack, and which rows are known to be wrong or right."""

    name: str
    errors: str
    frame: pd.DataFrame
    codes: np.ndarray
    classes: list[str]
    wrong: pd.Series
    """Item -> whether it is wrong; only the items that are scored."""
    own: np.ndarray
    """(n, K) the pack's own predictions."""


def read(pack: str) -> tuple[pd.DataFrame, np.ndarray, list[str], np.ndarray]:
    """The dataset, its labels as numbers, the classes in sorted order, the pack's own predictions."""
    folder = SHARED / pack
    path = next(folder.glob("dataset.*"))
    frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype=str)
    frame = frame.fillna("").astype(str)
    named = (folder / "classes.txt").read_text("utf-8").split("\n")
    named = [line for line in named if line]
    classes = sorted(named)
    own = np.load(folder / "pred_probs.npy").astype(np.float64)[:, [named.index(name) for name in classes]]
    kept = ["id", "label", *PACKS[pack]] if PACKS[pack] else list(frame.columns)
    return frame[kept], frame["label"].map(classes.index).to_numpy(), classes, own


def cases(pack: str, kinds: list[str], rates: list[float]) -> Iterator[Case]:
    """A pack as it is, where people judged it, and with errors planted."""
    frame, codes, classes, own = read(pack)
    shared: dict[str, Any] = {"name": pack, "classes": classes, "own": own}
    truth = SHARED / pack / "truth.csv"
    if truth.exists():
        judged = pd.read_csv(truth, dtype=str).set_index("id")["is_error"] == "1"
        yield Case(errors="as judged", frame=frame, codes=codes, wrong=judged, **shared)
    for kind in kinds:
        for rate in rates:
            with_errors, wrong = planted(codes, kind, rate, 0, own)
            labels = [classes[code] for code in with_errors]
            yield Case(
                errors=f"{kind}, {rate:.0%}",
                frame=frame.assign(label=labels),
                codes=with_errors,
                wrong=pd.Series(wrong, index=frame["id"]),
                **shared,
            )


def precision(case: Case, items: list[str], scores: np.ndarray) -> float:
    """Average precision among the items that are scored; the larger a score the earlier."""
    wrong = case.wrong.reindex(items)
    known = wrong.notna().to_numpy()
    return float(average_precision_score(wrong[known].astype(bool), np.asarray(scores)[known]))


def orders(case: Case, probs: np.ndarray) -> tuple[float, float]:
    """Average precision by cleanlab's self-confidence and by its normalized margin."""
    from cleanlab.rank import get_label_quality_scores

    probs = np.clip(probs, 0, None)
    probs = probs / probs.sum(axis=1, keepdims=True)
    items = case.frame["id"].tolist()
    return tuple(  # type: ignore[return-value]
        precision(case, items, -get_label_quality_scores(case.codes, probs, method=method))
        for method in ("self_confidence", "normalized_margin")
    )


def audited(case: Case, folder: Path) -> dict[str, float]:
    """What `auditor audit DATA` finds and costs, as a process of its own."""
    case.frame.to_csv(folder / "data.csv", index=False)
    command = [
        "auditor",
        "audit",
        str(folder / "data.csv"),
        "--top",
        "all",
        "-o",
        str(folder / "audit"),
        "--quiet",
    ]
    for column in PACKS[case.name]:
        command += ["--text", column]
    cost = cost_of([str(Path(sys.executable).with_name("auditor")), *command[1:]])
    queue = pd.read_csv(folder / "audit" / "queue.csv", dtype=str, keep_default_na=False)
    read = precision(case, queue["item"].tolist(), -np.arange(len(queue)))
    scores = pd.read_parquet(folder / "audit" / "scores.parquet")
    judged = scores.dropna(subset=["p_given"])
    ap = precision(case, judged["item"].tolist(), judged["order_score"].to_numpy())
    kappa = cohen_kappa_score(scores["given"], scores["predicted"])
    return {"ap": ap, "read": read, "kappa": kappa, "cpu": cost.cpu, "wall": cost.wall, "mb": cost.megabytes}


def peer(case: Case, folder: Path) -> tuple[float, float, float, float]:
    """(self-confidence, normalized margin, CPU s, MB) of the pack's model refitted to these labels."""
    case.frame.to_csv(folder / "data.csv", index=False)
    cost = cost_of([sys.executable, str(PEER), case.name, str(folder / "data.csv"), str(folder / "peer.npy")])
    return (*orders(case, np.load(folder / "peer.npy")), cost.cpu, cost.megabytes)


def line(case: Case, with_peer: bool) -> str:
    """A row of the table."""
    with tempfile.TemporaryDirectory() as name:
        ours = audited(case, Path(name))
        theirs = peer(case, Path(name)) if with_peer else None
    own = orders(case, case.own)
    cells = [
        case.name, case.errors, f"{case.wrong.mean():.3f}", f"**{ours['ap']:.3f}**",
        f"{ours['read']:.3f}", f"{ours['kappa']:.2f}",
        f"{ours['cpu']:.1f}", f"{ours['mb']:.0f}", f"{own[0]:.3f}", f"{own[1]:.3f}",
    ]  # fmt: skip
    if theirs is not None:
        cells += [f"{theirs[0]:.3f}", f"{theirs[1]:.3f}", f"{theirs[2]:.1f}", f"{theirs[3]:.0f}"]
    return "| " + " | ".join(cells) + " |"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--rates", type=float, nargs="*", default=list(RATES))
    parser.add_argument("--kinds", nargs="*", default=list(KINDS))
    parser.add_argument("--peer", action="store_true")
    said = parser.parse_args()
    if not SHARED.is_dir():
        print(f"no datasets at {SHARED}; set AUDITOR_SHARED_DATA")
        return 2
    warnings.simplefilter("ignore")
    heads = ["pack", "errors", "share wrong", "auditor, no predictions: order score", "queue as read",
             "kappa", "CPU s", "peak MB",
             "pack's predictions: self-confidence", "normalized margin"]  # fmt: skip
    heads += ["refitted: self-confidence", "normalized margin", "CPU s", "peak MB"] if said.peer else []
    print("| " + " | ".join(heads) + " |")
    print("|" + "---|" * len(heads))
    for pack in PACKS:
        if said.only in pack:
            for case in cases(pack, said.kinds, said.rates):
                print(line(case, said.peer), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
