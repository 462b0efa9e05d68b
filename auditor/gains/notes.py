"""What must be said beside a gain: whom the test set belongs to, what is left out of it."""

from __future__ import annotations

import numpy as np

from auditor.errors import Problem
from auditor.gain import FEWEST, Gain
from auditor.gains.files import Files
from auditor.gains.rows import Joined
from auditor.wording import N_, Text, listed, say


def too_few(files: Files, rows: Joined, units: int) -> Problem:
    return Problem(
        slug="gain-few-rows",
        what=say(
            N_("{test}: {n:,} row is left to judge by: {least} are needed"),
            N_("{test}: {n:,} rows are left to judge by: {least} are needed"),
            n=units,
            test=files.test.dataset.name,
            least=FEWEST,
        ),
        details=(
            say(
                N_(
                    "of {rows:,} rows {leaks:,} have an exact copy among the rows that models learn from, "
                    "{unlabelled:,} have no label, {not_test:,} are not of the test split"
                ),
                rows=len(files.test.codes),
                **{name: rows.left_out[name] for name in ("leaks", "unlabelled", "not_test")},
            ),
            *_others_left_out(rows),
        ),
    )


def _others_left_out(rows: Joined) -> list[Text]:
    values = {name: rows.left_out[name] for name in ("marked", "not_seen")}
    if not any(values.values()):
        return []
    return [say(N_("{marked:,} are marked as excluded, {not_seen:,} are seen by no model"), **values)]


def notes_of(files: Files, rows: Joined, found: Gain) -> list[Problem]:
    notes = []
    if found.tested.touched_judged:
        notes.append(_touched(found))
    if found.tested.leaks:
        notes.append(_leaks(found))
    if found.tested.not_learned:
        notes.append(_not_learned(files, rows, found))
    if found.suspects is None and found.looked_at:
        what = say(
            N_("dropping the suspects instead is not measured: there are no predictions of {before}"),
            before=found.before,
        )
        notes.append(Problem(slug="gain-not-dropped", what=what, level="note"))
    return notes


def _touched(found: Gain) -> Problem:
    return Problem(
        slug="gain-test-touched",
        what=say(
            N_("{n:,} row of {test} was itself relabelled, taken out or judged by the same reviewers"),
            N_("{n:,} rows of {test} were themselves relabelled, taken out or judged by the same reviewers"),
            n=found.tested.touched_judged,
            test=found.test,
        ),
        details=(
            say(
                N_(
                    "the queue shows rows that a model doubts, with the label it prefers: judged by such "
                    "labels, a model of the same kind looks better than it is"
                )
            ),
        ),
        fixes=(say(N_("a test set that was labelled apart, without suggestions")),),
        level="warning",
    )


def _leaks(found: Gain) -> Problem:
    return Problem(
        slug="gain-leaks",
        what=say(
            N_("{n:,} row of {test} is left out: an exact copy of it is among the rows learned from"),
            N_("{n:,} rows of {test} are left out: exact copies of them are among the rows learned from"),
            n=found.tested.leaks,
            test=found.test,
        ),
        level="note",
    )


def _not_learned(files: Files, rows: Joined, found: Gain) -> Problem:
    known = np.bincount(rows.before[rows.before >= 0], minlength=len(files.classes)) > 0
    names = [one.name for one in found.classes if not known[files.classes.index(one.name)]]
    return Problem(
        slug="gain-class-not-learned",
        what=say(
            N_("{n:,} row of {test} has a class that no row of {before} teaches ({names}): wrong before"),
            N_("{n:,} rows of {test} have a class that no row of {before} teaches ({names}): wrong before"),
            n=found.tested.not_learned,
            test=found.test,
            before=found.before,
            names=listed(names, 5),
        ),
        level="note",
    )
