"""Two or three models on one test set: scores, differences and their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from auditor.errors import InputError
from auditor.gain import FEWEST, ClassGain, Estimate, Gain, Measured, Tested
from auditor.gains.files import Files
from auditor.gains.notes import notes_of, too_few
from auditor.gains.rows import Joined
from auditor.gains.told import Told
from auditor.review.merging import Merged
from auditor.statistics.paired import Paired, interval_of, paired_scores, sign_test

Codes = NDArray[np.int64]


def scored(files: Files, rows: Joined, told: Told, decisions: Merged | None, seed: int) -> Gain:
    tests = rows.tests
    truth = rows.truth[tests].astype(np.int64)
    units = rows.index.codes[tests].astype(np.int64)
    units = np.where(rows.index.filled[tests], units, units.max(initial=0) + 1 + np.arange(len(tests)))
    if len(np.unique(units)) < FEWEST:
        raise InputError(too_few(files, rows, len(np.unique(units))))
    touched = rows.touched if decisions is None else rows.touched | _decided(files, rows, decisions)
    k = len(files.classes) + 1  # the last: what a model names that is a class of no file
    paired = paired_scores(truth, told.named, k, units, seed=seed)
    better = (told.named[1] == truth) & (told.named[0] != truth)
    worse = (told.named[0] == truth) & (told.named[1] != truth)
    aside = ~touched[tests]
    found = Gain(
        before=files.before.dataset.name,
        after=files.after.dataset.name,
        test=files.test.dataset.name,
        looked_at=told.looked_at,
        models=told.models,
        learned=told.learned,
        changes=rows.changes,
        tested=_tested(files, rows, touched, truth, paired.units),
        accuracy=_measured(paired.seen.accuracy, paired.drawn.accuracy),
        macro_f1=_measured(paired.seen.macro_f1, paired.drawn.macro_f1),
        classes=_classes(files.classes, paired, np.bincount(truth, minlength=k)),
        right=int(better.sum()),
        wrong=int(worse.sum()),
        p=sign_test(int(better.sum()), int(worse.sum())),
        suspects=told.suspects,
        untouched=_untouched(truth, told, k, units, aside, seed),
        notes=(*files.notes, *told.notes),
    )
    return replace(found, notes=(*found.notes, *notes_of(files, rows, found)))


def _untouched(
    truth: Codes, told: Told, classes: int, units: Codes, aside: NDArray[np.bool_], seed: int
) -> Measured | None:
    if aside.all() or not aside.any():
        return None
    named = [codes[aside] for codes in told.named]
    found = paired_scores(truth[aside], named, classes, units[aside], seed=seed)
    return _measured(found.seen.accuracy, found.drawn.accuracy)


def _measured(seen: NDArray[np.float64], drawn: NDArray[np.float64]) -> Measured:
    """A score of two or three models, (m,) as seen and (b, m) in the draws."""

    def apart(one: int, other: int) -> Estimate:
        low, high = interval_of(drawn[:, one] - drawn[:, other])
        return Estimate(value=float(seen[one] - seen[other]), low=low, high=high)

    dropped = len(seen) > 2
    return Measured(
        before=float(seen[0]),
        after=float(seen[1]),
        gain=apart(1, 0),
        dropped=float(seen[2]) if dropped else None,
        dropping=apart(2, 0) if dropped else None,
        over_dropping=apart(1, 2) if dropped else None,
    )


def _classes(names: Sequence[str], paired: Paired, rows: NDArray[np.int64]) -> tuple[ClassGain, ...]:
    seen, drawn = paired.seen.f1, paired.drawn.f1
    return tuple(
        ClassGain(name=name, rows=int(rows[k]), f1=_measured(seen[:, k], drawn[:, :, k]))
        for k, name in enumerate(names)
        if rows[k]
    )


def _tested(files: Files, rows: Joined, touched: NDArray[np.bool_], truth: Codes, units: int) -> Tested:
    known = np.bincount(rows.before[rows.before >= 0], minlength=len(files.classes)) > 0
    return Tested(
        rows=len(files.test.codes),
        judged=len(truth),
        units=units,
        touched=int(touched.sum()),
        touched_judged=int((touched & (rows.truth >= 0)).sum()),
        not_learned=int((~known[truth]).sum()),
        **rows.left_out,
    )


def _decided(files: Files, rows: Joined, decisions: Merged) -> NDArray[np.bool_]:
    """(n,) rows of TEST that a decision is about: by the hash of what was seen; where a decision does not say
    what was seen, by the id, unless that is the id of another row of BEFORE."""
    first = len(rows.truth) - len(files.test.codes)
    of_test = np.arange(first, len(rows.truth))
    seen = {one.content.removeprefix("sha256:") for one in decisions.judgements if one.content}
    blind = {one.item for one in decisions.judgements if not one.content}
    hashes = rows.index.hashes_of(of_test)
    named = [name in blind for name in files.test.dataset.ids.to_pylist()]
    ours = np.array(named, bool) & files.test.dataset.has_ids & ~_of_others(rows, first)
    found = np.zeros(len(rows.truth), bool)
    found[of_test] = ours | np.array([digest in seen for digest in hashes], bool)
    return found


def _of_others(rows: Joined, first: int) -> NDArray[np.bool_]:
    """(t,) rows of TEST, from `first` on, whose id BEFORE or AFTER gives to nothing but other contents."""
    index = rows.index
    if index.texts is None:
        return np.zeros(len(rows.truth) - first, bool)
    ids = [name.partition(":")[2] for name in index.dataset.ids.to_pylist()]  # without the number of the file
    pairs = list(zip(ids, index.codes.tolist(), strict=True))
    names, known = set(ids[:first]), set(pairs[:first])
    return np.array([pair[0] in names and pair not in known for pair in pairs[first:]], bool)
