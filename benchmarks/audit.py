"""The whole audit, report included, beside cleanlab's label check alone: CPU, wall, peak memory.

    python benchmarks/audit.py [--rounds 5]

Each line is a process of its own, start-up and imports included, run in turns in one go; medians.
cleanlab's side reads the same files and finds and ranks label issues; it writes nothing. Datalab
takes part where its extra is installed (`pip install "cleanlab[datalab]"`). The script ends with 1
where the two sides do not flag the same rows.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from processes import in_turns, table

import auditor

AUDIT = "auditor audit, report included"
SIZES = ((8_000, 2), (10_000, 10), (100_000, 100), (1_000_000, 10))
FILTER = """
import numpy as np, pandas as pd
from cleanlab.filter import find_label_issues
data = pd.read_csv({data!r}); probs = np.load({probs!r})
labels = data["label"].str.slice(1).astype(int).to_numpy()
find_label_issues(labels, probs, return_indices_ranked_by="self_confidence", n_jobs=1)
"""
DATALAB = """
import numpy as np, pandas as pd
from cleanlab import Datalab
data = pd.read_csv({data!r}); probs = np.load({probs!r})
labels = data["label"].str.slice(1).astype(int).to_numpy()
lab = Datalab(data={{"label": labels}}, label_name="label", verbosity=0)
lab.find_issues(pred_probs=probs, issue_types={{"label": {{}}}})
"""


def write_case(folder: Path, n: int, k: int) -> tuple[Path, Path]:
    """A CSV of n rows with short texts and a file of (n, k) probabilities; 10 % of the labels are wrong."""
    rng = np.random.default_rng(n + k)
    truth = rng.integers(0, k, n)
    labels = np.where(rng.random(n) < 0.1, rng.integers(0, k, n), truth)
    logits = rng.normal(size=(n, k), scale=1.0).astype(np.float32)
    logits[np.arange(n), truth] += 4
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    data, probs = folder / "data.csv", folder / "probs.npy"
    words = rng.integers(0, 5_000, (n, 12))
    texts = [" ".join(f"word{word}" for word in row) for row in words]
    pd.DataFrame({"id": np.arange(n), "text": texts, "label": [f"c{code:03d}" for code in labels]}).to_csv(
        data, index=False
    )
    np.save(probs, odds / odds.sum(axis=1, keepdims=True))
    return data, probs


def agree(data: Path, probs: Path) -> bool:
    """Whether the audit flags the rows that cleanlab's default filter flags."""
    from cleanlab.filter import find_label_issues

    found = auditor.audit(data, predictions=probs, top=None).scores
    codes = found["given"].astype(str).str.slice(1).astype(int).to_numpy()
    theirs = find_label_issues(codes, np.load(probs), n_jobs=1)
    return bool(((found["flags"].to_numpy() & 1 == 1) == theirs).all())


def main() -> int:
    """Print a table for each size; 1 where the flags differ."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    same = True
    for n, k in SIZES:
        with tempfile.TemporaryDirectory() as name:
            data, probs = write_case(Path(name), n, k)
            python, out = sys.executable, str(Path(name) / "audit")
            audit = ["audit", str(data), "--predictions", str(probs), "--out-of-sample", "yes", "-o", out]
            sources = {"data": str(data), "probs": str(probs)}
            commands = {
                AUDIT: [python, "-m", "auditor", *audit],
                "cleanlab find_label_issues": [python, "-c", FILTER.format(**sources)],
            }
            if importlib.util.find_spec("datasets"):
                commands["cleanlab Datalab, label check"] = [python, "-c", DATALAB.format(**sources)]
            costs = in_turns(commands, rounds)
            equal = agree(data, probs)
            same = same and equal
        print(f"\n{n:,} rows x {k} classes; the flags are {'equal' if equal else 'NOT equal'}\n")
        print(table(costs, AUDIT))
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
