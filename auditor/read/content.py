"""What a person looks at to judge a row: which columns of a table are its content."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from auditor.data import Content
from auditor.read.columns import Roles, looks_like_identifier, names_files
from auditor.read.tables import TextTable

SAMPLED = 200
"""Rows of a column that are looked at to tell whether it names files."""


def content_of(table: TextTable, roles: Roles, image: str | None = None) -> tuple[Content, tuple[str, ...]]:
    """Text columns, or the images, or the features without those that only name the row or a file.

    Args:
        table: the table.
        roles: its columns.
        image: the column of the images, where they are there. Beside texts, and beside features that a flag
            names, it is no content of its own; else it is, with what the format says of each image.

    Returns:
        The content, and the columns among the features that were left out of it.

    Names of files are shown where there is nothing else to look at, but not compared; so is what a format
    says is only names of files, or places in them. Other features that a flag or the format names are
    taken as they are.
    """
    texts = table.columns.select(list(roles.text))
    by_name = not roles.said.get("text") and not table.roles.get("text")
    only_names = by_name and all(_names_files(column) for column in texts.columns)
    if roles.text and not only_names:
        return Content(kind="text", columns=texts), ()
    if image is not None and not roles.said.get("features"):
        shown = dict.fromkeys([image, *table.roles.get("features", ())])
        return Content(kind="images", columns=table.columns.select(list(shown))), ()
    if roles.text:
        return Content(kind="files", columns=texts), ()
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
