"""The family of table readers: one module per format, or per family of formats.

A reader is a function (source, separator, skip) -> TextTable under `@table_reader` (see
`auditor.read.tables`); list its module here.
"""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "text_tables",
    "json_tables",
    "label_studio",
    "argilla",
    "doccano",
    "prodigy",
    "fasttext",
    "conll",
    "coco",
    "coco_folders",
    "ufo",
    "arrow_tables",
    "spreadsheets",
    "huggingface",
    "shards",
    "yolo",
    "voc",
    "image_folders",
    "image_manifest",
    "mask_folders",
)


def register_all() -> None:
    """Import every module of readers."""
    for name in MODULES:
        import_module(f"auditor.read.formats.{name}")
