"""A table and what was said about it into a `Dataset` and its `ClassProbabilities`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.blocks import Averaged, BlockSource, Reordered
from auditor.checks.probabilities import as_probabilities, number_facts
from auditor.data import (
    NO_LABEL,
    SPLIT_ORDER,
    UNKNOWN_LABEL,
    ClassLabels,
    ClassProbabilities,
    Content,
    Dataset,
    OutOfSample,
    Splits,
    split_kind,
)
from auditor.errors import InputError, Problem, UsageError
from auditor.read.classes import ClassList, as_indexes, class_list
from auditor.read.columns import ColumnChoice, Roles, find_roles, looks_like_identifier, wide_columns
from auditor.read.join import Align, repeated_ids, row_order
from auditor.read.memory import prediction_from_object, table_from_object
from auditor.read.predictions import RawPredictions, read_predictions
from auditor.read.tables import TextTable, read_table
from auditor.wording import N_, say

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class InputChoice:
    """Everything a user can say about the input; the input flags of every command."""

    columns: ColumnChoice = field(default_factory=ColumnChoice)
    classes: str | None = None
    class_names: tuple[str, ...] | None = None
    class_order_checked: bool = False
    align: Align = "auto"
    missing: str = "error"
    out_of_sample: OutOfSample = "not said"
    sep: str | None = None
    input_format: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What the audit starts from."""

    dataset: Dataset
    probabilities: ClassProbabilities | None
    choice: InputChoice
    class_source: str
    """Where the class order came from, in English, for the audit file."""


def read_inputs(data: Any, predictions: Sequence[Any] = (), choice: InputChoice | None = None) -> Inputs:
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
    name, folder, table, wide = _read_table(data, choice)
    roles = find_roles(table.columns.column_names, choice.columns, name)
    labels = _label_texts(table, roles)
    distinct = [text for text in pc.unique(labels).to_pylist() if text] if labels is not None else []
    raws = _raw_predictions(predictions, data, wide, frozenset(distinct), choice)
    classes = _classes(distinct, choice, raws, folder, table)
    dataset = _dataset(name, table, roles, labels, classes)
    probabilities = _probabilities(dataset, raws, choice)
    source = Problem(
        slug="class-order-source",
        what=say(N_("class order: {source}"), source=classes.source),
        level="note",
    )
    dataset = replace(dataset, notes=(*table.notes, source))
    return Inputs(
        dataset=dataset, probabilities=probabilities, choice=choice, class_source=str(classes.source)
    )


def _read_table(data: Any, choice: InputChoice) -> tuple[str, Path | None, TextTable, dict[str, str]]:
    if not isinstance(data, (str, Path)):
        table = table_from_object(data)
        return "dataframe", None, table, {}
    path = Path(data)

    def skip(names: Sequence[str]) -> frozenset[str]:
        named = {*choice.columns.text, *choice.columns.features, choice.columns.label, choice.columns.id}
        return frozenset(wide_columns(names)) - frozenset(name for name in named if name)

    table = read_table(path, input_format=choice.input_format, sep=choice.sep, skip=skip)
    wide = wide_columns(table.skipped)
    if wide and not _are_probabilities(table, wide, choice, path.name):
        table, wide = read_table(path, input_format=choice.input_format, sep=choice.sep), {}
    return path.name, path.parent, table, wide


def _are_probabilities(table: TextTable, wide: dict[str, str], choice: InputChoice, name: str) -> bool:
    """Whether the classes in the names of wide columns are the labels, by name or by number."""
    roles = find_roles(table.columns.column_names, choice.columns, name)
    if roles.label is None:
        return False
    labels = [text for text in pc.unique(table.columns[roles.label]).to_pylist() if text]
    return set(labels) <= set(wide.values()) or as_indexes(labels, len(wide))


def _label_texts(table: TextTable, roles: Roles) -> pa.Array | None:
    return None if roles.label is None else _whole(table.columns[roles.label])


def _whole(column: pa.ChunkedArray) -> pa.Array:
    combined = column.combine_chunks()
    return combined if isinstance(combined, pa.Array) else pa.concat_arrays(combined.chunks)


def _raw_predictions(
    predictions: Sequence[Any],
    data: Any,
    wide: dict[str, str],
    labels: frozenset[str],
    choice: InputChoice,
) -> list[RawPredictions]:
    if predictions and choice.columns.label == "none":
        raise UsageError(
            Problem(slug="option-value", what=say(N_("--predictions need labels; leave out --label none")))
        )
    paths = [Path(p).resolve() for p in predictions if isinstance(p, (str, Path))]
    if len(set(paths)) < len(paths):
        raise UsageError(_same_twice(next(p for p in paths if paths.count(p) > 1).name))
    if predictions:
        return [
            read_predictions(Path(given), labels)
            if isinstance(given, (str, Path))
            else prediction_from_object(
                given, f"predictions {number}" if len(predictions) > 1 else "predictions"
            )
            for number, given in enumerate(predictions, start=1)
        ]
    return [_own_columns(Path(data), wide, choice)] if wide else []


