"""The built-in model of images: what it knows, what errors it puts first, and what it costs.

For each pack out-of-sample probabilities in five folds, by the product's models on its hand-made features, by
the models it has for vectors on the same, by both kinds of features with scikit-learn, and from raw pixels.
Accuracy against the given labels (and the true ones where all are known), average precision of the errors
by self-confidence and by normalized margin, CPU seconds of all fits; and the majority class.

The weights of the parts of the features and the width of the kernel were chosen on cifar10n, so that its row
flatters them; mnist and digits had no part in that.

`OMP_NUM_THREADS=1 python benchmarks/images_model.py [cifar10n mnist digits]`
"""

from __future__ import annotations

import io
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from packs import SHARED
from PIL import Image
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from auditor.images.features import SIDE, features
from auditor.predict.budget import SECONDS, rounds_within, rows_within
from auditor.predict.cross import Task, cross_validate
from auditor.predict.folds import folds_of
from auditor.predict.images import image_learners
from auditor.predict.learners import Learner
from auditor.predict.vectors import vector_learners

BLOCK = 64


@dataclass(frozen=True, kw_only=True)
class Case:
    """Images of a pack and their labels."""

    name: str
    stamps: np.ndarray
    codes: np.ndarray
    wrong: np.ndarray
    """(n,) 1 for errors, 0 for none, -1 where nobody judged."""
    true: np.ndarray | None = None


def stamp(image: Image.Image) -> np.ndarray:
    """As `auditor.images` makes it of small images."""
    return np.asarray(image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR))


def judged(ids: pd.Series, truth: pd.DataFrame) -> np.ndarray:
    """(n,) what the truth says of each id, -1 for nothing."""
    return truth.set_index("id")["is_error"].reindex(ids).fillna(-1).to_numpy(int)


def cifar10n() -> Case:
    """10,000 photographs of 32 x 32, all judged."""
    folder = SHARED / "cifar10n"
    data, truth = pd.read_csv(folder / "dataset.csv"), pd.read_csv(folder / "truth.csv")
    with zipfile.ZipFile(folder / "images.zip") as packed:
        stamps = np.stack([stamp(Image.open(io.BytesIO(packed.read(name)))) for name in data["image"]])
    classes = sorted(set(data["label"]))
    true = truth.set_index("id")["true_label"].reindex(data["id"]).map(classes.index).to_numpy()
    codes = data["label"].map(classes.index).to_numpy(np.int32)
    return Case(name="cifar10n", stamps=stamps, codes=codes, wrong=judged(data["id"], truth), true=true)


def mnist() -> Case:
    """10,000 digits of 28 x 28; 100 judged."""
    folder = SHARED / "mnist"
    data = pd.read_csv(folder / "dataset.csv")
    stamps = np.stack([stamp(Image.fromarray(image)) for image in np.load(folder / "images.npz")["images"]])
    wrong = judged(data["id"], pd.read_csv(folder / "truth.csv"))
    return Case(name="mnist", stamps=stamps, codes=data["label"].to_numpy(np.int32), wrong=wrong)


def digits() -> Case:
    """297 of the same, with all that were judged."""
    folder = SHARED / "samples"
    data = pd.read_csv(folder / "digits.csv")
    stamps = np.stack([stamp(Image.open(folder / name)) for name in data["image"]])
    wrong = judged(data["id"], pd.read_csv(folder / "digits_truth.csv"))
    return Case(name="digits", stamps=stamps, codes=data["label"].to_numpy(np.int32), wrong=wrong)


def ours(learners: Sequence[Learner], codes: np.ndarray) -> np.ndarray:
    """(n, K) as the product makes them, within the seconds it takes by default."""
    rows, classes = len(codes), int(codes.max()) + 1
    keys = np.random.default_rng(3).integers(0, 2**63, rows).astype(np.uint64)
    most = rows_within(learners, rows, classes, SECONDS)
    rounds = rounds_within(learners, rows, classes, SECONDS)
    out = np.zeros((rows, classes))
    for number in range(rounds):
        here = np.random.default_rng(number).permutation(keys)
        folds = folds_of(codes, np.arange(rows), here)
        task = Task(codes=codes, classes=classes, folds=folds, keys=here, most=most)
        cross_validate(task, learners, out, lambda share: None, 1 / rounds)
    return out


def theirs(model: object, numbers: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """(n, K) by a model of scikit-learn."""
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    return cross_val_predict(model, numbers, codes, cv=folds, method="predict_proba")


def row(case: Case, name: str, make: Callable[[], np.ndarray]) -> None:
    """Print a line of the table."""
    start = time.process_time()
    probs = make()
    seconds, n = time.process_time() - start, np.arange(len(case.codes))
    given = probs[n, case.codes]
    others = probs.copy()
    others[n, case.codes] = -1
    known = case.wrong >= 0
    guessed = probs.argmax(axis=1)
    true = "-" if case.true is None else f"{(guessed == case.true).mean():.3f}"
    found = [
        average_precision_score(case.wrong[known], -score[known])
        for score in (given, given - others.max(axis=1))
    ]
    accuracy = (guessed == case.codes).mean()
    cells = (case.name, name, f"{accuracy:.3f}", true, *(f"{ap:.3f}" for ap in found), f"{seconds:.1f}")
    print("|", " | ".join(cells), "|", flush=True)


def regression(strength: float) -> object:
    """Scaled logistic regression."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=200, tol=1e-3))


def table(case: Case) -> None:
    """All models for one pack."""
    start = time.process_time()
    blocks = [features(case.stamps[start : start + BLOCK]) for start in range(0, len(case.stamps), BLOCK)]
    made = np.concatenate(blocks).astype(np.float16)
    micro = (time.process_time() - start) / len(made) * 1e6
    raw = case.stamps.reshape(-1, 16, 4, 16, 4, 3).mean(axis=(2, 4), dtype=np.float32) / 255
    pixels = raw.reshape(len(raw), -1)
    shares = np.bincount(case.codes) / len(case.codes)
    print(f"| {case.name} | majority class | {shares.max():.3f} | | | | features {micro:.0f} us an image |")
    row(case, "ours: image models on features", lambda: ours(image_learners(made), case.codes))
    row(case, "vector models on features", lambda: ours(vector_learners(made), case.codes))
    row(case, "vector models on pixels 16x16x3", lambda: ours(vector_learners(pixels), case.codes))
    wide = made.astype(np.float32)
    row(case, "sklearn logistic on features", lambda: theirs(regression(0.003), wide, case.codes))
    row(case, "sklearn logistic on pixels", lambda: theirs(regression(0.003), pixels, case.codes))
    gamma = 0.5 / wide.var(axis=0).sum()
    carriers = min(1200, len(wide) * 3 // 4)
    smooth = make_pipeline(Nystroem(gamma=gamma, n_components=carriers, random_state=0), regression(0.003))
    row(case, "sklearn Nystroem RBF + logistic on features", lambda: theirs(smooth, wide, case.codes))


if __name__ == "__main__":
    print("| pack | model | accuracy, given | true | AP self-confidence | AP margin | CPU s |")
    print("|---|---|---|---|---|---|---|")
    with threadpool_limits(limits=1):
        for wanted in sys.argv[1:] or ["digits", "mnist", "cifar10n"]:
            table({"cifar10n": cifar10n, "mnist": mnist, "digits": digits}[wanted]())
