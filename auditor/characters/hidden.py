"""Characters that a reader cannot see: bidi controls, zero widths, fillers, control characters, odd spaces.

One list for all who look for them: `report/marks.py` spells them out, `text_faults.py` counts them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

Ranges = tuple[tuple[int, int], ...]
"""(first, last) code points, both within."""
Spelling = Callable[[int], str]
"""A code point as a language of expressions writes it."""

HIDDEN: Final[Ranges] = (
    (0x00, 0x08),
    (0x0B, 0x1F),
    (0x7F, 0x9F),
    (0xAD, 0xAD),
    (0x34F, 0x34F),
    (0x61C, 0x61C),
    (0x115F, 0x1160),  # Hangul fillers: letters by category, blank on paper
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0E),  # U+FE0F stays: emoji use it
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0x1D173, 0x1D17A),
    (0xD800, 0xDFFF),  # lone surrogates
    (0xE0000, 0xE0FFF),  # tags and variation selectors: hidden messages
)
ODD_SPACES: Final[Ranges] = (
    (0x09, 0x0A),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
)
EMOJI: Final[Ranges] = ((0x2600, 0x27BF), (0xFE0F, 0xFE0F), (0x1F000, 0x1FAFF))


def python_spelling(code: int) -> str:
    r"""A code point in an expression of Python's `re`.

    >>> python_spelling(0x200B)
    '\\U0000200B'
    """
    return f"\\U{code:08X}"


def class_of(ranges: Ranges, spelled: Spelling = python_spelling) -> str:
    """The ranges as a character class.

    >>> class_of(((0x61, 0x63),), chr)
    '[a-c]'
    """
    return "[" + "".join(f"{spelled(first)}-{spelled(last)}" for first, last in ranges) + "]"


def hidden_runs(ranges: Ranges, spelled: Spelling = python_spelling) -> str:
    """Runs of one character of the ranges; a zero-width joiner that holds an emoji together is left alone."""
    joined = f"(?<={class_of(EMOJI, spelled)}){spelled(0x200D)}"
    return rf"((?!{joined}){class_of(ranges, spelled)})\1*"
