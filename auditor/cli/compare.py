"""`auditor compare`: two audits beside each other."""

from __future__ import annotations

import json

import click

from auditor.cli.language import language_of_environment, words
from auditor.wording import LANGUAGES, N_


@click.command(
    "compare",
    help=words(
        N_(
            "Compare the audits in the folders OLD and NEW: findings that are new, gone (and why) and still "
            "there, each measure then and now, class by class.\n\nBoth are audits of one dataset, which may "
            "have changed in between. Exits 0 whatever it finds, 3 where two audits cannot be compared. "
            "`auditor report NEW --since OLD` writes the same into the report."
        )
    ),
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the messages.")))
@click.option("--json", "as_json", is_flag=True, help=words(N_("Print one JSON object instead of text.")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(old: str, new: str, lang: str | None, as_json: bool, debug: bool) -> int:
    """Load, compare, print."""
    from auditor.comparison import compare_audits
    from auditor.report.comparison_text import comparison_lines

    found = compare_audits(old, new)
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
        return 0
    for line in comparison_lines(found, lang or language_of_environment()):
        click.echo(line)
    return 0
