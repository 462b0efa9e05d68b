"""What the audit folder keeps of the content, so that `report`, `review` and `show` need no dataset.

Kept are the queue, the copies, the examples of the report, a reserve of rows drawn by a hash of the item
(for controls and for an estimate of the dataset's error rate), and the rows most similar to those that are
reviewed first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.arrow import named
from auditor.detect import Inputs
from auditor.findings import examples
from auditor.pictures import COLUMN, thumbnails
from auditor.prioritise.draws import draw_keys
from auditor.prioritise.queue import Order
from auditor.prioritise.sample import reserve
from auditor.similar.alike import Alike, most_similar

if TYPE_CHECKING:
    from auditor.pipeline import AuditOptions

SNIPPET = 120
"""Characters of a cell that items.parquet keeps under `--privacy snippet`."""
KEPT_CELL = 20_000
"""Characters of a cell that items.parquet keeps otherwise; nobody reads on, and a cell may hold 50 MB."""
EXEMPLIFIED = ("hygiene", "outlier", "annotation", "image")
"""Kinds whose first examples stand in the report though their rows are in no queue."""
COMPARED, CONTROLS = 1_000, 200
"""Rows of the queue, and of the reserve, whose most similar rows are looked for: two rounds of review."""
CONTENT, DETAIL = "content.", "detail."
"""How the columns of items.parquet begin that hold content, and splits and slices."""


def shown_rows(
    inputs: Inputs, queue: pa.Table, duplicates: pa.Table, findings: pa.Table, *, searched: bool
) -> NDArray[np.int64]:
    """The queue, the copies, and the examples of the report.

    `searched` says whether near copies were looked for.
    """
    parts = [queue["row"].to_numpy(), duplicates["row"].to_numpy()]
    parts += [examples(findings, kind)["row"].to_numpy() for kind in EXEMPLIFIED]
    if searched:
        shown = inputs.index.near_examples
        parts += [shown.first, shown.second]
    return np.unique(np.concatenate(parts))


def items_table(inputs: Inputs, order: Order, shown: NDArray[np.int64], options: AuditOptions) -> pa.Table:
    """items.parquet: what is shown, the reserve and the most similar rows, as the privacy setting allows.

    Columns: `item`, `row`, `content` (a hash of it), `draw` (the key by which rows are drawn), `reserve`,
    `nearest` (rows, the most similar first), `likeness` (0..1), `detail.NAME` for the split and each slice,
    `content.NAME` for each column of the content, and of images `thumbnail`, a WebP.
    """
    keys = draw_keys(inputs.dataset, inputs.index, options.seed)
    drawn = reserve(order.places, keys)
    first = drawn[np.argsort(keys[drawn], kind="stable")[:CONTROLS]]
    asked = np.union1d(order.rows[:COMPARED], first)
    alike = most_similar(inputs.index, asked)
    rows = np.unique(np.concatenate([shown, drawn, asked, alike.rows[alike.rows >= 0]]))
    columns: dict[str, Any] = {
        "item": inputs.dataset.ids.take(pa.array(rows)),
        "row": rows,
        "content": pa.array(inputs.index.hashes_of(rows)),
        "draw": keys[rows],
        "reserve": np.isin(rows, drawn),
        **_nearest(alike, asked, rows),
        **_details(inputs, rows),
        **_content(inputs, rows, options.privacy),
    }
    pictures = thumbnails(inputs.index, rows, asked, _beside(inputs, alike), options.privacy)
    return pa.table(columns if pictures is None else columns | {COLUMN: pictures})


def _beside(inputs: Inputs, alike: Alike) -> NDArray[np.int64]:
    """Rows that are shown beside another: the most similar ones, copies and near copies."""
    near = inputs.index.near
    members = [inputs.index.groups.rows, *([] if near is None else [near.groups.rows])]
    return np.unique(np.concatenate([alike.rows[alike.rows >= 0], *members]))


def _nearest(alike: Alike, asked: NDArray[np.int64], rows: NDArray[np.int64]) -> dict[str, pa.Array]:
    found: dict[int, tuple[list[int], list[float]]] = {}
    for row, near, share in zip(asked.tolist(), alike.rows, alike.similarity, strict=True):
        there = near >= 0
        found[row] = near[there].tolist(), share[there].tolist()
    lists = [found.get(row, ([], [])) for row in rows.tolist()]
    return {
        "nearest": pa.array([near for near, _ in lists], _list_of(pa.int64())),
        "likeness": pa.array([share for _, share in lists], _list_of(pa.float64())),
    }


def _list_of(kind: pa.DataType) -> pa.ListType:
    """A list as Parquet names its parts, so that a table read back is written the same."""
    return pa.list_(pa.field("element", kind))


def _details(inputs: Inputs, rows: NDArray[np.int64]) -> dict[str, pa.Array]:
    dataset = inputs.dataset
    out: dict[str, pa.Array] = {}
    if dataset.splits is not None:
        name = next(iter(dataset.roles.get("split", ())), "split")
        out[f"{DETAIL}{name}"] = named(dataset.splits.codes[rows], dataset.splits.names).cast(pa.string())
    for name, found in dataset.slices.items():
        out[f"{DETAIL}{name}"] = named(found.codes[rows], found.names).cast(pa.string())
    return out


def _content(inputs: Inputs, rows: NDArray[np.int64], privacy: str) -> dict[str, pa.Array]:
    if privacy == "ids":
        return {}
    length = SNIPPET if privacy == "snippet" else KEPT_CELL
    columns = inputs.dataset.content.columns
    return {
        f"{CONTENT}{name}": pc.utf8_slice_codeunits(
            columns[name].take(pa.array(rows)).combine_chunks(), 0, length
        )
        for name in columns.column_names
    }
