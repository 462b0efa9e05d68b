"""`auditor report`: the lead's page of a saved audit again."""

from __future__ import annotations

from pathlib import Path

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
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the report.")))
@click.option("-o", "output", metavar="FILE", help=words(N_("File to write.  [default: report.html]")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(audit: str, decisions: tuple[str, ...], lang: str | None, output: str | None, debug: bool) -> int:
    """Load, render, write."""
    from auditor.api import write_report
    from auditor.store.loading import load_audit

    lang = lang or language_of_environment()
    path = write_report(load_audit(audit), Path(output or "report.html"), lang=lang, decisions=decisions)
    size = path.stat().st_size
    text = say(N_("wrote {file} ({size})"), file=str(path), size=f"{size / 1e6:.1f} MB")
    click.echo(safely(text, lang))
    return 0
