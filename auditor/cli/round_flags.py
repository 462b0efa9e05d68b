"""The flags that say what a round of review asks, of `auditor review` and `auditor export` alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from auditor.choices import count_of, share_of
from auditor.cli.input_flags import first_said
from auditor.cli.language import words
from auditor.config import Config
from auditor.wording import N_

Command = TypeVar("Command", bound=Callable[..., Any])
OPTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "--decisions",
        {
            "multiple": True,
            "metavar": "FILE",
            "help": N_("What was decided before; it is not asked again. May be given again."),
        },
    ),
    ("--items", {"metavar": "N", "help": N_("Rows of the queue to ask about.  [default: 500]")}),
    ("--spot", {"metavar": "N", "help": N_("Spot checks among them, asked first.  [default: 25]")}),
    ("--controls", {"metavar": "SHARE", "help": N_("Rows that nobody suspects, mixed in.  [default: 10%]")}),
    (
        "--blind",
        {
            "metavar": "SHARE",
            "help": N_("Rows that are judged without seeing the suggestion.  [default: 20%]"),
        },
    ),
    (
        "--estimate",
        {
            "metavar": "N",
            "help": N_(
                "Rows drawn of the whole queue, asked first, for the dataset's error rate.  [default: 0]"
            ),
        },
    ),
    (
        "--only",
        {
            "multiple": True,
            "metavar": "new|KIND",
            "help": N_("Kind of finding to ask about, or what is not in the baseline; may be given again."),
        },
    ),
    ("--baseline", {"metavar": "FILE", "help": N_("For --only new.  [default: .auditor/baseline.json]")}),
    (
        "--column",
        {
            "multiple": True,
            "metavar": "COL",
            "help": N_("Column to show, in this order; all by default."),
        },
    ),
)


def round_flags(command: Command) -> Command:
    """Add the flags to a command, in their order."""
    for name, settings in reversed(OPTIONS):
        command = click.option(name, **{**settings, "help": words(settings["help"])})(command)
    return command


def said_of_round(flags: dict[str, Any], config: Config) -> dict[str, Any]:
    """What is to be asked: from the flags, else from the configuration of `review`."""
    from auditor.gate_options import baseline_place

    def said(name: str) -> Any:
        return first_said(flags[name] or None, config.get("review", name))

    return {
        "decisions": flags["decisions"] or config.several("review", "decisions"),
        "items": count_of("items", said("items"), 500, least=1),
        "spot": count_of("spot", said("spot"), 25),
        "controls": share_of("controls", said("controls"), 0.1),
        "blind": share_of("blind", said("blind"), 0.2),
        "estimate": count_of("estimate", said("estimate"), 0),
        "only": flags["only"],
        "baseline": flags["baseline"] or baseline_place(config),
        "columns": flags["column"] or config.several("review", "columns"),
    }
