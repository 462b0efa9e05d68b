"""Are these labels of a classification dataset?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from auditor.checks import Subject, check
from auditor.data import NO_LABEL, UNKNOWN_LABEL
from auditor.errors import Problem
from auditor.read.classes import class_key
from auditor.wording import N_, cut, listed, say

TOO_MANY_NAMES = 0.5
"""More distinct labels than this share of the rows: is it the label column? (inputs: ids, free text)"""
LONGEST_NAME = 10_000
"""Characters of a label from which it is a text and no name."""
MANY_CLASSES = 2_000
"""More classes than this are warned of: most have too few rows to judge, and K x K counts grow large."""
SHOWN = 5
"""How many examples a message gives."""


@check("labels")
def enough_rows_and_classes(subject: Subject) -> Iterator[Problem]:
    """At least two rows and two classes with rows."""
    codes = subject.dataset.labels.codes
    if len(codes) < 2:
        yield Problem(
            slug="too-few-rows",
            what=say(N_("{file} has a single row; an audit compares rows"), file=subject.dataset.name),
        )
        return
    if not subject.dataset.roles.get("label"):
        return
    present = np.unique(codes[codes >= 0])
    if len(present) == 0 and not (codes == UNKNOWN_LABEL).any():
        yield Problem(
            slug="no-labels",
            what=say(N_("every cell of the label column of {file} is empty"), file=subject.dataset.name),
            fixes=(say(N_("--label COLUMN, or --label none to audit without labels")),),
        )
    elif len(present) == 1:
        yield Problem(
            slug="one-class",
            what=say(
                N_("every labelled row of {file} has the same class: {name}"),
                file=subject.dataset.name,
                name=subject.dataset.classes[int(present[0])],
            ),
            fixes=(say(N_("--label COLUMN if this is not the label")),),
        )


@check("labels")
def labels_in_the_class_list(subject: Subject) -> Iterator[Problem]:
    """Labels outside the class list: a finding when few, an error when most."""
    labels = subject.dataset.labels
    unknown = np.flatnonzero(labels.codes == UNKNOWN_LABEL)
    if not len(unknown):
        return
    labelled = int((labels.codes != NO_LABEL).sum())
    names = list(dict.fromkeys(labels.text_of(int(row)) for row in unknown))
    most = len(unknown) > labelled / 2
    yield Problem(
        slug="labels-unknown",
        what=say(
            N_("{n:,} label is not in the class list"),
            N_("{n:,} of {of:,} labels are not in the class list"),
            n=len(unknown),
            of=labelled,
        ),
        details=(
            say(N_("e.g. {names}"), names=", ".join(names[:SHOWN])),
            say(N_("class list: {names}"), names=listed(labels.classes)),
        ),
        fixes=(say(N_("--classes FILE or --classes A,B,C with all class names")),),
        level="error" if most else "warning",
    )


@check("labels")
def label_column_is_no_identifier(subject: Subject) -> Iterator[Problem]:
    """Nearly as many classes as rows: an id or a text was taken for the label."""
    labels = subject.dataset.labels
    known = labels.codes[labels.codes >= 0]
    k, n = len(np.unique(known)), len(known)
    if n >= 20 and k > TOO_MANY_NAMES * n:
        yield Problem(
            slug="labels-look-like-ids",
            what=say(N_("{k:,} different labels in {n:,} rows: is this the label column?"), k=k, n=n),
            details=(say(N_("e.g. {names}"), names=listed(labels.classes)),),
            fixes=(say("--label COLUMN"),),
        )
    elif len(labels.classes) > MANY_CLASSES:
        yield Problem(
            slug="many-classes",
            what=say(N_("{k:,} classes: most will have too few rows to judge"), k=len(labels.classes)),
            level="warning",
        )


@check("labels")
def labels_are_names(subject: Subject) -> Iterator[Problem]:
    """A name of a class is short; a long text came from another column, or from a row that was shifted."""
    labels = subject.dataset.labels
    names = dict.fromkeys((*labels.classes, *labels.foreign.values()))
    long = [name for name in names if len(name) > LONGEST_NAME]
    if long:
        yield Problem(
            slug="label-too-long",
            what=say(
                N_("a label is {length:,} characters long: is this the label column?"),
                length=max(map(len, long)),
            ),
            details=(say(N_("e.g. {names}"), names=listed([cut(name, 40) for name in long], SHOWN)),),
            fixes=(say("--label COLUMN"),),
        )


@check("labels")
def rows_without_label(subject: Subject) -> Iterator[Problem]:
    """Rows without a label are audited for duplicates only, and counted."""
    codes = subject.dataset.labels.codes
    missing = int((codes == NO_LABEL).sum())
    if missing and subject.dataset.roles.get("label") and missing < len(codes):
        yield Problem(
            slug="labels-missing",
            what=say(
                N_("{n:,} row has no label"),
                N_("{n:,} of {of:,} rows have no label"),
                n=missing,
                of=len(codes),
            ),
            details=(say(N_("they stand in no number about labels; label them next")),),
            level="warning",
        )


@check("labels")
def class_names_told_apart(subject: Subject) -> Iterator[Problem]:
    """Class names that differ only in blanks or Unicode form, and names of blanks alone."""
    labels = subject.dataset.labels
    written: dict[str, list[str]] = {}
    for name in dict.fromkeys([*labels.classes, *labels.foreign.values()]):
        written.setdefault(class_key(name), []).append(name)
    alike = [names for key, names in written.items() if len(names) > 1 or not key]
    if alike:
        yield Problem(
            slug="class-names-alike",
            what=say(
                N_("{n:,} class name is written in several ways, or of blanks alone"),
                N_("{n:,} class names are written in several ways, or of blanks alone"),
                n=len(alike),
            ),
            details=tuple(
                say(N_("e.g. {names}"), names=", ".join(map(ascii, names))) for names in alike[:SHOWN]
            ),
            fixes=(say(N_("write each class in one way; they are audited as different classes")),),
            level="warning",
        )
