"""Options with a few allowed values: the same from the command line, a file and Python."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from math import inf

from auditor.errors import Problem, UsageError, did_you_mean, nearest
from auditor.wording import LANGUAGES, N_, Text, say

ALLOWED: dict[str, tuple[str, ...]] = {
    "align": ("auto", "id", "position"),
    "missing": ("error", "drop"),
    "model": ("auto", "none"),
    "privacy": ("full", "snippet", "ids"),
    "lang": LANGUAGES,
    "excluded": ("drop", "flag"),
    "scope": ("all", "new"),
    "fail-on": ("error", "warn", "never"),
}
"""Option -> its values. A misspelt `privacy` must never be taken for `full`."""
TOP = 20_000
"""Rows of the queue unless said otherwise: 39 hours of review at 7 s each."""
LONGEST = 1e9
"""Seconds at most: 32 years."""


def chosen(option: str, value: object) -> str:
    """A value of an option, if it is allowed.

    Raises:
        UsageError: `option-value`.
    """
    if value in ALLOWED[option]:
        return str(value)
    raise UsageError(
        Problem(
            slug="option-value",
            what=say(
                N_("{option}: {value} is not one of: {names}"),
                option=option,
                value=str(value),
                names=", ".join(ALLOWED[option]),
            ),
        )
    )


def rows_at_most(value: object) -> int | None:
    """`top`: a number of rows, or None for `all`.

    Raises:
        UsageError: `option-value`.
    """
    text = str(value)
    if value is None or text == "all":
        return None
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise UsageError(
        Problem(slug="option-value", what=say(N_("--top {value}: a number of rows, or all"), value=text))
    )


SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([kKmMgG]?)[bB]?")
"""A size as people write it: `15MB`, `800 kB`, `2000000`."""
UNITS = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000}


def bytes_at_most(value: object, default: int) -> int:
    """`max_size`: bytes, or a text like `15MB`; the default for None.

    >>> bytes_at_most("1.5 MB", 7), bytes_at_most(800, 7), bytes_at_most(None, 7)
    (1500000, 800, 7)

    Raises:
        UsageError: `option-value`.
    """
    if value is None:
        return default
    found = SIZE.fullmatch(str(value).strip())
    size = int(float(found[1]) * UNITS[found[2].lower()]) if found else 0
    if size > 0:
        return size
    raise UsageError(
        Problem(slug="option-value", what=say(N_("--max-size {value}: a size like 15MB"), value=str(value)))
    )


def count_of(option: str, value: object, default: int, *, least: int = 0) -> int:
    """An option that is a whole number, `least` at the least; the default for None.

    Raises:
        UsageError: `option-value`.
    """
    if value is None:
        return default
    text = str(value).strip()
    if text.isascii() and text.isdigit() and least <= int(text) <= LONGEST:
        return int(text)
    what = say(N_("--{option} {value}: a whole number from {least}"), option=option, value=text, least=least)
    raise UsageError(Problem(slug="option-value", what=what))


def share_of(option: str, value: object, default: float, *, over_zero: bool = False) -> float:
    """An option that is a share, `10%` or `0.1`, 0 to 1; the default for None.

    Args:
        option: its name without dashes.
        value: as it was given.
        default: for None.
        over_zero: whether 0 is refused.

    >>> share_of("controls", "10%", 0.5), share_of("controls", 0.1, 0.5)
    (0.1, 0.1)

    Raises:
        UsageError: `option-value`.
    """
    if value is None:
        return default
    text = str(value).strip()
    try:
        number = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        number = -1.0
    if 0 <= number <= 1 and (number or not over_zero):
        return number
    wanted = (
        N_("--{option} {value}: a share over 0, like 2%")
        if over_zero
        else N_("--{option} {value}: a share like 10%, or 0 to 1")
    )
    what = say(wanted, option=option, value=text)
    raise UsageError(Problem(slug="option-value", what=what))


def split_weights(values: object) -> dict[str, float]:
    """Weights of splits, `test=3` each, or a mapping; {} for None.

    >>> split_weights(("test=3", "train=1.5")), split_weights({"test": 3})
    ({'test': 3.0, 'train': 1.5}, {'test': 3.0})

    Raises:
        UsageError: `option-value` for what is no positive number, or a split that is named twice.
    """
    if values is None:
        return {}
    if isinstance(values, Mapping):
        pairs = [(str(name), weight) for name, weight in values.items()]
    else:
        texts = [values] if isinstance(values, str) else list(values)  # type: ignore[call-overload]
        pairs = [(name, weight) for name, _, weight in (str(text).rpartition("=") for text in texts)]
    _said_once([name for name, _ in pairs])
    return {name: _weight(name, weight) for name, weight in pairs}


def _said_once(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            what = say(N_("--split-weight: the split {name} has more than one weight"), name=name)
            raise UsageError(Problem(slug="option-value", what=what))


def _weight(name: str, value: object) -> float:
    try:
        number = float(value) if name else -1.0  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = -1.0
    if 0 < number < inf:
        return number
    what = say(
        N_("--split-weight {value}: the name of a split and a positive number, as test=3"),
        value=f"{name}={value}" if name else str(value),
    )
    raise UsageError(Problem(slug="option-value", what=what))


def rarity(value: object) -> float:
    """How much rows of rare classes weigh, 0 (all alike) to 1; 0 for None.

    Raises:
        UsageError: `option-value`.
    """
    try:
        number = 0.0 if value is None else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = -1.0
    if 0 <= number <= 1:
        return number
    what = say(N_("--rarity {value}: a number from 0 to 1; 0.25 is a good first one"), value=str(value))
    raise UsageError(Problem(slug="option-value", what=what))


def near_threshold(value: object) -> float | None:
    """`near_threshold`: a similarity over 0 and at most 1, or None for the default.

    Raises:
        UsageError: `option-value`.
    """
    return _over_zero(value, 1.0, N_("--near-threshold {value}: a similarity over 0 and at most 1"))


def model_seconds(value: object) -> float | None:
    """`model_seconds`: CPU seconds over 0, or None for the default.

    Raises:
        UsageError: `option-value`.
    """
    return _over_zero(value, LONGEST, N_("--model-seconds {value}: a number of seconds over 0"))


def _over_zero(value: object, most: float, wrong: str) -> float | None:
    """A number over 0 and at most `most`; None for None; else the marked template `wrong` is raised."""
    if value is None:
        return None
    try:
        number = float(str(value))
    except ValueError:
        number = 0.0
    if 0 < number <= most:
        return number
    raise UsageError(Problem(slug="option-value", what=say(wrong, value=str(value))))


def separator(value: str | None) -> str | None:
    """`sep`: one character between cells; `tab` and a written-out backslash t are the tab.

    Raises:
        UsageError: `option-value`.
    """
    if value in {"\\t", "tab"}:
        return "\t"
    if value is None or (len(value) == 1 and value.isascii() and value not in '"\r\n\0'):
        return value
    raise UsageError(
        Problem(slug="option-value", what=say(N_("--sep {value}: one ASCII character, or \\t"), value=value))
    )


def several(value: str | Iterable[object] | None) -> tuple[str, ...]:
    """An option that may be given once, several times, or not at all.

    >>> several("text"), several(["a", "b"]), several(None)
    (('text',), ('a', 'b'), ())
    """
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(map(str, value))


def unknown_key(what: Text, name: str, known: Iterable[str]) -> Problem:
    """A key that nothing has: what is wrong, all keys there are, and the nearest."""
    names = sorted(known)
    return Problem(
        slug="config-unknown-key",
        what=what,
        details=(say(N_("keys: {names}"), names=", ".join(names)),),
        fixes=did_you_mean(nearest(name, names)),
    )
