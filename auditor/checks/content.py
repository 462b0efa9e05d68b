"""Is the content what a person looks at to judge a row?"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks import Subject, check
from auditor.errors import Problem
from auditor.wording import N_, say, share

MOST = 0.5
"""Share of rows with a copy above which the content column is probably not the content."""


@check("labels")
def content_tells_rows_apart(subject: Subject) -> Iterator[Problem]:
    """Most rows have copies: perhaps a column of ids or numbers was taken for the content."""
    if subject.index is None or subject.index.texts is None or len(subject.dataset) < 20:
        return
    copies = int((subject.index.groups.of_row >= 0).sum())
    if copies > MOST * len(subject.dataset):
        yield Problem(
            slug="content-repeats",
            what=say(
                N_("{share} of the rows have the same content as another row"),
                share=share(copies / len(subject.dataset), 0),
            ),
            details=(
                say(
                    N_("content: {names}"), names=", ".join(subject.dataset.content.columns.column_names[:12])
                ),
                say(N_("copies stand together in the queue, so a wrong content column spoils its order")),
            ),
            fixes=(say(N_("--text COLUMN or --features COLUMN with what a person looks at")),),
            level="warning",
        )


@check("labels")
def identifier_columns(subject: Subject) -> Iterator[Problem]:
    """Columns that only name the row are left out of its content, and named."""
    if subject.dataset.left_out:
        yield Problem(
            slug="identifier-columns",
            what=say(
                N_("left out of the content, because they only name the row or a file: {names}"),
                names=", ".join(subject.dataset.left_out),
            ),
            fixes=(say(N_("--features COLUMN keeps a column in")),),
            level="note",
        )
