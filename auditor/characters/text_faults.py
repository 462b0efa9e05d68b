"""Faults that can be read off a single text: what is wrong, where, and how often.

A fault is looked for twice: by an RE2 expression over a whole column (Arrow, a second for a million
short texts), then in Python in the few texts that match.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from auditor.characters.hidden import HIDDEN, class_of, hidden_runs
from auditor.characters.mojibake import AS_CONTROLS, AS_CP949, AS_LATIN, garbled

SHOWN = 3
"""Different characters that are named."""
LOST_RUNS = 3
"""Runs of question marks that make a text whose letters were lost; `???` alone is a question."""
LOST_SHARE = 2 / 3
"""Share of its characters that must be question marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault of one text."""

    at: int
    """Offset of the first place, in characters."""
    places: int
    what: str
    """Names of the characters (`U+200B`), or a few characters of the text; never more."""
    sure: float = 1.0
    """0..1: 1 for a fact."""
    more: Mapping[str, str] | None = None
    """What else is known of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTest:
    """One kind of fault."""

    pattern: str
    """RE2: no text without a match has the fault."""
    ascii: bool
    """Whether a text of ASCII alone may have it."""
    look: Callable[[str], Fault | None]


def names_of(characters: Iterable[str]) -> str:
    """The code points of different characters in order of appearance, the first few.

    >>> names_of("\\u200b\\u200b\\u200e")
    'U+200B, U+200E'
    """
    different = list(dict.fromkeys(characters))
    return ", ".join(f"U+{ord(char):04X}" for char in different[:SHOWN]) + ", ..." * (len(different) > SHOWN)


def _re2(code: int) -> str:
    return f"\\x{{{code:X}}}"


def _found(matches: Iterable[re.Match[str]]) -> Fault | None:
    """A fault of all matches, named by their characters."""
    places = list(matches)
    if not places:
        return None
    what = names_of(char for match in places for char in match[0])
    return Fault(at=places[0].start(), places=len(places), what=what)


# characters that stand for what could not be read

_REPLACED = re.compile("\ufffd+")
_LOST = re.compile(r"\?+")
_LETTER = re.compile(r"[^\W\d_]")


def broken_encoding(text: str) -> Fault | None:
    """U+FFFD: a program could not read a character, and what it was is lost.

    >>> broken_encoding("caf\\ufffd")
    Fault(at=3, places=1, what='U+FFFD', sure=1.0, more=None)
    """
    return _found(_REPLACED.finditer(text))


def letters_lost(text: str) -> Fault | None:
    """Words of question marks: letters that an encoding did not have. `??? ??? ???` may be meant so.

    >>> letters_lost("?? ??? ????? ??"), letters_lost("what??? ??? ???")
    (Fault(at=0, places=4, what='?', sure=0.8, more=None), None)
    """
    if _LETTER.search(text):
        return None
    runs = list(_LOST.finditer(text))
    marks = sum(len(run[0]) for run in runs)
    filled = sum(not char.isspace() for char in text)
    different = {len(run[0]) for run in runs}
    if len(runs) < LOST_RUNS or len(different) < 2 or marks < LOST_SHARE * filled:
        return None
    return Fault(at=runs[0].start(), places=len(runs), what="?", sure=0.8)


def mojibake(text: str) -> Fault | None:
    """A text that was read in a wrong encoding: see `auditor.characters.mojibake`."""
    found = garbled(text)
    if found is None:
        return None
    more = {"how": found.how} | ({"was": found.was} if found.was else {})
    return Fault(at=found.at, places=found.places, what=found.what, sure=found.sure, more=more)


# characters that cannot be seen

_WITHOUT_RETURN = ((0x0B, 0x0C), (0x0E, 0x1F))
INVISIBLE = (*_WITHOUT_RETURN, *(part for part in HIDDEN if part[0] not in (0x0B, 0xD800)))
"""Without the carriage return, which ends lines, and surrogates, which no column holds."""
_RUNS = re.compile(hidden_runs(HIDDEN))
_LATIN_CONTROL = re.compile("[\u0080-\u009f]")
_JOINED = re.compile(
    "\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"  # the flags of England, Scotland, Wales
    "|[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff][\ufe00-\ufe0e\U000e0100-\U000e01ef]"  # its forms
    "|[\u2000-\u2bff\u3000-\u303f\U0001f000-\U0001faff]\ufe0e"  # a sign that is to be no emoji
    "|(?<=[\u0600-\u08ff\u0900-\u109f\u1780-\u17ff\ufb50-\ufdff\ufe70-\ufefc])[\u200c\u200d]"  # joins letters
    "|(?<=[\u1800-\u18af])[\u180b-\u180f]"  # Mongolian
    "|\r"
)


