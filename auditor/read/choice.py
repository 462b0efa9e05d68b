"""What a user can say about the input."""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.data import OutOfSample
from auditor.read.columns import ColumnChoice
from auditor.read.join import Align


@dataclass(frozen=True, slots=True, kw_only=True)
class InputChoice:
    """Everything a user can say about the input; the input flags of every command."""

    columns: ColumnChoice = field(default_factory=ColumnChoice)
    classes: str | None = None
    class_names: tuple[str, ...] | None = None
    class_order_checked: bool = False
    align: Align = "auto"
    missing: str = "error"
    out_of_sample: OutOfSample = "not said"
    sep: str | None = None
    input_format: str | None = None
