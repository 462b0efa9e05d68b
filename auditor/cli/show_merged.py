"""What became of a merge, on the terminal: how it was settled, what is open, how far people agree."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from auditor.cli.language import safely
from auditor.cli.show_problems import plain_json
from auditor.merges import MergedReview
from auditor.report.agreement_words import agreement_lines, confirmed_lines, pair_line, unsure_lines
from auditor.report.marks import inert_line
from auditor.report.terminal import size_of
from auditor.review.merging import JudgementState, Merged, SettledBy
from auditor.review.reading import ADJUDICATOR
from auditor.wording import N_, Text, listed, say

PAIRS = 10
"""Pairs of reviewers that are named."""
SHOWN = 5
"""Items of each kind that are named."""
SETTLED: Mapping[SettledBy, str] = {
    "all": N_("by all who judged them"),
    "most": N_("by two thirds"),
    "one": N_("by one reviewer alone"),
    "lead": N_("by the lead"),
}
OPEN: Mapping[JudgementState, str] = {
    "conflict": N_("reviewers disagree"),
    "needs_votes": N_("needs another vote"),
    "unsure": N_("could not tell"),
}


def show_merged(done: MergedReview, decisions: Sequence[str], lang: str, flags: dict[str, Any]) -> None:
    """The summary on stdout, in words or as JSON."""
    if flags["as_json"]:
        click.echo(plain_json(_json(done)))
    elif not flags["quiet"]:
        for line in _lines(done, decisions):
            click.echo(inert_line(safely(line, lang)))


def _lines(done: MergedReview, decisions: Sequence[str]) -> Iterator[Text]:
    found = done.merged
    yield say(
        N_("{n:,} item judged by {reviewers}"),
        N_("{n:,} items judged by {reviewers}"),
        n=len(found.judgements),
        reviewers=listed([name or "-" for name in found.reviewers] or ["-"]),
    )
    yield from _counts(found)
    if found.taken_back:
        yield taken_back_line(found.taken_back)
    yield from _doubts(found)
    yield from (_indented(note.what) for file in found.files for note in file.notes)
    yield from agreement_lines(done.agreement)
    yield from (_indented(pair_line(pair)) for pair in done.agreement.pairs[:PAIRS])
    if (more := len(done.agreement.pairs) - PAIRS) > 0:
        yield say(N_("  {n:,} more pair"), N_("  {n:,} more pairs"), n=more)
    yield from unsure_lines(done.agreement)
    yield from confirmed_lines(done.confirmed)
    yield from _files(done)
    yield from _next(done, decisions)


def _counts(found: Merged) -> Iterator[Text]:
    how = Counter(one.settled_by for one in found.judgements)
    for name, title in SETTLED.items():
        if how[name]:
            yield say(N_("  {n:,} settled {how}"), n=how[name], how=Text(title))
    for state, title in OPEN.items():
        left = [one.item for one in found.judgements if one.state == state]
        if left:
            yield say(
                N_("  {n:,} open, {why}: {names}"), n=len(left), why=Text(title), names=listed(left, SHOWN)
            )


def _files(done: MergedReview) -> Iterator[Text]:
    if done.path is not None:
        yield say(N_("wrote {file} ({size})"), file=str(done.path), size=size_of(done.path))
    if done.page is None:
        return
    for path in done.page.pages:
        yield say(
            N_("wrote {file} ({size}): {n:,} open item"),
            N_("wrote {file} ({size}): {n:,} open items"),
            n=done.page.items,
            file=str(path),
            size=size_of(path),
        )
    if done.page.not_kept:
        yield say(
            N_("  {n:,} open item is not on it: the audit keeps no content of it"),
            N_("  {n:,} open items are not on it: the audit keeps no content of them"),
            n=done.page.not_kept,
        )
    if done.page.gone:
        yield say(
            N_("  {n:,} open item is not on it: the audit has it no more, or with another label or text"),
            N_("  {n:,} open items are not on it: the audit has them no more, or with another label or text"),
            n=done.page.gone,
        )


def _next(done: MergedReview, decisions: Sequence[str]) -> Iterator[Text]:
    """What to type next."""
    if done.path is None:
        said = " ".join(map(shlex.quote, decisions))
        yield say(
            N_("nothing was written; auditor merge {files} -o merged.json writes them as one"), files=said
        )
        return
    file = shlex.quote(str(done.path))
    if done.page is not None and done.page.items:
        yield say(N_("next: whoever settles them exports a file, as HANDLE"))
        yield say("  {command}", command=f"auditor merge {file} FILE --lead HANDLE -o settled.json")
    elif done.page is None and not done.is_settled:
        yield say(N_("for a page that settles what is open: --audit AUDIT, the audit that was reviewed"))
    yield say("  {command}", command=f"auditor apply DATA {file} -o FIXED")


def _doubts(found: Merged) -> Iterator[Text]:
    """What somebody should look at before the result is used."""
    if found.replaced:
        yield say(
            N_("  {n:,} item has two answers under one name, on two pages: two people? The later counts"),
            N_("  {n:,} items have two answers under one name, on two pages: two people? The later counts"),
            n=found.replaced,
        )
    leads = {one.reviewer for one in found.leads}
    settling = {file.reviewer for file in found.files if file.role == ADJUDICATOR} - leads
    for name in sorted(settling):
        yield say(N_("  {name} settled what was open: --lead {name} makes that word win"), name=name)
    states = {file.dataset["fingerprint"] for file in found.files if "fingerprint" in file.dataset}
    if len(states) > 1:
        yield say(
            N_("  the files are about {n:,} states of the dataset: an item counts as it was seen"),
            n=len(states),
        )


def taken_back_line(n: int) -> Text:
    """How many decisions their reviewers took back."""
    return say(N_("  {n:,} decision was taken back"), N_("  {n:,} decisions were taken back"), n=n)


def _indented(line: Text) -> Text:
    return say("  {line}", line=line)


def _json(done: MergedReview) -> dict[str, Any]:
    found = done.merged
    how = Counter(one.settled_by for one in found.judgements if one.settled_by)
    states = Counter(one.state for one in found.judgements)
    page = done.page
    return {
        "schema": "auditor.merge/1",
        "items": len(found.judgements),
        "reviewers": list(found.reviewers),
        "taken_back": found.taken_back,
        "replaced": found.replaced,
        "settled": {name: how[name] for name in SETTLED},
        "open": {name: states[name] for name in OPEN},
        "agreement": done.agreement.to_json(),
        "confirmed": done.confirmed.to_json(),
        "files": [str(path) for path in ([done.path] if done.path else [])],
        "page": None
        if page is None
        else {
            "files": [str(path) for path in page.pages],
            "items": page.items,
            "not_kept": page.not_kept,
            "gone": page.gone,
        },
    }
