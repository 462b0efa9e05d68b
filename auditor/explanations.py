"""The text behind a code: a problem, a reason, a kind of finding, or a detector."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor import recipes
from auditor.codes import CODES
from auditor.detect import detectors
from auditor.errors import Problem, UsageError, did_you_mean, nearest
from auditor.wording import N_, catalogue, say


def explanation(code: str, lang: str = "en") -> str:
    """What a code means, why it matters, what to do.

    Raises:
        UsageError: `unknown-code`, with the nearest known one.
    """
    if code in CODES:
        more = _recipes(lang) if code in recipes.CODES else ()
        return "\n\n".join([f"{code}: {catalogue(lang).gettext(CODES[code])}", *more])
    found = detectors()
    if code in found:
        return found[code].page(lang)
    for member in found.values():
        if code in member.kinds:
            text = say(N_("{code}: a kind of finding of the detector {name}."), code=code, name=member.name)
            return f"{text.to(lang)}\n\n{member.page(lang)}"
        if code in member.reasons:
            text = say(
                N_("{code}: a reason of the detector {name}. It says: {sentence}"),
                code=code,
                name=member.name,
                sentence=catalogue(lang).gettext(member.reasons[code]),
            )
            return text.to(lang)
    raise UsageError(_unknown(code))


def _recipes(lang: str) -> Iterator[str]:
    for title, code in recipes.ALL:
        yield f"{catalogue(lang).gettext(title)}:\n\n{code.rstrip()}"


def first_sentence(code: str, lang: str = "en") -> str:
    """What a code means in one sentence, for a list of all."""
    text = explanation(code, lang).removeprefix(f"{code}: ").removeprefix(f"{code}\n")
    line = next(line for line in text.splitlines() if line)
    return re.split(r"(?<=[.?]) ", line)[0]


def every_code() -> list[str]:
    """All codes that can be explained."""
    found = detectors().values()
    kinds = [kind for member in found for kind in member.kinds]
    reasons = [reason for member in found for reason in member.reasons]
    codes = [*CODES, *(member.name for member in found), *kinds, *reasons]
    return list(dict.fromkeys(codes))  # conflict and leak are kinds and reasons


def _unknown(code: str) -> Problem:
    return Problem(
        slug="unknown-code",
        what=say(N_("there is no code {code}"), code=code),
        fixes=did_you_mean(nearest(code, every_code(), cutoff=0.5)),
    )
