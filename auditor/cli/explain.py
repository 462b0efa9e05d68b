"""`auditor explain`: the long text behind a code."""

from __future__ import annotations

import click

from auditor.cli.language import language_of_environment, words
from auditor.wording import LANGUAGES, N_


@click.command(
    "explain",
    help=words(
        N_("Explain CODE: a problem (class-order), a reason (model-contradicts), a kind or a detector.")
    ),
)
@click.argument("code", metavar="CODE")
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the explanation.")))
def command(code: str, lang: str | None) -> int:
    """Look the code up and print its text."""
    from auditor.explanations import explanation

    click.echo(explanation(code, lang or language_of_environment()))
    return 0
