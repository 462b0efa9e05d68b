"""`auditor check`: what was understood of an input, and everything wrong with it."""

from __future__ import annotations

from typing import Any

import click

from auditor.cli.input_flags import configuration, data_path, input_choice, input_flags, prediction_paths
from auditor.cli.language import language_of_environment, words
from auditor.wording import LANGUAGES, N_


@click.command(
    "check",
    help=words(
        N_(
            "Say what is understood of DATA and its predictions, and everything that is wrong with them: "
            "the checks that run first in every command. Writes nothing. Exits 0 where an audit is "
            "possible, 2 or 3 where it is not."
        )
    ),
)
@click.argument("data", required=False)
@input_flags
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the messages.")))
@click.option("--quiet", is_flag=True, help=words(N_("Print nothing but problems.")))
@click.option("--json", "as_json", is_flag=True, help=words(N_("Print everything as one JSON object.")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(data: str | None, **flags: Any) -> int:
    """Parse, inspect, show."""
    from auditor.choices import chosen
    from auditor.cli.progress import progress_on_stderr
    from auditor.cli.show_inspection import show_inspection
    from auditor.inspection import inspect
    from auditor.phases import Phases

    config = configuration(flags)
    lang = chosen("lang", flags["lang"] or config.get("", "lang") or language_of_environment())
    where, predictions = data_path(data, config), prediction_paths(flags, config)
    choice = input_choice(flags, config)
    with progress_on_stderr(flags["quiet"] or flags["as_json"]) as progress:
        seen = inspect(where, predictions, choice, Phases(progress))
    args = click.get_current_context().find_root().obj[1:]
    show_inspection(seen, lang, args, quiet=flags["quiet"], as_json=flags["as_json"])
    return seen.exit_code
