"""Datasets that are clearly good and clearly bad in one respect each, for the rules of the gate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from audit_inputs import sentence
from damaged_images import SIDE, damaged
from examples_images import encoded, scene
from numpy.typing import NDArray
from review_files import record, write_decisions

import auditor
from auditor.rounds import drawn_for_estimate

CLASSES = ("cat", "dog", "eel", "foxhound")
N = 240
Frame = pd.DataFrame
Model = NDArray[np.float64]


def good() -> tuple[Frame, Model]:
    """240 rows that differ, four classes of 60, two splits, four annotators, a model that is right."""
    random = np.random.default_rng(7)
    rows = np.arange(N)
    frame = pd.DataFrame(
        {
            "id": [f"i{row:03d}" for row in rows],
            "text": [sentence(row) for row in rows],
            "label": [CLASSES[row % 4] for row in rows],
            "split": ["train" if (row // 4) % 4 else "test" for row in rows],
            "annotator": [("ann", "bob", "cho", "dan")[(row // 4) % 4] for row in rows],
        }
    )
    sure = random.uniform(0.7, 0.99, N)
    model = np.repeat(((1 - sure) / 3)[:, None], 4, axis=1)
    model[rows, rows % 4] = sure
    return frame, model


def flipped(rows: range) -> tuple[Frame, Model]:
    """Some rows carry another label than the model sees."""
    frame, model = good()
    for row in rows:
        frame.loc[row, "label"] = CLASSES[(row + 1) % 4]
    return frame, model


def added(**columns: Any) -> tuple[Frame, Model]:
    """Twelve more rows, which repeat the first but for some columns; a callable is given the row."""
    frame, model = good()
    more = frame.iloc[:12].copy()
    more["id"] = [f"x{row:03d}" for row in range(12)]
    for name, value in columns.items():
        more[name] = [value(row) if callable(value) else value for row in range(12)]
    both, models = pd.concat([frame, more], ignore_index=True), np.vstack([model, model[:12]])
    mixed = np.random.default_rng(1).permutation(len(both))
    return both.iloc[mixed].reset_index(drop=True), models[mixed]


def other_label(row: int) -> str:
    return CLASSES[(row + 1) % 4]


def near_text(row: int) -> str:
    return sentence(row) + "x"


def only(keep: NDArray[np.bool_]) -> tuple[Frame, Model]:
    """Some of the rows."""
    frame, model = good()
    return frame[keep].reset_index(drop=True), model[keep]


def few_eels() -> tuple[Frame, Model]:
    """Of one class three rows of sixty are left."""
    rows = np.arange(N)
    return only((rows % 4 != 2) | (rows < 12))


def split_of_cats() -> tuple[Frame, Model]:
    """The test split holds cats alone, and all of them."""
    frame, model = good()
    frame["split"] = ["test" if label == "cat" else "train" for label in frame["label"]]
    return frame, model


def one_bad_annotator() -> tuple[Frame, Model]:
    """Half of the labels of one annotator are wrong."""
    frame, model = good()
    for row in frame.index[frame["annotator"] == "dan"][::2]:
        frame.loc[row, "label"] = CLASSES[(row + 1) % 4]
    return frame, model


def renamed(row_of: Callable[[int], bool], name: str) -> tuple[Frame, Model]:
    """Some rows carry a name of a class of their own."""
    frame, model = good()
    frame["label"] = [name if row_of(row) else label for row, label in enumerate(frame["label"])]
    return frame, model


def audited(frame: Frame, model: Model | None, **options: Any) -> auditor.Audit:
    said: dict[str, Any] = {"slice": "annotator", "out_of_sample": True, **options}
    if model is None:
        said |= {"model": "none"}
        said.pop("out_of_sample")
    return auditor.audit(frame, predictions=model, **said)


def vectors(far: int) -> NDArray[np.float64]:
    """A cloud, some rows of it far outside, each in a direction of its own."""
    random = np.random.default_rng(3)
    points = random.normal(size=(N, 32)) * 0.05
    points[:, 0] += 1
    for at in range(far):
        points[at * 9] = 0
        points[at * 9, 1 + at] = 1
    return points


def answers(wrong: int, annotators: int = 4, sloppy: float = 0.0) -> Frame:
    """Answers to every row: right but for the last annotator, and for the first `wrong` rows."""
    random = np.random.default_rng(5)
    entries = []
    for row in range(N):
        for at in range(annotators):
            bad = row < wrong or (at == annotators - 1 and random.random() < sloppy)
            entries.append((f"i{row:03d}", f"a{at}", CLASSES[(row + bad) % 4]))
    return pd.DataFrame(entries, columns=["item", "annotator", "label"])


Make = Callable[[], auditor.Audit]


def of(made: Callable[[], tuple[Frame, Model | None]], **options: Any) -> Make:
    """Makes the audit of a dataset and its predictions, once."""
    return lru_cache(lambda: audited(*made(), **options))


def judged_rows(wrong: int) -> Make:
    """An audit of which every drawn row was judged, `wrong` of them called wrong."""

    @lru_cache
    def make() -> auditor.Audit:
        from tempfile import TemporaryDirectory

        frame, model = good()
        rows = drawn_for_estimate(audited(frame, model).tables, N)
        records = []
        for at, row in enumerate(rows):
            given = frame.loc[row, "label"]
            bad = at % 40 < wrong
            records.append(
                record(
                    f"i{row:03d}",
                    "relabel" if bad else "keep",
                    other_label(row) if bad else None,
                    row=int(row),
                    given=given,
                    sample="rate",
                    position=None,
                    shown_suggestion=False,
                )
            )
        with TemporaryDirectory() as folder:
            path = write_decisions(Path(folder) / "kim.json", records, classes=CLASSES)
            return audited(frame, model, decisions=path)

    return make


GOOD = of(good)
LISTED = of(good, classes=CLASSES)
FLIPPED = of(lambda: flipped(range(0, N, 6)))
ANSWERED = of(good, annotations=answers(0))
DIFFERING = of(good, annotations=answers(60, sloppy=0.6))


def text_where(text: str) -> Make:
    """Twelve more rows with another text each, which ends in some letters."""
    return of(
        lambda: added(text=lambda row: f"{sentence(900 + row)} {text}", label=lambda row: CLASSES[row % 4])
    )


def with_images(damage: str) -> Make:
    """Rows with an image each: twelve of them damaged in one way, or none."""

    @lru_cache
    def make() -> auditor.Audit:
        from tempfile import TemporaryDirectory

        frame, _ = good()
        frame["image"] = [f"{row}.png" for row in range(N)]
        with TemporaryDirectory() as folder:
            for row, name in enumerate(frame["image"]):
                bad = damage and row % 20 == 3
                image = damaged(row, damage) if bad else scene(row, SIDE)
                broken = bad and damage == "image-unreadable"
                (Path(folder) / name).write_bytes(b"" if broken else encoded(image))
            return audited(frame, None, image="image", image_root=folder)

    return make


SOUND = with_images("")
CASES: Mapping[str, tuple[Make, Make]] = {
    "label_issues.count": (GOOD, FLIPPED),
    "label_issues.rate": (GOOD, FLIPPED),
    "label_errors.rate": (judged_rows(1), judged_rows(12)),
    "label_errors.count": (judged_rows(1), judged_rows(12)),
    "label_errors.confirmed": (judged_rows(1), judged_rows(12)),
    "labels.unknown": (LISTED, of(lambda: renamed(lambda row: row < 9, "owl"), classes=CLASSES)),
    "labels.missing": (GOOD, of(lambda: renamed(lambda row: row < 9, ""))),
    "classes.min_count": (GOOD, of(few_eels)),
    "classes.imbalance_ratio": (GOOD, of(few_eels)),
    "classes.missing": (
        LISTED,
        of(lambda: only(np.arange(N) % 4 != 2), classes=CLASSES),
    ),
    "classes.names_alike": (GOOD, of(lambda: (renamed(lambda row: row % 8 == 0, "Cat")[0], None))),
    "classes.names_mistyped": (GOOD, of(lambda: (renamed(lambda row: row == 3, "foxhuond")[0], None))),
    "duplicates.exact_groups": (GOOD, of(lambda: added())),
    "duplicates.rate": (GOOD, of(lambda: added())),
    "duplicates.conflict_pairs": (GOOD, of(lambda: added(label=other_label))),
    "duplicates.leaked_rows": (
        GOOD,
        of(lambda: added(split=lambda row: "train" if row < 4 else "test")),
    ),
    "duplicates.near_groups": (GOOD, of(lambda: added(text=near_text))),
    "duplicates.near_conflict_pairs": (GOOD, of(lambda: added(text=near_text, label=other_label))),
    "duplicates.near_leaked_rows": (
        GOOD,
        of(lambda: added(text=near_text, split=lambda row: "train" if row < 4 else "test")),
    ),
    "hygiene.empty": (GOOD, of(lambda: added(text=""))),
    "hygiene.too_short": (GOOD, of(lambda: added(text=lambda row: "abcdefghijkl"[row]))),
    "hygiene.broken_encoding": (GOOD, text_where("caf\ufffd")),
    "hygiene.letters_lost": (GOOD, of(lambda: added(text=lambda row: "?? ???? " * (2 + row)))),
    "hygiene.mojibake": (GOOD, text_where("cafÃ© dÃ©jÃ\xa0 vu rÃ©sumÃ©")),
    "hygiene.invisible": (GOOD, text_where("zero\u200bwidth")),
    "hygiene.decomposed": (GOOD, text_where("\u1112\u1161\u11ab\u1100\u1173\u11af")),
    "hygiene.markup": (GOOD, text_where("<br /> and &amp; more")),
    "images.unreadable": (SOUND, with_images("image-unreadable")),
    "images.dark": (SOUND, with_images("image-dark")),
    "images.bright": (SOUND, with_images("image-bright")),
    "images.blurry": (SOUND, with_images("image-blurry")),
    "images.low_information": (SOUND, with_images("image-low-information")),
    "images.odd_size": (SOUND, with_images("image-odd-size")),
    "images.odd_aspect": (SOUND, with_images("image-odd-aspect")),
    "images.grey": (SOUND, with_images("image-grey")),
    "outliers.count": (of(good, embeddings=vectors(0)), of(good, embeddings=vectors(6))),
    "model.accuracy": (GOOD, FLIPPED),
    "model.macro_f1": (GOOD, FLIPPED),
    "model.kappa": (GOOD, FLIPPED),
    "slices.clear": (GOOD, of(one_bad_annotator)),
    "slices.suspect_rate": (GOOD, of(one_bad_annotator)),
    "splits.classes_only_in_one": (GOOD, of(split_of_cats)),
    "splits.label_distance": (GOOD, of(split_of_cats)),
    "annotators.count": (ANSWERED, of(good, annotations=answers(0, annotators=2))),
    "annotators.clear": (ANSWERED, DIFFERING),
    "annotators.quality": (ANSWERED, DIFFERING),
    "annotations.answers": (ANSWERED, of(good, annotations=answers(0, annotators=2))),
    "annotations.agreement": (ANSWERED, DIFFERING),
    "annotations.alpha": (ANSWERED, DIFFERING),
    "annotations.consensus_differs": (ANSWERED, DIFFERING),
    "annotations.consensus_quality": (ANSWERED, DIFFERING),
}
"""Measure -> makes an audit of data that are clearly good in it, and of data that are clearly bad."""
