"""Decisions applied: a corrected dataset beside the one that was reviewed, which stays as it is.

What is written is read again and compared with what it was made from: every cell but the named ones must be
the same, or nothing is left behind.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pyarrow as pa

from auditor.data import Dataset
from auditor.errors import InputError, Problem, UsageError
from auditor.read.choice import InputChoice
from auditor.read.dataset import read_inputs
from auditor.read.formats.json_tables import ROW_NUMBERS
from auditor.read.memory import in_memory, table_from_object
from auditor.read.sources import Source, located
from auditor.read.tables import TextTable, read_table
from auditor.review.again import flags_again
from auditor.review.changes import write_changes, write_labels, write_table
from auditor.review.corrections import Corrections, Reviewed, corrections, refuse_other_dataset
from auditor.review.lookup import DatasetLookup
from auditor.review.manifests import Original, as_manifest, original_of
from auditor.review.merging import Merged
from auditor.review.places import Places, compressed, not_writable, places_of
from auditor.review.rewrite import register_all
from auditor.review.rewrite.family import REWRITERS, Edits
from auditor.review.settling import settled_together
from auditor.review.spelling import in_classes_of
from auditor.review.standing import standings
from auditor.similar.content import ContentIndex
from auditor.wording import N_, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of the decisions."""

    name: str
    """The dataset."""
    rows: int
    corrections: Corrections
    fixed: Path | None = None
    """The corrected dataset; None where nothing was written."""
    excluded: Path | None = None
    """The rows that were taken out; None where there are none."""
    changes: Path | None = None
    """The table of the changes."""
    as_labels: bool = False
    """Whether `fixed` is a table of item and label, because the format is not written."""
    as_manifest: bool = False
    """Whether `fixed` is a table of the images of a folder, which stay where they are."""
    flags: tuple[str, ...] | None = None
    """Of a dataset of images: what stands behind `auditor audit FIXED` so that it finds them; else None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A dataset and how the decisions stand against it."""

    dataset: Dataset
    table: TextTable
    found: Corrections

    @property
    def name(self) -> str:
        """The dataset, as messages call it."""
        return self.dataset.name


def apply_files(
    data: str | Path,
    merged: Merged,
    choice: InputChoice,
    output: Path | None,
    *,
    inputs: Sequence[Path] = (),
    flag: bool = False,
    force: bool = False,
) -> Applied:
    """Write the corrected dataset, the rows taken out, and the table of changes.

    Args:
        data: the dataset; it is never written to.
        merged: the decisions.
        choice: what the user said of the dataset.
        output: the file or folder to write; None to write nothing.
        inputs: the decisions files, which are not written over either.
        flag: mark excluded rows in a new column instead of taking them out.
        force: replace files that are there.

    Raises:
        UsageError: `option-value` for an ending of another format; `output-exists`; `output-not-writable`.
        InputError: `decisions-other-dataset`, `format-not-written`, `label-not-encodable`,
            `apply-not-verified`; or as the dataset is refused.
    """
    register_all()
    source = located(data, folders=True)
    read = read_corrections(data, source, merged, choice, flag=flag)
    if output is None:
        return Applied(name=read.name, rows=len(read.table.columns), corrections=read.found)
    original = Path(data) if not isinstance(data, str) or "://" not in data else None
    written = original_of(source, read.table, choice)
    form = written.table.format
    places = places_of(written.source, form, output, original, inputs, force=force)
    done = _written(written, read, places)
    if original is None:
        return done
    flags = flags_again(output, read.dataset, read.found, choice, original, is_manifest=places.as_manifest)
    return replace(done, flags=flags)


def read_corrections(
    data: Any, source: Source | None, merged: Merged, choice: InputChoice, *, flag: bool
) -> Read:
    """Read a dataset and see what the decisions change of it.

    Raises:
        InputError: as `apply_files`.
    """
    labelled = replace(choice, embeddings=None, annotations=None)  # what the configuration may name
    dataset = read_inputs(data, (), labelled).dataset
    merged = in_classes_of(dataset, merged)
    if source is None:
        table = table_from_object(in_memory(data, "dataframe"), "dataframe", stated_id=choice.columns.id)
    else:
        table = read_table(source, input_format=choice.input_format, sep=choice.sep)
    lookup = DatasetLookup(dataset, ContentIndex(dataset), merged)
    stands = standings(merged, lookup)
    stated = choice.columns.label
    refuse_other_dataset(Reviewed.of(dataset), merged, stands, label_stated=stated is not None)
    stands = settled_together(dataset, merged, stands, lookup.place_of)
    found = corrections(dataset, table, stands, stated_label=stated, flag=flag)
    return Read(dataset=dataset, table=table, found=found)


