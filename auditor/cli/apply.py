"""`auditor apply`: the corrected dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from auditor.choices import chosen, count_of
from auditor.cli.input_flags import configuration, input_choice, input_flags
from auditor.cli.language import language_of_environment, words
from auditor.errors import AuditorError, ExitCode, Problem, UsageError
from auditor.wording import LANGUAGES, N_, say

UNUSED = (
    *("predictions", "embeddings", "annotations", "model", "model_seconds", "out_of_sample"),
    "near_threshold",
)
"""Input flags that have no meaning for this command."""


@click.command(
    "apply",
    help=words(
        N_(
            "Apply DECISIONS to DATA and write the corrected dataset in the same format.\n\nDATA itself is "
            "never changed. Only the label cells that reviewers decided differ; what is stale, unknown or in "
            "conflict is listed and left alone."
        )
    ),
)
@click.argument("data")
@click.argument("decisions", nargs=-1, required=True)
@input_flags
@click.option("-o", "output", metavar="FILE", help=words(N_("File to write; it has the ending of DATA.")))
@click.option("--dry-run", is_flag=True, help=words(N_("Write nothing; say what would be done.")))
@click.option("--min-votes", metavar="N", help=words(N_("Votes that any change needs.  [default: 1]")))
@click.option(
    "--excluded",
    type=click.Choice(["drop", "flag"]),
    default="drop",
    help=words(N_("Excluded rows: into a file of their own, or marked in a column.  [default: drop]")),
)
@click.option("--strict", is_flag=True, help=words(N_("Exit 1 where anything was left alone.")))
@click.option("--force", is_flag=True, help=words(N_("Replace files that are there.")))
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the messages.")))
@click.option("--quiet", is_flag=True, help=words(N_("Print nothing but errors.")))
@click.option("--json", "as_json", is_flag=True, help=words(N_("Print the summary as one JSON object.")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(data: str, decisions: tuple[str, ...], **flags: Any) -> int:
    """Parse, apply, show."""
    from auditor.cli.show_applied import show_applied
    from auditor.decided import merged_files
    from auditor.read.remote import path_or_address
    from auditor.review.apply import apply_files
    from auditor.review.corrections import LEFT_ALONE

    config = configuration(flags)
    lang = chosen("lang", flags["lang"] or config.get("", "lang") or language_of_environment())
    _refuse_unused(flags)
    if not flags["output"] and not flags["dry_run"]:
        raise UsageError(_no_output(data))
    votes = count_of("min-votes", flags["min_votes"], 1, least=1) if flags["min_votes"] else None
    merged = merged_files(decisions, min_votes=votes)
    assert merged is not None  # there is at least one file
    done = apply_files(
        path_or_address(data),
        merged,
        input_choice(flags, config),
        None if flags["dry_run"] else Path(flags["output"]),
        inputs=[Path(name) for name in decisions],
        flag=flags["excluded"] == "flag",
        force=flags["force"],
    )
    show_applied(done, merged, decisions, lang, flags)
    left = any(one.state in LEFT_ALONE for one in done.corrections.standings)
    return ExitCode.FAILED if flags["strict"] and left else ExitCode.DONE


def _refuse_unused(flags: dict[str, Any]) -> None:
    for name in UNUSED:
        if flags[name]:
            flag = f"--{name.replace('_', '-')}"
            what = say(N_("{flag}: decisions are applied without predictions"), flag=flag)
            raise UsageError(Problem(slug="option-value", what=what, fixes=(say("auditor apply --help"),)))


def _no_output(data: str) -> Problem:
    path = Path(data)
    ending = ".csv" if _holds_images(path) else path.suffix
    return Problem(
        slug="option-value",
        what=say(N_("-o FILE is missing: the dataset itself is never changed")),
        fixes=(say("-o {file}", file=f"{path.stem}.fixed{ending}"), say("--dry-run")),
    )


def _holds_images(path: Path) -> bool:
    """Whether a path is a folder or an archive of images, of which a table is written."""
    from auditor.read.formats.folder_kinds import IMAGES, having
    from auditor.read.sources import located

    try:
        return bool(having(located(path, folders=True).files, IMAGES))
    except (AuditorError, OSError):  # whoever reads it says what is wrong
        return False
