"""Texts cut into what a reader sees as one character: a syllable, a letter with its accents, an emoji.

The rules are those of Unicode's grapheme clusters (UAX 29), as far as the character database of
Python tells them: marks, joiners, Hangul jamo, flags, skin tones, tags.
"""

from __future__ import annotations

from itertools import pairwise
from unicodedata import category

_ZWNJ, _ZWJ = 0x200C, 0x200D


def graphemes(text: str) -> list[str]:
    """The text in pieces that must not be cut; joined they are the text again.

    >>> [len(piece) for piece in graphemes("e" + chr(0x301) + "a")]
    [2, 1]
    """
    if text.isascii():
        return list(text)
    starts, flags = [0], 0
    for at, (before, after) in enumerate(pairwise(map(ord, text)), start=1):
        flags = flags + 1 if _is_flag(before) else 0
        if not _joined(before, after, flags):
            starts.append(at)
    return [text[start:end] for start, end in pairwise((*starts, len(text)))] if text else []


def _joined(before: int, after: int, flags: int) -> bool:
    """Whether no cut may stand between two characters; `flags` regional indicators end at the first."""
    if after < 0x300 or before in (0x0A, 0x0D):
        return False
    if _is_flag(after):
        return flags % 2 == 1
    if before == _ZWJ and _is_picture(after):
        return True
    return _extends(after) or _one_syllable(before, after)


def _extends(code: int) -> bool:
    return (
        code in (_ZWNJ, _ZWJ, 0xFF9E, 0xFF9F)
        or 0x1F3FB <= code <= 0x1F3FF
        or 0xE0020 <= code <= 0xE007F
        or category(chr(code)) in {"Mn", "Me", "Mc"}
    )


def _is_flag(code: int) -> bool:
    return 0x1F1E6 <= code <= 0x1F1FF


def _is_picture(code: int) -> bool:
    return 0x2190 <= code <= 0x2BFF or code >= 0x1F000


def _one_syllable(before: int, after: int) -> bool:
    """Whether two jamo, or a syllable and a jamo, are written as one block."""
    if _is_initial(before):
        return _is_initial(after) or _is_later(after) or 0xAC00 <= after <= 0xD7A3
    return _is_later(after) and (_is_later(before) or 0xAC00 <= before <= 0xD7A3)


def _is_initial(code: int) -> bool:
    return 0x1100 <= code <= 0x115F or 0xA960 <= code <= 0xA97C


def _is_later(code: int) -> bool:
    """A vowel or a final consonant."""
    return 0x1160 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FB
