"""Hugging Face `save_to_disk` folders, read with pyarrow alone: Arrow streams, and JSON that names them.

The layout is that of `datasets` 1.0 to 5.2: `state.json` names the data files in their order, before
version 2 also the files of a mapping that selects and orders the rows.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from auditor.errors import InputError, Problem
from auditor.read.files import MAX_BYTES, bytes_of_small, unreadable
from auditor.read.formats.arrow_tables import BROKEN, arrow_file, arrow_table, without_bytes
from auditor.read.formats.folder_kinds import is_hugging_face
from auditor.read.formats.parts import Part, joined_parts
from auditor.read.formats.shards import missing_files
from auditor.read.listing import left_out
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, no_rows, read_and_skipped, table_reader
from auditor.read.unpacked import DAMAGED, NUMBER, refuse_swollen, written_out
from auditor.wording import N_, listed, say

DICTIONARY, INFO, STATE = "dataset_dict.json", "dataset_info.json", "state.json"
MOST_JSON = 64 << 20
"""A larger JSON file beside the data is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Saved:
    """One dataset of a folder: one split, or all there is."""

    folder: str
    """Its path within the folder with "/" behind it, "" for the folder itself."""
    split: str | None
    data: tuple[str, ...]
    indices: tuple[str, ...]
    features: dict[str, Any] = field(default_factory=dict)

    @property
    def files(self) -> tuple[str, ...]:
        """The files that it must have, as paths within the folder."""
        return tuple(self.folder + name for name in (*self.data, *self.indices, INFO, STATE))


