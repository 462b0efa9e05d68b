"""A round of review in other tools and back: one module per tool, with its writer and its reader."""

from __future__ import annotations

from importlib import import_module

MODULES = ("spreadsheet", "label_studio", "argilla")
"""The members of the family; each registers itself."""


def register_all() -> None:
    """Import every member."""
    for name in MODULES:
        import_module(f"auditor.review.interchange.{name}")
