"""What a user can say about the input: from flags, the configuration file and Python alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from auditor.data import OutOfSample
from auditor.read.columns import ColumnChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class InputChoice:
    """Everything a user can say about the input; the input flags of every command."""

    columns: ColumnChoice = field(default_factory=ColumnChoice)
    classes: str | None = None
    """A file of class names, or the names joined by commas, in the order of the probability columns."""
    class_names: tuple[str, ...] | None = None
    """The same as a list of names, from Python or the configuration; it wins over `classes`."""
    class_order_checked: bool = False
    """The user vouches for the class order."""
    align: str = "auto"
    """`auto`, `id` or `position`: how predictions are joined to rows."""
    missing: str = "error"
    """`error` or `drop`: what to do with rows without a prediction."""
    out_of_sample: OutOfSample = "not said"
    sep: str | None = None
    """Separator of a CSV or TSV dataset; None where the header tells."""
    input_format: str | None = None
    """Format of the dataset; None where the ending of its name tells."""
    embeddings: Any = field(default=None, repr=False, compare=False)
    """A file of vectors, an (n, d) array or a DataFrame; None where there are none."""
    annotations: Any = field(default=None, repr=False, compare=False)
    """A file of the answers of several annotators, or a DataFrame; None where there are none."""
    image_root: Any = field(default=None)
    """The folder or zip archive that holds the images which a column names; None to look beside the table."""
    near_threshold: float | None = None
    """Similarity from which two rows are near copies, over 0 and at most 1; None for the default."""
    model: str = "auto"
    """`auto` or `none`: whether auditor predicts the rows itself where there are no predictions."""
    model_seconds: float | None = None
    """CPU seconds for its fits, about; None for the default."""
