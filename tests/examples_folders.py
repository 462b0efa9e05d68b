"""Examples of formats: see `examples_of_formats`."""

from __future__ import annotations

from examples_of_formats import Example

EXAMPLES: dict[str, Example] = {}
