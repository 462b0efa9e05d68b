"""The detectors: each measures one kind of fault; none judges, none knows another.

A detector is a module in this folder. Its docstring is its documentation page; it has a frozen
`Settings`, its `REASONS` (templates marked for translation), and one function under
`@detector(...)` that takes `Inputs` and gives a `Ran`. The list in `auditor detectors`, the
options in `auditor.toml`, the documentation and the common tests all come from this registry.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from auditor.choices import unknown_key
from auditor.data import Annotations, ClassProbabilities, Dataset
from auditor.errors import Problem, UsageError
from auditor.findings import Failed, NotApplicable, Outcome, Ran
from auditor.scan.kernel import ClassSums, RowScores, unscored
from auditor.similar.content import ContentIndex
from auditor.similar.near import NearCopies
from auditor.ties import TieKeys
from auditor.wording import N_, Text, catalogue, say

MODULES = (
    "label_issues",
    "class_balance",
    "exact_duplicates",
    "near_duplicates",
    "outliers",
    "hygiene",
    "images",
    "model_quality",
    "slices",
    "split_labels",
    "annotators",
)
"""The detectors, in the order in which they run and are listed."""
LABELS, PREDICTIONS, CONTENT = "labels", "predictions", "content"
EMBEDDINGS, SLICES, SPLITS, ANNOTATIONS = "embeddings", "slices", "splits", "annotations"
IMAGES = "images"
SIMILAR = "content or embeddings"
"""Either of which rows can be compared by."""
MISSING: Mapping[str, str] = {
    LABELS: N_("no labels"),
    PREDICTIONS: N_("no predictions"),
    CONTENT: N_("no content to compare"),
    SIMILAR: N_("no content to compare, and no embeddings (--embeddings FILE)"),
    EMBEDDINGS: N_("no embeddings (--embeddings FILE)"),
    SLICES: N_("no column of annotators, batches or sources, and no --slice"),
    SPLITS: N_("no splits to compare"),
    ANNOTATIONS: N_("no answers of several annotators (--annotations FILE)"),
    IMAGES: N_("no images"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What the predictions say: all of it is there, or none."""

    probabilities: ClassProbabilities
    rows: RowScores
    sums: ClassSums


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a detector may look at; it changes nothing of it."""

    dataset: Dataset
    index: ContentIndex
    ties: TieKeys
    probabilities: ClassProbabilities | None = None
    rows: RowScores | None = None
    sums: ClassSums | None = None
    annotations: Annotations | None = None
    """The answers of several annotators, where some were given."""
    kept: NDArray[np.bool_] | None = None
    """(n,) the rows whose given label a reviewer has confirmed; None where nobody has decided anything."""
    shared: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """What one detector worked out and another counts: `suspects`, (n,) bool, and `kept_suspects`, how many
    of the flagged rows are none because a reviewer kept them, by `label_issues`; `given_quality`, (n,) how
    probable the given label is by the answers of several annotators, NaN without any, by `annotators`."""

    @property
    def model(self) -> Model:
        """The predictions; for detectors that need them and so do not run without."""
        if self.probabilities is None or self.rows is None or self.sums is None:
            raise ValueError("there are no predictions")
        return Model(probabilities=self.probabilities, rows=self.rows, sums=self.sums)

    @property
    def confirmed(self) -> NDArray[np.bool_]:
        """(n,) True where a reviewer has confirmed the given label."""
        return np.zeros(len(self.dataset), bool) if self.kept is None else self.kept

    @property
    def scores(self) -> RowScores:
        """The row scores; without predictions those of a model that scored no row."""
        return self.rows if self.rows is not None else unscored(len(self.dataset))

    @property
    def near(self) -> NearCopies:
        """The near copies; for detectors that need something to compare and so do not run without."""
        if self.index.near is None:
            raise ValueError("there is nothing to compare")
        return self.index.near

    def has(self, need: str) -> bool:
        """Whether the dataset offers what a detector needs."""
        if need == LABELS:
            return bool((self.dataset.labels.codes >= 0).any())
        if need == PREDICTIONS:
            return self.rows is not None
        if need == EMBEDDINGS:
            return self.index.embeddings is not None
        if need == ANNOTATIONS:
            return self.annotations is not None
        if need == IMAGES:
            return self.dataset.images is not None
        if need == SLICES:
            return bool(self.dataset.slices)
        if need == SPLITS:
            return self.dataset.splits is not None and len(self.dataset.splits.names) > 1
        return self.index.texts is not None or (need == SIMILAR and self.index.embeddings is not None)


Find = Callable[[Inputs, Any], Ran]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """A registered detector."""

    name: str
    kinds: tuple[str, ...]
    """The kinds of findings it gives."""
    needs: tuple[str, ...]
    find: Find
    settings: type
    reasons: Mapping[str, str]
    """Reason code -> template."""
    doc: str
    """The module's docstring: its documentation page."""

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The documentation page, each paragraph on one line: the sentences that are translated."""
        return tuple(" ".join(part.split()) for part in self.doc.strip().split("\n\n"))

    def title(self, lang: str = "en") -> str:
        """The first paragraph of the documentation page, in a language."""
        return catalogue(lang).gettext(self.paragraphs[0])

    def page(self, lang: str = "en") -> str:
        """The documentation page: as it stands in the module, or its paragraphs in another language."""
        if lang == "en":
            return self.doc.strip()
        return "\n\n".join(catalogue(lang).gettext(paragraph) for paragraph in self.paragraphs)


_REGISTRY: dict[str, Detector] = {}


def detector(*, name: str, kinds: tuple[str, ...], needs: tuple[str, ...]) -> Callable[[Find], Find]:
    """Register a function as a detector; a name taken twice is an error."""

    def register(function: Find) -> Find:
        if name in _REGISTRY:
            raise ValueError(f"the detector {name} is registered already")
        module = inspect.getmodule(function)
        if module is None:
            raise ValueError(f"the detector {name} is in no module")
        _REGISTRY[name] = Detector(
            name=name,
            kinds=kinds,
            needs=needs,
            find=function,
            settings=module.Settings,
            reasons=module.REASONS,
            doc=module.__doc__ or "",
        )
        return function

    return register


def detectors() -> dict[str, Detector]:
    """Every detector by name, in the order of `MODULES`."""
    for module in MODULES:
        import_module(f"auditor.detect.{module}")
    return {name: _REGISTRY[name] for name in MODULES}


def reasons() -> dict[str, str]:
    """Reason code -> template, over all detectors."""
    return {code: template for found in detectors().values() for code, template in found.reasons.items()}


def detector_options(options: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
    """Detector -> its options, if the detectors have them and the values fit; told before any work.

    Raises:
        UsageError: `config-unknown-key` or `option-value`.
    """
    known = detectors()
    for name, values in options.items():
        if name not in known:
            raise UsageError(unknown_key(say(N_("there is no detector {name}"), name=name), name, known))
        types = get_type_hints(known[name].settings)
        for key, value in values.items():
            if key not in types:
                what = say(N_("detector {name} has no option {key}"), name=name, key=key)
                raise UsageError(unknown_key(what, key, types))
            if not _fits(value, types[key]):
                raise UsageError(_not_allowed(name, key, repr(value)))
    return options


def _fits(value: object, wanted: Any) -> bool:
    if get_origin(wanted) is Literal:
        return value in get_args(wanted)
    if isinstance(value, bool):
        return wanted is bool
    return isinstance(value, (int, float) if wanted is float else wanted)


def _not_allowed(detector: str, option: str, value: object) -> Problem:
    option = f"detect.{detector}.{option}"
    return Problem(
        slug="option-value", what=say(N_("{option}: {value} is no value for it"), option=option, value=value)
    )


def run_detectors(inputs: Inputs, options: Mapping[str, Mapping[str, Any]]) -> dict[str, Outcome]:
    """The outcome of every detector: it ran, does not apply, or failed; nothing vanishes.

    Args:
        inputs: what the detectors look at.
        options: detector -> its settings that differ from the defaults.

    Raises:
        UsageError: an option that the detector does not have, or a value that it cannot be.
    """
    options = detector_options(options)
    settings = {name: _settings(found, options.get(name, {})) for name, found in detectors().items()}
    return {name: _run(found, inputs, settings[name]) for name, found in detectors().items()}


def _settings(found: Detector, options: Mapping[str, Any]) -> Any:
    try:
        return found.settings(**options)
    except ValueError as error:  # of the right type and out of range: (option, value)
        raise UsageError(_not_allowed(found.name, *error.args)) from error


def _run(found: Detector, inputs: Inputs, settings: Any) -> Outcome:
    lacking = [need for need in found.needs if not inputs.has(need)]
    if lacking:
        return NotApplicable(Text(MISSING[lacking[0]]))
    try:
        return found.find(inputs, settings)
    except Exception as error:  # a bug of ours must not take the other detectors' work with it
        return Failed(f"{type(error).__name__}: {error}", traceback.format_exc())
