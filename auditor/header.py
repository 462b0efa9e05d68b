"""The header of an audit: all of `audit.json` but the measures and the files, as plain JSON values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.checks import Answer, problems_of
from auditor.drift import EDITIONS, SCHEMES
from auditor.errors import Problem
from auditor.findings import Failed, Outcome, Ran, table_of
from auditor.label_noise import label_noise, label_noise_json
from auditor.pictures import images_json
from auditor.prioritise.order import LAM, PRIOR
from auditor.similar.pairs import DEFAULTS
from auditor.store.names import SCHEMA
from auditor.version import __version__
from auditor.wording import Text, text_json

if TYPE_CHECKING:
    from auditor.data import Annotations, Embeddings
    from auditor.detect import Inputs, Model
    from auditor.pipeline import AuditOptions
    from auditor.prioritise.queue import Order
    from auditor.read.dataset import Given

SAVED_TABLES = (
    ("model_quality", "calibration"),
    ("images", "image_traits"),
    ("images", "image_files"),
    ("slices", "slices"),
    ("split_labels", "splits"),
    ("split_labels", "split_classes"),
    ("annotators", "annotators"),
    ("annotators", "next_answers"),
)
"""Detector and name of the small tables that stand in `audit.json`, for the report."""


def header_of(
    given: Given,
    inputs: Inputs,
    outcomes: Mapping[str, Outcome],
    options: AuditOptions,
    answers: Sequence[Answer],
    *,
    queue_rows: int,
    order: Order,
    sampling: Mapping[str, Any],
    decided: Mapping[str, Any] | None,
    items: pa.Table,
) -> dict[str, Any]:
    """The header: dataset, predictions, settings, versions, outcomes, notes, the queue in numbers.

    Args:
        given: the dataset, its predictions and what the user said of them.
        inputs: what the detectors looked at.
        outcomes: detector -> its outcome.
        options: what the user said of the audit.
        answers: what the checks said.
        queue_rows: rows of the queue.
        order: of the queue.
        sampling: what was drawn for the labeller's page.
        decided: what reviewers had decided, in numbers; None where nobody had.
        items: the rows whose content is kept.
    """
    probabilities = given.probabilities
    told = (
        *given.dataset.notes,
        *(probabilities.notes if probabilities else ()),
        *(given.embeddings.notes if given.embeddings else ()),
        *(given.annotations.notes if given.annotations else ()),
        *given.notes,
        *problems_of(answers),
    )
    header: dict[str, Any] = {
        "schema": SCHEMA,
        "schemes": {**SCHEMES, "measures": dict(EDITIONS)},
        "dataset": dataset_json(given),
        "predictions": _predictions(inputs.model) if inputs.rows is not None else None,
        "embeddings": None if given.embeddings is None else embeddings_json(given.embeddings),
        "annotations": None if given.annotations is None else annotations_json(given.annotations),
        "settings": _settings(given, options),
        "versions": _versions(),
        "outcomes": [_outcome(name, found) for name, found in outcomes.items()],
        "checks": [answer_json(answer) for answer in answers],
        "notes": [note_json(problem) for problem in told],
        "queue": {
            "rows": queue_rows,
            "total": order.total,
            "order": "order score" if order.p_error is None else "expected corrected rows",
            "lam": LAM,
            "prior": PRIOR,
            "notes": [text_json(note) for note in order.notes],
        },
        "sampling": dict(sampling),
        "decisions": dict(decided) if decided is not None else None,
        "near": near_json(inputs, outcomes),
        "images": images_json(inputs.index, items),
        "label_noise": _label_noise(inputs, outcomes),
        "tables": {
            name: [] if table is None else table.to_pylist()
            for (detector, name) in SAVED_TABLES
            for table in [table_of(outcomes, detector, name)]
        },
    }
    header["audit_id"] = audit_id(header)
    plain: dict[str, Any] = json.loads(json.dumps(header))  # what is read back is what was made
    return plain


def dataset_json(given: Given) -> dict[str, Any]:
    """The dataset as it was understood."""
    dataset = given.dataset
    return {
        "name": dataset.name,
        "format": dataset.format,
        "form": dict(dataset.form),
        "rows": len(dataset),
        "classes": list(dataset.classes),
        "class_order": {"source": text_json(given.classes.source), "flag": given.classes.flag},
        "labelled": int(dataset.labels.known.sum()),
        "has_ids": dataset.has_ids,
        "roles": {role: list(names) for role, names in sorted(dataset.roles.items())},
        "content": list(dataset.content.columns.column_names),
        "left_out": list(dataset.left_out),
        "unused": list(dataset.unused),
        "splits": list(dataset.splits.names) if dataset.splits else [],
        "fingerprint": dataset.fingerprint,
        "splits_digest": None if dataset.splits is None else _digest(dataset.splits.codes),
        "slices": {
            column: {"values": len(found.names), "digest": _digest(found.codes)}
            for column, found in dataset.slices.items()
        },
    }


def _predictions(model: Model) -> dict[str, Any]:
    probabilities, rows = model.probabilities, model.rows
    covered = probabilities.covered
    return {
        "files": list(probabilities.names),
        "kinds": [file.kind for file in probabilities.files],
        "joined_by": [file.joined for file in probabilities.files],
        "digest": probabilities.digest,
        "joined": _digest(np.stack([rows.p_given, rows.p_other])),
        "out_of_sample": probabilities.out_of_sample,
        "rows_without": 0 if covered is None else int((~covered).sum()),
        "model": None if probabilities.model is None else asdict(probabilities.model),
    }


def embeddings_json(embeddings: Embeddings) -> dict[str, Any]:
    """The vectors as they were understood."""
    covered = embeddings.covered
    return {
        "file": embeddings.name,
        "dimensions": int(embeddings.vectors.shape[1]),
        "digest": embeddings.digest,
        "rows_without": 0 if covered is None else int((~covered).sum()),
    }


def annotations_json(annotations: Annotations) -> dict[str, Any]:
    """The answers of several annotators as they were understood."""
    return {
        "file": annotations.name,
        "answers": len(annotations),
        "annotators": len(annotations.names),
        "rows": len(np.unique(annotations.rows)),
        "digest": annotations.digest,
    }


def near_json(inputs: Inputs, outcomes: Mapping[str, Outcome]) -> dict[str, Any] | None:
    """How the search for near copies went; None where there was none."""
    if not isinstance(outcomes.get("near_duplicates"), Ran):
        return None
    search, shown = inputs.near.search, inputs.index.near_examples
    items = [inputs.dataset.ids.take(pa.array(rows)).to_pylist() for rows in (shown.first, shown.second)]
    return {
        "how": search.how,
        "threshold": search.threshold,
        "default": DEFAULTS[search.how],
        "compared": search.compared,
        "pairs": len(search.pairs),
        "bars": search.bars.tolist(),
        "recall": search.recall,
        "sampled": search.sampled,
        "examples": [
            {"a": one, "b": other, "similarity": similarity}
            for one, other, similarity in zip(*items, shown.similarity.tolist(), strict=True)
        ],
    }


def _label_noise(inputs: Inputs, outcomes: Mapping[str, Outcome]) -> dict[str, Any] | None:
    """What the model estimates of the labels of each class; None where label errors were not looked for."""
    if not isinstance(outcomes.get("label_issues"), Ran):
        return None
    return label_noise_json(label_noise(inputs.model.sums.joint, inputs.dataset.classes))


def _digest(array: NDArray[Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()[:16]


def _settings(given: Given, options: AuditOptions) -> dict[str, Any]:
    without = replace(given.choice, embeddings=None, annotations=None)  # their digests count
    root = without.image_root
    choice = asdict(replace(without, image_root=None if root is None else PurePath(root).name or "."))
    for name in ("classes", "class_names"):  # what counts are the names, which stand with the dataset
        choice[name] = None
    return {
        "input": choice,
        "top": options.top,
        "privacy": options.privacy,
        "lang": options.lang,
        "seed": options.seed,
        "weights": {"splits": dict(options.weights.splits), "rarity": options.weights.rarity},
        "detect": {name: dict(values) for name, values in sorted(options.detect.items())},
    }


def audit_id(header: Mapping[str, Any]) -> str:
    """16 hex digits over all that an audit comes from.

    The fingerprint, the classes, the splits, the settings, and the predictions: the numbers of the
    files, the probabilities that each row got when they were joined, the vectors, and the decisions.
    """
    dataset, predictions = header["dataset"], header["predictions"] or {}
    parts = [
        *(dataset[name] for name in ("fingerprint", "classes", "splits", "splits_digest", "slices")),
        header["settings"],
        *(predictions.get(name) for name in ("digest", "joined")),
        (header["embeddings"] or {}).get("digest"),
        *([header["annotations"]["digest"]] if header.get("annotations") else []),
        (header["decisions"] or {}).get("digest"),
    ]
    raw = json.dumps(parts, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return hashlib.sha256(raw).hexdigest()[:16]


def note_json(problem: Problem) -> dict[str, Any]:
    """A problem as JSON that can be put into words again in any language."""
    return {
        "slug": problem.slug,
        "level": problem.level,
        "what": text_json(problem.what),
        "details": [text_json(text) for text in problem.details],
        "fixes": [text_json(text) for text in problem.fixes],
    }


def answer_json(answer: Answer) -> dict[str, Any]:
    """What a check said, as JSON that can be put into words again in any language."""
    return {
        "check": answer.check,
        "question": text_json(answer.question),
        "verdict": answer.verdict,
        "said": [
            {"slug": part.slug, "text": text_json(part.what)}
            if isinstance(part, Problem)
            else {"slug": None, "text": text_json(part.words)}
            for part in answer.said
        ],
    }


def _outcome(name: str, found: Outcome) -> dict[str, Any]:
    why = None
    if isinstance(found, Failed):
        why = Text("{error}", {"error": found.error})
    elif not isinstance(found, Ran):
        why = found.why
    return {"detector": name, "status": found.status, "why": None if why is None else text_json(why)}


def _versions() -> dict[str, str]:
    out = {"auditor": __version__}
    for name in ("cleanlab", "numpy", "pyarrow"):
        try:
            out[name] = version(name)
        except PackageNotFoundError:
            out[name] = "-"
    return out
