"""A table and what was said about it into a `Dataset` and its `ClassProbabilities`."""

from __future__ import annotations

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
    SPLIT_ORDER,
    Annotations,
    ClassProbabilities,
    Dataset,
    Embeddings,
    RoleReason,
    Splits,
    split_kind,
)
from auditor.errors import Problem
from auditor.images.files import ImageFiles
from auditor.read.choice import InputChoice
from auditor.read.class_choice import classes_of
from auditor.read.classes import ClassList, Named, class_key, stated_classes
from auditor.read.columns import Roles, feature_columns, find_roles
from auditor.read.content import content_of
from auditor.read.fingerprint import fingerprint
from auditor.read.frame_index import Rows, index_unused
from auditor.read.header_row import header_problems
from auditor.read.label_names import LabelNames, label_names
from auditor.read.labels import coded_labels, codes_of, label_names_in
from auditor.read.memory import in_memory, numbers_in_object, table_from_object
from auditor.read.nested_cells import nested_cells
from auditor.read.own_columns import Numbers, Own, numbers_in_file, own_columns
from auditor.read.probabilities import joined_probabilities, raw_predictions
from auditor.read.probability_columns import Known, wide_groups
from auditor.read.row_ids import refuse_bad_ids
from auditor.read.row_images import RowImages, images_of, naming_images
from auditor.read.slices import slices_of
from auditor.read.sources import Source, located
from auditor.read.tables import Skip, TextTable, read_table
from auditor.wording import N_, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the audit starts from."""

    dataset: Dataset
    probabilities: ClassProbabilities | None
    """None where no predictions were given and the dataset holds none."""
    embeddings: Embeddings | None = None
    """A vector per row, where some were given."""
    annotations: Annotations | None = None
    """The answers of several annotators, where some were given."""
    choice: InputChoice
    """What the user said of the input."""
    classes: ClassList
    """The class order and where it came from."""
    folds: NDArray[np.int8] | None = None
    """(n,) the fold in which each row was predicted, where auditor made the predictions itself."""
    notes: tuple[Problem, ...] = ()
    """Why there are no predictions, where auditor was to make its own and could not."""


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
    data = data if source is not None else in_memory(data, "dataframe")
    name, table, own = _read_table(data, source, choice)
    headers = header_problems(name, table, named=bool(choice.columns.label))
    roles, labels, named = _labels(table, choice, name)
    images = images_of(table, roles, choice, name, source)
    roles = replace(
        roles,
        image=(images.column,) if images.column and images.files else (),
        id=roles.id or _path_column(table, images),
    )
    distinct = label_names_in(labels)
    said = stated_classes(choice.classes, choice.class_names)
    known = Known(labels=frozenset(distinct), id=roles.id, stated=said.names if said else ())
    raws = raw_predictions(predictions, own, known, choice)
    numbers = named or _numbers_in_file(table, roles, said)
    raws = raws if numbers is None else [numbers.on(raw) for raw in raws]
    beside = [source.beside] if source is not None and source.beside is not None else []
    classes = classes_of(distinct, raws, beside, _carried(table, roles, named), choice)
    is_folder = source is not None and source.is_folder and source.archive is None
    folder = str(source.path) if source is not None and is_folder else None
    dataset = _dataset(name, table, roles, labels, classes.names, numbers, images.files, folder)
    rows = Rows(
        name=name,
        n=len(dataset),
        ids=dataset.ids if dataset.has_ids and table.index_column is None else None,
        index=table.index,
    )
    probabilities = joined_probabilities(dataset, rows, raws, choice)
    order = Problem(
        slug="class-order-source",
        what=say(N_("class order: {source}"), source=classes.source),
        level="note",
    )
    dataset = replace(
        dataset,
        notes=(
            *headers,
            *nested_cells(name, table, roles),
            *table.notes,
            *images.notes,
            *dataset.notes,
            *(named.notes if named else ()),
            *([index_unused(rows, "note")] if table.index and table.index.fault else []),
            order,
            *classes.notes,
        ),
        unused=(*dataset.unused, *(own.columns if own is not None and predictions else ())),
        format=table.format,
        form=_form(table),
        why={role: _why(role, choice, table) for role in dataset.roles},
    )
    return Given(
        dataset=dataset,
        probabilities=probabilities,
        embeddings=_embeddings(dataset, rows, choice),
        annotations=_annotations(dataset, numbers, choice),
        choice=choice,
        classes=classes,
    )


def _embeddings(dataset: Dataset, rows: Rows, choice: InputChoice) -> Embeddings | None:
    if choice.embeddings is None:
        return None
    from auditor.read.embeddings import read_embeddings

    return read_embeddings(choice.embeddings, dataset, choice, rows)


def _annotations(dataset: Dataset, numbers: LabelNames | None, choice: InputChoice) -> Annotations | None:
    if choice.annotations is None:
        return None
    from auditor.read.annotations import read_annotations

    return read_annotations(choice.annotations, dataset, numbers)


def _read_table(data: Any, source: Source | None, choice: InputChoice) -> tuple[str, TextTable, Own | None]:
    """The dataset, and the probability columns it holds itself: those are left out of the table."""
    name = "dataframe" if source is None else source.name

    def read(skip: Skip) -> TextTable:
        if source is None:
            return table_from_object(data, name, skip, choice.columns.id)
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


def _path_column(table: TextTable, images: RowImages) -> str | None:
    """The column of paths, where each row has one of its own: they name the rows, as those of a folder do."""
    if images.files is None or images.column is None or table.index_column is not None:
        return None
    paths = table.columns[images.column]
    alone = pc.count_distinct(paths, mode="all").as_py() == len(paths) and pc.index(paths, "").as_py() < 0
    return images.column if alone and paths.null_count == 0 else None


def _why(role: str, choice: InputChoice, table: TextTable) -> RoleReason:
    if getattr(choice.columns, role, None):
        return "flag"
    if role == "id" and table.index_column is not None:
        return "index"
    if role in table.roles:
        return "format"
    return "rest" if role == "features" else "name"


def _form(table: TextTable) -> dict[str, str]:
    form = table.form
    return {} if form is None else {"encoding": form.encoding, "separator": form.separator}


def _class_columns(choice: InputChoice, names: Sequence[str]) -> frozenset[str]:
    """Columns that look like one probability per class and were given no other role."""
    named = [choice.columns.id, choice.columns.label, *choice.columns.text, *choice.columns.slice]
    named += [hit for hits in feature_columns(choice.columns.features, names).values() for hit in hits]
    return frozenset(name for group in wide_groups(names) for name in group) - frozenset(named)


def _distinct(table: TextTable, choice: InputChoice, name: str) -> frozenset[str]:
    return frozenset(label_names_in(_labels(table, choice, name)[1]))


def _labels(
    table: TextTable, choice: InputChoice, name: str
) -> tuple[Roles, pa.Array | None, LabelNames | None]:
    """The roles, the label of each row, and what its number is called where a second column says so."""
    stated = choice.columns.label or next(iter(table.roles.get("label", ())), None)
    named = label_names(table.columns, stated, name)
    names = [column for column in table.columns.column_names if named is None or column != named.names_column]
    roles = find_roles(names, choice.columns, name, table.roles, naming_images(table.columns, names))
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
    images: ImageFiles | None,
    folder: str | None,
) -> Dataset:
    n = len(table.columns)
    ids = whole(table.columns[roles.id]) if roles.id else pa.array([f"row-{row}" for row in range(n)])
    if roles.id:
        refuse_bad_ids(ids, name, roles.id, table.parts, folder)
    content, left_out = content_of(table, roles, next(iter(roles.image), None))
    splits = _splits(whole(table.columns[roles.split])) if roles.split else None
    coded = coded_labels(labels, classes, n, numbers)
    slices, notes = slices_of(table, roles, name)
    said = {
        role: tuple([value] if isinstance(value, str) else value)
        for role in ("id", "label", "text", "image", "features", "split", "annotator")
        if (value := getattr(roles, role)) and not (role == "features" and content.kind == "images")
    }
    said |= {"slice": tuple(slices)} if slices else {}
    return Dataset(
        name=name,
        ids=ids,
        has_ids=roles.id is not None,
        labels=coded,
        content=content,
        images=images,
        splits=splits,
        slices=slices,
        roles=said,
        left_out=left_out,
        unused=_unused(table, [*said.values(), content.columns.column_names, left_out], numbers),
        fingerprint=fingerprint(ids, labels, content.columns),
        notes=notes,
    )


def _unused(table: TextTable, used: Sequence[Sequence[str]], numbers: LabelNames | None) -> tuple[str, ...]:
    """The columns that are used for nothing; the names of label numbers are."""
    taken = {name for names in used for name in names} | ({numbers.names_column} if numbers else set())
    return tuple(name for name in table.columns.column_names if name not in taken)


def _splits(cells: pa.Array) -> Splits:
    written = [name for name in pc.unique(cells).to_pylist() if name]
    rank = {name: SPLIT_ORDER.index(kind) for name in written if (kind := split_kind(name))}
    names = sorted(written, key=lambda name: (rank.get(name, len(SPLIT_ORDER)), name))
    return Splits(codes=codes_of(cells, names), names=tuple(names))


def _numbers_in_file(table: TextTable, roles: Roles, said: ClassList | None) -> LabelNames | None:
    """What the file itself calls its label numbers; None where `--classes` renames them all."""
    carried = table.class_names.get(roles.label or "", ())
    stated = {class_key(name) for name in said.names} if said else set()
    if not carried or (said and not stated & {class_key(name) for name in carried}):
        return None
    names = {str(number): name for number, name in enumerate(carried)}
    return LabelNames(column=roles.label or "", names_column="", names=names)
