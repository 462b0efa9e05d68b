"""Datasets of images again: a table that says of each image what it is. No image is moved or touched."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyarrow as pa

from auditor.read.choice import InputChoice
from auditor.read.formats.folder_kinds import FAMILY_OF, ending
from auditor.read.formats.image_folders import IMAGE_FOLDER
from auditor.read.formats.image_manifest import FORM, manifest_of
from auditor.read.formats.media_metadata import FILE_NAME
from auditor.read.sources import Source, located
from auditor.read.tables import TextTable, read_table

FOLDERS = frozenset({IMAGE_FOLDER})
"""Formats whose labels are the folders that images stand in: they are written as a table of the images."""
NAMING = frozenset({"id", "image"})
"""The columns of such a format that name the image."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The file that is written again."""

    source: Source
    table: TextTable
    choice: InputChoice
    """What was said of it, as it is read alone."""


def original_of(source: Source, table: TextTable, choice: InputChoice) -> Original:
    """What is written again: of a folder or archive of images the table in it, else the dataset itself.

    The folder of an archive's tables goes with `source`, which must be kept.
    """
    found = manifest_of(source) if table.format == FORM else None
    if found is None:
        return Original(source=source, table=table, choice=choice)
    place, _ = found
    form = FAMILY_OF[ending(place)]
    inner = located(source.path / place)
    within = replace(choice, input_format=form)
    return Original(source=inner, table=read_table(inner, input_format=form, sep=choice.sep), choice=within)


def as_manifest(table: TextTable, corrected: pa.Table) -> pa.Table:
    """A folder of images as a table: `file_name`, then the class, the split and what metadata say.

    Classes stand in it by their names, also where the metadata write their numbers.

    Args:
        table: the folder as it was read.
        corrected: its rows as they are to be, every column as text.
    """
    columns = {FILE_NAME: corrected["image"]}
    for name in corrected.column_names:
        if name not in NAMING:
            columns[name] = _named(corrected[name], table.class_names.get(name, ()))
    return pa.table(columns)


def _named(cells: pa.ChunkedArray, classes: tuple[str, ...]) -> pa.ChunkedArray:
    """Cells with the names of classes for their numbers; cells that are names already stay."""
    known = set(classes)
    numbers = {str(number): name for number, name in enumerate(classes)}
    texts = cells.to_pylist()
    if not known or all(text in known for text in texts if text):
        return cells
    return pa.chunked_array([pa.array([numbers.get(text, text) for text in texts], pa.string())])
