"""The slip that travels with an item through another tool: all that its decision has to carry back.

It is one field of ASCII that tells a reader nothing (a suggestion in plain words would stand in the tool's
table of tasks, also of items that are asked about blindly), that no tool and no spreadsheet takes for a
number, and that shows whether it came back whole.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

FIELD = "auditor"
"""The name of the field, or column, in every tool."""
MARK = "a1."
"""How a slip begins: which kind it is, in which version."""
DIGEST = 8
"""Hex digits behind the mark by which a slip that was cut or changed is found."""
LONGEST = 200_000
"""Characters of a slip that is read."""
CLASSES = 2_000
"""Characters of class names that travel with every item; longer lists stay at home."""


class DamagedSlip(ValueError):
    """A slip that was cut off or changed on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What is known of an item that is asked about; the names are those of a decisions file."""

    item: str
    row: int
    content: str
    """`sha256:...` of the content that is shown; "" where it is not known."""
    given: str
    suggested: str | None
    sample: str
    position: int | None
    round: int
    blind: bool
    """Whether the suggestion is not shown."""
    report: str
    """Id of what was asked, `r-...`."""
    dataset: Mapping[str, Any] = field(default_factory=dict)
    """`name`, `rows`, `fingerprint`, `label_column`."""
    classes: tuple[str, ...] = ()
    """That can be chosen; () where the list is too long to travel."""
    copies: tuple[Mapping[str, Any], ...] = ()
    """The other rows of the same content, which are decided with it: `item`, `row`, `given`, `suggested`,
    `sample`, `position`."""

    @property
    def source(self) -> str:
        """What is the same for all items of one round: the round and its dataset, as a text."""
        return json.dumps([self.report, self.dataset, self.classes], sort_keys=True)


KNOWN = frozenset(entry.name for entry in fields(Slip))


def slip_text(slip: Slip) -> str:
    """A slip as it travels.

    >>> slip = Slip(item="007", row=7, content="", given="cat", suggested=None, sample="queue",
    ...             position=1, round=1, blind=False, report="r-1")
    >>> slip_text(slip)[:3], slip_in(slip_text(slip)) == slip
    ('a1.', True)
    """
    raw = json.dumps(asdict(slip), separators=(",", ":"), sort_keys=True).encode("ascii")
    return f"{MARK}{_digest(raw)}.{base64.urlsafe_b64encode(raw).decode('ascii')}"


def slip_in(cell: Any) -> Slip | None:
    """The slip in a cell; None in a cell that holds none.

    Raises:
        DamagedSlip: it is one, and did not come back whole.
    """
    text = cell.strip() if isinstance(cell, str) else ""
    if not text.startswith(MARK):
        return None
    digest, _, body = text[len(MARK) :].partition(".")
    try:
        raw = base64.b64decode(body, altchars=b"-_", validate=True) if len(text) <= LONGEST else b""
        if digest != _digest(raw):
            raise DamagedSlip(text[:20])
        return _slip(json.loads(raw))
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise DamagedSlip(text[:20]) from error


def travelling(classes: tuple[str, ...]) -> tuple[str, ...]:
    """The classes as slips carry them: all, or none of a list that would be too long for every item."""
    return classes if sum(map(len, classes)) <= CLASSES else ()


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:DIGEST]


def _slip(found: Any) -> Slip:
    """What was read as a slip; what a later version added is passed over."""
    if not isinstance(found, dict) or not isinstance(found.get("item"), str):
        raise DamagedSlip
    known = {name: value for name, value in found.items() if name in KNOWN}
    for name in ("classes", "copies"):
        known[name] = tuple(known[name]) if isinstance(known.get(name), list) else ()
    if not isinstance(known.get("dataset"), dict) or not all(isinstance(c, dict) for c in known["copies"]):
        raise DamagedSlip
    return Slip(**known)
