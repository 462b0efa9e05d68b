"""Folders of images or sounds: a row for each file, its class the folder it stands in.

Here the files are only listed: images are opened when they are looked at, sounds never.
"""

from __future__ import annotations

import shlex
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from auditor.errors import InputError, Problem
from auditor.images.files import ImageFiles
from auditor.read.columns import NAMES, NONE, normal_name
from auditor.read.formats.best_file import best_file
from auditor.read.formats.cells import table_of
from auditor.read.formats.class_folders import ClassFolders, class_folders, composed
from auditor.read.formats.folder_kinds import IMAGES, SOUNDS, ending, having, mask_pairs, media, nothing_of
from auditor.read.formats.media_metadata import Metadata, count_conflicts, metadata_of
from auditor.read.formats.oddities import Oddities
from auditor.read.formats.parts import SPLIT, own_split
from auditor.read.listing import left_out
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, table_reader
from auditor.wording import N_, Text, listed, say

MAY_HOLD_LABELS = frozenset(
    ".json .jsonl .ndjson .csv .tsv .xml .xlsx .parquet .pq .feather .arrow".split()  # noqa: SIM905
)
"""Endings of files that may say what stands in images beside them."""
EACH_IMAGE = frozenset({".json", ".xml"})
"""Those of which there is often one for each image."""
IMAGE_FOLDER = "image-folder"
FOLDER = "folder"
"""The column of the folder's class where metadata have a label too."""


def is_images(source: Source) -> bool:
    """Whether a folder holds images that are no segmentation dataset."""
    images = having(media(source), IMAGES)
    return bool(images) and not mask_pairs(images)


def is_sounds(source: Source) -> bool:
    """Whether a folder holds sounds."""
    return bool(having(media(source), SOUNDS))


