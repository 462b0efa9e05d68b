"""Characters that a reader cannot see, made visible: bidi controls, zero widths, fillers, odd spaces.

The same rules work in the page's script: `PATTERNS` are the expressions in JavaScript's spelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from auditor.characters.hidden import HIDDEN, ODD_SPACES, Spelling, hidden_runs, python_spelling

_EDGES: Final = r"^ +| +$"
_COMMAND: Final = re.compile(r"#(?=#(?:vso)?\[)", re.IGNORECASE)
_BREAKS: Final = r"(?<=[_/])(?=[^_/])"


def _patterns(spelled: Spelling) -> dict[str, str]:
    strict = hidden_runs(HIDDEN + ODD_SPACES, spelled)
    return {"content": hidden_runs(HIDDEN, spelled), "value": f"{strict}|{_EDGES}"}


PATTERNS: Final = _patterns(lambda code: f"\\u{{{code:X}}}") | {"breaks": _BREAKS}
"""JavaScript expressions (flags `gu`): `value` for labels and names, `content` for texts with lines."""

_COMPILED: Final = {name: re.compile(p) for name, p in _patterns(python_spelling).items()}


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


def with_codes(text: str, odd: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces as `pieces` cuts it, each of the `odd` characters followed by its code point.

    >>> list(with_codes("cat", "a"))
    [('ca', False), ('U+0061', True), ('t', False)]
    """
    for piece, hidden in pieces(text):
        if hidden:
            yield piece, True
            continue
        for part in re.findall(f"[^{re.escape(odd)}]*[{re.escape(odd)}]|.+", piece, re.DOTALL):
            yield part, False
            if part[-1] in odd:
                yield _name(part[-1]), True


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
