"""Is the content what a person looks at to judge a row?"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks import CannotTell, Fine, Said, Subject, check
from auditor.errors import Problem
from auditor.wording import N_, say, share

MOST = 0.5
"""Share of rows with a copy above which the content column is probably not the content."""
FEWEST = 20
"""Fewer rows than this may well repeat."""


@check("labels", N_("content tells rows apart"))
def content_tells_rows_apart(subject: Subject) -> Iterator[Said]:
    """Most rows have copies: perhaps a column of ids or numbers was taken for the content."""
    if subject.index is None or subject.index.texts is None:
        return
    if len(subject.dataset) < FEWEST:
        yield CannotTell(say(N_("{n:,} rows are too few to tell"), n=len(subject.dataset)))
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
    else:
        yield Fine(
            say(
                N_("{share} of the rows have the same content as another row"),
                share=share(copies / len(subject.dataset)),
            )
        )


@check("labels", N_("what near copies are told by"))
def near_copies_by_vectors(subject: Subject) -> Iterator[Said]:
    """Vectors, where there are some, and then not the content too: one similarity, one threshold."""
    index = subject.index
    if index is None or index.embeddings is None or (index.texts is None and not index.of_images):
        return
    yield Problem(
        slug="near-by-vectors",
        what=say(
            N_("near copies are found by the vectors of {name}, and not by the content as well"),
            name=index.embeddings.name,
        ),
        fixes=(say(N_("without --embeddings the content is compared")),),
        level="note",
    )


@check("labels", N_("columns that only name the row"))
def identifier_columns(subject: Subject) -> Iterator[Said]:
    """Columns that only name the row are left out of its content, and named."""
    if subject.dataset.left_out:
        yield Problem(
            slug="identifier-columns",
            what=say(
                N_("left out of the content, because they only name the row or a file: {names}"),
                names=", ".join(subject.dataset.left_out),
            ),
            fixes=(say(N_("name all columns to use with --features, these too, and they are kept")),),
            level="note",
        )
