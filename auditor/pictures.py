"""The small pictures that an audit folder keeps, so that its pages need no dataset.

Rows that are asked about get a large one, other rows that are kept a small one: copies, similar rows, the
rest of the queue. None is kept of an image that could not be opened, nor where the folder may hold no
content.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.engine.local import ordered_map
from auditor.images.files import ImageFiles, Unreadable

if TYPE_CHECKING:
    from auditor.similar.content import ContentIndex

COLUMN = "thumbnail"
"""The column of items.parquet: WebP, null where there is no picture."""
LARGE, SMALL = 480, 128
"""Pixels of the longer side: of a row that is asked about, which fills a labeller's screen; of another."""
SNIPPET = 96
"""Pixels of every picture under `--privacy snippet`: what it shows can be told, who it shows hardly."""
MOST = 8_000
"""Pictures that an audit keeps at most, some 40 MB: those asked about first."""


def thumbnails(
    index: ContentIndex,
    rows: NDArray[np.int64],
    asked: NDArray[np.int64],
    beside: NDArray[np.int64],
    privacy: str,
) -> pa.Array | None:
    """(m,) the pictures of rows; None for a dataset without images, and where no content may be kept.

    Args:
        index: the images.
        rows: (m,) the rows that are kept.
        asked: those among them that are asked about: they have a picture first.
        beside: those that are shown beside them, which have one next.
        privacy: `full`, `snippet` or `ids`.
    """
    files, looks = index.dataset.images, index.looks
    if files is None or looks is None or privacy == "ids":
        return None
    large = np.isin(rows, asked)
    rest = ~large & ~np.isin(rows, beside)
    sides = np.full(len(rows), SNIPPET) if privacy == "snippet" else np.where(large, LARGE, SMALL)
    sides[~looks.opened[rows]] = 0
    first = np.lexsort((rest, ~large))
    sides[first[MOST:]] = 0
    made = ordered_map(partial(_picture, files), zip(rows.tolist(), sides.tolist(), strict=True))
    return pa.array(list(made), pa.binary())


def _picture(files: ImageFiles, asked: tuple[int, int]) -> bytes | None:
    """The picture of one row at one side; None where none is wanted, or the file has gone since."""
    from auditor.images.thumbnail import thumbnail

    row, side = asked
    try:
        return thumbnail(files.bytes_of(row), side) if side else None
    except Unreadable:
        return None


def images_json(index: ContentIndex, items: pa.Table) -> dict[str, Any] | None:
    """What `audit.json` says of the images; None for a dataset without any."""
    looks = index.looks
    if looks is None:
        return None
    kept = items[COLUMN] if COLUMN in items.column_names else None
    return {
        "opened": int(looks.opened.sum()),
        "faults": looks.faults(),
        "digest": hashlib.sha256(np.ascontiguousarray(looks.file_digest).tobytes()).hexdigest(),
        "pictures": 0 if kept is None else len(kept) - kept.null_count,
        "of": len(items),
    }