def _own_columns(path: Path, wide: dict[str, str], choice: InputChoice) -> RawPredictions:
    """The probability columns of the dataset itself: row i is row i."""
    from auditor.blocks import ArrayBlocks, ParquetBlocks
    from auditor.read.spool import spooled_columns

    blocks: BlockSource
    if path.suffix.lower() in {".parquet", ".pq"}:
        blocks = ParquetBlocks(path, list(wide))
    elif path.suffix.lower() in {".csv", ".tsv", ".txt", ".tab"}:
        blocks = ArrayBlocks(spooled_columns(path, list(wide), choice.sep))
    else:
        table = read_table(path, skip=lambda names: frozenset(names) - set(wide)).columns
        columns = [table[name].cast(pa.float64()).to_numpy() for name in wide]
        blocks = ArrayBlocks(np.column_stack(columns))
    return RawPredictions(name=path.name, path=None, blocks=blocks, classes=tuple(wide.values()))


def _same_twice(name: str) -> Problem:
    return Problem(
        slug="same-predictions-twice",
        what=say(N_("{name} is given twice: its average with itself says nothing new"), name=name),
    )


def _classes(
    labels: list[str],
    choice: InputChoice,
    raws: list[RawPredictions],
    folder: Path | None,
    table: TextTable,
) -> ClassList:
    named = next((raw for raw in raws if raw.classes is not None), None)
    folders = [raw.path.parent for raw in raws if raw.path is not None] + ([folder] if folder else [])
    classes = class_list(
        labels,
        stated=choice.classes,
        stated_names=choice.class_names,
        columns=(named.name, named.classes) if named is not None and named.classes else None,
        beside=list(dict.fromkeys(folders)) if raws else [],
        carried=table.class_names,
        width=raws[0].blocks.shape[1] if raws else None,
    )
    for raw in raws:
        if raw.blocks.shape[1] != len(classes.names):
            raise InputError(_class_count(raw, classes, labels))
    return classes


def _class_count(raw: RawPredictions, classes: ClassList, labels: list[str]) -> Problem:
    return Problem(
        slug="class-count",
        what=say(
            N_("{name} has {columns:,} columns for {k:,} classes"),
            name=raw.name,
            columns=raw.blocks.shape[1],
            k=len(classes.names),
        ),
        details=(
            say(N_("class order: {source}"), source=classes.source),
            say(N_("classes: {names}"), names=", ".join(classes.names[:12])),
        ),
        fixes=(
            say(
                N_("--classes FILE or --classes A,B,C with one name per column, in the order of the columns")
            ),
        ),
    )


def _dataset(
    name: str, table: TextTable, roles: Roles, labels: pa.Array | None, classes: ClassList
) -> Dataset:
    n = len(table.columns)
    ids = _whole(table.columns[roles.id]) if roles.id else pa.array([f"row-{row}" for row in range(n)])
    if roles.id:
        _check_ids(ids, name, roles.id)
    content, left_out = _content(table, roles)
    splits = _splits(_whole(table.columns[roles.split])) if roles.split else None
    coded = _coded(labels, classes.names, n)
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
    """Text columns, or the features without those that only identify the row."""
    if roles.text:
        return Content(kind="text", columns=table.columns.select(list(roles.text))), ()
    n = len(table.columns)
    left_out = tuple(
        name
        for name in roles.features
        if not roles.said.get("features")
        and looks_like_identifier(name)
        and pc.count_distinct(table.columns[name]).as_py() == n
    )
    kept = [name for name in roles.features if name not in left_out]
    columns = table.columns.select(kept)
    return Content(kind="columns" if kept else "none", columns=columns), left_out


def _splits(cells: pa.Array) -> Splits:
    written = [name for name in pc.unique(cells).to_pylist() if name]
    rank = {name: SPLIT_ORDER.index(kind) for name in written if (kind := split_kind(name))}
    names = sorted(written, key=lambda name: (rank.get(name, len(SPLIT_ORDER)), name))
    return Splits(codes=_codes(cells, names), names=tuple(names))


def _codes(cells: pa.Array, names: Sequence[str]) -> NDArray[np.int32]:
    found = pc.index_in(cells, value_set=pa.array(names, pa.string()))
    codes: NDArray[np.int32] = pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int32)
    return codes


def _coded(labels: pa.Array | None, classes: tuple[str, ...], n: int) -> ClassLabels:
    if labels is None:
        return ClassLabels(codes=np.full(n, NO_LABEL, np.int32), classes=classes)
    distinct = [text for text in pc.unique(labels).to_pylist() if text]
    by_number = not set(distinct) & set(classes) and as_indexes(distinct, len(classes))
    names = [str(number) for number in range(len(classes))] if by_number else list(classes)
    codes = _codes(labels, names)
    empty = np.asarray(pc.equal(labels, "").to_numpy(zero_copy_only=False), bool)
    codes[(codes < 0) & ~empty] = UNKNOWN_LABEL
    codes[empty] = NO_LABEL
    foreign = {int(row): labels[int(row)].as_py() for row in np.flatnonzero(codes == UNKNOWN_LABEL)}
    return ClassLabels(codes=codes, classes=classes, foreign=foreign)