def _written(original: Original, read: Read, places: Places) -> Applied:
    """Everything under other names in a folder of its own first, then moved."""
    try:
        folder = Path(mkdtemp(prefix=f".{places.fixed.name}.partial-", dir=places.fixed.absolute().parent))
    except OSError as error:
        raise UsageError(not_writable(places.fixed, error.strerror or str(error))) from error
    try:
        made = _made(original, read, places, folder)
        for path, target in made.items():
            _put(path, target, folder / "before")
    except OSError as error:
        raise UsageError(not_writable(places.fixed, error.strerror or str(error))) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Applied(
        name=read.name,
        rows=len(read.table.columns),
        corrections=read.found,
        fixed=places.fixed,
        excluded=places.excluded if places.excluded in made.values() else None,
        changes=places.changes,
        as_labels=places.as_labels,
        as_manifest=places.as_manifest,
    )


def _put(path: Path, target: Path, aside: Path) -> None:
    """Move what was written to its place; a folder that is there is only gone once the new one stands."""
    if not target.is_dir():
        path.replace(target)
        return
    target.replace(aside)
    try:
        path.replace(target)
    except BaseException:
        aside.replace(target)
        raise


def _made(original: Original, read: Read, places: Places, folder: Path) -> Mapping[Path, Path]:
    """The files in `folder`, and where each is to go, the dataset last."""
    made: dict[Path, Path] = {}
    found, n = read.found, len(read.table.columns)
    write_changes(folder / "changes", found.changes)
    made[folder / "changes"] = places.changes
    versions = [(found.edits, places.fixed, False)]
    if found.edits.dropped:
        versions.insert(0, (found.edits.kept_only(found.edits.dropped, n), places.excluded, True))
    for edits, target, excluded in versions:
        plain = folder / ("out" if excluded else "fixed") / places.inner
        plain.parent.mkdir()
        if places.as_labels:
            write_labels(plain, read.dataset, found, excluded=excluded)
            made[plain] = target
            continue
        expected = expected_table(original.table.columns, edits)
        if places.as_manifest:
            expected = as_manifest(original.table, expected)
            write_table(plain, expected)
            _verify(plain, read, expected, replace(original.choice, input_format="csv", sep=","))
        else:
            REWRITERS[original.table.format].rewrite(original.source, original.table, edits, plain)
            _verify(plain, read, expected, original.choice)
        made[compressed(plain, target)] = target
    return made


def _verify(path: Path, read: Read, expected: pa.Table, choice: InputChoice) -> None:
    """Raise where what was written is not what it was to be."""
    if not len(expected):
        return  # nothing is left that could be read again
    try:
        new = read_table(path, input_format=choice.input_format, sep=choice.sep).columns
    except InputError as error:
        raise InputError(_not_verified(read.name, None, "")) from error
    if ROW_NUMBERS in new.column_names and ROW_NUMBERS not in expected.column_names:
        new = new.drop_columns([ROW_NUMBERS])  # row numbers, which have a gap where a row went
    if sorted(new.column_names) != sorted(expected.column_names) or len(new) != len(expected):
        raise InputError(_not_verified(read.name, None, ""))
    for name in expected.column_names:
        one, other = expected[name].cast(pa.string()), new[name].cast(pa.string())
        if not one.equals(other):
            pairs = zip(one.to_pylist(), other.to_pylist(), strict=True)
            row = next(at for at, (a, b) in enumerate(pairs) if a != b)
            raise InputError(_not_verified(read.name, row, name))


def expected_table(table: pa.Table, edits: Edits) -> pa.Table:
    """The table as it must be after the edits, every column as text."""
    columns = {}
    for name in table.column_names:
        cells = table[name].cast(pa.string()).to_pylist()
        for row, text in edits.cells.get(name, {}).items():
            cells[row] = text
        columns[name] = cells
    for name, texts in edits.added.items():
        columns[name] = [texts.get(row, "") for row in range(len(table))]
    kept = [row for row in range(len(table)) if row not in edits.dropped]
    return pa.table(
        {name: pa.array([cells[row] for row in kept], pa.string()) for name, cells in columns.items()}
    )


def _not_verified(name: str, row: int | None, column: str) -> Problem:
    where = (
        say(N_("the rows or columns are others"))
        if row is None
        else say(N_("row {row} of column {column} differs"), row=row, column=column)
    )
    return Problem(
        slug="apply-not-verified",
        what=say(
            N_("what was written of {name} does not read back as it should: {where}"), name=name, where=where
        ),
        details=(say(N_("nothing was written")),),
        fixes=(say(N_("-o FILE.csv of another format, or report this as a bug")),),
    )
