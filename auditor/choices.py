"""Options with a few allowed values: the same from the command line, a file and Python."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints

from auditor.errors import Problem, UsageError
from auditor.wording import LANGUAGES, N_, Text, say

ALLOWED: dict[str, tuple[str, ...]] = {
    "align": ("auto", "id", "position"),
    "missing": ("error", "drop"),
    "privacy": ("full", "snippet", "ids"),
    "lang": LANGUAGES,
}
"""Option -> its values. A misspelt `privacy` must never be taken for `full`."""


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


def detector_options(options: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
    """Detector -> its options, if the detectors have them and the values fit; told before any work.

    Raises:
        UsageError: `config-unknown-key` or `option-value`.
    """
    from auditor.detect import detectors

    known = detectors()
    for name, values in options.items():
        if name not in known:
            raise UsageError(_unknown(say(N_("there is no detector {name}"), name=name), name, known))
        types = get_type_hints(known[name].settings)
        for key, value in values.items():
            if key not in types:
                what = say(N_("detector {name} has no option {key}"), name=name, key=key)
                raise UsageError(_unknown(what, key, types))
            if not _fits(value, types[key]):
                raise UsageError(_not_allowed(f"detect.{name}.{key}", value))
    return options


def _fits(value: object, wanted: Any) -> bool:
    if get_origin(wanted) is Literal:
        return value in get_args(wanted)
    if isinstance(value, bool):
        return wanted is bool
    return isinstance(value, (int, float) if wanted is float else wanted)


def _not_allowed(option: str, value: object) -> Problem:
    what = say(N_("{option}: {value} is no value for it"), option=option, value=repr(value))
    return Problem(slug="option-value", what=what)


def _unknown(what: Text, name: str, known: Iterable[str]) -> Problem:
    near = difflib.get_close_matches(name, list(known), n=1)
    return Problem(
        slug="config-unknown-key",
        what=what,
        details=(say(N_("keys: {names}"), names=", ".join(sorted(known))),),
        fixes=(say(N_("did you mean {name}?"), name=near[0]),) if near else (),
    )