def invisible(text: str) -> Fault | None:
    """Zero widths, bidi controls, fillers, a byte order mark within, control characters.

    Joiners of emoji and of Arabic and Indic letters, forms of Chinese characters and line ends are meant.
    U+0080 to U+009F in garbled text are letters and signs that were read wrongly: `mojibake` tells them.

    >>> invisible("good\\u200b"), invisible("\\U0001f469\\u200d\\U0001f4bb")
    (Fault(at=4, places=1, what='U+200B', sure=1.0, more=None), None)
    """
    places: Iterable[re.Match[str]] = _RUNS.finditer(text)
    if _LATIN_CONTROL.search(text) and garbled(text) is not None:
        places = (match for match in places if not _LATIN_CONTROL.match(match[0]))
    if "\u200d" not in text and not _JOINED.search(text):
        return _found(places)
    meant = [match.span() for match in _JOINED.finditer(text)]
    within = {at for start, end in meant for at in range(start, end)}
    return _found(match for match in places if match.start() not in within)


# letters in pieces

_PIECES = re.compile("[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|[^\\W_][\u0300-\u036f\u3099\u309a]+")


def decomposed(text: str) -> Fault | None:
    """Letters written as base and mark, syllables as single jamo (NFD), though one character has them.

    >>> decomposed(unicodedata.normalize("NFD", "각"))
    Fault(at=0, places=1, what='U+1100, U+1161, U+11A8', sure=1.0, more=None)
    """
    whole = (match for match in _PIECES.finditer(text) if _composes(match[0]))
    return _found(whole)


def _composes(letter: str) -> bool:
    return len(unicodedata.normalize("NFC", letter)) < len(letter)


# what a web page leaves

TAGS = (
    "abbr|big|blockquote|body|br|center|code|dd|del|div|dl|dt|em|embed|figure|font|form|h[1-6]|head|hr|html|iframe"
    "|img|input|ins|li|link|meta|ol|option|pre|script|select|small|span|strike|strong|style|sub|sup|table|tbody|td"
    "|th|thead|tr|tt|ul|video"
)
SHORT_TAGS = "[abipsu]"
"""Opened in small letters only: `<B>` stands in encoded files too."""
ENTITIES = "amp|lt|gt|quot|apos|nbsp|copy|reg|hellip|mdash|ndash|[lr][sd]quo|middot|bull"
_OPEN = rf"<(?:(?i:{TAGS})|{SHORT_TAGS})(?:\s+[a-zA-Z-]+\s*=[^<>]{{0,300}})?\s*/?>"
_CLOSE = rf"</(?i:{TAGS}|{SHORT_TAGS})\s*>"
_ENTITY = rf"&(?:{ENTITIES}|#\d{{2,7}}|#x[\da-fA-F]{{2,6}});"
_MARKUP = f"{_OPEN}|{_CLOSE}|{_ENTITY}"
_TAG = re.compile(_MARKUP)
_NAME = re.compile(r"</?\w+|&\w+;|&#\w+;")


def markup(text: str) -> Fault | None:
    """Tags and entities of HTML.

    >>> markup('a <br /> b').what, markup("x &lt; y").what, markup("1 < 2 > 0, mail <a@b.org>, <3")
    ('<br>', '&lt;', None)
    """
    found = list(_TAG.finditer(text))
    if not found:
        return None
    name = _NAME.match(found[0][0])
    shown = "" if name is None else name[0]
    return Fault(
        at=found[0].start(),
        places=len(found),
        what=shown if shown.endswith(";") else f"{shown}>",
    )


TESTS: Mapping[str, TextTest] = {
    "broken-encoding": TextTest(pattern=_re2(0xFFFD), ascii=False, look=broken_encoding),
    "letters-lost": TextTest(pattern=r"\?[\s?]+\?", ascii=True, look=letters_lost),
    "mojibake": TextTest(pattern=f"{AS_LATIN}|{AS_CP949}|{AS_CONTROLS}", ascii=False, look=mojibake),
    "invisible-characters": TextTest(pattern=class_of(INVISIBLE, _re2), ascii=True, look=invisible),
    "decomposed": TextTest(
        pattern=class_of(((0x300, 0x36F), (0x1161, 0x1175), (0x3099, 0x309A)), _re2),
        ascii=False,
        look=decomposed,
    ),
    "markup-left": TextTest(pattern=_MARKUP, ascii=True, look=markup),
}
"""Reason code -> how it is looked for; the gravest first."""
