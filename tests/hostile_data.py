"""A dataset that attacks whoever looks at it: its cells, ids, class names, column names and file name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

CLASSES = (
    "<script>window.PWNED=1</script>",
    "</script><img src=x onerror=window.PWNED=1>",
    '" onmouseover="window.PWNED=1" x="',
    "[/bold][link=http://evil.example/x]click[/link]",
    "\x1b]0;owned\x07\x1b[31mred\x9b2J",
    "two\n::error::pwn",
    "::add-mask::x",
    "\u202egpj.exe",
    "zero\u200bwidth\U000e0041",
    "=1+1",
    "@SUM(A1:A9)",
    "{{7*7}}{% raw %}${7*7}",
    "../../../tmp/x",
    "w" * 5_000,
    "javascript:window.PWNED=1",
    "a & b &lt; c <!-- <script>",
)
TEXT = "te\nxt<script>window.PWNED=1</script>\x1b[31m"
"""The name of a text column."""
OTHER = "::error::{{7*7}}\u202e"
"""The name of the second text column."""
FILE = "::error::<img src=x onerror=window.PWNED=1>\x1b[31m\u202e{{7*7}}'.csv"
PREDICTIONS = "##[error]<script>window.PWNED=1<%2fscript>.npz"
PER_CLASS = 12
WRONG = range(0, 192, 16)
"""Rows that are given the label of the class after their own."""


def hostile_frame() -> tuple[pd.DataFrame, np.ndarray]:
    """16 classes of 12 rows, 12 wrong labels, a conflict, a leak; and a model that is right."""
    k = len(CLASSES)
    truth = np.repeat(np.arange(k), PER_CLASS)
    n = len(truth)
    probs = np.full((n, k), 0.1 / (k - 1))
    probs[np.arange(n), truth] = 0.9
    probs += np.random.default_rng(3).uniform(0, 0.001, probs.shape)
    probs /= probs.sum(axis=1, keepdims=True)
    given = truth.copy()
    given[list(WRONG)] = (truth[list(WRONG)] + 1) % k
    texts = [f"{CLASSES[row % k]} number {row}" for row in range(n)]
    texts[1] = texts[30]  # of classes 0 and 2
    texts[191] = texts[185]  # of one class, across the splits
    frame = pd.DataFrame(
        {
            "id": [f"{CLASSES[row % k][:40]}#{row}" for row in range(n)],
            TEXT: texts,
            OTHER: [CLASSES[(row * 7 + 3) % k] for row in range(n)],
            "label": [CLASSES[code] for code in given],
            "split": ["train"] * (n - 6) + ["test"] * 6,
        }
    )
    return frame, probs


def write_hostile(folder: Path) -> list[str]:
    """The dataset as files of hostile names, and the arguments that audit it."""
    frame, probs = hostile_frame()
    frame.to_csv(folder / FILE, index=False, lineterminator="\n")
    ids, names = frame["id"].to_numpy(dtype=str), np.array(CLASSES)
    np.savez(folder / "oof.npz", probs=probs, ids=ids, classes=names)
    (folder / "oof.npz").rename(folder / PREDICTIONS)
    return ["audit", FILE, "--predictions", PREDICTIONS, "--text", TEXT, "--text", OTHER]
