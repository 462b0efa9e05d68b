"""Rows of several datasets as one, so that they can be compared and described by the same features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.data import ClassLabels, Content, Dataset, Embeddings
from auditor.images.files import ImageFiles, Root, Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some rows of a dataset."""

    dataset: Dataset
    rows: NDArray[np.int64]
    """(m,) which."""
    embeddings: Embeddings | None = None


def stacked(
    parts: Sequence[Part], codes: NDArray[np.int32], classes: tuple[str, ...]
) -> tuple[Dataset, Embeddings | None]:
    """The rows of all parts, one part after the other, and their vectors where every part has some.

    Args:
        parts: of one kind of content, each with the columns of the first.
        codes: (n,) the labels that the dataset is to have, negative for none.
        classes: their names.

    Returns:
        A dataset of (n,) rows whose ids are those of the parts with the number of the part before them.
    """
    first = parts[0].dataset
    ids = [f"{at}:{name}" for at, part in enumerate(parts) for name in _taken(part, part.dataset.ids)]
    dataset = Dataset(
        name=first.name,
        ids=pa.array(ids, pa.string()),
        has_ids=all(part.dataset.has_ids for part in parts),
        labels=ClassLabels(codes=codes, classes=classes),
        content=Content(kind=first.content.kind, columns=_columns(parts)),
        images=_images(parts) if first.content.kind == "images" else None,
    )
    return dataset, _vectors(parts)


def _taken(part: Part, column: pa.Array) -> list[str]:
    found: list[str] = column.take(pa.array(part.rows)).to_pylist()
    return found


def _columns(parts: Sequence[Part]) -> pa.Table:
    schema = parts[0].dataset.content.columns.schema
    tables = [part.dataset.content.columns.select(schema.names).take(pa.array(part.rows)) for part in parts]
    if not schema.names:
        return parts[0].dataset.content.columns.slice(0, 0)
    return pa.concat_tables([table.cast(schema) for table in tables])


def _vectors(parts: Sequence[Part]) -> Embeddings | None:
    found = [part.embeddings for part in parts]
    if any(one is None for one in found):
        return None
    known = [(one, part.rows) for one, part in zip(found, parts, strict=True) if one is not None]
    covered = np.concatenate(
        [np.ones(len(rows), bool) if one.covered is None else one.covered[rows] for one, rows in known]
    )
    return Embeddings(
        name=known[0][0].name,
        vectors=np.concatenate([np.asarray(one.vectors[rows]) for one, rows in known]),
        covered=None if covered.all() else covered,
    )


@dataclass(frozen=True, slots=True)
class _Roots:
    """What holds the images of several datasets: the number of the dataset is the first folder of a path."""

    roots: tuple[Root, ...]

    @property
    def name(self) -> str:
        return self.roots[0].name

    def has(self, place: str) -> bool:
        root, inner = self._of(place)
        return root.has(inner)

    def read(self, place: str) -> bytes:
        root, inner = self._of(place)
        return root.read(inner)

    def _of(self, place: str) -> tuple[Root, str]:
        number, _, inner = place.partition("/")
        return self.roots[int(number)], inner


def _images(parts: Sequence[Part]) -> ImageFiles | None:
    files = [part.dataset.images for part in parts]
    places: list[str] = []
    refused: dict[int, str] = {}
    for number, (part, held) in enumerate(zip(parts, files, strict=True)):
        for row in part.rows.tolist():
            if held is not None and row in held.refused:
                refused[len(places)] = held.refused[row]
            place = "" if held is None else held.places[row]
            places.append(f"{number}/{place}" if place else "")
    roots = tuple(held.root if held is not None else _Nothing() for held in files)
    return ImageFiles(
        name=next(held.name for held in files if held is not None),
        places=tuple(places),
        root=_Roots(roots),
        refused=refused,
        missing=tuple(row for row, place in enumerate(places) if not place and row not in refused),
    )


@dataclass(frozen=True, slots=True)
class _Nothing:
    """Where there are no images."""

    name: str = ""

    def has(self, place: str) -> bool:
        return False

    def read(self, place: str) -> bytes:
        raise Unreadable("missing")
