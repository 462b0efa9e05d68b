"""The questions of a round in other tools: the same names and words in each, and the classes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from auditor.errors import InputError, Problem
from auditor.review.decisions import REASONS
from auditor.wording import N_, Text, listed, say

TITLES = {
    "given": N_("Current label"),
    "suggested": N_("Suggested label"),
    "reason": N_("Why it is asked about"),
    "copies": N_("Rows with the same content, decided with it"),
    "image": N_("Image"),
    "label": N_("Which class is right? Choose the current one to keep it"),
    "verdict": N_("If no class can be chosen"),
    "action": N_("What is to become of the item?"),
    "class": N_("The right class, if it is another one"),
    "reasons": N_("Reasons"),
    "comment": N_("Comment"),
}
"""What is shown and what is asked -> its title."""
VERDICT_TITLES = {
    "keep": N_("keep the current label"),
    "relabel": N_("another class"),
    "exclude": N_("exclude the item"),
    "unsure": N_("cannot tell"),
}
REASON_TITLES = {
    "guideline_unclear": N_("the guideline is unclear"),
    "needs_new_class": N_("needs a new class"),
    "more_than_one_class": N_("more than one class"),
    "unreadable": N_("unreadable"),
    "wrong_language": N_("wrong language"),
    "personal_data": N_("personal data"),
    "broken_text": N_("broken text"),
    "other": N_("other"),
}
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that a class name must not have: XML and UTF-8 cannot hold them, or people cannot see them."""
SHOWN = 5


def title(name: str, lang: str) -> str:
    """The title of what is shown or asked."""
    return say(TITLES[name]).to(lang)


def reason_titles(lang: str) -> dict[str, str]:
    """Reason -> its words, in the order of decisions files."""
    return {reason: say(REASON_TITLES[reason]).to(lang) for reason in REASONS}


def refuse_classes(
    classes: Sequence[str], tool: str, replaced: re.Pattern[str] | None = None, longest: int = 10_000
) -> None:
    """Raise where a tool could not show the classes, or would give another back.

    Args:
        classes: the names.
        tool: what people call it.
        replaced: what a name must not contain because the tool puts something else in its place.
        longest: characters that a name may have.

    Raises:
        InputError: `class-not-exportable`.
    """
    faults = {
        N_("empty names or blanks alone"): [name for name in classes if not name.strip()],
        N_("characters that cannot be written: {names}"): [n for n in classes if UNWRITABLE.search(n)],
        N_("names that stand twice: {names}"): [n for n, times in Counter(classes).items() if times > 1],
        N_("names with $, which it takes for a field: {names}"): [
            name for name in classes if replaced is not None and replaced.search(name)
        ],
    }
    faults[N_("names that are too long: {names}")] = [name for name in classes if len(name) > longest]
    found = {why: names for why, names in faults.items() if names}
    if found:
        raise InputError(_not_exportable(tool, found))


def _not_exportable(tool: str, found: dict[str, list[str]]) -> Problem:
    details: list[Text] = []
    for why, names in found.items():
        shown = [name.encode("utf-8", "backslashreplace").decode()[:80] for name in names]
        details.append(say(why, names=listed([repr(name)[1:-1] for name in shown], SHOWN)))
    return Problem(
        slug="class-not-exportable",
        what=say(N_("{tool} cannot show the classes of this dataset as they are"), tool=tool),
        details=tuple(details),
        fixes=(
            say(N_("rename the classes in the dataset, and run the audit again")),
            say(N_("or review them elsewhere: {command}"), command="auditor review AUDIT"),
        ),
    )
