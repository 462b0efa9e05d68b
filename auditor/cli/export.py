"""`auditor export`: the next round of review for another tool."""

from __future__ import annotations

from typing import Any

import click

from auditor.choices import chosen
from auditor.cli.input_flags import configuration, first_said
from auditor.cli.language import language_of_environment, safely, words
from auditor.cli.round_flags import round_flags, said_of_round
from auditor.config import Config
from auditor.review.interchange.family import NAMES
from auditor.wording import LANGUAGES, N_, Text, say


@click.command(
    "export",
    help=words(
        N_(
            "Write the next round of the audit in folder AUDIT for another tool: a CSV for spreadsheets, "
            "Label Studio, Argilla.\n\nIt asks what `auditor review` asks. What is decided there comes back "
            "as the tool's own export, for `auditor apply`, `auditor merge` and --decisions."
        )
    ),
)
@click.argument("audit", metavar="AUDIT")
@click.option("--to", type=click.Choice(NAMES), required=True, help=words(N_("The tool.")))
@round_flags
@click.option(
    "--guidelines",
    metavar="FILE",
    help=words(N_("Text file with the guidelines for labelling; Argilla only.")),
)
@click.option(
    "--prelabel",
    is_flag=True,
    help=words(
        N_("Tick the suggested class beforehand, but not of blind rows. People agree with what is ticked.")
    ),
)
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the questions.")))
@click.option(
    "--config", metavar="FILE", help=words(N_("Configuration; else auditor.toml or [tool.auditor]."))
)
@click.option(
    "-o",
    "output",
    metavar="FILE|DIR",
    help=words(N_("File to write (csv), or folder.  [default: review.csv, label-studio, argilla]")),
)
@click.option("--force", is_flag=True, help=words(N_("Replace a file that is there.")))
@click.option("--quiet", is_flag=True, help=words(N_("Print nothing but errors.")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(audit: str, **flags: Any) -> int:
    """Load, draw the round, write, say what it asks and what to do next."""
    from auditor.api import export_items
    from auditor.store.loading import load_audit

    config = configuration(flags)
    lang = chosen("lang", flags["lang"] or config.get("", "lang") or language_of_environment())
    written = export_items(
        load_audit(audit),
        flags["output"],
        to=flags["to"],
        prelabel=flags["prelabel"],
        lang=lang,
        force=flags["force"],
        **_said(flags, config),
    )
    if not flags["quiet"]:
        for line in _lines(written):
            click.echo(safely(line, lang))
    return 0


def _said(flags: dict[str, Any], config: Config) -> dict[str, Any]:
    """What is to be asked and shown; guidelines that the configuration names only where they can be shown."""
    usual = config.get("review", "guidelines") if flags["to"] == "argilla" else None
    return {**said_of_round(flags, config), "guidelines": first_said(flags["guidelines"], usual)}


def _lines(written: Any) -> list[Text]:
    from auditor.report.terminal import size_of

    asks = say(
        N_("round {round}: {n:,} item, the suggestion hidden of {blind:,}"),
        N_("round {round}: {n:,} items, the suggestion hidden of {blind:,}"),
        n=written.items,
        round=written.round,
        blind=written.blind,
    )
    more = []
    if written.ids_only:
        more.append(say(N_("the audit kept no content: the items are shown by their ids alone")))
    if written.copies:
        one = N_("{n:,} row with the same content is decided with them")
        more.append(say(one, N_("{n:,} rows with the same content are decided with them"), n=written.copies))
    if written.replaced:
        one = N_("{n:,} text holds characters that no file can hold; they are shown as U+FFFD")
        many = N_("{n:,} texts hold characters that no file can hold; they are shown as U+FFFD")
        more.append(say(one, many, n=written.replaced))
    files = [say(N_("wrote {file} ({size})"), file=str(path), size=size_of(path)) for path in written.paths]
    return [asks, *more, *files, say(N_("next:")), *(say("  {line}", line=line) for line in written.next)]
