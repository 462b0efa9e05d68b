"""`auditor init`: a configuration with today's numbers as limits, which passes today."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.audit_options import audit_options, language
from auditor.cli.input_flags import (
    configuration,
    data_path,
    first_said,
    input_choice,
    input_flags,
    prediction_paths,
)
from auditor.cli.language import safely, words
from auditor.config import FILE, PYPROJECT, Config
from auditor.wording import LANGUAGES, N_, Text, say

if TYPE_CHECKING:
    from auditor.audits import Audit
    from auditor.gating.judge import Judged

ROLES = ("id", "label", "text", "image", "features", "split", "slice")
"""Roles of columns that `[data]` names: what was found today is written down."""
SEVERAL = frozenset({"text", "features", "slice"})
"""Those that may be several columns."""
DATA = ("image_root", "classes", "sep", "input_format", "embeddings", "annotations", "near_threshold")
PREDICTIONS = ("align", "missing", "class_order_checked", "model", "model_seconds")
FILES = frozenset({"image_root", "classes", "embeddings", "annotations"})
MANY = 50
"""Feature columns above which they are not listed."""


@click.command(
    "init",
    help=words(
        N_(
            "Audit DATA and write auditor.toml with its columns and with today's numbers as limits of the "
            "gate.\n\nThe gate passes today and fails when the data get worse. What is exact has today's "
            "number as its limit; what a model or chance moves has some room."
        )
    ),
)
@click.argument("data", required=False)
@input_flags
@click.option("-o", "output", metavar="FILE", help=words(N_("File to write.  [default: auditor.toml]")))
@click.option("--force", is_flag=True, help=words(N_("Replace a file that is there.")))
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the messages.")))
@click.option("--quiet", is_flag=True, help=words(N_("Print nothing but errors.")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(data: str | None, **flags: Any) -> int:
    """Audit, write the file, judge by it, say what it says."""
    from auditor.cli.progress import progress_on_stderr
    from auditor.gates import refuse_partial
    from auditor.gating.subjects import subject_of
    from auditor.pipeline import run
    from auditor.starting import starting_config

    config = configuration(flags)
    lang, target = language(flags, config), Path(flags["output"] or FILE)
    source = data_path(data, config)
    refuse_target(target, [str(source), *_input_files(flags, config)])
    _refuse_existing(target, force=flags["force"])
    options = audit_options(flags, config, decisions=config.several("audit", "decisions"), privacy="ids")
    with progress_on_stderr(flags["quiet"]) as progress:
        audit = run(source, prediction_paths(flags, config), input_choice(flags, config), options, progress)
    subject = subject_of(audit, source=str(source))
    refuse_partial(subject)
    text = starting_config(
        subject,
        _data(audit, source, flags, config, target),
        _predictions(flags, config, target),
        lang=flags["lang"],
    )
    judged = _written(target, text, audit, force=flags["force"])
    if not flags["quiet"]:
        for line in _lines(target, judged):
            click.echo(safely(line, lang))
    return 0


def _input_files(flags: dict[str, Any], config: Config) -> list[str]:
    named = [first_said(flags[name], config.get("data", name)) for name in sorted(FILES)]
    named += [*prediction_paths(flags, config), *config.several("audit", "decisions")]
    return [str(name) for name in named if isinstance(name, (str, Path))]


def refuse_target(target: Path, inputs: list[str]) -> None:
    """Neither an input nor a file of another kind is written over, whatever --force says.

    Raises:
        UsageError: `output-exists`, `option-value`.
    """
    from auditor.errors import Problem, UsageError

    if target.suffix != ".toml" or target.name == PYPROJECT:
        what = say(N_("-o {name}: a file of its own that ends in .toml"), name=target.name)
        raise UsageError(Problem(slug="option-value", what=what))
    if target.resolve() in {Path(name).resolve() for name in inputs if "://" not in name}:
        what = say(N_("{name} is an input"), name=target.name)
        raise UsageError(Problem(slug="output-exists", what=what))


def _refuse_existing(target: Path, *, force: bool) -> None:
    """Before the audit is made, so that no work is lost."""
    from auditor.errors import Problem, UsageError
    from auditor.store.names import shown

    if target.exists() and not force:
        what = say(N_("{name} is there already"), name=shown(target))
        fixes = (say(N_("-o FILE with another name")), say(N_("--force replaces it")))
        raise UsageError(Problem(slug="output-exists", what=what, fixes=fixes))


def _written(target: Path, text: str, audit: Audit, *, force: bool) -> Judged:
    """Write the file, read it back, and judge today's audit by it."""
    from auditor.gates import gate
    from auditor.store.pages import write_pages

    write_pages(target.parent, {target.name: text}, force=force)
    return gate(audit, config=target, no_baseline=True)


def _data(
    audit: Audit, source: str | Path, flags: dict[str, Any], config: Config, target: Path
) -> dict[str, Any]:
    """The keys of `[data]`: the columns as they were found, and what was said."""
    roles = audit.header["dataset"]["roles"]
    found: dict[str, Any] = {"path": _beside(source, target)}
    for role in ROLES:
        names = list(roles.get(role, ()))
        if names and len(names) <= MANY:
            found[role] = names if role in SEVERAL and len(names) > 1 else names[0]
    if flags["label"] == "none":
        found["label"] = "none"
    return found | _said(flags, config, "data", DATA, target)


def _predictions(flags: dict[str, Any], config: Config, target: Path) -> dict[str, Any]:
    """The keys of `[predictions]`."""
    paths = [_beside(path, target) for path in prediction_paths(flags, config)]
    found: dict[str, Any] = {} if not paths else {"path": paths[0] if len(paths) == 1 else paths}
    stated = {"yes": True, "no": False}.get(flags["out_of_sample"] or "")
    stated = config.get("predictions", "out_of_sample") if stated is None else stated
    if stated is not None:
        found["out_of_sample"] = stated
    return found | _said(flags, config, "predictions", PREDICTIONS, target)


def _said(
    flags: dict[str, Any], config: Config, section: str, names: tuple[str, ...], target: Path
) -> dict[str, Any]:
    """The values of some keys that a flag or the configuration says."""
    found: dict[str, Any] = {}
    for name in names:
        value = config.get(section, name) if flags[name] is None else flags[name]
        if value is None:
            continue
        if name in ("near_threshold", "model_seconds"):
            value = float(value)
        is_file = name in FILES and isinstance(value, str) and Path(value).exists()
        found[name] = _beside(value, target) if is_file else value
    return found


def _beside(path: str | Path, target: Path) -> str:
    """A path as seen from the folder of the file; an address as it is."""
    if isinstance(path, str) and "://" in path:
        return path
    return Path(os.path.relpath(path, target.resolve().parent)).as_posix()


def _lines(target: Path, judged: Judged) -> list[Text]:
    from auditor.gating.words import message, summary

    lines = [say(N_("wrote {file}: {n:,} rules"), file=str(target), n=len(judged.rulings))]
    lines += [say("  {rule}", rule=message(ruling)) for ruling in judged.rulings]
    found = target.resolve() == Path(FILE).resolve()
    step = say("auditor gate") if found else say("auditor gate --config {file}", file=str(target))
    return [*lines, summary(judged), say(N_("next: {step}"), step=step)]
