"""What is audited: a labelled dataset, and the class probabilities a model gave for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from auditor.errors import Problem

if TYPE_CHECKING:
    import pyarrow as pa

    from auditor.blocks import BlockSource
    from auditor.images.files import ImageFiles

NO_LABEL = -1
"""Code of a row without a label."""
UNKNOWN_LABEL = -2
"""Code of a row whose label is not in the class list."""
SPLIT_ORDER = ("train", "validation", "test")
"""Splits in the order of the data's way: a copy in a later one of a row in an earlier one is a leak."""

SPLIT_NAMES: Mapping[str, str] = {
    name: split
    for split, names in {
        "train": ("train", "training", "tr", "학습", "훈련"),
        "validation": ("validation", "valid", "val", "dev", "검증"),
        "test": ("test", "testing", "eval", "evaluation", "시험", "평가"),
    }.items()
    for name in names
}
"""What people call splits -> train, validation, test."""

ContentKind = Literal["text", "columns", "images", "files", "none"]
"""`images`: the content is the image of each row, its name is shown; `files`: names of files that are not
opened are all there is, and they are shown, not compared."""
RoleReason = Literal["flag", "format", "name", "rest", "index"]
"""A flag named the column, the format says so, its name does, no other role was left for it, or it is the
index of a DataFrame."""
OutOfSample = Literal["yes", "no", "not said"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLabels:
    """One class per row: the labels of a classification dataset."""

    codes: NDArray[np.int32]
    """(n,) index into `classes`; `NO_LABEL` where the cell is empty, `UNKNOWN_LABEL` where it is foreign."""
    classes: tuple[str, ...]
    """The K class names, in the order of the probability columns; fixed once."""
    foreign: Mapping[int, str] = field(default_factory=dict)
    """Row -> label text, for the rows whose label is not in `classes`."""
    by_number: bool = False
    """Whether the labels are the numbers of the classes, counted from 0, and not their names."""

    def __len__(self) -> int:
        return len(self.codes)

    def text_of(self, row: int) -> str:
        """The given label of a row, "" where there is none."""
        code = int(self.codes[row])
        return self.classes[code] if code >= 0 else self.foreign.get(row, "")

    @property
    def known(self) -> NDArray[np.bool_]:
        """(n,) True where the row has a label of the class list."""
        return self.codes >= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Splits:
    """The split each row belongs to, by name."""

    codes: NDArray[np.int32]
    """(n,) index into `names`; -1 where the cell is empty."""
    names: tuple[str, ...]
    """Names as written in the data, in the order train, validation, test, then the others sorted."""

    @property
    def comparable(self) -> bool:
        """Whether two of train, validation and test are there, so that one can leak into the other."""
        return len({split_kind(name) for name in self.names} - {None}) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Slices:
    """The values of a column by which rows are told apart: an annotator, a batch, a source."""

    codes: NDArray[np.int32]
    """(n,) index into `names`; -1 where the cell is empty."""
    names: tuple[str, ...]
    """The values as written, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Embeddings:
    """A vector per row, from any network: rows that mean the same point the same way."""

    name: str
    """The file they came from, without folders."""
    vectors: NDArray[np.floating[Any]]
    """(n, d) finite numbers, float16, float32 or float64, row i for item i; perhaps a memory map."""
    digest: str = ""
    """sha256 over the vectors as joined, for the audit id."""
    covered: NDArray[np.bool_] | None = None
    """(n,) False where a row has no vector (`--missing drop`), or one of zeros; None when all have one."""
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """The answers of several annotators, one an annotator and row at most: (a,) arrays sorted by row, then
    by annotator; some row has two or more."""

    name: str
    """The file they came from, without folders."""
    rows: NDArray[np.int64]
    """(a,) the row of the dataset that was answered."""
    annotators: NDArray[np.int32]
    """(a,) index into `names`."""
    labels: NDArray[np.int32]
    """(a,) index into the classes of the dataset."""
    names: tuple[str, ...]
    """The annotators who have an answer, sorted."""
    digest: str = ""
    """sha256 over the answers as joined, for the audit id."""
    notes: tuple[Problem, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a person looks at to judge a label: text columns, images, feature columns, or nothing."""

    kind: ContentKind
    columns: pa.Table
    """(n rows) string columns, in file order, without id, label, split and probability columns."""

    def of(self, row: int) -> dict[str, str]:
        """Column name -> cell of one row."""
        return {name: self.columns[name][row].as_py() or "" for name in self.columns.column_names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A labelled table, read once and never changed."""

    name: str
    """File name without folders, or what the caller called it."""
    format: str = ""
    """The name of the reader that read it: `csv`, `label-studio`, ... or `dataframe`."""
    form: Mapping[str, str] = field(default_factory=dict)
    """How a text table is written: `encoding` and `separator`; empty for other formats."""
    ids: pa.Array
    """(n,) unique strings: the user's ids, or `row-0`, `row-1`, ... where there is no id column."""
    has_ids: bool
    """Whether the ids are the user's own."""
    labels: ClassLabels
    content: Content
    images: ImageFiles | None = None
    """Where the image of each row is; also beside a content of texts or features."""
    splits: Splits | None = None
    slices: Mapping[str, Slices] = field(default_factory=dict)
    """Column -> its values, for the columns by which suspects are counted (`--slice`, annotator, ...)."""
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Role (id, label, text, split, ...) -> the columns that have it."""
    why: Mapping[str, RoleReason] = field(default_factory=dict)
    """Role -> why its columns have it."""
    left_out: tuple[str, ...] = ()
    """Identifier columns found among the features and left out of the content."""
    unused: tuple[str, ...] = ()
    """Columns that have no role, are no content and hold no probabilities, in file order."""
    fingerprint: str = ""
    """sha256 over the canonical (item, label, content) list: the same for CSV, JSONL, Parquet, cp949. Of
    images the names count, and not the pixels."""
    notes: tuple[Problem, ...] = ()
    """What was understood on the way in, and what looked odd but did not stop."""

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def classes(self) -> tuple[str, ...]:
        """The K class names."""
        return self.labels.classes


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionFile:
    """What was understood of one file of predictions."""

    name: str
    kind: str
    """`probabilities`, `percentages`, `log-probabilities` or `logits`, as the numbers say."""
    joined: Literal["id", "index", "position", "own columns", "made here"]
    """How its rows were joined to the dataset's; own columns are columns of the dataset itself."""
    rows: int
    """Rows of the file."""
    named: bool
    """Whether the file names its classes."""
    by_auditor: bool = False
    """Whether `auditor predict` wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """How the predictions were made, where they are auditor's own."""

    looked_at: tuple[str, ...]
    """What the models learned from: `texts`, `table`, `vectors`, `images`."""
    models: Mapping[str, int]
    """Kind of model -> the folds whose predictions it has a part in."""
    folds: int
    rounds: int
    """How often every row was predicted, each time with other folds; the mean counts."""
    rows: int
    """Labelled rows."""
    learned: int
    """Rows that one model learned from at most; of several kinds, the kind that learned from the fewest."""
    seconds: float
    """CPU seconds that the fits were allowed to take, about."""
    copies: int
    """Groups of exact copies, each kept in one fold."""
    near_kept: int
    """Near groups kept in one fold."""
    parts_kept: int
    """Texts that stand in one column of several rows, which are kept in one fold."""
    near_parted: int
    """Near groups too large for it: their exact copies are together, the others are not."""
    near_parted_rows: int
    not_judged: int
    """Labelled rows without a prediction: all of their class stands in one fold."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Column that the models were not shown -> why: `identifier`, `leak`, `constant`, ..."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Column of a table that they were shown -> what it was taken for: `number`, `category`, ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassProbabilities:
    """(n, K) predicted class probabilities behind a block source, row i for item i; never held whole."""

    blocks: BlockSource
    classes: tuple[str, ...]
    """The names of the K columns."""
    out_of_sample: OutOfSample = "not said"
    """Whether each row was predicted by a model that did not train on it, as stated by the user."""
    covered: NDArray[np.bool_] | None = None
    """(n,) False where a row has no prediction (`--missing drop`); None when all have one."""
    files: tuple[PredictionFile, ...] = ()
    """The files the predictions came from."""
    digest: str = ""
    """sha256 over the probabilities as read, for the audit id."""
    notes: tuple[Problem, ...] = ()
    model: ModelCard | None = None
    """How they were made, where auditor made them itself."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files."""
        return tuple(file.name for file in self.files)


def split_kind(name: str) -> str | None:
    """train, validation or test for what people call them; None for any other name.

    >>> split_kind("dev"), split_kind("Fold 3")
    ('validation', None)
    """
    return SPLIT_NAMES.get(name.strip().casefold())
