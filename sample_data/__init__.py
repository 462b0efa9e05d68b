"""Small real datasets with predictions, packaged for `auditor demo`, the README and the tests."""

from __future__ import annotations

from pathlib import Path


def path_of(name: str) -> Path:
    """The folder of a sample: `intents_en`, `reviews_ko` or `digits`; it holds dataset.csv and oof.npz.

    >>> path_of("intents_en").name
    'intents_en'
    """
    return Path(__file__).parent / name