@table_reader("huggingface", N_("Hugging Face dataset folder"), looks_like=is_hugging_face, folder=True)
def read_hugging_face(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """What `save_to_disk` wrote: the rows in the order of `load_from_disk`, class names, splits.

    Raises:
        InputError: `no-rows`, `shards-missing`, `archive-refused`, `file-unreadable`; else as
            `joined_parts`.
    """
    saved = _saved(source)
    filled = [one for one in saved if one.data]
    if not filled:
        raise InputError(no_rows(source.name))
    parts = [
        Part(place=one.folder.rstrip("/") or source.name, split=one.split, read=partial(_read, source, one))
        for one in filled
    ]
    table = joined_parts(source.name, "huggingface", parts, skip)
    used = {name for one in saved for name in one.files} | {DICTIONARY}
    others = sorted(set(source.files) - used)
    notes = (*table.notes, *_empty(source.name, saved), *left_out(source.name, others, source.listing.hidden))
    return replace(table, notes=notes)


def _saved(source: Source) -> list[_Saved]:
    if DICTIONARY not in source.files:
        return [_one(source, "", None)]
    splits = _json(source, DICTIONARY).get("splits")
    if not isinstance(splits, list) or not all(_is_name(name) for name in splits):
        raise _not_as_written(source, DICTIONARY, "no list of splits")
    if len(set(splits)) < len(splits):
        raise _not_as_written(source, DICTIONARY, "a split is named twice")
    return [_one(source, f"{name}/", name) for name in splits]


def _one(source: Source, folder: str, split: str | None) -> _Saved:
    lacking = [folder + name for name in (INFO, STATE) if folder + name not in source.files]
    if lacking:
        raise InputError(missing_files(source.name, lacking))
    state = _json(source, folder + STATE)
    features = _json(source, folder + INFO).get("features")
    one = _Saved(
        folder=folder,
        split=split,
        data=_named_files(source, folder + STATE, state.get("_data_files")),
        indices=_named_files(source, folder + STATE, state.get("_indices_data_files")),
        features=features if isinstance(features, dict) else {},
    )
    lacking = sorted(set(one.files) - set(source.files))
    if lacking:
        raise InputError(missing_files(source.name, lacking))
    return one


def _named_files(source: Source, place: str, entries: Any) -> tuple[str, ...]:
    """File names in `state.json`; a part of a file (`skip`, `take`) is not read as the whole of it."""
    if entries is None:
        return ()
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _not_as_written(source, place, "no list of data files")
    names = [entry.get("filename") for entry in entries]
    if not all(_is_name(name) for name in names) or len(set(names)) < len(names):
        raise _not_as_written(source, place, "a data file that is no name of a file beside it")
    if any(value for entry in entries for key, value in entry.items() if key != "filename"):
        raise _not_as_written(source, place, "a data file of which only a part is meant")
    return tuple(names)


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and name not in {"", ".", ".."} and not set(name) & set("/\\\0")


def _json(source: Source, place: str) -> dict[str, Any]:
    path = source.path / place
    data = bytes_of_small(path, MOST_JSON)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(unreadable(path, error)) from error
    if not isinstance(found, dict):
        raise _not_as_written(source, place, "no JSON object")
    return found


def _read(source: Source, one: _Saved, skip: Skip) -> TextTable:
    """The rows of one dataset, selected and ordered by its mapping where it has one."""
    folder = source.path / one.folder
    name = f"{source.name}/{one.folder}".rstrip("/")
    try:
        with ExitStack() as opened:
            tables = [opened.enter_context(arrow_file(folder / file)) for file in one.data]
            wanted, skipped = read_and_skipped(name, tables[0].column_names, skip)
            checked = [
                _checked(folder / file, table, wanted) for file, table in zip(one.data, tables, strict=True)
            ]
            table = pa.concat_tables(checked)
            if one.indices:
                table = _selected(folder, one, table)
            if one.features:
                said = {"huggingface": json.dumps({"info": {"features": one.features}})}
                table = table.replace_schema_metadata(said)
            read = arrow_table(table, "huggingface", name)
    except (*BROKEN, *DAMAGED, KeyError) as error:
        raise InputError(unreadable(folder / one.data[0], error)) from error
    return replace(read, skipped=skipped)


def _checked(path: Path, table: pa.Table, wanted: list[str]) -> pa.Table:
    """The wanted columns of one file, once they are valid and have room; images by their names."""
    chosen = table.select(wanted)
    chosen.validate(full=True)
    chosen = without_bytes(chosen)
    refuse_swollen(path, written_out(chosen))
    return chosen


def _selected(folder: Path, one: _Saved, table: pa.Table) -> pa.Table:
    """The rows that the mapping names, in its order.

    Raises:
        InputError: `archive-refused` where a few rows are named so often that they fill memory.
        ValueError: the mapping is no list of rows of the table.
    """
    with ExitStack() as opened:
        tables = [opened.enter_context(arrow_file(folder / file)) for file in one.indices]
        for mapping in tables:
            mapping.validate(full=True)
        rows = pa.concat_tables(tables).column(0).combine_chunks()
        if not pa.types.is_integer(rows.type) or rows.null_count:
            raise ValueError("the mapping holds no row numbers")
        refuse_swollen(folder / one.data[0], _size_of(table, rows), limit=MAX_BYTES)
        return table.take(rows)  # raises IndexError for a row that is not there


def _size_of(table: pa.Table, rows: pa.Array) -> int:
    """Bytes of the rows that are named, each as often as it is named."""
    widths: int = sum(_taken(column, rows) for column in table.columns)
    return widths + NUMBER * len(rows) * len(table.columns)


def _taken(column: pa.ChunkedArray, rows: pa.Array) -> int:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return int(pc.sum(pc.binary_length(column).take(rows)).as_py() or 0)
    return int(column.nbytes // max(len(column), 1)) * len(rows)


def _empty(name: str, saved: Sequence[_Saved]) -> tuple[Problem, ...]:
    empty = [one.folder.rstrip("/") or name for one in saved if not one.data]
    if not empty:
        return ()
    what = say(N_("{name}: splits without a row: {names}"), name=name, names=listed(empty))
    return (Problem(slug="files-left-out", what=what, level="note"),)


def _not_as_written(source: Source, place: str, why: str) -> InputError:
    return InputError(unreadable(source.path / place, ValueError(why)))
