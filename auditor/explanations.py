"""The text behind a code: a problem, a reason, a kind of finding, or a detector."""

from __future__ import annotations

import difflib

from auditor.codes import CODES
from auditor.detect import detectors
from auditor.errors import Problem, UsageError
from auditor.wording import N_, Text, say


def explanation(code: str, lang: str = "en") -> str:
    """What a code means, why it matters, what to do.

    Raises:
        UsageError: `unknown-code`, with the nearest known one.
    """
    if code in CODES:
        return f"{code}: {Text(CODES[code]).to(lang)}"
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
                sentence=Text("{sentence}", {"sentence": _template(member.reasons[code], lang)}),
            )
            return text.to(lang)
    raise UsageError(_unknown(code))


def every_code() -> list[str]:
    """All codes that can be explained."""
    found = detectors().values()
    kinds = [kind for member in found for kind in member.kinds]
    reasons = [reason for member in found for reason in member.reasons]
    codes = [*CODES, *(member.name for member in found), *kinds, *reasons]
    return list(dict.fromkeys(codes))  # conflict and leak are kinds and reasons


def _template(template: str, lang: str) -> str:
    from auditor.wording import catalogue

    return catalogue(lang).gettext(template)


def _unknown(code: str) -> Problem:
    near = difflib.get_close_matches(code, every_code(), n=1, cutoff=0.5)
    return Problem(
        slug="unknown-code",
        what=say(N_("there is no code {code}"), code=code),
        fixes=(say(N_("did you mean {name}?"), name=near[0]),) if near else (),
    )
