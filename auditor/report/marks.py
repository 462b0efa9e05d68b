"""Characters that a reader cannot see, made visible: bidi controls, zero widths, fillers, odd spaces.

The same rules work in the page's script: `PATTERNS` are the expressions in JavaScript's spelling.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

_HIDDEN: Final = (
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
_ODD_SPACES: Final = (
    (0x09, 0x0A),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
)
_EMOJI: Final = ((0x2600, 0x27BF), (0xFE0F, 0xFE0F), (0x1F000, 0x1FAFF))
_EDGES: Final = r"^ +| +$"
_COMMAND: Final = re.compile(r"#(?=#(?:vso)?\[)", re.IGNORECASE)
_BREAKS: Final = r"(?<=[_/])(?=[^_/])"

Spelling = Callable[[int], str]


def _class(ranges: tuple[tuple[int, int], ...], spelled: Spelling) -> str:
    return "[" + "".join(f"{spelled(first)}-{spelled(last)}" for first, last in ranges) + "]"


def _pattern(ranges: tuple[tuple[int, int], ...], spelled: Spelling) -> str:
    """Runs of one hidden character; a zero-width joiner that holds an emoji together is left alone."""
    joined = f"(?<={_class(_EMOJI, spelled)}){spelled(0x200D)}"
    return rf"((?!{joined}){_class(ranges, spelled)})\1*"


def _patterns(spelled: Spelling) -> dict[str, str]:
    strict = _pattern(_HIDDEN + _ODD_SPACES, spelled)
    return {"content": _pattern(_HIDDEN, spelled), "value": f"{strict}|{_EDGES}"}


PATTERNS: Final = _patterns(lambda code: f"\\u{{{code:X}}}") | {"breaks": _BREAKS}
"""JavaScript expressions (flags `gu`): `value` for labels and names, `content` for texts with lines."""

_COMPILED: Final = {name: re.compile(p) for name, p in _patterns(lambda code: f"\\U{code:08X}").items()}


def pieces(text: str, kind: str = "value") -> Iterator[tuple[str, bool]]:
    """The text in pieces: (text, False) as it stands, (name of a hidden character, True).

    >>> list(pieces("cat" + chr(0x202E)))
    [('cat', False), ('U+202E', True)]
    """
    start = 0
    for match in _COMPILED[kind].finditer(text):
        if match.start() > start:
            yield text[start : match.start()], False
        yield _name(match[0]), True
        start = match.end()
    if start < len(text):
        yield text[start:], False


def breakable(text: str) -> list[str]:
    """The text cut where a line may break: names such as `card_not_working` have no spaces.

    >>> breakable("card_not_working")
    ['card_', 'not_', 'working']
    """
    return re.split(_BREAKS, text)


def _name(run: str) -> str:
    times = f" ×{len(run)}" if len(run) > 1 else ""
    return f"U+{ord(run[0]):04X}{times}"


def spelled_out(text: str, kind: str = "value") -> str:
    """The text with hidden characters spelled, for places that hold no markup.

    >>> spelled_out("cat" + chr(0x200B))
    'cat[U+200B]'
    """
    return "".join(f"[{piece}]" if hidden else piece for piece, hidden in pieces(text, kind))


def printed(text: str) -> str:
    """The text as a terminal may show it: a CI runner obeys `##[` and `##vso[` anywhere in a line.

    >>> printed("a ##vso[task.complete]")
    'a [U+0023]#vso[task.complete]'
    """
    return without_commands(spelled_out(text))


def without_commands(text: str) -> str:
    """The text with the commands of CI runners broken up."""
    return _COMMAND.sub(f"[{_name('#')}]", text)


def inert_line(line: str) -> str:
    """A line of output with hidden characters spelled; its own indentation stays.

    A CI runner obeys a line that begins with `::`, so such a beginning is spelled too.

    >>> inert_line("  ::error::x"), inert_line("a::b")
    ('  [U+003A]:error::x', 'a::b')
    """
    text = line.lstrip(" ")
    shown = printed(text)
    if shown.startswith("::"):
        shown = f"[{_name(shown[0])}]{shown[1:]}"
    return " " * (len(line) - len(text)) + shown
