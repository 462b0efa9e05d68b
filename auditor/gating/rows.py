"""The rows that a baseline has seen, in few bytes: numbers of 40 bits, sorted, the steps between them.

A row that was never seen is taken for a seen one once in 2^40 / n: once in a million runs for a million rows.
A row takes about 4 letters of the file; a hash cannot be turned back into a text, but short texts can be
guessed and tried, so it is not anonymous.
"""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Iterable, Sequence

BITS = 40
MASK = (1 << BITS) - 1
MOST = 1_000_000
"""Rows above which a baseline keeps none: its file would be too large for git."""
STEP_BITS = 7
"""Bits of a step in a byte; the eighth says that more follow (LEB128)."""


def packed(rows: Iterable[int]) -> str:
    """Digests of rows as a text.

    >>> unpacked(packed([3, 1, 3])) == Counter({3: 2, 1: 1})
    True
    """
    out, last = bytearray(), 0
    for number in sorted(number & MASK for number in rows):
        step, last = number - last, number
        while step >> STEP_BITS:
            out.append((step & 0x7F) | 0x80)
            step >>= STEP_BITS
        out.append(step)
    return base64.b64encode(bytes(out)).decode("ascii")


def unpacked(text: str) -> Counter[int]:
    """Number of a row -> how many rows have it.

    Raises:
        ValueError: the text was not made by `packed`.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
    found: Counter[int] = Counter()
    number = step = shift = 0
    for byte in raw:
        step |= (byte & 0x7F) << shift
        shift += STEP_BITS
        if shift > 2 * BITS:
            raise ValueError("a step is too long")
        if not byte & 0x80:
            number += step
            found[number] += 1
            step = shift = 0
    if shift:
        raise ValueError("the last step is cut off")
    return found


def seen(rows: Sequence[int], at: Iterable[int], before: Counter[int]) -> set[int]:
    """Of some rows those that the baseline has seen.

    Of rows with one number, copies that nothing tells apart, none counts as seen where there are more of them
    today than then: one of them is new, and which cannot be said.

    Args:
        rows: of each row of the dataset its digest.
        at: the rows in question.
        before: number -> how many rows of the baseline had it.
    """
    wanted = {row: rows[row] & MASK for row in at if 0 <= row < len(rows)}
    numbers = set(wanted.values())
    today = Counter(number for digest in rows if (number := digest & MASK) in numbers)
    return {row for row, number in wanted.items() if today[number] <= before.get(number, 0)}
