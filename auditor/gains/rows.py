"""Which rows of three files are the same, which of them teach, and which are judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.data import Dataset, split_kind
from auditor.errors import InputError, Problem
from auditor.gain import Changes
from auditor.gains.files import File, Files
from auditor.read.stacked import Part, stacked
from auditor.similar.content import ContentIndex
from auditor.wording import N_, say

IN_COMMON = 0.5
"""Share of the rows of the shorter of two files that must be rows of the other."""
Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """All rows as one dataset: those of BEFORE, those that only AFTER has, those of TEST."""

    index: ContentIndex
    before: NDArray[np.int32]
    """(n,) labels to learn from before; -1 for rows that teach nothing."""
    after: NDArray[np.int32]
    """(n,) labels to learn from after."""
    truth: NDArray[np.int32]
    """(n,) labels to judge by; -1 for rows that are not judged."""
    touched: Mask
    """(n,) rows of TEST whose label is a choice of the reviewers."""
    first: int
    """Rows of BEFORE."""
    changes: Changes
    left_out: dict[str, int]
    """Why rows of TEST are not judged -> how many."""

    @property
    def tests(self) -> Rows:
        """(m,) the rows that are judged."""
        return np.flatnonzero(self.truth >= 0)


def joined(files: Files, near_threshold: float | None) -> Joined:
    """Match the rows and say which teach and which are judged.

    Args:
        files: the three files.
        near_threshold: as the user said.

    Raises:
        InputError: `gain-not-corrected` where AFTER is no corrected BEFORE.
    """
    before, after, test = files.before, files.after, files.test
    of, same = _matched(before, after)
    _refuse_strangers(before, after, of)
    new = np.flatnonzero(~same)
    parts = [
        Part(dataset=one.dataset, rows=rows, embeddings=one.embeddings)
        for one, rows in (
            (before, np.arange(len(before.codes))),
            (after, new),
            (test, np.arange(len(test.codes))),
        )
    ]
    teaches = training_rows(before.dataset)
    given, fixed = _labels(files, of, same, teaches, new)
    dataset, vectors = stacked(parts, given, files.classes)
    index = ContentIndex(dataset, vectors, near_threshold)
    index.look()
    seen = _seen(index)
    given, fixed = np.where(seen, given, -1), np.where(seen, fixed, -1)
    tests = np.arange(len(given) - len(test.codes), len(given))
    left_out, judged = _judged(files, index, (given >= 0) | (fixed >= 0), seen, tests)
    truth = np.full(len(given), -1, np.int32)
    truth[tests[judged]] = test.codes[judged]
    return Joined(
        index=index,
        before=given.astype(np.int32),
        after=fixed.astype(np.int32),
        truth=truth,
        touched=_touched(files, index, of, tests),
        first=len(before.codes),
        changes=_changes(given, fixed, of, same, teaches, len(before.codes)),
        left_out=left_out,
    )


def training_rows(dataset: Dataset) -> Mask:
    """(n,) the rows that teach: those of the train split where a split column names one; else all that are
    not of validation or test, if any is left; else all."""
    kinds = _kinds(dataset)
    train = kinds == "train"
    others = ~np.isin(kinds, ["validation", "test"])
    return train if train.any() else others if others.any() else np.ones(len(kinds), bool)


def test_rows(dataset: Dataset) -> Mask:
    """(n,) the rows that are judged: those of the test split where a split column names one; else all."""
    test = _kinds(dataset) == "test"
    return test if test.any() else np.ones(len(test), bool)


def _kinds(dataset: Dataset) -> NDArray[np.str_]:
    """(n,) train, validation, test, or "" for any other."""
    if dataset.splits is None:
        return np.full(len(dataset), "", "U10")
    names = np.array([*(split_kind(name) or "" for name in dataset.splits.names), ""], "U10")
    return names[dataset.splits.codes]


def _matched(before: File, after: File) -> tuple[Rows, Mask]:
    """(m,) for each row of AFTER that of BEFORE, -1 for none; and whether its content is the same."""
    one, other = (_contents(file.dataset) for file in (before, after))
    ids = [file.dataset.ids.to_pylist() for file in (before, after)]
    found = np.full(len(after.codes), -1, np.int64)
    if before.dataset.has_ids and after.dataset.has_ids:
        found = _paired(ids[0], ids[1], found)
    if _share(found, before) < IN_COMMON and one is not None and other is not None:
        found[:] = -1  # ids that were given anew
        labels = [file.codes.tolist() for file in (before, after)]
        found = _paired(zip(one, labels[0], strict=True), zip(other, labels[1], strict=True), found)
        found = _paired(one, other, found)
    elif one is None and not before.dataset.has_ids and len(before.codes) == len(after.codes):
        found = np.arange(len(found))
    if one is None or other is None:
        return found, found >= 0
    at = found.tolist()
    return found, np.array([row >= 0 and one[row] == text for row, text in zip(at, other, strict=True)], bool)


def _contents(dataset: Dataset) -> Sequence[str] | None:
    """(n,) what a row shows, or of an image its path; None where there is nothing to compare."""
    if dataset.content.kind == "images" and dataset.images is not None:
        return dataset.images.places
    texts = ContentIndex(dataset).texts
    found: list[str] | None = None if texts is None else texts.to_pylist()
    return found


def _paired(ours: Iterable[Hashable], theirs: Iterable[Hashable], found: Rows) -> Rows:
    """Join rows by a key, each once; what is joined already stays."""
    taken = set(found[found >= 0].tolist())
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for row, key in enumerate(ours):
        if row not in taken:
            waiting[key].append(row)
    out = found.copy()
    for row, key in enumerate(theirs):
        if out[row] < 0 and waiting.get(key):
            out[row] = waiting[key].pop()
    return out


def _share(found: Rows, before: File) -> float:
    return float((found >= 0).sum()) / max(min(len(found), len(before.codes)), 1)


def _refuse_strangers(before: File, after: File, found: Rows) -> None:
    if _share(found, before) >= IN_COMMON:
        return
    what = say(
        N_("{after} is no corrected {before}: of {n:,} rows only {common:,} are rows of it"),
        after=after.dataset.name,
        before=before.dataset.name,
        n=len(found),
        common=int((found >= 0).sum()),
    )
    details = (say(N_("rows are joined by their ids, else by their content")),)
    fixes = (say(N_("auditor apply writes one")),)
    raise InputError(Problem(slug="gain-not-corrected", what=what, details=details, fixes=fixes))


def _labels(
    files: Files, of: Rows, same: Mask, teaches: Mask, new: Rows
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """(n,) labels to learn from, before and after, of all rows."""
    before, after = files.before, files.after
    fixed = np.where(np.where(of >= 0, teaches[of], training_rows(after.dataset)), after.kept, -1)
    ours = np.full(len(before.codes), -1, np.int32)
    ours[of[same]] = fixed[same]
    nothing = np.full(len(new) + len(files.test.codes), -1, np.int32)
    given = np.r_[np.where(teaches, before.kept, -1), nothing]
    return given.astype(np.int32), np.r_[ours, fixed[new], nothing[len(new) :]].astype(np.int32)


def _seen(index: ContentIndex) -> Mask:
    """(n,) rows that models can learn from and predict."""
    if index.embeddings is not None:
        return np.ones(len(index.dataset), bool) if (c := index.embeddings.covered) is None else c
    return index.filled if index.of_images else np.ones(len(index.dataset), bool)


def _judged(
    files: Files, index: ContentIndex, taught: Mask, seen: Mask, tests: Rows
) -> tuple[dict[str, int], Mask]:
    """Why rows of TEST are left out, each for one reason, and (t,) those that are judged."""
    test = files.test
    left: dict[str, int] = {}
    kept = np.ones(len(tests), bool)
    for why, out in (
        ("not_test", ~test_rows(test.dataset)),
        ("unlabelled", test.codes < 0),
        ("marked", test.marked),
        ("not_seen", ~seen[tests]),
        ("leaks", _copies(files, index, taught, tests)),
    ):
        left[why] = int((kept & out).sum())
        kept &= ~out
    return left, kept


def _copies(files: Files, index: ContentIndex, of: Mask, tests: Rows) -> Mask:
    """(t,) rows of TEST that are exact copies of some of these rows; without content, by their ids."""
    if index.texts is not None:
        there = np.unique(index.codes[of & index.filled])
        return np.isin(index.codes[tests], there) & index.filled[tests]
    if not index.dataset.has_ids:
        return np.zeros(len(tests), bool)
    ids = pc.list_element(pc.split_pattern(index.dataset.ids, ":", max_splits=1), 1)
    names = np.array(ids.to_pylist(), object)
    known = set(names[of].tolist())
    return np.fromiter((name in known for name in names[tests].tolist()), bool, len(tests))


def _touched(files: Files, index: ContentIndex, of: Rows, tests: Rows) -> Mask:
    """(n,) rows of TEST that are rows of BEFORE whose label AFTER changes, or which it lacks or marks."""
    before, after = files.before, files.after
    fixed = np.full(len(before.codes), -1, np.int32)
    there = of >= 0
    fixed[of[there]] = after.kept[there]
    changed = np.zeros(len(index.dataset), bool)
    changed[: len(fixed)] = fixed != before.kept
    found = np.zeros(len(index.dataset), bool)
    found[tests] = _copies(files, index, changed, tests)
    return found


def _changes(
    given: NDArray[np.int32], fixed: NDArray[np.int32], of: Rows, same: Mask, teaches: Mask, first: int
) -> Changes:
    edited = np.zeros(len(given), bool)
    edited[of[(of >= 0) & ~same]] = True
    had, has = given >= 0, fixed >= 0
    moved = int((edited & had).sum())
    return Changes(
        before=int(had.sum()),
        after=int(has.sum()),
        relabelled=int((had & has & (given != fixed)).sum()),
        excluded=int((had & ~has & ~edited).sum()),
        added=max(int((has & ~had).sum()) - moved, 0),
        edited=moved,
        not_train=int((~teaches).sum()) if len(teaches) == first else 0,
    )
