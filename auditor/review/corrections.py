"""From decisions to corrections: which cells of which rows change, which rows go, what is left alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from auditor.data import Dataset
from auditor.errors import InputError, Problem
from auditor.read.classes import class_key
from auditor.read.label_names import label_names
from auditor.read.tables import TextTable
from auditor.review.decisions import DecisionFile
from auditor.review.merging import Merged
from auditor.review.rewrite.family import Edits
from auditor.review.standing import REMOVALS, Standing
from auditor.wording import N_, Text, listed, say

LEFT_ALONE = ("stale", "unknown", "label_unknown", "conflict", "needs_votes")
"""States that `--strict` does not let pass."""
SHOWN = 5
EXCLUDED = "excluded"
"""The column that `--excluded flag` adds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row that is changed or taken out."""

    row: int
    item: str
    before: str
    after: str
    """The new label; "" for a row that is taken out."""
    action: str
    reviewers: tuple[str, ...]
    at: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """What the decisions change of a dataset."""

    changes: tuple[Change, ...]
    """In the order of the rows."""
    edits: Edits
    standings: tuple[Standing, ...]
    """How every decided item stands, before the changes."""

    @property
    def removed(self) -> frozenset[int]:
        """The rows that are excluded, or duplicates of a row that stays."""
        return frozenset(change.row for change in self.changes if change.action != "relabel")


def corrections(
    dataset: Dataset,
    table: TextTable,
    stands: Sequence[Standing],
    *,
    stated_label: str | None = None,
    flag: bool = False,
) -> Corrections:
    """The corrections that decisions make.

    Args:
        dataset: as it is now.
        table: the same as it was read, whose cells are changed.
        stands: how the decisions stand against it, settled together.
        stated_label: what the user said is the label column.
        flag: mark rows that are excluded in a column instead of taking them out. A column that was made so
            before is used again.

    Raises:
        InputError: `no-label-column` for decisions about labels of a dataset without a label column;
            `label-unknown` for a class that has no number in the dataset.
    """
    writer = _LabelWriter(dataset, table, stated_label)
    column, marks = _marks(table)
    stands = [_marked_before(one, marks) for one in stands] if flag else list(stands)
    changes = sorted(_changes(dataset, stands), key=lambda change: change.row)
    cells: dict[str, dict[int, str]] = {}
    for change in changes:
        if change.action == "relabel":
            for name, text in writer.cells(change.after):
                cells.setdefault(name, {})[change.row] = text
    removed = {change.row: change.action for change in changes if change.action != "relabel"}
    if flag and removed and marks:
        cells[column] = dict(removed)
    edits = Edits(
        cells=cells,
        dropped=frozenset() if flag else frozenset(removed),
        added={column: removed} if flag and removed and not marks else {},
    )
    return Corrections(changes=tuple(changes), edits=edits, standings=tuple(stands))


def _marks(table: TextTable) -> tuple[str, Sequence[str]]:
    """The column for the marks of excluded rows, and what stands in it; nothing where it is new."""
    name = EXCLUDED
    while name in table.columns.column_names:
        cells = [cell or "" for cell in table.columns[name].cast(pa.string()).to_pylist()]
        if set(cells) <= {"", *REMOVALS}:
            return name, cells
        name += "_"
    return name, ()


def _marked_before(one: Standing, marks: Sequence[str]) -> Standing:
    """A row that has its mark is done."""
    if one.state != "to_apply" or one.row is None or not marks:
        return one
    return replace(one, state="done") if marks[one.row] == one.judgement.action else one


def _changes(dataset: Dataset, stands: Sequence[Standing]) -> Iterator[Change]:
    for one in stands:
        if one.state != "to_apply" or one.row is None:
            continue
        judgement = one.judgement
        reasons = dict.fromkeys(reason for said in judgement.decisions for reason in said.reasons)
        yield Change(
            row=one.row,
            item=dataset.ids[one.row].as_py(),
            before=dataset.labels.text_of(one.row),
            after=judgement.label or "" if judgement.action == "relabel" else "",
            action=judgement.action,
            reviewers=judgement.reviewers,
            at=max(said.at for said in judgement.decisions),
            reasons=tuple(reasons),
        )


class _LabelWriter:
    """Writes a class as the dataset writes it: by its name as it stands there, or by its number."""

    def __init__(self, dataset: Dataset, table: TextTable, stated: str | None) -> None:
        self.dataset = dataset
        self.column = next(iter(dataset.roles.get("label", ())), None)
        if self.column is None:
            return
        cells = table.columns[self.column]
        codes = dataset.labels.codes
        found, first = np.unique(codes, return_index=True)
        rows = {dataset.classes[c]: r for c, r in zip(found.tolist(), first.tolist(), strict=True) if c >= 0}
        self.written = {name: _text(cells[row]) for name, row in rows.items()}
        stated = stated or next(iter(table.roles.get("label", ())), None)
        self.pair = label_names(table.columns, stated, dataset.name)
        self.names = (
            {class_key(name): (number, name) for number, name in self.pair.names.items()} if self.pair else {}
        )

    def cells(self, label: str) -> Iterator[tuple[str, str]]:
        """(column, text) for each column that says the label."""
        if self.column is None:
            raise InputError(_no_label_column(self.dataset.name))
        if self.pair is None:
            yield self.column, self.written.get(label) or self._new(label)
            return
        if class_key(label) not in self.names:
            raise InputError(no_number(self.dataset.name, label))
        number, name = self.names[class_key(label)]
        yield self.column, number
        yield self.pair.names_column, name

    def _new(self, label: str) -> str:
        """A class that no row has: its name, or its number where labels are numbers."""
        if not self.dataset.labels.by_number:
            return label
        if label in self.dataset.classes:
            return str(self.dataset.classes.index(label))
        raise InputError(no_number(self.dataset.name, label))


def _text(cell: pa.Scalar) -> str:
    return str(cell.as_py() if cell.as_py() is not None else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What decisions are held against: a dataset's name, label column and classes."""

    name: str
    label: str | None
    classes: Sequence[str]

    @classmethod
    def of(cls, dataset: Dataset) -> Reviewed:
        """A dataset as it was read."""
        label = next(iter(dataset.roles.get("label", ())), None)
        return cls(name=dataset.name, label=label, classes=dataset.classes)


