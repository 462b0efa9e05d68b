"""Packaged files: found in a wheel, an editable install, and a bare checkout alike."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path


def packaged(name: str) -> Traversable:
    """The folder of a packaged directory: `report_templates` or `sample_data`.

    A bare checkout (no install) keeps them beside the package instead of in it.
    """
    try:
        return resources.files(f"auditor.{name}")
    except ModuleNotFoundError:
        return Path(__file__).parent.parent / name


def sample(name: str) -> Path:
    """The folder of a packaged sample dataset."""
    return Path(str(packaged("sample_data"))) / name
