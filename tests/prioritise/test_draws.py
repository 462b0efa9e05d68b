"""Keys by which rows are drawn."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from auditor.prioritise.draws import BLOCK, keys_of, splitmix

MASK = (1 << 64) - 1


def mixed(value: int) -> int:
    """splitmix64 in plain numbers (Steele, Lea and Flood 2014)."""
    z = (value + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def key(text: str, seed: int) -> int:
    """The key of one text, byte by byte."""
    raw = text.encode()[:200]
    salt = mixed(seed)
    total = sum(mixed(((place << 8) | byte) ^ salt) for place, byte in enumerate(raw)) & MASK
    return mixed((total + len(raw)) & MASK) >> 1


@given(st.lists(st.text(max_size=12), max_size=20), st.integers(0, 2**40))
def test_keys_are_those_of_each_text_alone(texts: list[str], seed: int) -> None:
    """Hashing in blocks gives what hashing byte by byte gives, whatever stands beside a text."""
    assert keys_of(pa.array(texts, pa.string()), seed).tolist() == [key(text, seed) for text in texts]


def test_a_slice_of_an_array_has_the_keys_of_its_texts() -> None:
    """Offsets of sliced arrays are honoured, and texts over a block apart are too."""
    names = pa.array([f"item-{at}" for at in range(BLOCK + 10)])
    assert keys_of(names, 3)[BLOCK + 4 :].tolist() == keys_of(names[BLOCK + 4 :], 3).tolist()


def test_keys_look_random() -> None:
    """Of numbered items, each bit is set in half of the keys, and no two keys are equal."""
    keys = keys_of(pa.array([f"row-{at}" for at in range(20_000)]), 0)
    assert len(np.unique(keys)) == len(keys) and keys.min() >= 0
    bits = (keys[:, None] >> np.arange(63)) & 1
    assert np.abs(bits.mean(axis=0) - 0.5).max() < 0.02  # five standard errors
    assert abs(np.corrcoef(np.argsort(np.argsort(keys)), np.arange(len(keys)))[0, 1]) < 0.04


def test_another_seed_draws_others() -> None:
    """The rows with the smallest keys are others under another seed."""
    names = pa.array([hashlib.sha256(bytes([at])).hexdigest() for at in range(200)])
    first, second = (set(np.argsort(keys_of(names, seed))[:20].tolist()) for seed in (0, 1))
    assert len(first & second) < 10


def test_splitmix_gives_its_published_numbers() -> None:
    """The first two numbers of the generator seeded with 1234567 (Rosetta Code, "splitmix64")."""
    step = 0x9E3779B97F4A7C15
    seeds = np.array([1234567, (1234567 + step) & MASK], np.uint64)
    assert splitmix(seeds).tolist() == [6457827717110365317, 3203168211198807973]
