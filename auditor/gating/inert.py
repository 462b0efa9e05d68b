"""Names and sentences made inert for the programs that read a verdict.

A dataset names its items and classes, so a name may hold anything: tags, commands of a CI runner, characters
that turn the rest of a line around. `plain` is for what a person reads, `json_text` for exact values.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from auditor.characters.hidden import HIDDEN, ODD_SPACES, class_of
from auditor.report.marks import printed
from auditor.wording import cut

LONGEST_NAME: Final = 120
"""Characters of a name that are shown."""
LONGEST_SENTENCE: Final = 600
"""Characters of a sentence that are shown."""
_NO_CHARACTERS: Final = re.compile("[\ufffe\uffff]")
_ESCAPED: Final = re.compile(
    rf"{class_of((*HIDDEN, *ODD_SPACES))}|[\ufffe\uffff]|#(?=#(?:vso)?\[)|<(?=[/!?A-Za-z])", re.IGNORECASE
)


def plain(text: str, most: int = LONGEST_SENTENCE) -> str:
    """A text for people: one line, hidden characters spelled, commands of CI runners broken up, cut.

    Args:
        text: whatever the data holds.
        most: characters at most.

    >>> plain("cat" + chr(0x202E) + chr(10) + "::error::x")
    'cat[U+202E][U+000A]::error::x'
    """
    spelled = printed(cut(text, most))
    return cut(_NO_CHARACTERS.sub(lambda found: f"[U+{ord(found[0]):04X}]", spelled), most)


def name(text: str) -> str:
    """The name of an item, a class or a file, as `plain` shows it.

    >>> name("")
    '""'
    """
    return plain(text, LONGEST_NAME) or '""'


def json_text(value: Any) -> str:
    """A JSON document whose strings read back exactly, and which shows and starts nothing by itself.

    Hidden characters, lone surrogates, the beginnings of tags and of runners' commands are JSON's escapes.

    Raises:
        ValueError: a number that JSON does not have.

    >>> print(json_text({"a": "x</script>" + chr(0x202E)}))
    {
     "a": "x\\u003c/script>\\u202e"
    }
    <BLANKLINE>
    """
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
    return "\n".join(_ESCAPED.sub(_escape, line) for line in text.split("\n")) + "\n"


def _escape(found: re.Match[str]) -> str:
    """A character as JSON escapes it; above U+FFFF as a pair."""
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
