"""A folder or archive of images and the one table that says what they are: a row for each image."""

from __future__ import annotations

import posixpath
from dataclasses import replace

from auditor.errors import AuditorError, InputError
from auditor.images.files import ImageFiles
from auditor.read.columns import NAMES, names_images, normal_name
from auditor.read.formats.folder_kinds import (
    FAMILY_OF,
    IMAGES,
    METADATA,
    SOUNDS,
    ending,
    having,
    is_marked,
    is_submission,
    nothing_of,
)
from auditor.read.image_notes import notes_of
from auditor.read.listing import left_out
from auditor.read.row_images import SAMPLED, best_of, places_in
from auditor.read.sources import Source, located
from auditor.read.tables import READERS, Skip, TextTable, skip_nothing, table_reader
from auditor.wording import N_, say

SEEN = "image manifest"
FORM = "image-manifest"


def manifest_of(source: Source) -> tuple[str, str] | None:
    """(the table, its column of images) of a folder of images; None where it is of another kind.

    There must be one table, with a column that is called a label, and a column that is called an image of
    which at least half the cells name files of the folder. Metadata with `file_name` are another format.
    """
    if SEEN not in source.seen:
        source.seen[SEEN] = _manifest(source) if source.is_folder and not is_marked(source) else ()
    found = source.seen[SEEN]
    return (found[0], found[1]) if found else None


def _manifest(source: Source) -> tuple[str, ...]:
    tables = [place for place in source.files if ending(place) in FAMILY_OF and not is_submission(place)]
    if len(tables) != 1 or tables[0].rpartition("/")[2].lower() in METADATA:
        return ()
    if not having(source.files, IMAGES) or having(source.files, SOUNDS):
        return ()
    try:
        table = _table(source, tables[0], None, skip_nothing)
    except (AuditorError, OSError, ValueError):  # whoever reads it says what is wrong
        return ()
    names = table.columns.column_names
    if not any(normal_name(name) in NAMES["label"] for name in names):
        return ()
    columns = [name for name in names if normal_name(name) in NAMES["image"]]
    found = {name: _images(source, tables[0], table, name) for name in columns}
    good = [name for name, files in found.items() if files is not None and 2 * files.found >= len(files)]
    return (tables[0], good[0]) if len(good) == 1 else ()


def _images(source: Source, place: str, table: TextTable, column: str) -> ImageFiles | None:
    cells = table.columns[column].to_pylist()
    if not names_images(cells[:SAMPLED]):
        return None
    return best_of(cells, list(places_in(source, posixpath.dirname(place))))[0]


def _table(source: Source, place: str, sep: str | None, skip: Skip) -> TextTable:
    return READERS[FAMILY_OF[ending(place)]].read(located(source.path / place), sep, skip)


def is_manifest(source: Source) -> bool:
    """Whether a folder or archive holds images and one table of them."""
    return manifest_of(source) is not None


@table_reader(
    FORM,
    N_("folder of images and a table of them"),
    looks_like=is_manifest,
    folder=True,
)
def read_manifest(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """The table, with the image of each row; images that no row names are counted.

    Raises:
        InputError: `format-unknown`, and what the reader of the table raises.
    """
    found = manifest_of(source)
    if found is None:
        fix = say(N_("it takes one table with a column of labels and a column of images that are there"))
        raise InputError(nothing_of(source, FORM, fix))
    place, column = found
    table = replace(_table(source, place, sep, skip), format=FORM, form=None)
    if column in table.skipped:  # other columns are asked for
        return table
    files = best_of(table.columns[column].to_pylist(), list(places_in(source, posixpath.dirname(place))))[0]
    others = sorted(set(source.files) - {place, *files.places})
    return replace(
        table,
        notes=(
            *table.notes,
            *notes_of(files, column, source.name, by_default=False),
            *left_out(source.name, others, source.listing.hidden),
        ),
        roles={**table.roles, "image": (column,)},
        images=files,
    )