def refuse_other_dataset(
    dataset: Reviewed, merged: Merged, stands: Sequence[Standing], *, label_stated: bool
) -> None:
    """Raise where the decisions are about another dataset.

    Raises:
        InputError: `decisions-other-dataset`: another label column, other classes, or no item that is there.
    """
    own = dataset.label
    for file in merged.files:
        column = file.dataset.get("label_column")
        if column is not None and own is not None and column != own and not label_stated:
            what = say(N_("its label column is {theirs}, here it is {own}"), theirs=str(column), own=own)
            raise InputError(_other(dataset.name, file.name, what, say("--label {name}", name=own)))
        if file.classes and not _share_classes(dataset.classes, file):
            what = say(N_("its classes are others: {names}"), names=listed(file.classes, SHOWN))
            raise InputError(_other(dataset.name, file.name, what))
    if stands and all(one.state == "unknown" for one in stands):
        names = listed([one.judgement.item for one in stands], SHOWN)
        what = say(N_("none of its items is there: {names}"), names=names)
        raise InputError(_other(dataset.name, merged.files[0].name, what))


def _share_classes(classes: Sequence[str], file: DecisionFile) -> bool:
    """Whether at least half of the classes of the dataset could be chosen."""
    known = set(map(class_key, file.classes))
    shared = sum(class_key(name) in known for name in classes)
    return 2 * shared >= len(classes)


def _other(dataset: str, file: str, why: Text, *fixes: Text) -> Problem:
    return Problem(
        slug="decisions-other-dataset",
        what=say(
            N_("{file} is about another dataset than {dataset}: {why}"), file=file, dataset=dataset, why=why
        ),
        fixes=fixes,
    )


def _no_label_column(name: str) -> Problem:
    return Problem(
        slug="no-label-column",
        what=say(N_("{name} has no label column that could be changed"), name=name),
        fixes=(say("--label COL"),),
    )


def no_number(name: str, label: str) -> Problem:
    """A class that has no number in a column of numbers."""
    return Problem(
        slug="label-unknown",
        what=say(N_("{name} writes labels as numbers and has none for {label}"), name=name, label=label[:80]),
        fixes=(say(N_("--classes FILE with all classes in the order of their numbers")),),
    )


def counts_of(stands: Sequence[Standing]) -> Mapping[str, int]:
    """State -> items, of those that occur."""
    out: dict[str, int] = {}
    for one in stands:
        out[one.state] = out.get(one.state, 0) + 1
    return out
