"""How a corrected dataset of images is audited again: what stands behind its name on the command line."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from auditor.data import Dataset
from auditor.errors import AuditorError
from auditor.images.archive import Archive
from auditor.images.files import ImageFiles, plain
from auditor.read.choice import InputChoice
from auditor.read.columns import NONE, ColumnChoice
from auditor.read.dataset import read_inputs
from auditor.read.formats.media_metadata import FILE_NAME
from auditor.review.corrections import Corrections

COMMA = ","


def flags_again(
    fixed: Path,
    dataset: Dataset,
    found: Corrections,
    choice: InputChoice,
    original: Path,
    *,
    is_manifest: bool,
) -> tuple[str, ...] | None:
    """The flags with which the corrected file has the items, labels and images of the dataset.

    They are found by reading it: as few as will do. No image is opened.

    Args:
        fixed: the file that was written, at its place.
        dataset: what was reviewed.
        found: what was changed of it.
        choice: what the user said of the dataset.
        original: the dataset as the user named it.
        is_manifest: whether the file is a table of the images of a folder.

    Returns:
        None where the dataset has no images that are there, and where no flags were found.
    """
    if dataset.images is None or not dataset.images.found:
        return None
    said = replace(choice, embeddings=None, annotations=None, input_format=None)
    roots = list(_roots(dataset.images, choice, original))
    for all_classes in (True, False):  # a class that has no row any more may have a name with a comma
        for root in roots:
            for one in _choices(replace(said, image_root=root), dataset, is_manifest=is_manifest):
                if _is_same(fixed, dataset, found, one, all_classes=all_classes):
                    return _flags(one)
    return None


def _roots(images: ImageFiles, choice: InputChoice, original: Path) -> Iterator[str | None]:
    """What `--image-root` may name, the best first: what the user said; what holds the images; nothing."""
    if choice.image_root is not None:
        yield str(choice.image_root)
        return
    archive = images.root.path if isinstance(images.root, Archive) else None
    holds = original.is_dir() or archive == original
    yield from ([str(original), None] if holds else [None])
    if archive is not None and archive != original:
        yield str(archive)
    yield str(original.parent)
    for within in ("images", "images.zip"):
        for beside in (original, original.parent):
            if (beside / within).exists():
                yield str(beside / within)


def _choices(said: InputChoice, dataset: Dataset, *, is_manifest: bool) -> Iterator[InputChoice]:
    """What may be said of the columns: no more than before, then everything; each with the classes too."""
    roles = dataset.roles
    columns = ColumnChoice(
        id=FILE_NAME,
        image=FILE_NAME,
        label=next(iter(roles.get("label", (NONE,)))),
        split=next(iter(roles.get("split", ())), None),
        text=roles.get("text", ()),
    )
    for one in (said, replace(said, columns=columns)) if is_manifest else (said,):
        yield one
        if one.classes is None and not any(COMMA in name for name in dataset.classes):
            yield replace(one, classes=COMMA.join(dataset.classes))


def _is_same(
    fixed: Path, dataset: Dataset, found: Corrections, choice: InputChoice, *, all_classes: bool
) -> bool:
    """Whether the file reads as the dataset with its corrections."""
    try:
        new = read_inputs(fixed, (), choice).dataset
    except (AuditorError, OSError):
        return False
    kept = [row for row in range(len(dataset)) if row not in found.edits.dropped]
    if new.images is None or len(new) != len(kept):
        return False
    known = set(dataset.classes)
    if all_classes and [name for name in new.classes if name in known] != [*dataset.classes]:
        return False
    if dataset.has_ids and new.ids.to_pylist() != dataset.ids.take(kept).to_pylist():
        return False
    return (
        _images(new, range(len(new))) == _images(dataset, kept)
        and _splits(new, range(len(new))) == _splits(dataset, kept)
        and [new.labels.text_of(row) for row in range(len(new))] == _labels(dataset, found, kept)
    )


def _labels(dataset: Dataset, found: Corrections, kept: Sequence[int]) -> list[str]:
    after = {change.row: change.after for change in found.changes if change.action == "relabel"}
    return [after.get(row, dataset.labels.text_of(row)) for row in kept]


def _images(dataset: Dataset, rows: Sequence[int]) -> list[str]:
    """The name of the file of each row, without its folders; "" where it is not there."""
    images = dataset.images
    if images is None:
        return []
    lost = {*images.missing, *images.refused}
    return ["" if row in lost else plain(images.places[row]).rpartition("/")[2] for row in rows]


def _splits(dataset: Dataset, rows: Sequence[int]) -> list[str]:
    splits = dataset.splits
    if splits is None:
        return [""] * len(rows)
    return [splits.names[code] if (code := splits.codes[row]) >= 0 else "" for row in rows]


def _flags(choice: InputChoice) -> tuple[str, ...]:
    """The flags that say a choice, quoted for a shell."""
    columns = choice.columns
    said = [
        ("id", columns.id),
        ("label", columns.label),
        *(("text", name) for name in columns.text),
        *(("features", name) for name in columns.features),
        ("image", columns.image),
        ("split", columns.split),
        *(("slice", name) for name in columns.slice),
        ("classes", choice.classes),
        ("sep", choice.sep),
        ("image-root", choice.image_root),
    ]
    return tuple(f"--{flag} {shlex.quote(str(value))}" for flag, value in said if value is not None)
