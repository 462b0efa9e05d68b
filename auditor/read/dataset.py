"""A table and what was said about it into a `Dataset` and its `ClassProbabilities`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.arrow import whole
from auditor.data import (
    NO_LABEL,
    SPLIT_ORDER,
    UNKNOWN_LABEL,
    ClassLabels,
    ClassProbabilities,
    Content,
    Dataset,
    RoleReason,
    Splits,
    split_kind,
)
from auditor.errors import InputError, Problem
from auditor.read.choice import InputChoice
from auditor.read.classes import ClassList, Named, as_indexes, class_key, stated_classes
from auditor.read.columns import Roles, feature_columns, find_roles, looks_like_identifier, names_files
from auditor.read.join import repeated_ids
from auditor.read.label_names import LabelNames, label_names
from auditor.read.memory import numbers_in_object, table_from_object
from auditor.read.own_columns import Numbers, Own, numbers_in_file, own_columns
from auditor.read.probabilities import classes_of, joined_probabilities, raw_predictions
from auditor.read.probability_columns import Known, wide_groups
from auditor.read.sources import Source, located
from auditor.read.tables import Skip, TextTable, read_table
from auditor.wording import N_, say

SAMPLED = 200
"""Rows of a column that are looked at to tell whether it names files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the audit starts from."""

    dataset: Dataset
    probabilities: ClassProbabilities | None
    """None where no predictions were given and the dataset holds none."""
    choice: InputChoice
    """What the user said of the input."""
    classes: ClassList
    """The class order and where it came from."""


def read_inputs(data: Any, predictions: Sequence[Any] = (), choice: InputChoice | None = None) -> Given:
    """Read a dataset and its predictions, join them, and say what was understood.

    Args:
        data: a path, or a pandas DataFrame.
        predictions: paths, (n, K) arrays or DataFrames; several are averaged.
        choice: what the user said about columns, classes and the join.

    Raises:
        UsageError: a column or option that does not exist.
        InputError: the input is unreadable, unsafe or inconsistent.
    """
    choice = choice or InputChoice()
    source = located(data, folders=True) if isinstance(data, (str, Path)) else None
    name, table, own = _read_table(data, source, choice)
    roles, labels, named = _labels(table, choice, name)
    distinct = _names_in(labels)
    said = stated_classes(choice.classes, choice.class_names)
    known = Known(labels=frozenset(distinct), id=roles.id, stated=said.names if said else ())
    raws = raw_predictions(predictions, own, known, choice)
    numbers = named or _numbers_in_file(table, roles, said)
    raws = raws if numbers is None else [numbers.on(raw) for raw in raws]
    beside = [source.beside] if source is not None and source.beside is not None else []
    classes = classes_of(distinct, raws, beside, _carried(table, roles, named), choice)
    dataset = _dataset(name, table, roles, labels, classes.names, numbers)
    probabilities = joined_probabilities(dataset, raws, choice)
    order = Problem(
        slug="class-order-source",
        what=say(N_("class order: {source}"), source=classes.source),
        level="note",
    )
    dataset = replace(
        dataset,
        notes=(*table.notes, *([named.note] if named else []), order, *classes.notes),
        format=table.format,
        form=_form(table),
        why={role: _why(role, choice, table) for role in dataset.roles},
    )
    return Given(dataset=dataset, probabilities=probabilities, choice=choice, classes=classes)


def _read_table(data: Any, source: Source | None, choice: InputChoice) -> tuple[str, TextTable, Own | None]:
    """The dataset, and the probability columns it holds itself: those are left out of the table."""
    name = "dataframe" if source is None else source.name

    def read(skip: Skip) -> TextTable:
        if source is None:
            return table_from_object(data, name, skip)
        return read_table(source, input_format=choice.input_format, sep=choice.sep, skip=skip)

    table = read(partial(_class_columns, choice))
    if not table.skipped:
        return name, table, None
    in_object = partial(numbers_in_object, data, name)
    numbers: Numbers = in_object if source is None else partial(numbers_in_file, source, table, choice.sep)
    own = own_columns(name, table.skipped, _distinct(table, choice, name), numbers)
    if own is None or len(own.columns) < len(table.skipped):  # the other columns are content
        taken = frozenset(own.columns if own else ())
        table = read(lambda names: taken & set(names))
    return name, table, own


def _why(role: str, choice: InputChoice, table: TextTable) -> RoleReason:
    if getattr(choice.columns, role, None):
        return "flag"
    if role in table.roles:
        return "format"
    return "rest" if role == "features" else "name"


def _form(table: TextTable) -> dict[str, str]:
    form = table.form
    return {} if form is None else {"encoding": form.encoding, "separator": form.separator}


def _class_columns(choice: InputChoice, names: Sequence[str]) -> frozenset[str]:
    """Columns that look like one probability per class and were given no other role."""
    named = [choice.columns.id, choice.columns.label, *choice.columns.text]
    named += [hit for hits in feature_columns(choice.columns.features, names).values() for hit in hits]
    return frozenset(name for group in wide_groups(names) for name in group) - frozenset(named)


def _distinct(table: TextTable, choice: InputChoice, name: str) -> frozenset[str]:
    return frozenset(_names_in(_labels(table, choice, name)[1]))


def _names_in(labels: pa.Array | None) -> list[str]:
    return [] if labels is None else [text for text in pc.unique(labels).to_pylist() if text]


def _labels(
    table: TextTable, choice: InputChoice, name: str
) -> tuple[Roles, pa.Array | None, LabelNames | None]:
    """The roles, the label of each row, and what its number is called where a second column says so."""
    stated = choice.columns.label or next(iter(table.roles.get("label", ())), None)
    named = label_names(table.columns, stated, name)
    names = [column for column in table.columns.column_names if named is None or column != named.names_column]
    roles = find_roles(names, choice.columns, name, table.roles)
    if roles.label is None:
        return roles, None, None
    labels = whole(table.columns[roles.label])
    return roles, labels if named is None else named.named(labels), named


def _carried(table: TextTable, roles: Roles, named: LabelNames | None) -> list[Named]:
    """The class lists that the dataset itself brings, the best first, and what they are called."""
    found: list[Named] = []
    if named is not None:
        found.append((say(N_("names in column {column}"), column=named.names_column), named.in_order))
    if carried := table.class_names.get(roles.label or ""):
        found.append((say(N_("class names in the dataset file")), carried))
    return found


def _dataset(
    name: str,
    table: TextTable,
    roles: Roles,
    labels: pa.Array | None,
    classes: tuple[str, ...],
    numbers: LabelNames | None,
) -> Dataset:
    n = len(table.columns)
    ids = whole(table.columns[roles.id]) if roles.id else pa.array([f"row-{row}" for row in range(n)])
    if roles.id:
        _check_ids(ids, name, roles.id)
    content, left_out = _content(table, roles)
    splits = _splits(whole(table.columns[roles.split])) if roles.split else None
    coded = _coded(labels, classes, n, numbers)
    said = {
        role: tuple([value] if isinstance(value, str) else value)
        for role in ("id", "label", "text", "features", "split", "annotator")
        if (value := getattr(roles, role))
    }
    return Dataset(
        name=name,
        ids=ids,
        has_ids=roles.id is not None,
        labels=coded,
        content=content,
        splits=splits,
        roles=said,
        left_out=left_out,
        fingerprint=fingerprint(ids, labels, content.columns),
    )


def _check_ids(ids: pa.Array, file: str, column: str) -> None:
    empty = int(pc.sum(pc.equal(ids, "")).as_py() or 0)
    if empty:
        raise InputError(
            Problem(
                slug="ids-empty",
                what=say(
                    N_("{file}: {n:,} row has no id in column {column}"),
                    N_("{file}: {n:,} rows have no id in column {column}"),
                    file=file,
                    n=empty,
                    column=column,
                ),
                fixes=(say(N_("--id COLUMN with a column that names each row once")),),
            )
        )
    if pc.count_distinct(ids).as_py() < len(ids):
        raise InputError(repeated_ids(file, ids.to_pylist()))


def _content(table: TextTable, roles: Roles) -> tuple[Content, tuple[str, ...]]:
    """Text columns, or the features without those that only name the row or a file.

    Names of files are shown where there is nothing else to look at, but not compared; so is what a format
    says is only names of files, or places in them. Other features that a flag or the format names are
    taken as they are.
    """
    if roles.text:
        columns = table.columns.select(list(roles.text))
        by_name = not roles.said.get("text") and not table.roles.get("text")
        if by_name and all(_names_files(column) for column in columns.columns):
            return Content(kind="files", columns=columns), ()
        return Content(kind="text", columns=columns), ()
    if not table.compared and not roles.said.get("features"):
        return Content(kind="files", columns=table.columns.select(list(roles.features))), ()
    found = () if roles.said.get("features") or table.roles.get("features") else roles.features
    files = [name for name in found if _names_files(table.columns[name])]
    named = [name for name in found if name in files or _is_identifier(name, table.columns[name])]
    kept = [name for name in roles.features if name not in named]
    if kept or not files:
        return Content(kind="columns" if kept else "none", columns=table.columns.select(kept)), tuple(named)
    others = tuple(name for name in named if name not in files)
    return Content(kind="files", columns=table.columns.select(files)), others


def _names_files(cells: pa.ChunkedArray) -> bool:
    return names_files(cells.slice(0, SAMPLED).to_pylist())


def _is_identifier(name: str, cells: pa.ChunkedArray) -> bool:
    return looks_like_identifier(name) and pc.count_distinct(cells).as_py() == len(cells)


def _splits(cells: pa.Array) -> Splits:
    written = [name for name in pc.unique(cells).to_pylist() if name]
    rank = {name: SPLIT_ORDER.index(kind) for name in written if (kind := split_kind(name))}
    names = sorted(written, key=lambda name: (rank.get(name, len(SPLIT_ORDER)), name))
    return Splits(codes=_codes(cells, names), names=tuple(names))


def _codes(cells: pa.Array, names: Sequence[str]) -> NDArray[np.int32]:
    found = pc.index_in(cells, value_set=pa.array(names, pa.string()))
    codes: NDArray[np.int32] = pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int32)
    return codes


def _numbers_in_file(table: TextTable, roles: Roles, said: ClassList | None) -> LabelNames | None:
    """What the file itself calls its label numbers; None where `--classes` renames them all."""
    carried = table.class_names.get(roles.label or "", ())
    stated = {class_key(name) for name in said.names} if said else set()
    if not carried or (said and not stated & {class_key(name) for name in carried}):
        return None
    names = {str(number): name for number, name in enumerate(carried)}
    return LabelNames(column=roles.label or "", names_column="", names=names)


def _coded(
    labels: pa.Array | None, classes: tuple[str, ...], n: int, numbers: LabelNames | None
) -> ClassLabels:
    if labels is None:
        return ClassLabels(codes=np.full(n, NO_LABEL, np.int32), classes=classes)
    distinct = _names_in(labels)
    by_number = not set(distinct) & set(classes) and as_indexes(distinct, len(classes))
    if by_number:
        of_name = {class_key(name): number for number, name in numbers.names.items()} if numbers else {}
        names = [of_name.get(class_key(name), "" if numbers else str(k)) for k, name in enumerate(classes)]
    else:
        names = _as_written(classes, distinct)
    codes = _codes(labels, names)
    empty = np.asarray(pc.equal(labels, "").to_numpy(zero_copy_only=False), bool)
    codes[(codes < 0) & ~empty] = UNKNOWN_LABEL
    codes[empty] = NO_LABEL
    foreign = {int(row): labels[int(row)].as_py() for row in np.flatnonzero(codes == UNKNOWN_LABEL)}
    return ClassLabels(codes=codes, classes=classes, foreign=foreign, by_number=by_number)


def _as_written(classes: tuple[str, ...], labels: list[str]) -> list[str]:
    """Each class as the labels write it: in another Unicode form, or with blanks around it.

    Only where one class and one way of writing it meet; two ways stay two names, for a check to report.
    """
    classes_of, written = _by_key(classes), _by_key(labels)
    return [
        written[key][0] if len(classes_of[key := class_key(name)]) == 1 == len(written.get(key, ())) else name
        for name in classes
    ]


def _by_key(names: Sequence[str]) -> dict[str, list[str]]:
    ways: dict[str, list[str]] = {}
    for name in names:
        ways.setdefault(class_key(name), []).append(name)
    return ways


def fingerprint(ids: pa.Array, labels: pa.Array | None, content: pa.Table) -> str:
    """sha256 over the texts of ids, labels and content, column by column: the same for every format."""
    digest = hashlib.sha256()
    _feed(digest, "item", ids)
    if labels is not None:
        _feed(digest, "label", labels)
    for name in content.column_names:
        _feed(digest, name, whole(content[name]))
    return digest.hexdigest()


def _feed(digest: Any, name: str, texts: pa.Array) -> None:
    """Name, lengths and bytes of a column: unambiguous, and independent of how the array is sliced."""
    lengths = pc.binary_length(texts).to_numpy(zero_copy_only=False).astype("<i8")
    _, offsets, data = texts.buffers()
    bounds = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    digest.update(f"{len(name)}:{name}:{len(texts)}:".encode())
    digest.update(lengths.tobytes())
    if data is not None and len(bounds):
        digest.update(memoryview(data)[int(bounds[0]) : int(bounds[-1])])
