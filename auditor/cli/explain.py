"""`auditor explain`: the long text behind a code."""

from __future__ import annotations

import click

from auditor.cli.language import language_of_environment, painted, words
from auditor.wording import LANGUAGES, N_


@click.command(
    "explain",
    help=words(
        N_(
            "Explain CODE: a problem (class-order), a reason (model-contradicts), a kind or a detector. "
            "Without CODE all of them are listed."
        )
    ),
)
@click.argument("code", metavar="[CODE]", required=False)
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the explanation.")))
def command(code: str | None, lang: str | None) -> int:
    """Look the code up and print its text; without one, list them all."""
    from auditor.explanations import every_code, explanation, first_sentence

    lang = lang or language_of_environment()
    if code is not None:
        click.echo(explanation(code, lang))
        return 0
    for known in every_code():
        click.echo(f"{painted(known, bold=True)}: {first_sentence(known, lang)}")
    return 0
