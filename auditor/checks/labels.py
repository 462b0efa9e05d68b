"""Are these labels of a classification dataset?"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from auditor.characters.class_names import Alike, alike_names, rows_of_names, told_by
from auditor.checks import CannotTell, Fine, Said, Subject, check
from auditor.data import NO_LABEL, UNKNOWN_LABEL, ClassLabels
from auditor.errors import Problem
from auditor.wording import N_, Text, cut, listed, say

TOO_MANY_NAMES = 0.5
"""More distinct labels than this share of the rows: is it the label column? (inputs: ids, free text)"""
LONGEST_NAME = 10_000
"""Characters of a label from which it is a text and no name."""
MANY_CLASSES = 2_000
"""More classes than this are warned of: most have too few rows to judge, and K x K counts grow large."""
SHOWN = 5
"""How many examples a message gives."""


@check("labels", N_("rows and classes"))
def enough_rows_and_classes(subject: Subject) -> Iterator[Said]:
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
    elif len(present):
        yield Fine(
            say(N_("{n:,} rows, {k:,} classes with rows"), n=len(codes), k=len(present)),
        )


@check("labels", N_("labels in the class list"))
def labels_in_the_class_list(subject: Subject) -> Iterator[Said]:
    """Labels outside the class list: a finding when few, an error when most."""
    labels = subject.dataset.labels
    unknown = np.flatnonzero(labels.codes == UNKNOWN_LABEL)
    labelled = int((labels.codes != NO_LABEL).sum())
    if not len(unknown):
        if labelled:
            yield Fine(say(N_("every label is one of the {k:,} classes"), k=len(labels.classes)))
        return
    names = list(dict.fromkeys(labels.text_of(int(row)) for row in unknown))
    ends = _counted_otherwise(labels)
    most = len(unknown) > labelled / 2 or bool(ends)
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
            *((_ends(ends),) if ends else ()),
        ),
        fixes=(
            *(
                (say(N_("-1 is how Hugging Face writes that there is no label: leave such cells empty")),)
                if "-1" in names
                else ()
            ),
            say(N_("count the labels as the classes are counted, or write them as class names"))
            if ends
            else say(N_("--classes FILE or --classes A,B,C with all class names")),
        ),
        level="error" if most else "warning",
    )


def _counted_otherwise(labels: ClassLabels) -> tuple[int, ...]:
    """(lowest, highest label, lowest, highest class) where both are numbers, and labels count one on or back.

    The classes are numbers by their names, or else by their places in the list, counted from 0.
    """
    present = {labels.classes[int(code)] for code in np.unique(labels.codes[labels.codes >= 0])}
    numbers = _numbers(present | set(labels.foreign.values()))
    classes = _numbers(labels.classes) or range(len(labels.classes))
    if not numbers:
        return ()
    ends = (min(numbers), max(numbers), min(classes), max(classes))
    return ends if ends[0] - ends[2] == ends[1] - ends[3] in (1, -1) else ()


def _numbers(texts: Iterable[str]) -> list[int]:
    """The numbers that the texts are; none where one of them is no number."""
    found = list(texts)
    return [int(text) for text in found] if all(text.isascii() and text.isdigit() for text in found) else []


def _ends(ends: tuple[int, ...]) -> Text:
    return say(
        N_("the labels are numbers from {low} to {high}, the classes are counted from {first} to {last}"),
        low=ends[0],
        high=ends[1],
        first=ends[2],
        last=ends[3],
    )


@check("labels", N_("label column is no identifier"))
def label_column_is_no_identifier(subject: Subject) -> Iterator[Said]:
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
    elif n and k > TOO_MANY_NAMES * n:
        yield CannotTell(say(N_("{k:,} different labels in {n:,} rows: too few rows to tell"), k=k, n=n))
    elif n:
        yield Fine(say(N_("{k:,} different labels in {n:,} rows"), k=k, n=n))


@check("labels", N_("labels are names"))
def labels_are_names(subject: Subject) -> Iterator[Said]:
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
    elif names:
        yield Fine(say(N_("the longest has {n:,} characters"), n=max(map(len, names))))


@check("labels", N_("rows with a label"))
def rows_without_label(subject: Subject) -> Iterator[Said]:
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
    elif not missing:
        yield Fine(say(N_("every row has a label")))


@check("labels", N_("class names told apart"))
def class_names_told_apart(subject: Subject) -> Iterator[Said]:
    """Class names that are taken for others, as hygiene counts them, and names of blanks alone."""
    rows = rows_of_names(subject.dataset.labels)
    alike = [found for found in alike_names(rows) if found.likeness != "typing"]
    blank = sorted(name for name in rows if not told_by(name))
    if alike:
        yield _written_alike(alike)
    if blank:
        yield Problem(
            slug="class-name-blank",
            what=say(
                N_("{n:,} class name is nothing but blanks"),
                N_("{n:,} class names are nothing but blanks"),
                n=len(blank),
            ),
            details=(say(N_("e.g. {names}"), names=", ".join(map(_in_quotes, blank[:SHOWN]))),),
            fixes=(say(N_("leave the cells of rows without a label empty, or name the class")),),
            level="warning",
        )
    if rows and not alike and not blank:
        yield Fine(say(N_("no two names differ only in case, blanks, Unicode form or look")))


def _written_alike(alike: Sequence[Alike]) -> Problem:
    """A name counts once, for the one with more rows that it is taken for."""
    written: dict[str, list[str]] = {}
    for found in alike:
        written.setdefault(found.other, [found.other]).append(found.name)
    return Problem(
        slug="class-names-alike",
        what=say(
            N_("{n:,} class name differs from another only in case, blanks, Unicode form or look"),
            N_("{n:,} class names differ from another only in case, blanks, Unicode form or look"),
            n=len(alike),
        ),
        details=tuple(
            say(N_("e.g. {names}"), names=", ".join(map(_in_quotes, names)))
            for names in list(written.values())[:SHOWN]
        ),
        fixes=(say(N_("write each class in one way; they are audited as different classes")),),
        level="warning",
    )


def _in_quotes(name: str) -> str:
    """A name with its blanks to be seen, and a word where it only looks like another."""
    form = "" if unicodedata.is_normalized("NFC", name) else " (NFD)"
    return f'"{cut(name, 60)}"{form}'
