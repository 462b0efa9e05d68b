"""Whole audits of image datasets with human truth: time, memory, what is found, how large the pages are.

    python benchmarks/image_audits.py [--only cifar10n]

Each audit is a process of its own, start-up, images, copies, report and pictures included, and is run once.
`none` lets auditor make its own predictions from the images alone. Average precision is that of the wrong
labels of `truth.csv` in the order of the queue, among the judged rows (of cifar10n all 10,000, of mnist and
digits the 100 that people looked at). Near copies of `dup_images` are judged across the split alone, as its
README asks: of each row the nearest, and a pair that the list does not name counts as wrong. mnist's images
are written as PNG files first.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from packs import SHARED
from processes import Cost, cost_of
from sklearn.metrics import average_precision_score

import auditor


@dataclass(frozen=True, kw_only=True)
class Case:
    """A dataset and what predicts it."""

    name: str
    data: Path
    predictions: Path | None = None
    truth: Path | None = None
    pairs: Path | None = None
    """Hand-judged pairs of near copies."""
    flags: tuple[str, ...] = ()


def cases(scratch: Path) -> Iterator[Case]:
    """Every dataset, with the predictions of a network and with auditor's own."""
    cifar, mnist, digits = SHARED / "cifar10n", SHARED / "mnist", SHARED / "samples"
    for name in ("pred_probs.npy", "pred_probs_swin.npy", None):
        yield Case(
            name=f"cifar10n, 10,000 of 32 x 32; {name or 'none'}",
            data=cifar / "dataset.csv",
            predictions=cifar / name if name else None,
            truth=cifar / "truth.csv",
        )
    folder = mnist_folder(mnist, scratch)
    for name in ("pred_probs.npy", None):
        yield Case(
            name=f"mnist, 10,000 of 28 x 28; {name or 'none'}",
            data=folder / "dataset.csv",
            predictions=mnist / name if name else None,
            truth=mnist / "truth.csv",
        )
    yield Case(
        name="digits, 297 of 28 x 28; none",
        data=digits / "digits.csv",
        truth=digits / "digits_truth.csv",
    )
    dups = SHARED / "dup_images"
    yield Case(
        name="dup_images, 2,565 of 32 x 32; none",
        data=dups / "dataset.csv",
        pairs=dups / "truth_pairs.csv",
    )


def mnist_folder(source: Path, scratch: Path) -> Path:
    """mnist's arrays as PNG files, and a table that names them."""
    from PIL import Image

    folder = scratch / "mnist"
    (folder / "images").mkdir(parents=True)
    images = np.load(source / "images.npz")["images"]
    with (source / "dataset.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with (folder / "dataset.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "image", "label"])
        for row, pixels in zip(rows, images, strict=True):
            name = f"{row['id']}.png"
            Image.fromarray(pixels).save(folder / "images" / name)
            writer.writerow([row["id"], name, row["label"]])
    (folder / "classes.txt").write_bytes((source / "classes.txt").read_bytes())
    return folder


def run(case: Case, folder: Path) -> tuple[Cost, auditor.Audit]:
    """Audit a case in a process of its own."""
    command = [sys.executable, "-m", "auditor", "audit", str(case.data), "-o", str(folder)]
    if case.predictions is not None:
        command += ["--predictions", str(case.predictions), "--out-of-sample", "yes"]
    cost = cost_of([*command, *case.flags])
    return cost, auditor.load_audit(folder)


def precision(audit: auditor.Audit, truth: Path) -> str:
    """Average precision of the wrong labels in the order of the queue, and their share."""
    with truth.open(encoding="utf-8", newline="") as stream:
        wrong = {row["id"]: row["is_error"] == "1" for row in csv.DictReader(stream)}
    scores = audit.scores.set_index("item")["order_score"].dropna()
    judged = [item for item in wrong if item in scores.index]
    found = average_precision_score([wrong[item] for item in judged], scores.loc[judged])
    return f"{found:.3f} (by chance {np.mean([wrong[item] for item in judged]):.3f})"


def near(audit: auditor.Audit, pairs: Path) -> str:
    """Precision and recall of near copies across the split: each row's nearest, both ways."""
    with pairs.open(encoding="utf-8", newline="") as stream:
        listed = {frozenset((row["id_a"], row["id_b"])) for row in csv.DictReader(stream)}
    table = audit.duplicates[audit.duplicates["kind"] == "near_duplicate"]
    split = dict(zip(table["item"], table["split"], strict=True))
    found = {
        frozenset(pair)
        for pair in zip(table["item"], table["nearest"], strict=True)
        if split.get(pair[0]) != split.get(pair[1])
    }
    right = len(found & listed)
    return f"precision {right / max(len(found), 1):.3f}, recall {right / len(listed):.3f}"


def main() -> None:
    """Print a line for each case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default="", help="cases whose name holds this")
    only = parser.parse_args().only
    print("| images; predictions | CPU s | peak MB | found | report.html MB | review.html MB |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="images-") as name:
        scratch = Path(name)
        for at, case in enumerate(cases(scratch)):
            if only not in case.name:
                continue
            folder = scratch / f"audit{at}"
            cost, audit = run(case, folder)
            found = precision(audit, case.truth) if case.truth else near(audit, case.pairs or Path())
            sizes = " | ".join(
                f"{(folder / page).stat().st_size / 1e6:.1f}" for page in ("report.html", "review.html")
            )
            print(f"| {case.name} | {cost.cpu:.1f} | {cost.megabytes:.0f} | {found} | {sizes} |", flush=True)


if __name__ == "__main__":
    main()
