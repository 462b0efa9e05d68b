"""Do the names of the splits say which rows a model learns from, and which it is measured on?"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks import Fine, Said, Subject, check
from auditor.data import split_kind
from auditor.errors import Problem
from auditor.wording import N_, listed, say


@check("labels", N_("names of the splits"))
def splits_have_an_order(subject: Subject) -> Iterator[Said]:
    """Only train, validation and test stand in an order in which one can leak into another."""
    splits = subject.dataset.splits
    unknown = () if splits is None else tuple(name for name in splits.names if split_kind(name) is None)
    if splits is None:
        return
    if not unknown:
        yield Fine(say(N_("in this order: {names}"), names=listed(splits.names)))
        return
    yield Problem(
        slug="splits-unknown",
        what=say(
            N_("column {column}: neither train, validation nor test: {names}"),
            column=subject.dataset.roles["split"][0],
            names=listed(unknown),
        ),
        details=(
            say(N_("rows of these splits are in no leak"))
            if splits.comparable
            else say(N_("leaks between splits are not looked for")),
        ),
        fixes=(say(N_("name the splits train, validation and test in the file")),),
        level="warning",
    )
