"""`auditor show`: everything known of one item."""

from __future__ import annotations

import click

from auditor.cli.language import language_of_environment, painted, words
from auditor.wording import LANGUAGES, N_


@click.command(
    "show",
    help=words(N_("Print everything the audit in folder AUDIT knows of ITEM, an id of the dataset.")),
)
@click.argument("audit", metavar="AUDIT")
@click.argument("item", metavar="ITEM")
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the messages.")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(audit: str, item: str, lang: str | None, debug: bool) -> int:
    """Load, look up, print."""
    from auditor.report.item import item_lines
    from auditor.report.marks import inert_line, printed
    from auditor.store.loading import load_audit

    for name, value in item_lines(load_audit(audit), item, lang or language_of_environment()):
        click.echo(painted(inert_line(f"{name}:"), bold=True) + " " + printed(value))
    return 0
