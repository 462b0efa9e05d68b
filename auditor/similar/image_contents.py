"""Which images are the same image: a name for what each one shows, whatever its file is called.

Two images are the same where their files are, or where they have one size and the same pixels: a PNG saved
again, a photo with other metadata. Of large images only a reduced copy was looked at; those that are equal in
it are opened once more, whole, before they are called the same.
"""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.images.files import ImageFiles, Unreadable
from auditor.images.looks import Looks
from auditor.images.whys import path_of

WHOLE = 255
"""Pixels of the shorter side up to which the pixels looked at are all there are (`Looks.pixel_digest`)."""
PLAIN = 2.0
"""Grey levels (standard deviation over 32 x 32) below which an image shows nothing to label it by."""


def image_names(files: ImageFiles, looks: Looks) -> pa.Array:
    """(n,) a name of 32 hex digits for what each image shows, "" where it could not be opened.

    Args:
        files: where the images are; large ones that may be the same are opened again.
        looks: what one look at each has found.
    """
    names = np.array([bytes(digest).hex() for digest in looks.pixel_digest], object)
    names[~looks.opened] = ""
    for row in _unsure(looks).tolist():
        names[row] = _whole_digest(files, row) or names[row]
    return pa.array(names, pa.string(), from_pandas=False)


def file_hash(files: ImageFiles, row: int) -> str:
    """16 hex digits of a hash of the file of a row; where it cannot be read, of its path and of why: a file
    that was emptied since is another one, and two that are missing are not the same."""
    try:
        data = files.bytes_of(row)
    except Unreadable as fault:
        data = f"{fault.why}\0{path_of(files, row)}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()[:16]


def shows_something(looks: Looks, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(m,) False for images of one colour, which two people may rightly label differently."""
    return np.asarray(looks.grey[rows].std(axis=(1, 2), dtype=np.float32) >= PLAIN, bool)


def _unsure(looks: Looks) -> NDArray[np.int64]:
    """Rows of large images with the reduced pixels of another file."""
    large = np.flatnonzero(looks.opened & (np.minimum(looks.width, looks.height) > WHOLE))
    pixels, files = (_numbers(digests[large]) for digests in (looks.pixel_digest, looks.file_digest))
    of_pixels = np.unique(np.stack([pixels, files], axis=1), axis=0)[:, 0]
    several = np.bincount(of_pixels, minlength=int(pixels.max(initial=-1)) + 1) > 1
    return large[several[pixels]]


def _numbers(digests: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.unique(digests, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _whole_digest(files: ImageFiles, row: int) -> str | None:
    """Of all pixels of an image; None where it cannot be opened any more."""
    from auditor.images.opening import opened

    try:
        image = opened(files.bytes_of(row)).image.convert("RGB")
    except Unreadable:
        return None
    raw = f"{image.width}x{image.height}".encode() + image.tobytes()
    return hashlib.blake2b(raw, digest_size=16).hexdigest()
