"""What is compared of a dataset, computed once: equal rows and near ones, for detectors, queue and pages."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.data import Dataset, Embeddings
from auditor.similar.groups import Groups, commonest, conflicts, equal_rows, group_names, leaks, no_groups
from auditor.similar.near import NearCopies, examples_of, near_copies
from auditor.similar.normal import has_content, joined, normal_columns, says_enough
from auditor.similar.pairs import DEFAULTS, How, Pairs, no_pairs

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.images.looks import Looks
    from auditor.similar.neighbours import Neighbours


class ContentIndex:
    """The normalised content of a dataset and its vectors; each comparison is made once, when asked for."""

    def __init__(
        self, dataset: Dataset, embeddings: Embeddings | None = None, near_threshold: float | None = None
    ) -> None:
        self.dataset = dataset
        self.embeddings = embeddings
        self.near_threshold = near_threshold
        """What the user said; None for the default of the kind of content."""
        self.columns: tuple[pa.Array, ...] = normal_columns(dataset.content)
        self._looks: Looks | None = None
        self._file_hashes: dict[int, str] = {}

    def look(self, progress: Callable[[float], None] | None = None) -> None:
        """Open every image, once; nothing where there are none, or where it was done.

        Raises:
            InputError: `no-room`.
        """
        if self.dataset.images is not None and self._looks is None:
            from auditor.images.looking import look_at

            self._looks = look_at(self.dataset.images, progress)

    @property
    def looks(self) -> Looks | None:
        """What a look at every image has found; None where there are none."""
        self.look()
        return self._looks

    @property
    def of_images(self) -> bool:
        """Whether the images are what rows are compared by."""
        return self.dataset.content.kind == "images"

    @cached_property
    def texts(self) -> pa.Array | None:
        """(n,) one text per row, equal where the content is: its cells, normalised and joined, or of an image
        a name for its pixels; "" where there is nothing; None for a dataset without content to compare."""
        if not self.of_images or self.dataset.images is None or self.looks is None:
            return joined(self.columns)
        from auditor.similar.image_contents import image_names

        return image_names(self.dataset.images, self.looks)

    @cached_property
    def codes(self) -> NDArray[np.int32]:
        """(n,) a number per content, in the order of first appearance; every row its own without content."""
        if self.texts is None:
            return np.arange(len(self.dataset), dtype=np.int32)
        return np.asarray(self.texts.dictionary_encode().indices.to_numpy(), np.int32)

    @cached_property
    def filled(self) -> NDArray[np.bool_]:
        """(n,) False for rows without any content to compare."""
        return np.zeros(len(self.dataset), bool) if self.texts is None else has_content(self.texts)

    @cached_property
    def groups(self) -> Groups:
        """Groups of two or more rows with the same content; rows without any content are in none."""
        if self.texts is None:
            return no_groups(len(self.dataset))
        members = equal_rows(self.codes, self.filled)
        of_row = np.full(len(self.texts), -1, np.int64)
        for number, rows in enumerate(members):
            of_row[rows] = number
        return Groups(
            of_row=of_row,
            members=members,
            names=group_names(self.dataset.ids, members),
            enough=self.says_enough(np.array([rows[0] for rows in members], np.int64)),
        )

    @cached_property
    def conflicts(self) -> dict[int, dict[str, int]]:
        """Group -> given label -> rows, for the groups whose rows have different labels."""
        return conflicts(self.dataset.labels, self.groups)

    @cached_property
    def shown_labels(self) -> dict[int, dict[str, int]]:
        """Group in conflict -> its commonest labels and their rows: those that are named."""
        return {group: commonest(labels) for group, labels in self.conflicts.items()}

    @cached_property
    def leaks(self) -> dict[int, str]:
        """Row of a later split -> name of the earliest split that holds a copy of it."""
        return leaks(self.dataset.splits, self.groups)

    @property
    def vectors(self) -> NDArray[np.floating[Any]] | None:
        """(n, d) the vectors of the user, else the hand-made features of images; None without either."""
        if self.embeddings is not None:
            return self.embeddings.vectors
        return self.looks.features if self.of_images and self.looks is not None else None

    @cached_property
    def neighbours(self) -> Neighbours | None:
        """The nearest rows by the cosine of their vectors; None without vectors."""
        if self.vectors is None:
            return None
        from auditor.similar.neighbours import neighbours

        return neighbours(self.vectors)

    def threshold(self, how: How) -> float:
        """The similarity from which a pair counts: what the user said, else the default of the content."""
        return DEFAULTS[how] if self.near_threshold is None else self.near_threshold

    @cached_property
    def near(self) -> NearCopies | None:
        """The rows that are nearly the same; None where there is nothing to compare."""
        if self.texts is None and self.embeddings is None:
            return None
        return near_copies(self)

    @cached_property
    def near_examples(self) -> Pairs:
        """The few pairs of rows just above the threshold and just below it, the most alike first."""
        return no_pairs() if self.near is None else examples_of(self.near, self.says_enough)

    def says_enough(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(m,) whether the content of each row says enough for a label to follow from it.

        Where only vectors are compared, there is nothing that could say too little.
        """
        if self.texts is None:
            return np.ones(len(rows), bool)
        if self.of_images and self.looks is not None:
            from auditor.similar.image_contents import shows_something

            return shows_something(self.looks, rows)
        _, first, of = np.unique(self.codes[rows], return_index=True, return_inverse=True)
        kind = self.dataset.content.kind
        texts = self.texts.take(pa.array(rows[first])).to_pylist()
        return np.fromiter((says_enough(text, kind) for text in texts), bool, len(texts))[of]

    def hashes_of(self, rows: NDArray[np.int64]) -> list[str]:
        """First 16 hex digits of sha256 of each row's normalised content, or of the bytes of its image; ""
        where there is none."""
        if self.of_images and self.dataset.images is not None:
            from auditor.similar.image_contents import file_hash

            known = self._file_hashes  # detectors, queue and folder ask for the same rows
            for row in rows.tolist():
                if row not in known:
                    known[row] = file_hash(self.dataset.images, row)
            return [known[row] for row in rows.tolist()]
        if self.texts is None:
            return [""] * len(rows)
        encoded = self.texts.take(pa.array(rows)).cast(pa.binary()).to_pylist()
        return [hashlib.sha256(text).hexdigest()[:16] for text in encoded]