@table_reader("image-folder", N_("folder of images"), looks_like=is_images, folder=True)
def read_images(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """A row for each image; class and split from the folders, more columns from metadata."""
    return _read(source, IMAGE_FOLDER, "image", having(source.files, IMAGES), skip)


@table_reader("audio-folder", N_("folder of sounds"), looks_like=is_sounds, folder=True)
def read_sounds(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """A row for each sound; class and split from the folders, more columns from metadata."""
    return _read(source, "audio-folder", "sound", having(source.files, SOUNDS), skip)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """The columns of a folder of files, and which of them is what."""

    cells: dict[str, Sequence[str]]
    roles: dict[str, tuple[str, ...]]
    compared: bool
    notes: tuple[Problem, ...]


def _read(source: Source, form: str, column: str, files: list[str], skip: Skip) -> TextTable:
    if not files:
        raise InputError(nothing_of(source, form))
    odd = Oddities()
    folders = class_folders(source, files)
    metadata = metadata_of(source, files, odd)
    found = _columns(source.name, column, files, folders, metadata, odd)
    others = sorted(set(source.files) - set(files) - set(metadata.files))
    images = (
        ImageFiles(name=source.name, places=tuple(files), root=source.root) if form == IMAGE_FOLDER else None
    )
    classes = {"label": folders.classes} if folders.classes and "label" not in metadata.columns else {}
    notes = (
        _audited(source.name, form, folders, metadata),
        *_annotations(source, others),
        *found.notes,
        *metadata.notes,
        *_forms(source.name, files),
        *odd.warning(source.name),
        *left_out(source.name, others, source.listing.hidden),
    )
    table = table_of(
        source,
        form,
        found.cells,
        skip,
        notes=notes,
        roles=found.roles if images is None else {**found.roles, "image": ("image",)},
        class_names={**classes, **metadata.class_names},
        compared=found.compared,
    )
    return replace(table, images=images)


def _columns(
    name: str,
    column: str,
    files: list[str],
    folders: ClassFolders,
    metadata: Metadata,
    odd: Oddities,
) -> _Columns:
    """The file, its class, its split, and what metadata say; a label or split of theirs goes first."""
    shown = composed(files)
    ids = [shown[place] for place in files]
    taken = {"id", column, FOLDER}
    more = {f"metadata.{key}" if key in taken else key: cells for key, cells in metadata.columns.items()}
    labels, splits = _named(more, "label"), _named(more, "split")
    cells: dict[str, Sequence[str]] = {"id": ids, column: ids}
    roles: dict[str, tuple[str, ...]] = {"id": ("id",)}
    notes: list[Problem] = []
    if folders.classes:
        cells[FOLDER if labels else "label"] = folders.labels
    if len(labels) == 1:
        count_conflicts(folders.labels, more[labels[0]], ids, odd)
    if not labels:
        roles["label"] = ("label",) if folders.classes else (NONE,)
    if any(folders.splits) and splits:
        notes.append(own_split(name, splits[0]))
    elif any(folders.splits):
        cells[SPLIT], roles["split"] = folders.splits, (SPLIT,)
    cells |= more
    content = [key for key in more if key not in {*labels, *splits}]
    if not _named(more, "text"):
        roles["features"] = tuple(content) or (column,)
    return _Columns(cells=cells, roles=roles, compared=bool(content), notes=tuple(notes))


def _named(columns: dict[str, Sequence[str]] | dict[str, tuple[str, ...]], role: str) -> list[str]:
    return [name for name in columns if normal_name(name) in NAMES[role]]


def _annotations(source: Source, others: Sequence[str]) -> tuple[Problem, ...]:
    """A warning of files beside the images that may hold labels; none where there are none."""
    places = [place for place in others if ending(place) in MAY_HOLD_LABELS]
    if not places:
        return ()
    what = say(
        N_("{name}: {n:,} file that may hold the labels was not read: {names}"),
        N_("{name}: {n:,} files that may hold the labels were not read: {names}"),
        name=source.name,
        n=len(places),
        names=listed(places, 5),
    )
    return (
        Problem(slug="annotations-not-read", what=what, fixes=(_to_read(source, places),), level="warning"),
    )


def _to_read(source: Source, places: Sequence[str]) -> Text:
    """What to do with files that may hold the labels: a table is named, one file for each image is not."""
    tables = [place for place in places if ending(place) not in EACH_IMAGE]
    if not tables and len(places) == 1 and ending(places[0]) == ".json":
        tables = list(places)
    if tables:
        command = f"auditor check {source.typed(best_file(source, tables))}"
        if source.archive is not None:
            command = (
                f"unzip {shlex.quote(source.name)} -d {shlex.quote(PurePath(source.name).stem)} && {command}"
            )
        return say(N_("if it holds them: {command}"), command=command)
    if all(ending(place) == ".xml" for place in places):
        return say(N_("if they are Pascal VOC, put them into a folder Annotations beside the images"))
    return say(N_("export the annotations as COCO, YOLO or Pascal VOC, or write a table of image and label"))


def _audited(name: str, form: str, folders: ClassFolders, metadata: Metadata) -> Problem:
    details = []
    if folders.empty:
        details.append(say(N_("class folders without a file: {names}"), names=listed(folders.empty)))
    if folders.classes and metadata.files:
        details.append(say(N_("kept are the classes of the folders and the columns of the metadata")))
    if not folders.classes:
        details.append(say(N_("no file stands in a class folder")))
    if form == IMAGE_FOLDER:
        what = say(N_("{name}: {n:,} image"), N_("{name}: {n:,} images"), name=name, n=len(folders.labels))
        return Problem(slug="images-found", what=what, details=tuple(details), level="note")
    what = say(
        N_("{name}: audited are classes, labels and metadata; {content} are not opened or compared"),
        name=name,
        content=say(N_("the sounds")),
    )
    return Problem(slug="content-not-compared", what=what, details=tuple(details), level="note")


def _forms(name: str, files: list[str]) -> tuple[Problem, ...]:
    """What was done about names that are written with separate letters and marks (NFD)."""
    shown = composed(files)
    changed = [place for place in files if shown[place] != place]
    twins = [place for place in files if _composed_twin(place, shown)]
    out = []
    if changed:
        what = say(
            N_("{name}: {n:,} file name was put into its composed Unicode form (NFC)"),
            N_("{name}: {n:,} file names were put into their composed Unicode form (NFC)"),
            name=name,
            n=len(changed),
        )
        out.append(Problem(slug="file-names-composed", what=what, level="note"))
    if twins:
        what = say(
            N_("{name}: {n:,} file has a name that another one has in a second Unicode form: {names}"),
            N_("{name}: {n:,} files have names that others have in a second Unicode form: {names}"),
            name=name,
            n=len(twins),
            names=listed(twins, 5),
        )
        out.append(Problem(slug="file-names-composed", what=what, level="warning"))
    return tuple(out)


def _composed_twin(place: str, shown: dict[str, str]) -> bool:
    """Whether a name stayed as it is because its composed form is another file's too."""
    return shown[place] == place and unicodedata.normalize("NFC", place) != place
