"""The command that makes an audit again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auditor.choices import TOP

DEFAULTS: Mapping[str, Any] = {
    "align": "auto",
    "missing": "error",
    "sep": None,
    "input_format": None,
    "image_root": None,
    "near_threshold": None,
    "model": "auto",
    "model_seconds": None,
}
"""Flag -> the value with which it is left out."""
OF_THE_MODEL = frozenset({"model", "model_seconds"})
"""Flags that say nothing where predictions are given."""


def command_of(
    header: Mapping[str, Any], *, place: str | None = None, predictions: Sequence[str] | None = None
) -> str:
    """The command that makes this audit again.

    Options of detectors have no flags; they stay in the configuration file.

    Args:
        header: of the audit.
        place: the dataset as the user typed it; None for its base name, which is all that files may hold.
        predictions: other files of predictions than the audit's.
    """
    name = place or header["dataset"]["name"]
    words = ["auditor", "audit", f"./{name}" if name.startswith("-") else name]
    if predictions is None:
        words += _predictions(header)
    else:
        words += [word for file in predictions for word in ("--predictions", file)]
    words += _input(header["settings"]["input"], predicted=predictions is not None)
    words += _vectors(header)
    words += _classes(header["dataset"])
    words += _options(header["settings"])
    return shlex.join(words)


def _predictions(header: Mapping[str, Any]) -> Iterator[str]:
    if made_here(header) is not None:
        return
    for name in (header["predictions"] or {"files": ()})["files"]:
        if name != header["dataset"]["name"]:  # else its own columns are the predictions
            yield from ("--predictions", name)


def made_here(header: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """How auditor made the predictions itself, as plain values; None where the user brought them."""
    card: Mapping[str, Any] | None = (header["predictions"] or {}).get("model")
    return card


def _vectors(header: Mapping[str, Any]) -> Iterator[str]:
    if header.get("embeddings"):
        yield from ("--embeddings", header["embeddings"]["file"])
    if header.get("annotations"):
        yield from ("--annotations", header["annotations"]["file"])


def _input(choice: Mapping[str, Any], *, predicted: bool) -> Iterator[str]:
    columns = choice["columns"]
    for role in ("id", "label", "image", "split"):
        if columns.get(role):  # an audit of an earlier version has no images
            yield from (f"--{role}", columns[role])
    for role in ("text", "features", "slice"):
        for name in columns.get(role, ()):  # an audit of an earlier version has no slices
            yield from (f"--{role}", name)
    if choice["out_of_sample"] != "not said":
        yield from ("--out-of-sample", choice["out_of_sample"])
    for flag, default in DEFAULTS.items():
        if choice.get(flag, default) != default and not (predicted and flag in OF_THE_MODEL):
            yield from (f"--{flag.replace('_', '-')}", str(choice[flag]))
    if choice["class_order_checked"]:
        yield "--class-order-checked"


def _classes(dataset: Mapping[str, Any]) -> Iterator[str]:
    flag = dataset["class_order"]["flag"]
    if flag is not None:
        yield from ("--classes", flag)


def _options(settings: Mapping[str, Any]) -> Iterator[str]:
    if settings["privacy"] != "full":
        yield from ("--privacy", settings["privacy"])
    if settings["top"] != TOP:
        yield from ("--top", "all" if settings["top"] is None else str(settings["top"]))
    weights = settings.get("weights") or {}
    for name, weight in weights.get("splits", {}).items():
        yield from ("--split-weight", f"{name}={weight:g}")
    if weights.get("rarity"):
        yield from ("--rarity", f"{weights['rarity']:g}")
    if settings["lang"] != "en":
        yield from ("--lang", settings["lang"])
