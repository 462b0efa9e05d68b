"""The handles of reviewers: what people type, as it stands in file names and decisions files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from auditor.errors import Problem, UsageError
from auditor.wording import N_, cut, say

HANDLE = 40
"""Characters of a handle at most."""
PART = re.compile(r"-\d+of\d+$", re.ASCII)
"""How the parts of a page are numbered, at the end of its name."""


def handles_of(value: str | Iterable[object] | None) -> tuple[str, ...]:
    """`reviewers`: handles with commas between them, or several; () for None.

    A handle stands in file names and in decisions files: letters, digits, dots, hyphens and underscores, as
    the labeller's page takes them. No two may differ in case or in the spelling of Unicode alone, so that no
    two pages have one name on any computer.

    >>> handles_of("kim, lee"), handles_of(["kim", "박"]), handles_of(None)
    (('kim', 'lee'), ('kim', '박'), ())

    Raises:
        UsageError: `option-value`.
    """
    if value is None:
        return ()
    texts = value.split(",") if isinstance(value, str) else map(str, value)
    handles = tuple(map(_handle, texts))
    first: dict[str, str] = {}
    for handle in handles:
        known = same_handle(handle)
        if known in first:
            raise UsageError(_twice(first[known], handle))
        first[known] = handle
    if handles:
        return handles
    raise UsageError(_no_handle(""))


def _handle(text: str) -> str:
    """A handle as it is written everywhere: composed, without spaces around it."""
    handle = unicodedata.normalize("NFC", text.strip())
    known = all(sign in "._-" or unicodedata.category(sign)[0] in "LN" for sign in handle)
    spoken = any(sign not in "._-" for sign in handle)
    if known and spoken and len(handle) <= HANDLE and not PART.search(same_handle(handle)):
        return handle
    raise UsageError(_no_handle(handle))


@lru_cache(maxsize=4096)
def same_handle(handle: str) -> str:
    """What handles have in common that a reader or a file system could take for one another.

    >>> same_handle("Kim") == same_handle("ｋｉｍ")
    True
    """
    folded = unicodedata.normalize("NFKC", handle).strip().casefold()
    return unicodedata.normalize("NFKC", folded)


def _no_handle(handle: str) -> Problem:
    wanted = N_("a handle is letters, digits, dots, hyphens and underscores, at most {n}, as kim or r1")
    better = re.sub(r"\s+", ".", handle)
    try:
        fixes = (say("--reviewers {handle},...", handle=_handle(better)),) if better != handle else ()
    except UsageError:
        fixes = ()
    return Problem(
        slug="option-value",
        what=say(N_("--reviewers: {handle} is no handle"), handle=repr(cut(handle, 2 * HANDLE))),
        details=(say(wanted, n=HANDLE),),
        fixes=fixes,
    )


def _twice(one: str, other: str) -> Problem:
    return Problem(
        slug="option-value",
        what=say(N_("--reviewers: {one} and {other} are one handle"), one=one, other=other)
        if one != other
        else say(N_("--reviewers: {handle} is named twice"), handle=one),
        details=(say(N_("each reviewer has a page and a file of decisions: their names must differ")),),
    )
