"""`auditor report`: the lead's page of a saved audit again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from auditor.cli.language import language_of_environment, safely, words
from auditor.wording import LANGUAGES, N_, say


@click.command(
    "report",
    help=words(N_("Write the report of the audit in folder AUDIT again, from the folder alone.")),
)
@click.argument("audit", metavar="AUDIT")
@click.option(
    "--decisions",
    multiple=True,
    metavar="FILE",
    help=words(N_("What reviewers decided since, to be shown; may be given again.")),
)
@click.option(
    "--since",
    metavar="OLD",
    help=words(N_("Folder of an earlier audit: the report says what is new and gone since.")),
)
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the report.")))
@click.option("-o", "output", metavar="FILE", help=words(N_("File to write.  [default: report.html]")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(audit: str, decisions: tuple[str, ...], lang: str | None, **flags: Any) -> int:
    """Load, render, write."""
    from auditor.api import write_report
    from auditor.store.loading import load_audit

    lang = lang or language_of_environment()
    target = Path(flags["output"] or "report.html")
    path = write_report(load_audit(audit), target, lang=lang, decisions=decisions, since=flags["since"])
    size = path.stat().st_size
    text = say(N_("wrote {file} ({size})"), file=str(path), size=f"{size / 1e6:.1f} MB")
    click.echo(safely(text, lang))
    return 0
