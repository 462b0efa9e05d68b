"""Examples of formats that are folders: see `examples_of_formats`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from examples_of_formats import Example

FEATURES = {
    "text": {"dtype": "string", "_type": "Value"},
    "label": {"names": ["world", "sports"], "_type": "ClassLabel"},
}
"""As `datasets` writes them into `dataset_info.json`."""


def put(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Files with their content, by their paths within a folder; gives the folder."""
    for place, content in files.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def stream(path: Path, table: pa.Table, *, rows: int | None = None, options: Any = None) -> Path:
    """A table as an Arrow IPC stream, as `ArrowWriter` of `datasets` writes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=rows)
    return path


def saved(
    folder: Path,
    tables: Sequence[pa.Table],
    *,
    features: Mapping[str, Any] | None = None,
    indices: Sequence[int] | None = None,
) -> Path:
    """What `Dataset.save_to_disk(folder, num_shards=len(tables))` of datasets 5.2 writes.

    `indices` is the mapping that datasets before 2.0 wrote for a dataset that was selected or shuffled.
    """
    names = [f"data-{at:05d}-of-{len(tables):05d}.arrow" for at in range(len(tables))]
    for name, table in zip(names, tables, strict=True):
        stream(folder / name, table)
    state: dict[str, Any] = {
        "_data_files": [{"filename": name} for name in names],
        "_fingerprint": "69d6df0508831de5",
        "_format_columns": None,
        "_format_kwargs": {},
        "_format_type": None,
        "_output_all_columns": False,
        "_split": None,
    }
    if indices is not None:
        stream(folder / "indices.arrow", pa.table({"indices": pa.array(indices, pa.uint64())}))
        state["_indices_data_files"] = [{"filename": "indices.arrow"}]
    info = {"citation": "", "description": "", "features": dict(features or FEATURES), "homepage": ""}
    return put(folder, {"state.json": json.dumps(state), "dataset_info.json": json.dumps(info)})


def news(texts: Sequence[str], labels: Sequence[int]) -> pa.Table:
    """A table of texts and numbers of classes."""
    return pa.table({"text": pa.array(texts, pa.string()), "label": pa.array(labels, pa.int64())})


def _dataset_dict(folder: Path) -> Path:
    here = folder / "news"
    saved(here / "train", [news(["a", "007"], [0, -1]), news(["c"], [1])])
    saved(here / "test", [news(["d"], [1])])
    return put(here, {"dataset_dict.json": json.dumps({"splits": ["train", "test"]})})


def _hub(folder: Path) -> Path:
    here = put(folder / "hub", {"README.md": "# card\n", ".gitattributes": "x\n"})
    (here / "data").mkdir()
    for name, table in {
        "train-00000-of-00002": news(["a", "007"], [0, 1]),
        "train-00001-of-00002": news(["c"], [1]),
        "test-00000-of-00001": news(["d"], [0]),
    }.items():
        said = {"huggingface": json.dumps({"info": {"features": FEATURES}})}
        pq.write_table(table.replace_schema_metadata(said), here / "data" / f"{name}.parquet")
    return here


def _yolo(folder: Path) -> Path:
    return put(
        folder / "yolo",
        {
            "data.yaml": "train: images/train\nval: images/val\nnc: 2\nnames:\n  0: no\n  1: 007\n",
            "images/train/a.jpg": b"",
            "images/val/b.jpg": b"",
            "labels/train/a.txt": "0 0.5 0.5 0.25 0.25\n1 0.1 0.1 0.2 0.2\n",
            "labels/val/b.txt": "1 0.5 0.5 1 1",
        },
    )


OBJECT = (
    "<object><name>{name}</name><pose>Left</pose><truncated>0</truncated><difficult>{difficult}</difficult>"
    "<bndbox><xmin>{0}</xmin><ymin>{1}</ymin><xmax>{2}</xmax><ymax>{3}</ymax></bndbox></object>"
)


def voc_xml(image: str, *objects: str) -> str:
    """An annotation as the tools of Pascal VOC write it."""
    size = "<size><width>500</width><height>375</height><depth>3</depth></size>"
    head = f"<folder>VOC2012</folder><filename>{image}</filename>{size}"
    return f"<annotation>{head}{''.join(objects)}</annotation>"


def voc_object(name: str, box: tuple[int, int, int, int], difficult: int = 0) -> str:
    """One object of an annotation."""
    return OBJECT.format(*box, name=name, difficult=difficult)


def _voc(folder: Path) -> Path:
    first = voc_xml("1.jpg", voc_object("cat", (1, 1, 500, 375)), voc_object("dog", (10, 20, 30, 40), 1))
    second = voc_xml("2.jpg", voc_object("cat", (5, 6, 7, 8)))
    return put(
        folder / "VOC2012",
        {
            "Annotations/1.xml": first,
            "Annotations/2.xml": second,
            "JPEGImages/1.jpg": b"",
            "JPEGImages/2.jpg": b"",
        },
    )


def coco_json(image: str, *kinds: int, first: int = 1) -> str:
    """A COCO file: an image with a box of each category."""
    boxes = [
        {"id": first + at, "image_id": 1, "category_id": kind, "bbox": [1, 2, 3 + at, 4]}
        for at, kind in enumerate(kinds)
    ]
    whole = {
        "images": [{"id": 1, "file_name": image}],
        "annotations": boxes,
        "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
    }
    return json.dumps(whole)


def _coco(folder: Path) -> Path:
    return put(
        folder / "coco",
        {
            "annotations/instances_train2017.json": coco_json("1.jpg", 1, 2),
            "annotations/instances_val2017.json": coco_json("2.jpg", 2, first=9),
            "train2017/1.jpg": b"",
            "val2017/2.jpg": b"",
        },
    )


PLACES = ["train/cat/1.jpg", "train/cat/2.JPG", "train/dog/1.jpg", "val/cat/3.jpg", "val/dog/4.jpg"]
SOUNDS = ["no/1.wav", "yes/2.wav"]
PHOTOS = {"images/a.jpg": b"", "images/b.jpg": b""}
IMAGES = ["images/a.jpg", "images/b.jpg"]

EXAMPLES: dict[str, Example] = {
    "huggingface": Example(
        make=_dataset_dict,
        cells={
            "text": ["a", "007", "c", "d"],
            "label": ["0", "", "1", "1"],
            "split": ["train", "train", "train", "test"],
        },
        roles={"label": ("label",), "text": ("text",), "split": ("split",)},
    ),
    "shards": Example(
        make=_hub,
        cells={
            "text": ["d", "a", "007", "c"],
            "label": ["0", "0", "1", "1"],
            "split": ["test", "train", "train", "train"],
        },
        roles={"label": ("label",), "text": ("text",), "split": ("split",)},
    ),
    "yolo": Example(
        make=_yolo,
        cells={
            "id": ["labels/train/a.txt:1", "labels/train/a.txt:2", "labels/val/b.txt:1"],
            "image": ["images/train/a.jpg", "images/train/a.jpg", "images/val/b.jpg"],
            "label": ["no", "007", "007"],
            "x_center": ["0.5", "0.1", "0.5"],
            "y_center": ["0.5", "0.1", "0.5"],
            "width": ["0.25", "0.2", "1"],
            "height": ["0.25", "0.2", "1"],
            "split": ["train", "train", "validation"],
        },
        roles={
            "id": ("id",),
            "label": ("label",),
            "features": ("image", "x_center", "y_center", "width", "height"),
            "split": ("split",),
        },
    ),
    "voc": Example(
        make=_voc,
        cells={
            "id": ["Annotations/1.xml:1", "Annotations/1.xml:2", "Annotations/2.xml:1"],
            "image": ["1.jpg", "1.jpg", "2.jpg"],
            "label": ["cat", "dog", "cat"],
            "xmin": ["1", "10", "5"],
            "ymin": ["1", "20", "6"],
            "xmax": ["500", "30", "7"],
            "ymax": ["375", "40", "8"],
            "difficult": ["0", "1", "0"],
            "truncated": ["0", "0", "0"],
        },
        roles={
            "id": ("id",),
            "label": ("label",),
            "features": ("image", "xmin", "ymin", "xmax", "ymax"),
        },
    ),
    "coco-folder": Example(
        make=_coco,
        cells={
            "id": ["1", "2", "9"],
            "image": ["train2017/1.jpg", "train2017/1.jpg", "val2017/2.jpg"],
            "x": ["1", "1", "1"],
            "y": ["2", "2", "2"],
            "width": ["3", "4", "3"],
            "height": ["4", "4", "4"],
            "label": ["cat", "dog", "dog"],
            "split": ["train", "train", "validation"],
        },
        roles={
            "id": ("id",),
            "label": ("label",),
            "features": ("image", "x", "y", "width", "height"),
            "split": ("split",),
        },
    ),
    "image-folder": Example(
        make=lambda folder: put(folder / "pets", dict.fromkeys(PLACES, b"")),
        cells={
            "id": PLACES,
            "image": PLACES,
            "label": ["cat", "cat", "dog", "cat", "dog"],
            "split": ["train", "train", "train", "validation", "validation"],
        },
        roles={"id": ("id",), "label": ("label",), "image": ("image",), "split": ("split",)},
    ),
    "image-manifest": Example(
        make=lambda folder: put(
            folder / "photos", {"labels.csv": "id,path,label\n7,a.jpg,cat\n8,b.jpg,dog\n", **PHOTOS}
        ),
        cells={"id": ["7", "8"], "path": ["a.jpg", "b.jpg"], "label": ["cat", "dog"]},
        roles={"id": ("id",), "label": ("label",), "image": ("path",)},
    ),
    "audio-folder": Example(
        make=lambda folder: put(folder / "words", dict.fromkeys(SOUNDS, b"")),
        cells={"id": SOUNDS, "sound": SOUNDS, "label": ["no", "yes"]},
        roles={"id": ("id",), "label": ("label",), "features": ("sound",)},
    ),
    "mask-folder": Example(
        make=lambda folder: put(
            folder / "cells", {**dict.fromkeys(IMAGES, b""), "masks/a.png": b"", "masks/b.png": b""}
        ),
        cells={"id": IMAGES, "image": IMAGES, "mask": ["masks/a.png", "masks/b.png"]},
        roles={"id": ("id",), "label": (), "image": ("image",)},
    ),
}
