"""Every image of a dataset is decoded once, on threads; what is kept of each is small.

Pillow lets other threads run while it decodes and reduces, and numpy while it computes, so threads need
nothing to be copied between processes. Blocks of rows are fixed, and each row is written by one thread:
the result does not depend on how many there are. Of a million images 1 GB of greys and as much of features is
kept; both lie in a temporary file, so memory holds a few blocks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from auditor.engine.local import ordered_map
from auditor.images.files import WHYS, ImageFiles, Unreadable
from auditor.images.glance import DIGEST, STAMP, Glance, file_digest, glance, greys_of
from auditor.images.looks import Looks
from auditor.images.measuring import of_pixels, of_sizes
from auditor.images.opening import FORMATS
from auditor.images.quiet import quiet
from auditor.scratch import scratch_array
from auditor.wording import N_

BLOCK = 64
"""Images that a thread looks at between two reports: their stamps take 800 kB."""
ROOM = N_("what is kept of the images finds no room in the temporary folder: {error}")
MEASURES = ("dark", "bright", "blurry", "low_information", "greyscale")


def look_at(
    files: ImageFiles,
    progress: Callable[[float], None] | None = None,
    threads: int | None = None,
    *,
    with_features: bool = True,
) -> Looks:
    """Decode every image once.

    Args:
        files: where the bytes are, one row an image.
        progress: called with the share that is done, 0..1, from the calling thread.
        threads: how many; None: the cores, at most 8.
        with_features: compute the hand-made features too, which cost about as much as all the rest.

    Raises:
        InputError: `no-room`.
    """
    looks = _empty(len(files), with_features)
    with quiet:
        done = ordered_map(partial(_look_at_block, files, looks), range(0, len(files), BLOCK), threads)
        for block, details in enumerate(done, 1):
            looks.details.update(details)
            if progress is not None:
                progress(min(1.0, block * BLOCK / len(files)))
    looks.quality.update(of_sizes(looks.width, looks.height))
    return looks


def _empty(n: int, with_features: bool) -> Looks:
    """Nothing looked at yet."""
    length = 0
    if with_features:
        from auditor.images.features import LENGTH

        length = LENGTH
    return Looks(
        fault=np.zeros(n, np.uint8),
        details={},
        width=np.zeros(n, np.int32),
        height=np.zeros(n, np.int32),
        format=np.full(n, -1, np.int8),
        formats=FORMATS,
        file_digest=np.zeros((n, DIGEST), np.uint8),
        pixel_digest=np.zeros((n, DIGEST), np.uint8),
        grey=scratch_array((n, STAMP // 2, STAMP // 2), np.uint8, ROOM),
        features=scratch_array((n, length), np.float16, ROOM),
        quality={name: np.full(n, np.nan, np.float32) for name in MEASURES},
    )


def _look_at_block(files: ImageFiles, looks: Looks, start: int) -> dict[int, str]:
    """Look at a block of images, write its rows, and give back what more is known of its faults."""
    details: dict[int, str] = {}
    rows: list[int] = []
    glances: list[Glance] = []
    for row in range(start, min(start + BLOCK, len(files))):
        try:
            data = files.bytes_of(row)
            looks.file_digest[row] = np.frombuffer(file_digest(data), np.uint8)
            glances.append(glance(data))
            rows.append(row)
        except Unreadable as fault:
            looks.fault[row] = 1 + WHYS.index(fault.why)
            if fault.detail:
                details[row] = fault.detail
    if rows:
        _write(looks, np.array(rows), glances)
    return details


def _write(looks: Looks, rows: np.ndarray[tuple[int], np.dtype[np.int64]], glances: list[Glance]) -> None:
    """What images that were opened tell, into their rows."""
    stamps = np.stack([each.stamp for each in glances])
    looks.width[rows] = [each.width for each in glances]
    looks.height[rows] = [each.height for each in glances]
    looks.format[rows] = [FORMATS.index(each.format) for each in glances]
    digests = b"".join(each.pixel_digest for each in glances)
    looks.pixel_digest[rows] = np.frombuffer(digests, np.uint8).reshape(-1, DIGEST)
    looks.grey[rows] = greys_of(stamps)
    if looks.features.shape[1]:
        from auditor.images.features import features

        looks.features[rows] = features(stamps)
    luma = np.stack([each.luma for each in glances])
    steps = np.stack([each.steps for each in glances])
    for name, values in of_pixels(luma, steps, stamps).items():
        looks.quality[name][rows] = values
