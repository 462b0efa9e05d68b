"""Which models fit a dataset: one family for each thing that can be learned from.

What each member offers is in a file of its own: `text.py`, `table.py`, `vectors.py`, `images.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.arrow import whole
from auditor.errors import Problem
from auditor.predict.learners import Learner
from auditor.similar.content import ContentIndex
from auditor.similar.neighbours import Neighbours


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The models for a dataset; none where nothing of it can be learned from."""

    learners: tuple[Learner, ...] = ()
    looked_at: tuple[str, ...] = ()
    """What they learn from: `texts`, `table`, `vectors`, `images`."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Column that they are not shown -> why."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Column of a table that they are shown -> what it was taken for."""
    notes: tuple[Problem, ...] = ()


def models_for(index: ContentIndex, named: Sequence[str] = ()) -> Models:
    """The models for a dataset and its vectors; features are made, nothing is fitted.

    Args:
        index: the dataset, its content and vectors.
        named: columns of a table that the user named one by one: a leak among them stays.
    """
    found = [make(index, named) for make in FAMILY.values()]
    return Models(
        learners=tuple(learner for part in found for learner in part.learners),
        looked_at=tuple(name for name, part in zip(FAMILY, found, strict=True) if part.learners),
        left_out={column: why for part in found for column, why in part.left_out.items()},
        columns={column: kind for part in found for column, kind in part.columns.items()},
        notes=tuple(note for part in found for note in part.notes),
    )


def _texts(index: ContentIndex, named: Sequence[str]) -> Models:
    dataset = index.dataset
    if dataset.content.kind != "text":
        return Models()
    from auditor.predict.text import text_learners

    columns = dataset.content.columns
    return Models(learners=text_learners([whole(columns[name]) for name in columns.column_names]))


def _table(index: ContentIndex, named: Sequence[str]) -> Models:
    dataset = index.dataset
    if dataset.content.kind != "columns":
        return Models()
    from auditor.predict.table import table_learners

    found = table_learners(
        dataset.content.columns,
        dataset.labels.codes,
        len(dataset.classes),
        named,
        dataset.classes,
        lambda row: str(dataset.ids[row]),
    )
    return Models(
        learners=found.learners,
        left_out={part.column: part.why for part in found.left_out},
        columns=found.kinds,
        notes=found.notes,
    )


def _vectors(index: ContentIndex, named: Sequence[str]) -> Models:
    found = index.embeddings
    if found is None:
        return Models()
    from auditor.predict.vectors import vector_learners

    return Models(learners=vector_learners(found.vectors, found.covered, nearest=lambda: _nearest(index)))


def _images(index: ContentIndex, named: Sequence[str]) -> Models:
    """Vectors of a network say more of an image than features made by hand, and are taken alone."""
    if not index.of_images or index.looks is None or index.embeddings is not None:
        return Models()
    from auditor.predict.images import image_learners

    return Models(learners=image_learners(index.looks.features, index.looks.opened))


def _nearest(index: ContentIndex) -> Neighbours:
    found = index.neighbours
    assert found is not None  # there are vectors
    return found


FAMILY: Mapping[str, Callable[[ContentIndex, Sequence[str]], Models]] = {
    "texts": _texts,
    "table": _table,
    "vectors": _vectors,
    "images": _images,
}
"""What can be learned from -> its models; where there are several, their averages are judged too."""
