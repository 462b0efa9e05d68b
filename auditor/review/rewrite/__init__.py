"""Writing a dataset again in its own format with other labels: one module per format."""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "separated",
    "json_tables",
    "arrow_tables",
    "spreadsheets",
    "shards",
    "huggingface",
    "annotations",
    "doccano",
    "conll",
    "lines",
)
"""The members of the family; each registers what it writes."""


def register_all() -> None:
    """Import every member."""
    for name in MODULES:
        import_module(f"auditor.review.rewrite.{name}")
