"""`auditor gain`: what relabelling bought."""

from __future__ import annotations

import time
from typing import Any

import click

from auditor.choices import chosen, count_of
from auditor.cli.input_flags import configuration, input_choice, input_flags, prediction_paths
from auditor.cli.language import language_of_environment, words
from auditor.errors import Problem, UsageError
from auditor.read.remote import path_or_address
from auditor.wording import LANGUAGES, N_, say


@click.command(
    "gain",
    help=words(
        N_(
            "Say what relabelling bought: the same fixed model learns from BEFORE and from AFTER, and is "
            "judged on TEST. Beside it stands what dropping the suspects of BEFORE would have bought.\n\n"
            "TEST is a file of its own; exact copies of rows that the model learns from are left out. Where "
            "a split column names train and test, BEFORE and AFTER teach with their train rows, and TEST "
            "judges with its test rows, so that TEST may be AFTER itself."
        )
    ),
)
@click.argument("before", metavar="BEFORE")
@click.argument("after", metavar="AFTER")
@click.option("--test", metavar="TEST", required=True, help=words(N_("Labelled rows to judge by.")))
@click.option(
    "--test-predictions",
    multiple=True,
    metavar="FILE",
    help=words(
        N_(
            "Predictions of TEST by your own model: first of one that learned from BEFORE, then of one that "
            "learned from AFTER, and perhaps of one that learned without the suspects."
        )
    ),
)
@click.option(
    "--decisions",
    multiple=True,
    metavar="FILE",
    help=words(N_("What reviewers decided: rows of TEST among it are warned of. May be given again.")),
)
@input_flags
@click.option("--seed", metavar="N", help=words(N_("Another one draws other rows for the intervals.")))
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the messages.")))
@click.option("--quiet", is_flag=True, help=words(N_("Print nothing but errors.")))
@click.option("--json", "as_json", is_flag=True, help=words(N_("Print the result as one JSON object.")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(before: str, after: str, test: str, test_predictions: tuple[str, ...], **flags: Any) -> int:
    """Parse, measure, show."""
    from auditor.cli.progress import progress_on_stderr
    from auditor.cli.show_gain import show_gain
    from auditor.decided import merged_files
    from auditor.gain import gain_of
    from auditor.phases import Phases

    config = configuration(flags)
    lang = chosen("lang", flags["lang"] or config.get("", "lang") or language_of_environment())
    _refuse(flags, bool(test_predictions))
    started = time.process_time()
    with progress_on_stderr(flags["quiet"] or flags["as_json"]) as progress:
        found = gain_of(
            path_or_address(before),
            path_or_address(after),
            path_or_address(test),
            input_choice(flags, config),
            predictions=prediction_paths(flags, config) if flags["predictions"] else (),
            test_predictions=[path_or_address(name) for name in test_predictions],
            decisions=merged_files(flags["decisions"]),
            seed=count_of("seed", flags["seed"], 0),
            phases=Phases(progress),
        )
    show_gain(found, lang, flags, time.process_time() - started)
    return 0


def _refuse(flags: dict[str, Any], own: bool) -> None:
    """Raise UsageError for flags that mean nothing here, or say the contrary of the command."""
    said = "--annotations" if flags["annotations"] else ""
    said = said or ("--model none" if flags["model"] == "none" and not own else "")
    if said:
        what = say(N_("{flag}: a gain is measured by a model that learns"), flag=said)
        raise UsageError(Problem(slug="option-value", what=what, fixes=(say("auditor gain --help"),)))