def fingerprint(ids: pa.Array, labels: pa.Array | None, content: pa.Table) -> str:
    """sha256 over the texts of ids, labels and content, column by column: the same for every format."""
    digest = hashlib.sha256()
    _feed(digest, "item", ids)
    if labels is not None:
        _feed(digest, "label", labels)
    for name in content.column_names:
        _feed(digest, name, _whole(content[name]))
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


def _probabilities(
    dataset: Dataset, raws: list[RawPredictions], choice: InputChoice
) -> ClassProbabilities | None:
    if not raws:
        return None
    problems: list[Problem] = []
    sources, notes, digests, covered = [], [], [], np.ones(len(dataset), bool)
    for raw in raws:
        try:
            joined = _joined(dataset, raw, choice)
        except InputError as error:
            problems += error.problems
            continue
        sources.append(joined.source)
        notes += [*raw.notes, *joined.notes]
        digests.append(joined.digest)
        covered &= joined.covered
    problems += _also_twice(raws, digests)
    if not problems and not covered.all() and choice.missing != "drop":
        problems.append(_missing(dataset, covered, raws))
    if problems:
        raise InputError(problems)
    if not covered.all():
        notes.append(_dropped(covered))
    return ClassProbabilities(
        blocks=sources[0] if len(sources) == 1 else Averaged(tuple(sources)),
        classes=dataset.classes,
        out_of_sample=choice.out_of_sample,
        covered=None if covered.all() else covered,
        names=tuple(raw.name for raw in raws),
        digest=hashlib.sha256("".join(sorted(digests)).encode()).hexdigest(),
        notes=tuple(notes),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Joined:
    source: BlockSource
    covered: NDArray[np.bool_]
    notes: tuple[Problem, ...]
    digest: str


def _joined(dataset: Dataset, raw: RawPredictions, choice: InputChoice) -> _Joined:
    """One file as probabilities, its rows in the order of the dataset, its columns in class order."""
    facts = number_facts(raw.blocks)
    source, notes = as_probabilities(raw.blocks, facts, raw.name, half=raw.half, single=raw.single)
    own = raw.path is None and raw.name == dataset.name
    ids = dataset.ids.to_pylist() if dataset.has_ids and raw.ids is not None else None
    order, join_notes = (
        (None, ())
        if own
        else row_order(
            ids if ids is not None or not dataset.has_ids else ("",),
            len(dataset),
            dataset.name,
            raw.ids,
            source.shape[0],
            raw.name,
            choice.align,
            is_table=raw.is_table,
        )
    )
    columns = _column_order(raw, dataset.classes)
    if order is not None or columns is not None:
        source = Reordered(source, order, columns)
    covered = np.ones(len(dataset), bool) if order is None else order >= 0
    return _Joined(source=source, covered=covered, notes=(*notes, *join_notes), digest=facts.digest)


def _column_order(raw: RawPredictions, classes: tuple[str, ...]) -> NDArray[np.int64] | None:
    """The columns in class order, where the file names them all; None where they already are."""
    if raw.classes is None or raw.classes == classes or set(raw.classes) != set(classes):
        return None
    return np.array([raw.classes.index(name) for name in classes], np.int64)


def _also_twice(raws: list[RawPredictions], digests: list[str]) -> list[Problem]:
    return [
        _same_twice(raw.name)
        for raw, digest in zip(raws, digests, strict=False)
        if digests.count(digest) > 1 and digests.index(digest) != raws.index(raw)
    ]


def _missing(dataset: Dataset, covered: NDArray[np.bool_], raws: list[RawPredictions]) -> Problem:
    absent = np.flatnonzero(~covered)
    return Problem(
        slug="predictions-missing",
        what=say(
            N_("{n:,} row of {dataset} has no prediction"),
            N_("{n:,} of {of:,} rows of {dataset} have no prediction"),
            n=len(absent),
            of=len(dataset),
            dataset=dataset.name,
        ),
        details=(
            say(N_("e.g. {names}"), names=", ".join(dataset.ids[int(row)].as_py() for row in absent[:5])),
        ),
        fixes=(say(N_("predict them too, or --missing drop to audit them without a model")),),
    )


def _dropped(covered: NDArray[np.bool_]) -> Problem:
    return Problem(
        slug="rows-without-prediction",
        what=say(
            N_("{n:,} row has no prediction and stands in no number about label errors"),
            N_("{n:,} rows have no prediction and stand in no number about label errors"),
            n=int((~covered).sum()),
        ),
        level="warning",
    )
