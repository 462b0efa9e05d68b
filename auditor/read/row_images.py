"""The image of each row of a table: which column names it, and what holds the files."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from auditor.errors import InputError, Problem, UsageError
from auditor.images.archive import DAMAGED, Archive, open_archive
from auditor.images.files import Folder, ImageFiles, Root, Unreadable, image_files, is_address
from auditor.read.choice import InputChoice
from auditor.read.columns import Roles, names_images
from auditor.read.files import existing_file, existing_folder, unreadable
from auditor.read.image_notes import column_missing, notes_of, nothing_found, several_columns
from auditor.read.sources import Source
from auditor.read.tables import TextTable
from auditor.wording import N_, say

SAMPLED = 200
"""Rows of a column that are looked at to tell whether it names images."""
IMAGES, ZIPPED = "images", "images.zip"
"""What is looked for beside a table of images, after the folder of the table itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowImages:
    """The images of a table's rows, where there are some."""

    files: ImageFiles | None = None
    column: str | None = None
    """The column that names them."""
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where images may be: a folder within a root, and what messages call it."""

    root: Root
    before: str = ""
    name: str | None = None

    @property
    def shown(self) -> str:
        """What messages call it."""
        return self.root.name if self.name is None else self.name


def naming_images(columns: pa.Table, names: Sequence[str]) -> tuple[str, ...]:
    """The columns of texts of which most cells are names of images, by a sample of the first rows."""
    texts = [name for name in names if pa.types.is_string(columns[name].type)]
    return tuple(name for name in texts if names_images(columns[name].slice(0, SAMPLED).to_pylist()))


def images_of(
    table: TextTable, roles: Roles, choice: InputChoice, name: str, source: Source | None
) -> RowImages:
    """The image of each row.

    Args:
        table: the table.
        roles: its columns; `image` holds those that may name images.
        choice: what the user said: `--image`, `--image-root`.
        name: what messages call the table.
        source: its file or folder; None for an object.

    Raises:
        UsageError: `image-column` where `--image-root` has no column to look up, or there are several.
        InputError: `images-not-found` where a flag names the column or the folder and no file is there;
            what is wrong with the folder or archive that `--image-root` names.
    """
    said = choice.columns.image is not None or choice.image_root is not None
    if table.images is not None and not said:
        return RowImages(files=table.images, column=next(iter(roles.image), None))
    if not roles.image:
        if choice.image_root is not None:
            raise UsageError(column_missing(name, table.columns.column_names))
        return RowImages()
    places = list(_places(source, choice))
    found = [(column, *best_of(_cells(table, column), places)) for column in roles.image]
    found.sort(key=lambda one: -one[1].found)
    if len(found) > 1 and found[1][1].found and found[0][1].places != found[1][1].places:
        raise UsageError(several_columns(name, [column for column, files, _ in found if files.found]))
    return _told(found[0], places, said, name, source)


def _told(
    found: tuple[str, ImageFiles, Place | None],
    places: Sequence[Place],
    said: bool,
    name: str,
    source: Source | None,
) -> RowImages:
    column, files, place = found
    shown = [one.shown for one in places]
    if files.found and place is not None:
        by_default = not said or len(places) > 1
        return RowImages(files=files, column=column, notes=notes_of(files, column, name, by_default))
    problem = nothing_found(files, column, name, shown, _fixes(files, source))
    if said and problem.level == "error":
        raise InputError(problem)
    level = "note" if problem.level == "note" or source is None else "warning"
    return RowImages(notes=(replace(problem, level=level),))


def best_of(paths: Sequence[str], places: Sequence[Place]) -> tuple[ImageFiles, Place | None]:
    """The files that rows name, in the place that has most of them; of equals the first.

    Without a place nothing is found.
    """
    best: tuple[ImageFiles, Place | None] | None = None
    for place in places:
        files = image_files(paths, place.root, place.before, name=place.name)
        if best is None or files.found > best[0].found:
            best = files, place
        if files.found + len(files.refused) == len(files):
            break
    return best or (image_files(paths, _Nowhere()), None)


@dataclass(frozen=True, slots=True)
class _Nowhere:
    """What holds no image."""

    name: str = "-"

    def has(self, place: str) -> bool:
        return False

    def read(self, place: str) -> bytes:
        raise Unreadable("missing")


def _cells(table: TextTable, column: str) -> list[str]:
    cells = table.columns[column]
    return ["" if cell is None else str(cell) for cell in cells.to_pylist()]


def _places(source: Source | None, choice: InputChoice) -> Iterator[Place]:
    """Where the images may be, the likeliest first: `--image-root`, else beside the table."""
    if choice.image_root is not None:
        yield from _said_places(Path(choice.image_root), str(choice.image_root))
    elif source is None:
        if choice.columns.image is not None:
            yield Place(root=Folder(Path()), name=".")
    elif source.is_folder:
        yield from places_in(source, "")
    elif source.beside is not None:
        yield Place(root=Folder(source.beside), name=".")
        if (source.beside / IMAGES).is_dir():
            yield Place(root=Folder(source.beside / IMAGES))
        yield from _zipped(source.beside / ZIPPED)


def places_in(source: Source, folder: str) -> Iterator[Place]:
    """Where images may be in a folder or archive that holds their table too, which stands in `folder`."""
    befores = dict.fromkeys([folder, "", f"{folder}/{IMAGES}" if folder else IMAGES, IMAGES])
    for before in befores:
        yield Place(root=source.root, before=before, name=source.name)
    if source.archive is None:
        yield from _zipped(source.path / folder / ZIPPED)


def _said_places(path: Path, typed: str) -> Iterator[Place]:
    """The places in what `--image-root` names.

    Raises:
        UsageError: `option-value` for an address.
        InputError: it is not there, or neither a folder nor a zip archive.
    """
    if is_address(typed):
        what = say(N_("--image-root {value}: a folder or a zip archive on this disk"), value=typed)
        raise UsageError(Problem(slug="option-value", what=what))
    if path.is_dir():
        yield Place(root=Folder(existing_folder(path)))
        return
    try:
        archive = open_archive(existing_file(path))
    except (OSError, *DAMAGED) as error:
        raise InputError(unreadable(path, error)) from error
    yield from _in_archive(archive)


def _zipped(path: Path) -> Iterator[Place]:
    """The places in an archive beside a table; none where it is not there, or no archive."""
    if not path.is_file():
        return
    try:
        archive = open_archive(path)
    except (OSError, *DAMAGED):
        return
    yield from _in_archive(archive)


def _in_archive(archive: Archive) -> Iterator[Place]:
    """An archive, the folder in it that holds everything, if there is one, and `images` in either."""
    tops = {place.partition("/")[0] for place in archive.members}
    befores = ["", *(tops if len(tops) == 1 and tops <= set(archive.folders) else ())]
    within = [f"{before}/{IMAGES}" if before else IMAGES for before in befores]
    for before in dict.fromkeys([*befores, *(one for one in within if one in archive.folders)]):
        yield Place(root=archive, before=before)


LOOKED_AT = 50
"""Folders and archives beside a table in which its first images are looked for, to offer them."""
FIRST = 5


def _fixes(files: ImageFiles, source: Source | None) -> tuple[str, ...]:
    """What could stand after `--image-root`: folders and archives beside the table that hold first images."""
    if source is None or source.beside is None or source.is_folder:
        return ()
    first = [place for place in files.places if place][:FIRST]
    out = []
    for beside in sorted(source.beside.iterdir())[:LOOKED_AT]:
        if beside.is_dir() and not beside.is_symlink():
            places = [Place(root=Folder(beside))]
        else:
            places = list(_zipped(beside)) if beside.suffix.lower() == ".zip" else []
        if best_of(first, places)[0].found:
            out.append(shlex.quote(str(beside)))
    return tuple(out[:FIRST])
