"""UFO: images with the words in them (text recognition), one row per word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from auditor.errors import InputError, Problem
from auditor.read.columns import NONE
from auditor.read.formats.annotation_notes import no_annotations, not_read, partly
from auditor.read.formats.cells import another_format, free_name, table_of
from auditor.read.formats.records import (
    columns_of,
    document_of,
    encoding_of_file,
)
from auditor.read.json_text import told
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, table_reader
from auditor.wording import N_, say

CONTENT = ("image", "points", "transcription")
"""A word is a copy of another where all of these are equal: many words rightly stand in many places."""


def is_ufo(source: Source) -> bool:
    """Whether a file is a JSON object of images by name, each with its words."""
    return _is_ufo(source.document)


@table_reader("ufo", N_("UFO words in images"), looks_like=is_ufo)
def read_ufo(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """A row per word with everything that is said of it. There are no classes: copies alone are audited.

    Raises:
        InputError: `not-this-format`, `no-annotations`, `json-too-deep`, `json-keys-vary`; else as
            `document_of`.
    """
    document = document_of(source)
    if not _is_ufo(document):
        raise InputError(another_format(source.name, say(N_("it has no images with words"))))
    images = document["images"]
    words = list(_words(images))
    if not words:
        raise InputError(no_annotations(source.name))
    with told(source.name):
        columns, notes = columns_of(source.name, words)
    return table_of(
        source,
        "ufo",
        columns,
        skip,
        notes=(*encoding_of_file(source), _audited(source.name, images), *notes),
        roles={"id": ("id",), "label": (NONE,), "features": [name for name in CONTENT if name in columns]},
    )


def _audited(file: str, images: Mapping[str, Any]) -> Problem:
    empty = sum(1 for image in images.values() if not image.get("words"))
    what = say(N_("words: copies at one place are audited; transcriptions and positions are not"))
    rows = say(
        N_("a row is a word; {n:,} image without one gives no row"),
        N_("a row is a word; {n:,} images without one give no row"),
        n=empty,
    )
    others = dict.fromkeys(key for image in images.values() for key in image if key != "words")
    return partly(file, what, *((rows,) if empty else ()), *not_read(others))


def _is_ufo(document: Any) -> bool:
    images = document.get("images") if isinstance(document, dict) else None
    return isinstance(images, dict) and bool(images) and all(_has_words(image) for image in images.values())


def _has_words(image: Any) -> bool:
    words = image.get("words") if isinstance(image, dict) else None
    return isinstance(words, dict) and all(isinstance(word, dict) for word in words.values())


def _words(images: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for file, image in images.items():
        for number, word in image["words"].items():
            own = {"id": f"{file}#{number}", "image": file}
            yield own | {free_name(name, own): value for name, value in word.items()}
