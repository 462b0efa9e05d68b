"""What one look at every image of a dataset has found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.images.files import WHYS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Looks:
    """One row an image, in the order of the dataset. What could not be opened has zeros, and NaN measures."""

    fault: NDArray[np.uint8]
    """(n,) 0 = opened, otherwise 1 + the place of the reason in `WHYS`."""
    details: dict[int, str]
    """Row -> what more is known of a fault."""
    width: NDArray[np.int32]
    """(n,) pixels of the whole image, upright."""
    height: NDArray[np.int32]
    format: NDArray[np.int8]
    """(n,) place in `formats`; -1 where the image was not opened."""
    formats: tuple[str, ...]
    file_digest: NDArray[np.uint8]
    """(n, 16) of the bytes of the file; zeros where there are none. Equal: the same file."""
    pixel_digest: NDArray[np.uint8]
    """(n, 16) of the size and the pixels looked at. Equal: the same image, if not larger than 255 pixels on
    its shorter side; of larger ones candidates, the same but for what reducing them hides."""
    grey: NDArray[np.uint8]
    """(n, 32, 32) luma of the stamp; may lie in a temporary file."""
    features: NDArray[np.float16]
    """(n, d) hand-made features; may lie in a temporary file."""
    quality: dict[str, NDArray[np.float32]]
    """The measures of `measuring.py`, (n,) each; `quality.flags` judges them."""

    @property
    def opened(self) -> NDArray[np.bool_]:
        """(n,) which images could be looked at."""
        opened: NDArray[np.bool_] = self.fault == 0
        return opened

    def __len__(self) -> int:
        return len(self.fault)

    def why(self, row: int) -> str:
        """Why an image could not be opened: one of `WHYS`; "" where it could."""
        fault = int(self.fault[row])
        return WHYS[fault - 1] if fault else ""

    def faults(self) -> dict[str, int]:
        """Reason -> number of images that were not opened for it, in the order of `WHYS`."""
        counts: NDArray[np.int64] = np.bincount(self.fault, minlength=len(WHYS) + 1)
        return {why: int(count) for why, count in zip(WHYS, counts[1:], strict=True) if count}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Every array by its name."""
        names = ("fault", "width", "height", "format", "file_digest", "pixel_digest", "grey", "features")
        return {name: getattr(self, name) for name in names} | self.quality
