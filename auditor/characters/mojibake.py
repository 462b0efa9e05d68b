"""Text that was read in a wrong encoding: put back into bytes and read again, it makes sense.

Four ways, the common ones of Korean and Western data: UTF-8 read as cp1252 or latin-1 (`Ã©`, `â€™`),
cp949 read as latin-1 (`±àÁ¤`), UTF-8 read as cp949, and cp1252 read as latin-1, which makes control
characters of quotation marks, dashes and dots (U+0080 to U+009F). A character that could stand there on
purpose (`MANHÃ”`, an E acute before a guillemet) is not taken for one: see `_alone`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

SINGLE = 0.9
"""How sure a single garbled character is."""
SEVERAL = 0.99
"""How sure several are."""
LEAST_KOREAN = 3
"""Korean letters that must come out for a text to be cp949 read as latin-1, or UTF-8 read as cp949."""
COMMON_SHARE = 0.25
"""Share of them that must be common ones; 40 to 75 % of Korean reviews and sentences are (nsmc, klue_nli)."""
COVERED = 0.8
"""Share of the bytes beyond ASCII that must make Korean in UTF-8; of clean Korean hardly any do."""
COMMON = frozenset(
    "이다는에가고지을의한하은도를어나로리아사자기만그인시대수해보여영화있없것들정말안거라네서으니면게요"
    "진일스했무주오감전음부제상장구조동드과연성신원모중더와생트야우비마미세계문경관습합좋재봐ㅋㅎㅠㅜ"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbled:
    """Where a text is garbled, and what was meant."""

    at: int
    """Offset of the first place."""
    places: int
    what: str
    """What stands there: a few characters, or the code point (`U+0092`) of one that nobody sees."""
    was: str
    """What it reads as in the right encoding; "" where too much was lost."""
    how: str
    """The two encodings, in English: they are names."""
    sure: float
    """0..1."""


def _cp1252(byte: int) -> str:
    """The character of a byte; the five that cp1252 leaves open are those of latin-1."""
    raw = bytes([byte])
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


BYTES = {chr(byte): byte for byte in range(0x80, 0x100)} | {_cp1252(b): b for b in range(0x80, 0xA0)}
"""Character -> the byte it came from, of cp1252 and latin-1 alike."""
_HIGH = "".join(map(re.escape, BYTES))
_NEXT = "".join(re.escape(char) for char, byte in BYTES.items() if byte < 0xC0)
_LETTER = rf"(?:[\u00c2-\u00df][{_NEXT}]|[\u00e0-\u00ef][{_NEXT}]{{2}}|[\u00f0-\u00f4][{_NEXT}]{{3}})"
_LETTERS = re.compile(f"{_LETTER}+")
_RUN = re.compile(f"[{_HIGH}]+")
_QUOTES = frozenset("‘’“”‚„‹›«»–—…•·\u00a0")
"""Signs that may follow a capital letter in clean text."""
_KOREAN_PAIR = r"[\x{A4}\x{B0}-\x{C8}][\x{A1}-\x{FE}]"
LOST = b"\xff"
"""A byte that a program could not read and replaced by U+FFFD or `?`."""
_THREE = re.compile(rb"[\xe2\xe3\xea-\xed\xef\xff][\x80-\xbf\xff]{2}")
_SYLLABLE_LEADS = frozenset(b"\xea\xeb\xec\xed\xff")


def _re2(characters: str) -> str:
    """A class of characters as RE2 and Arrow spell it."""
    return "[" + "".join(f"\\x{{{ord(char):X}}}" for char in characters) + "]"


def _cp949(leads: range, trails: range) -> str:
    """The characters whose two bytes in cp949 lie in these ranges."""
    pairs = (bytes([lead, trail]).decode("cp949", "ignore") for lead in leads for trail in trails)
    return "".join(char for char in pairs if len(char) == 1 and ord(char) > 0x7F)


_SIGNS = "".join(chr(byte) for byte in range(0x80, 0xA0) if ord(_cp1252(byte)) != byte)
_SIGN = re.compile(rf"([{_SIGNS}])\1*")
_OPEN = re.compile(f"(?![{_SIGNS}])[\u0080-\u009f]")
_RARE_SIGNS = frozenset("\x82\x83\x86\x87\x88\x89\x8a\x8b\x8c\x8e\x98")
_BESIDE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\xa1-\xaa\xac-\xba\xbc-\xbf]")
AS_CONTROLS = _re2(_SIGNS)
"""RE2: what cp1252 read as latin-1 must hold."""
_AFTER = _re2("".join(char for char, byte in BYTES.items() if byte < 0xC0))
AS_LATIN = (
    rf"[\x{{C2}}-\x{{DF}}]{_AFTER}|[\x{{E0}}-\x{{EF}}]{_AFTER}{{2}}"
    rf"|[\x{{F0}}-\x{{F4}}]{_AFTER}{{3}}|{_KOREAN_PAIR}{_KOREAN_PAIR}"
)
"""RE2: what a garbled Latin text must hold."""
_SECOND = _cp949(range(0x80, 0xC0), range(0xE2, 0xF0))
_LAST = _cp949(range(0x80, 0xC0), range(0x80, 0xC0))
AS_CP949 = (
    rf"{_re2(_cp949(range(0xEA, 0xEE), range(0xA1, 0xC0)))}"
    rf"{_re2(_SECOND)}|\?{_re2(_SECOND + _LAST)}|\x{{FFFD}}"
)
"""RE2: what UTF-8 read as cp949 must hold: two letters of three bytes each, or what was lost of one."""


def garbled(text: str) -> Garbled | None:
    """Where a text was read in a wrong encoding; None where it was not, or where nothing tells.

    >>> found = garbled("cafÃ© noir")
    >>> found.what, found.was, found.at, found.how
    ('Ã©', 'é', 3, 'UTF-8 read as cp1252')
    >>> garbled("±àÁ¤Àº »ç½ÇÀÌ´Ù").was, garbled("媛먯궗?⑸땲??").how
    ('긍정', 'UTF-8 read as cp949')
    """
    return _cp949_as_latin(text) or _utf8_as_cp1252(text) or _utf8_as_cp949(text) or _cp1252_as_latin(text)


def _utf8_as_cp1252(text: str) -> Garbled | None:
    found = [match for match in _LETTERS.finditer(text) if _is_garbled(text, match)]
    if not found:
        return None
    what = found[0][0]
    shown = "".join(re.findall(_LETTER, what)[:1])
    return Garbled(
        at=found[0].start(),
        places=len(found),
        what=shown,
        was=_decoded(shown, "utf-8") or "",
        how="UTF-8 read as cp1252",
        sure=SEVERAL if len(found) > 1 or len(what) > len(shown) else SINGLE,
    )


def _is_garbled(text: str, match: re.Match[str]) -> bool:
    meant = _decoded(match[0], "utf-8")
    if not meant or any(unicodedata.category(char) in {"Cn", "Co", "Cs"} for char in meant):
        return False
    return len(meant) > 1 or _alone(match[0], meant, text[: match.start()][-1:], text[match.end() :][:1])


def _alone(what: str, meant: str, before: str, after: str) -> bool:
    """Whether a single garbled character can hardly stand there on purpose.

    A capital letter with a sign behind it may: `MANHÃ”` ends in a quote, `CAFÉ` stands before a
    guillemet with its no-break space. Three signs in a row may, in French: an `é`, a no-break space, `»`.
    """
    if len(what) == 2 and what[1] < "\u00a0":
        return True  # a control character
    if what[0] in "ÂÃ":
        return _accent(what, before, after)
    if len(what) == 2:
        inside = before.islower() or (after.islower() and what[1] not in _QUOTES)
        return what[0] not in "×ß" and inside and meant.isalpha() and meant < "\u0250"
    return len(what) > 3 or meant in "\ufeff\ufffd" or (what[0] == "â" and "\u00a0" not in what)


def _accent(what: str, before: str, after: str) -> bool:
    """The same of the commonest: `Â` and `Ã` with a sign behind them."""
    if what[1] == "\u00a0":
        return not before.isupper() if what[0] == "Â" else before.islower() or before in {"", " ", "\n"}
    if what[1] in _QUOTES:
        return before.islower() or after.islower()
    return not before.isupper() or after.isalpha()


def _cp949_as_latin(text: str) -> Garbled | None:
    runs = [(match, _decoded(match[0], "cp949")) for match in _RUN.finditer(text)]
    korean = "".join(filter(_is_korean, "".join(meant or "" for _, meant in runs)))
    whole = sum(len(match[0]) for match, _ in runs)
    if 2 * len(korean) < COVERED * whole or not _plausible(korean):
        return None
    match, meant = next(run for run in runs if run[1] and _is_korean(run[1][0]))
    return Garbled(
        at=match.start(),
        places=sum(bool(found) for _, found in runs),
        what=match[0][:4],
        was=(meant or "")[:2],
        how="cp949 read as latin-1",
        sure=SEVERAL,
    )


def _utf8_as_cp949(text: str) -> Garbled | None:
    """Most of the bytes beyond ASCII make Korean in UTF-8; a byte that was lost is read as any."""
    raw = _cp949_bytes(text)
    found = [part for part in _THREE.findall(raw) if part.count(LOST) < 2]
    syllables = [part for part in found if part[0] in _SYLLABLE_LEADS]
    sound = "".join(part.decode("utf-8", "ignore") for part in syllables)
    covered = sum(len(part) - part.count(LOST) for part in found)
    high = sum(0x7F < byte < 0xFF for byte in raw)
    if len(syllables) < LEAST_KOREAN or covered < COVERED * high:
        return None
    words = list(re.finditer(r"[^\x00-\x7f]+", text))
    return Garbled(
        at=words[0].start(),
        places=len(words),
        what=words[0][0][:3],
        was=sound[:2],
        how="UTF-8 read as cp949",
        sure=SEVERAL,
    )


def _cp1252_as_latin(text: str) -> Garbled | None:
    """Control characters that are signs of cp1252; not where they are rather bytes of another encoding."""
    found = list(_SIGN.finditer(text))
    odd = sum(_is_odd(match[1], text[: match.start()][-1:], text[match.end() :][:1]) for match in found)
    if not found or _OPEN.search(text) or 2 * odd > len(found):
        return None
    first = found[0][1]
    return Garbled(
        at=found[0].start(),
        places=len(found),
        what=f"U+{ord(first):04X}",
        was=_cp1252(ord(first)),
        how="cp1252 read as latin-1",
        sure=SEVERAL if len(found) > 1 else SINGLE,
    )


def _is_odd(sign: str, before: str, after: str) -> bool:
    """Whether a sign is rare in Western text, is among high characters as bytes of Shift JIS are, or
    stands beside another control character."""
    if sign in _RARE_SIGNS or (before > "\x7f" and after > "\x7f"):
        return True
    return any(_BESIDE.match(char) for char in (before, after))


def _cp949_bytes(text: str) -> bytes:
    """The bytes that were read as this text, `LOST` for U+FFFD and `?`; none if it cannot be cp949."""
    parts = re.split("[\ufffd?]", text)
    try:
        return LOST.join(part.encode("cp949") for part in parts)
    except UnicodeEncodeError:
        return b""


def _decoded(text: str, encoding: str) -> str | None:
    try:
        return bytes(BYTES[char] for char in text).decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_korean(char: str) -> bool:
    return "가" <= char <= "힣" or "ㄱ" <= char <= "ㅣ"


def _plausible(korean: str) -> bool:
    """Whether there are enough letters, and the syllables that every Korean text has."""
    common = sum(char in COMMON for char in korean)
    return len(set(korean)) >= LEAST_KOREAN and common >= COMMON_SHARE * len(korean)
