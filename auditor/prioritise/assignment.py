"""Who judges which item, where several people share a round.

Of each item and each reviewer a number is made that is random to anything else; the reviewer with the largest
judges the item (rendezvous hashing: Thaler and Ravishankar, "Using name-based mappings to increase hit
rates", IEEE/ACM Transactions on Networking 6(1), 1998). So nothing but the item and the reviewers counts: not
the place of the item, not what else is asked, not the order of the reviewers. Somebody who joins takes items
from the others and moves none between them; somebody who leaves gives away his own alone.

Another number of the item alone says whether all judge it: the common part, on which their agreement is
measured. It is the same part for two and for many, so that every pair of them is compared on all of it; the
judgements it costs grow with their number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

from auditor.handles import same_handle

WHOLE = 2**64
"""Numbers are 0 .. 2^64 - 1."""
NOBODY = ""
"""In place of a handle: what all judge hangs on no reviewer."""


def judges_of(
    name: str, reviewers: Sequence[str], overlap: float, heard: Collection[str] = ()
) -> tuple[str, ...]:
    """The reviewers who judge an item, in the order given: one of them, or all.

    Args:
        name: of the item: what it is to be known by, whatever else changes.
        reviewers: their handles, each once; at least one.
        overlap: share of the items that all judge, 0..1.
        heard: handles of those who said something of the item that did not settle it: the others are asked,
            as long as there are any.

    >>> judges_of("content", ["kim", "lee"], overlap=1)
    ('kim', 'lee')
    >>> judges_of("content", ["kim", "lee"], 0) == judges_of("content", ["lee", "kim"], 0)
    True
    >>> judges_of("content", ["kim", "lee"], 0, heard={"kim"})
    ('lee',)
    """
    spoken = {same_handle(handle) for handle in heard}
    asked = [handle for handle in reviewers if same_handle(handle) not in spoken] or list(reviewers)
    if is_common(name, overlap):
        return tuple(asked)
    return (max(asked, key=lambda handle: (number_of(same_handle(handle), name), same_handle(handle))),)


def is_common(name: str, overlap: float) -> bool:
    """Whether all judge an item: a larger overlap has every item of a smaller one."""
    return number_of(NOBODY, name) < overlap * WHOLE


def number_of(handle: str, name: str) -> int:
    """The first 8 bytes, big-endian, of sha256 over the handle, a zero byte and the item's name in UTF-8.

    >>> number_of("", "") == int.from_bytes(hashlib.sha256(bytes(1)).digest()[:8], "big")
    True
    """
    raw = f"{handle}\0{name}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(raw).digest()[:8], "big")
