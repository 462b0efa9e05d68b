"""`metadata.csv`, `.jsonl` or `.parquet` beside images or sounds: more columns, joined by `file_name`."""

from __future__ import annotations

import posixpath
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.errors import InputError, Problem
from auditor.read.formats.folder_kinds import METADATA
from auditor.read.formats.oddities import Oddities
from auditor.read.formats.parts import differ
from auditor.read.sources import Source
from auditor.read.tables import TextTable, read_table
from auditor.wording import N_, listed, say

FILE_NAME = "file_name"
NO_FILE = N_("a row of the metadata whose file is not there")
TWICE = N_("a file that several rows of the metadata name; the first is taken")
NO_ROW = N_("a file that no row of the metadata names")
OTHER_LABEL = N_("a file whose folder and whose metadata say different classes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The columns of the metadata, a cell for each file."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    class_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    """The metadata files themselves."""
    notes: tuple[Problem, ...] = ()
    """What was said while they were read."""


def metadata_of(source: Source, files: Sequence[str], odd: Oddities) -> Metadata:
    """What metadata files say of the files of a folder; nothing where there are none.

    Args:
        source: the folder.
        files: paths of images or sounds within it; no other file is looked for.
        odd: takes rows without a file and files without a row.

    Raises:
        InputError: `parts-differ` where two of them have other columns, and whatever reading one raises.
    """
    tables = _tables(source)
    if not tables:
        return Metadata()
    by_form = {unicodedata.normalize("NFC", place): place for place in files}
    known = {**by_form, **{place: place for place in files}}
    rows: dict[str, dict[str, str]] = {}
    for place, table in tables.items():
        _add_rows(place, table.columns.to_pydict(), known, rows, odd)
    for place in files:
        if place not in rows:
            odd.add(NO_ROW, place)
    first, empty = next(iter(tables.values())), dict[str, str]()
    names = [name for name in first.columns.column_names if name != FILE_NAME]
    return Metadata(
        columns={name: tuple(rows.get(place, empty).get(name, "") for place in files) for name in names},
        class_names={name: order for table in tables.values() for name, order in table.class_names.items()},
        files=tuple(tables),
        notes=tuple(note for table in tables.values() for note in table.notes),
    )


def _tables(source: Source) -> dict[str, TextTable]:
    """The metadata files of a folder that name files, all with the same columns."""
    tables: dict[str, TextTable] = {}
    for place in (place for place in source.files if place.split("/")[-1].lower() in METADATA):
        table = read_table(source.path / place, input_format=place.rpartition(".")[2].lower())
        names = table.columns.column_names
        if FILE_NAME not in names:
            continue
        for first, other in list(tables.items())[:1]:
            if set(other.columns.column_names) != set(names):
                detail = say(N_("columns: {names}"), names=listed(names))
                raise InputError(differ(source.name, first, place, (detail,)))
        tables[place] = table
    return tables


def _add_rows(
    place: str,
    cells: Mapping[str, list[str]],
    known: Mapping[str, str],
    rows: dict[str, dict[str, str]],
    odd: Oddities,
) -> None:
    folder = posixpath.dirname(place)
    names = list(cells)
    for values in zip(*cells.values(), strict=True):
        row = dict(zip(names, values, strict=True))
        said = posixpath.normpath(posixpath.join(folder, row[FILE_NAME]))
        file = known.get(said) or known.get(unicodedata.normalize("NFC", said))
        if file is None:
            odd.add(NO_FILE, row[FILE_NAME][:200])
        elif file in rows:
            odd.add(TWICE, file)
        else:
            rows[file] = row


def count_conflicts(
    folders: Iterable[str], labels: Iterable[str], places: Iterable[str], odd: Oddities
) -> None:
    """Count files whose folder and whose metadata disagree.

    Where the metadata write classes in another way (numbers), a folder's commonest class is what it says.
    """
    rows = [row for row in zip(folders, labels, places, strict=True) if row[0] and row[1]]
    same = {folder for folder, _, _ in rows} & {label for _, label, _ in rows}
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for folder, label, _ in rows:
        votes[folder][label] += 1
    meant = {folder: folder if same else count.most_common(1)[0][0] for folder, count in votes.items()}
    for folder, label, place in rows:
        if label != meant[folder]:
            odd.add(OTHER_LABEL, place)
