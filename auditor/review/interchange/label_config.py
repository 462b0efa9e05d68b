"""The form of a project of Label Studio: what is shown of a task, and what is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import quoteattr

from auditor.review.interchange.answers import COMMENT, LABEL, REASONS, VERDICT
from auditor.review.interchange.choices import VERDICT_TITLES, reason_titles, title
from auditor.review.interchange.family import Outgoing, field_names
from auditor.wording import say

OFFERED = ("exclude", "unsure")
"""Verdicts that have a choice of their own; keeping is choosing the current class."""
HOTKEYS = {"exclude": "e", "unsure": "r"}


def label_config(out: Outgoing) -> str:
    """The form of the project. Texts of the data stand in it as attributes alone, escaped."""
    names = field_names(out)
    shown = [*_contents(out, names), *_headers(out)]
    first = shown_first(out)
    asked = [
        _choices(LABEL, first, {name: name for name in out.classes}, out.lang, 'choice="single"'),
        _choices(VERDICT, first, _verdicts(out.lang), out.lang, 'choice="single"'),
        _choices(REASONS, first, reason_titles(out.lang), out.lang, 'choice="multiple"'),
        _header(title(COMMENT, out.lang)),
        f'<TextArea name="{COMMENT}" toName="{first}" maxSubmissions="1" editable="true"/>',
    ]
    lines = [line for part in (*shown, *asked) for line in part.split("\n")]
    return "\n".join(["<View>", *(f"  {line}" for line in lines), "</View>", ""])


def shown_first(out: Outgoing) -> str:
    """What the questions are about, by its name in the form."""
    return next(iter(field_names(out)), "image")


def _contents(out: Outgoing, names: Sequence[str]) -> Iterator[str]:
    if out.has_pictures:
        yield '<Image name="image" value="$image"/>'
    for column, name in zip(out.columns, names, strict=True):
        if len(names) > 1 or out.has_pictures:
            yield _header(column)
        yield f'<Text name="{name}" value="${name}"/>'


def _headers(out: Outgoing) -> Iterator[str]:
    fields = ["given", "suggested", "reason"]
    fields += ["copies"] if any(item.copies for item in out.items) else []
    for name in fields:
        yield f'<Header value={quoteattr(f"{title(name, out.lang)}: ${name}")} size="5"/>'


def _header(text: str) -> str:
    """A line of text in which nothing is replaced."""
    inert = "".join(sign if sign.isprintable() else " " for sign in text).replace("$", "＄")
    return f'<Header value={quoteattr(inert)} size="6"/>'


def _choices(name: str, first: str, offered: Mapping[str, str], lang: str, how: str) -> str:
    """A question with its title; an answer comes back as its name, whatever words are shown."""
    lines = [
        f"  <Choice value={quoteattr(shown)}"
        + (f' alias="{answer}"' if answer != shown or name != LABEL else "")
        + (f' hotkey="{HOTKEYS[answer]}"' if name == VERDICT else "")
        + "/>"
        for answer, shown in offered.items()
    ]
    head = f'<Choices name="{name}" toName="{first}" {how} showInline="true">'
    return "\n".join([_header(title(name, lang)), head, *lines, "</Choices>"])


def _verdicts(lang: str) -> dict[str, str]:
    return {name: say(VERDICT_TITLES[name]).to(lang) for name in OFFERED}
