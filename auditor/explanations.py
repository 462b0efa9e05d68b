"""The text behind a code: a problem, a reason, a kind of finding, or a detector."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor import recipes
from auditor.codes import CODES
from auditor.detect import detectors
from auditor.errors import Problem, UsageError, did_you_mean, nearest
from auditor.measures import MEASURES, Known
from auditor.wording import N_, catalogue, say


def explanation(code: str, lang: str = "en") -> str:
    """What a code means, why it matters, what to do.

    Raises:
        UsageError: `unknown-code`, with the nearest known one.
    """
    if code in CODES:
        more = _recipes(lang) if code in recipes.CODES else ()
        return "\n\n".join([f"{code}: {catalogue(lang).gettext(CODES[code])}", *more])
    if code in MEASURES:
        return measure_page(MEASURES[code], lang)
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


KINDS = {"count": N_("a count"), "rate": N_("a share, 0 to 1"), "score": N_("a score")}
WORSE = {"up": N_("more is worse"), "down": N_("less is worse")}


def measure_page(known: Known, lang: str = "en") -> str:
    """What a measure counts, what kind of number it is, and how a rule on it is written."""
    words = catalogue(lang).gettext
    exact = words(N_("a fact of the data") if known.exact else N_("an estimate"))
    about = [words(KINDS[known.kind]), words(WORSE[known.bad]), exact]
    about += [words(N_("carries an interval"))] if known.interval else []
    about += [words(N_("measured per slice, annotator or split"))] if known.parts else []
    lines = [f"{known.name}: {words(known.what)}", "; ".join(about) + "."]
    if known.detector is not None:
        lines.append(say(N_("Measured by the detector {name}."), name=known.detector).to(lang))
    if known.has_findings:
        kinds = ", ".join(known.kinds) + (f" ({', '.join(known.reasons)})" if known.reasons else "")
        lines.append(say(N_("What is new of it are findings of the kind {kinds}."), kinds=kinds).to(lang))
    if known.detector is None:
        lines.append(words(N_("Estimated from what people decided: not judged before there are decisions.")))
    sign = ">" if known.bad == "up" else "<"
    limit = {"count": "0", "rate": "3%", "score": "0.8"}[known.kind]
    return "\n".join([*lines, f'auditor gate AUDIT --rule "{known.name} {sign} {limit}"'])


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
    codes = [*CODES, *MEASURES, *(member.name for member in found), *kinds, *reasons]
    return list(dict.fromkeys(codes))  # conflict and leak are kinds and reasons


def _unknown(code: str) -> Problem:
    return Problem(
        slug="unknown-code",
        what=say(N_("there is no code {code}"), code=code),
        fixes=did_you_mean(nearest(code, every_code(), cutoff=0.5)),
    )
