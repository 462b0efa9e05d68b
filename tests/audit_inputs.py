"""Datasets and predictions with planted faults, and what a detector is given of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from examples_images import encoded, in_memory, scene
from numpy.typing import NDArray

from auditor import Audit, audit
from auditor.blocks import ArrayBlocks, BlockSource
from auditor.detect import Inputs
from auditor.errors import AuditorError, Problem
from auditor.images.files import ImageFiles
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import read_inputs
from auditor.scan.kernel import scan
from auditor.similar.content import ContentIndex
from auditor.ties import tie_keys

NO_TIES = 1e-9
OUTLIER = 150
"""The row of the planted dataset whose vector is far from all others."""
DARK = 160
"""The row whose picture is dark."""
WORDS = [
    *("mighty", "fluffy", "clever", "rabbits", "seldom", "wander", "through", "frozen", "gardens", "because"),
    *("hungry", "owls", "quietly", "observe", "every", "burrow"),
]
CHAIN = tuple(" ".join(WORDS[at : at + 14]) for at in range(3))
"""Three texts of which the first and the second, and the second and the third, are near copies: the first and
the third share twelve words of sixteen, and are none."""


def random_model(
    n: int,
    k: int,
    seed: int,
    *,
    strength: float = 3.0,
    zipf: bool = False,
    noise: float = 0.15,
    dtype: str = "float64",
) -> tuple[NDArray[np.int32], NDArray[Any]]:
    """Labels with flips at random, and probabilities of a model that sees the truth through noise.

    Returns:
        (n,) labels and (n, k) probabilities of `dtype`.
    """
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, k + 1) if zipf else np.ones(k)
    truth = rng.choice(k, n, p=weights / weights.sum())
    labels = np.where(rng.random(n) < noise, rng.integers(0, k, n), truth)
    logits = rng.normal(size=(n, k))
    logits[np.arange(n), truth] += strength * rng.random(n)
    odds = np.exp(logits)
    return labels.astype(np.int32), (odds / odds.sum(axis=1, keepdims=True)).astype(dtype)


def scanned(
    labels: NDArray[np.int32], source: BlockSource | NDArray[Any], **options: Any
) -> tuple[Any, Any, NDArray[np.bool_]]:
    """Row scores, class sums and flags of one set of probabilities; ties by row, where there are any."""
    from auditor.scan.prune import flagged_by_noise_rate

    blocks = ArrayBlocks(source) if isinstance(source, np.ndarray) else source
    rows, sums = scan(blocks, labels, **options)
    options.pop("covered", None)
    options.pop("progress", None)
    flags = flagged_by_noise_rate(blocks, labels, rows, sums, lambda at: at.astype(np.uint64), **options)
    return rows, sums, flags


def inputs_of(
    frame: pd.DataFrame,
    predictions: Sequence[Any] = (),
    *,
    block: int | None = None,
    workers: int | None = None,
    columns: ColumnChoice | None = None,
    images: ImageFiles | None = None,
    **choice: Any,
) -> Inputs:
    """What the pipeline hands to the detectors for a table and its predictions, and images beside it."""
    chosen = InputChoice(columns=columns or ColumnChoice(), **choice)
    given = read_inputs(frame, predictions, chosen)
    probabilities = given.probabilities
    dataset = replace(given.dataset, images=images) if images is not None else given.dataset
    index = ContentIndex(dataset, given.embeddings, chosen.near_threshold)
    rows = sums = None
    if probabilities is not None:
        rows, sums = scan(
            probabilities.blocks,
            dataset.labels.codes,
            covered=probabilities.covered,
            block=block,
            workers=workers,
        )
    return Inputs(
        dataset=dataset,
        index=index,
        ties=tie_keys(dataset, index),
        probabilities=probabilities,
        rows=rows,
        sums=sums,
        annotations=given.annotations,
    )


def sentence(row: int) -> str:
    """Five words that no other number has, and no two of them nearly."""
    syllables = (
        "ka",
        "lo",
        "mi",
        "ne",
        "pu",
        "ra",
        "so",
        "ti",
        "ve",
        "zo",
        "ba",
        "du",
        "fe",
        "gi",
        "hu",
        "ja",
    )
    digits = hashlib.sha256(str(row).encode()).digest()
    words = ("".join(syllables[byte % 16] for byte in digits[at : at + 3]) for at in range(0, 15, 3))
    return " ".join(words)


def vectors_of(frame: pd.DataFrame) -> NDArray[np.float64]:
    """(n, 32) a vector per row, in a cloud but for the row of `sentence(OUTLIER)`: on the other side."""
    ids = frame["id"] if "id" in frame else [""] * len(frame)
    vectors = []
    for item, text in zip(ids, frame["text"], strict=True):
        digest = hashlib.sha256(f"{item} {text.strip().lower()}".encode()).digest()
        cloud = np.random.default_rng(list(digest)).normal(size=32)
        vectors.append(cloud + np.eye(32)[0] * (-8 if text == sentence(OUTLIER) else 8))
    return np.array(vectors)


@lru_cache(maxsize=1_000)
def image_of(text: str) -> bytes:
    """A picture per text, which is dark for `sentence(DARK)`."""
    image = scene(int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big"), 32)
    return encoded(image.point(lambda value: value // 8) if text == sentence(DARK) else image)


def images_of(frame: pd.DataFrame) -> ImageFiles:
    """A picture per row, nowhere on the disk."""
    pictures = {f"{row}.png": image_of(text) for row, text in enumerate(frame["text"])}
    return in_memory(pictures)


WRONG = (10, 53, 101, 202)
"""The rows of the planted dataset whose label is wrong."""


def planted(seed: int = 0, n: int = 240) -> tuple[pd.DataFrame, NDArray[np.float64], dict[str, set[str]]]:
    """A dataset with one fault of every kind, and the items each stands in.

    Three classes in equal parts, a model that is right; then four wrong labels, a pair of copies, a
    pair of copies with different labels, a test row copied from the training rows; and the last two once
    more with a letter or a question mark between the copies.
    """
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % 3
    logits = rng.normal(scale=0.5, size=(n, 3))
    logits[np.arange(n), truth] += 4
    probs = np.exp(logits)
    probs /= probs.sum(axis=1, keepdims=True)
    labels = truth.copy()
    wrong = list(WRONG)
    labels[wrong] = (truth[wrong] + 1) % 3
    texts = [sentence(row) for row in range(n)]
    splits = ["train"] * (n - 40) + ["test"] * 40
    texts[30] = texts[27].upper() + " "  # 27 and 30 are of one class: a copy
    texts[41] = texts[40]  # 40 and 41 are not: a conflict
    texts[n - 3] = texts[60]  # of one class, test and train: a leak
    texts[71] = texts[70] + "s"  # one letter apart, of two classes: a near conflict
    texts[n - 6] = texts[90].replace(" ", "  ", 1) + "!?"  # of one class, test and train: a near leak
    frame = pd.DataFrame(
        {
            "id": [f"item-{row:03d}" for row in range(n)],
            "text": texts,
            "label": [("cat", "dog", "eel")[code] for code in labels],
            "split": splits,
            "annotator": [("ann", "bo", "cai", "dot")[row % 4] for row in range(n)],
        }
    )

    def items(*rows: int) -> set[str]:
        return {f"item-{row:03d}" for row in rows}

    faults = {
        "label_issue": items(*wrong),
        "exact_duplicate": items(27, 30, 40, 41, 60, n - 3),
        "conflict": items(40, 41),
        "leak": items(n - 3),
        "near_duplicate": items(70, 71, 90, n - 6),
        "near_conflict": items(70, 71),
        "near_leak": items(n - 6),
    }
    return frame, probs, faults


def answers_of(frame: pd.DataFrame) -> pd.DataFrame | None:
    """What three of four annotators say of each row: its label, and of the four wrong labels what is true.

    Of whoever is asked all are always right. None where no row has a label.
    """
    true = {sentence(row): ("cat", "dog", "eel")[row % 3] for row in WRONG}
    items = frame["id"] if "id" in frame else [f"row-{row}" for row in range(len(frame))]
    answers = []
    for item, text, label in zip(items, frame["text"], frame["label"], strict=True):
        missing = int(hashlib.sha256(text.encode()).hexdigest(), 16) % 4
        people = [name for at, name in enumerate(("ann", "bo", "cai", "dot")) if at != missing]
        answers += [(item, name, true.get(text, label)) for name in people if label]
    return pd.DataFrame(answers, columns=["item", "annotator", "label"]) if answers else None


def planted_files(folder: Path) -> tuple[Path, Path]:
    """The planted dataset as `data.csv` and its predictions with ids and classes as `oof.npz`."""
    frame, probs, _ = planted()
    frame.to_csv(folder / "data.csv", index=False)
    ids, names = frame["id"].to_numpy(dtype=str), np.array(["cat", "dog", "eel"])
    np.savez(folder / "oof.npz", probs=probs, ids=ids, classes=names)
    return folder / "data.csv", folder / "oof.npz"


@lru_cache
def planted_audit(predictions: bool = True, **options: Any) -> Audit:
    """An audit of the planted dataset; the same object for the same options.

    Without predictions it is an audit without any: the texts say nothing of the labels, and no model is made.
    """
    frame, probs, _ = planted()
    options = {"model": "none", **options}
    return audit(frame, predictions=probs if predictions else None, **options)


@lru_cache
def modelled_audit(lang: str = "en") -> Audit:
    """An audit of texts that say what they are labelled, by the built-in model; the label of one is wrong."""
    words = {"cat": ("purr", "mew", "litter", "whisker"), "dog": ("bark", "leash", "fetch", "kennel")}
    labels = ["cat", "dog"] * 40
    texts = [
        f"{words[label][row % 4]} {words[label][row % 3]} {sentence(row)}" for row, label in enumerate(labels)
    ]
    labels[10] = "dog"
    ids = [f"item-{row:03d}" for row in range(80)]
    return audit(pd.DataFrame({"id": ids, "text": texts, "label": labels}), lang=lang)


def refusal(kind: type[AuditorError], call: Callable[..., Any], *args: Any, **options: Any) -> list[Problem]:
    """The problems with which a call is refused."""
    with pytest.raises(kind) as caught:
        call(*args, **options)
    return list(caught.value.problems)


def slugs(problems: Iterable[Problem]) -> list[str]:
    """The codes of problems."""
    return [problem.slug for problem in problems]


def texts_of(value: Any) -> Iterator[str]:
    """Every text of a page or a part of one; the figures and the embedded JSON are no texts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for entry in value:
            yield from texts_of(entry)
    elif is_dataclass(value):
        for entry in fields(value):
            yield from texts_of(getattr(value, entry.name))
