"""The input flags, shared by every command that reads a dataset; every one can stand in the config file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from auditor.choices import ALLOWED, chosen, model_seconds, near_threshold, separator
from auditor.cli.language import words
from auditor.config import Config, load_config
from auditor.errors import Problem, UsageError
from auditor.read.remote import path_or_address
from auditor.wording import N_, say

if TYPE_CHECKING:
    from auditor.data import OutOfSample
    from auditor.read.choice import InputChoice

Function = TypeVar("Function", bound=Callable[..., Any])
FLAGS: tuple[Callable[[Any], Any], ...] = (
    click.option("--predictions", multiple=True, metavar="FILE", help=words(N_(
        "Class probabilities or logits: .npy, .npz, CSV, Parquet, JSON. Several are averaged."))),
    click.option("--id", metavar="COL", help=words(N_("Column that names each row once."))),
    click.option("--label", metavar="COL", help=words(N_("Label column; `none` audits without labels."))),
    click.option("--text", multiple=True, metavar="COL", help=words(N_("Text column; may be given again."))),
    click.option("--image", metavar="COL", help=words(N_(
        "Column of image files; found by its name where not given."))),
    click.option("--image-root", metavar="DIR", help=words(N_(
        "Folder or zip of the images.  [default: beside DATA, images/, images.zip]"))),
    click.option("--features", multiple=True, metavar="COL", help=words(N_(
        "Feature columns: names, globs, commas; may be given again."))),
    click.option("--split", metavar="COL", help=words(N_("Column of train / validation / test."))),
    click.option("--slice", multiple=True, metavar="COL", help=words(N_(
        "Column by which suspects are counted: annotator, batch, ...; may be given again."))),
    click.option("--classes", metavar="FILE|A,B,C", help=words(N_(
        "Class names in the order of the probability columns."))),
    click.option("--class-order-checked", is_flag=True, default=None, help=words(N_(
        "You vouch for the class order; the check is left out."))),
    click.option("--align", type=click.Choice(ALLOWED["align"]), help=words(N_(
        "How predictions are joined to rows."))),
    click.option("--missing", type=click.Choice(ALLOWED["missing"]), help=words(N_(
        "Rows without a prediction: stop, or audit them without a model."))),
    click.option("--out-of-sample", type=click.Choice(["yes", "no"]), help=words(N_(
        "Whether each row was predicted by a model that did not train on it."))),
    click.option("--sep", metavar="CHAR", help=words(N_("Separator of a CSV file; \\t for tab."))),
    click.option("--input-format", metavar="NAME", help=words(N_(
        "Format of DATA where content and ending do not tell; a wrong NAME lists all."))),
    click.option("--embeddings", metavar="FILE", help=words(N_(
        "A vector per row: .npy, .npz, CSV, Parquet. Near copies and outliers are found by them."))),
    click.option("--annotations", metavar="FILE", help=words(N_(
        "Answers of several annotators: a table item, annotator, label with a row per answer."))),
    click.option("--near-threshold", metavar="X", help=words(N_(
        "Similarity from which rows are near copies, 0 to 1.  [default: texts .9, rows .65, vectors .95, "
        "images .55]"))),
    click.option("--model", type=click.Choice(ALLOWED["model"]), help=words(N_(
        "Where there are no predictions: predict by cross-validation, or do without.  [default: auto]"))),
    click.option("--model-seconds", metavar="N", help=words(N_(
        "CPU seconds for its fits, about; above, models learn from fewer rows.  [default: 30]"))),
    click.option("--config", metavar="FILE", help=words(N_(
        "Configuration; else auditor.toml or [tool.auditor] found upward."))),
)  # fmt: skip
FLAG_NAMES = (
    *("predictions", "id", "label", "text", "image", "image_root", "features", "split", "slice", "classes"),
    *(
        "class_order_checked",
        "align",
        "missing",
        "out_of_sample",
        "sep",
        "input_format",
        "embeddings",
        "annotations",
    ),
    *("near_threshold", "model", "model_seconds", "config"),
)
"""Their names as arguments."""


def input_flags(function: Function) -> Function:
    """Add the input flags to a command."""
    for option in reversed(FLAGS):
        function = option(function)
    return function


def configuration(flags: dict[str, Any]) -> Config:
    """The configuration file that applies."""
    return load_config(Path(flags["config"]) if flags.get("config") else None)


def data_path(given: str | None, config: Config) -> str | Path:
    """DATA from the command line, else from the configuration.

    Raises:
        UsageError: `option-value` where neither names it.
    """
    path = given or config.get("data", "path")
    if not path:
        raise UsageError(
            Problem(
                slug="option-value",
                what=say(N_("no dataset is named")),
                fixes=(
                    say("auditor {command} DATA --predictions FILE", command=_command()),
                    say(N_("auditor init DATA writes auditor.toml, which names it"))
                    if _command() == "gate"
                    else say("auditor demo"),
                ),
            )
        )
    return path_or_address(path)


def _command() -> str:
    return click.get_current_context().info_name or "audit"


def prediction_paths(flags: dict[str, Any], config: Config) -> list[str | Path]:
    """--predictions, else those of the configuration."""
    return [path_or_address(name) for name in flags["predictions"] or config.several("predictions", "path")]


def input_choice(flags: dict[str, Any], config: Config) -> InputChoice:
    """What was said of the input: flags win over the configuration."""
    from auditor.read.choice import InputChoice  # numpy, which a saved audit is judged without
    from auditor.read.columns import ColumnChoice

    def said(flag: str, section: str, default: Any = None) -> Any:
        return first_said(flags.get(flag), config.get(section, flag), default)

    classes = flags.get("classes") or config.get("data", "classes")
    vectors, answers = said("embeddings", "data"), said("annotations", "data")
    return InputChoice(
        columns=ColumnChoice(
            id=said("id", "data"),
            label=said("label", "data"),
            text=flags["text"] or config.several("data", "text"),
            image=said("image", "data"),
            features=flags["features"] or config.several("data", "features"),
            split=said("split", "data"),
            slice=flags["slice"] or config.several("data", "slice"),
        ),
        classes=None if isinstance(classes, list) else classes,
        class_names=tuple(map(str, classes)) if isinstance(classes, list) else None,
        class_order_checked=bool(said("class_order_checked", "predictions", False)),
        align=chosen("align", said("align", "predictions", "auto")),
        missing=chosen("missing", said("missing", "predictions", "error")),
        out_of_sample=_out_of_sample(flags, config),
        sep=separator(said("sep", "data")),
        input_format=said("input_format", "data"),
        embeddings=path_or_address(vectors) if vectors else None,
        annotations=path_or_address(answers) if answers else None,
        image_root=said("image_root", "data"),
        near_threshold=near_threshold(said("near_threshold", "data")),
        model=chosen("model", said("model", "predictions", "auto")),
        model_seconds=model_seconds(said("model_seconds", "predictions")),
    )


def first_said(*values: Any) -> Any:
    """The first value that is not None."""
    return next((value for value in values if value is not None), None)


def _out_of_sample(flags: dict[str, Any], config: Config) -> OutOfSample:
    stated = {"yes": True, "no": False}.get(flags.get("out_of_sample") or "")
    stated = first_said(stated, config.get("predictions", "out_of_sample"))
    return "not said" if stated is None else "yes" if stated else "no"
