"""`auditor predict`: out-of-sample predictions from the built-in model."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import Any

import click

from auditor.choices import chosen
from auditor.cli.input_flags import configuration, data_path, input_choice, input_flags
from auditor.cli.language import language_of_environment, words
from auditor.wording import LANGUAGES, N_

OUTPUT = "oof.npz"
OF_THIS_COMMAND = frozenset({"--quiet", "--json", "--debug", "--force"})


@click.command(
    "predict",
    help=words(
        N_(
            "Predict every row of DATA with the built-in model, by cross-validation: each row by models that "
            "have learned neither from it nor from its copies. `auditor audit` does the same by itself where "
            "there are no predictions; this keeps them in a file."
        )
    ),
)
@click.argument("data", required=False)
@input_flags
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the messages.")))
@click.option("-o", "output", metavar="FILE", help=words(N_("File to write.  [default: oof.npz]")))
@click.option("--force", is_flag=True, help=words(N_("Replace a file that auditor did not write.")))
@click.option("--quiet", is_flag=True, help=words(N_("Print nothing but errors.")))
@click.option("--json", "as_json", is_flag=True, help=words(N_("Print the summary as one JSON object.")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(data: str | None, **flags: Any) -> int:
    """Parse, predict, write, show."""
    from auditor.cli.progress import progress_on_stderr
    from auditor.cli.show_predictions import refuse_predictions, show_predictions
    from auditor.phases import Phases
    from auditor.predictions import predict
    from auditor.store.predictions import check_place

    config = configuration(flags)
    lang = chosen("lang", flags["lang"] or config.get("", "lang") or language_of_environment())
    where, output = data_path(data, config), Path(flags["output"] or OUTPUT)
    refuse_predictions(flags)
    check_place(output, force=flags["force"])
    started = time.process_time()
    with progress_on_stderr(flags["quiet"] or flags["as_json"]) as progress:
        found, seen = predict(where, input_choice(flags, config), Phases(progress))
        found.save(output, force=flags["force"])
    args = click.get_current_context().find_root().obj[1:]
    show_predictions(
        found,
        seen,
        output,
        lang,
        shlex.join(["auditor", "audit", *_input(args)]),
        time.process_time() - started,
        flags,
    )
    return 0


def _input(args: tuple[str, ...]) -> list[str]:
    """What was typed of the input: without what is said of this command and of its output."""
    kept, skip = [], False
    for arg in args:
        if skip or arg in OF_THIS_COMMAND or arg.startswith(("-o", "--model")):
            skip = not skip and arg in {"-o", "--model", "--model-seconds"}
            continue
        kept.append(arg)
    return kept
