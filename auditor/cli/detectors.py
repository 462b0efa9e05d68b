"""`auditor detectors`: the registry as a table."""

from __future__ import annotations

import click

from auditor.cli.language import language_of_environment, painted, words
from auditor.wording import N_


@click.command("detectors", help=words(N_("List the detectors: what each needs, finds, and calls it.")))
def command() -> int:
    """Print the registry."""
    from auditor.detect import detectors

    needs, kinds = words(N_("needs")), words(N_("kinds of findings"))
    for name, found in detectors().items():
        click.echo(painted(name, bold=True))
        click.echo(f"  {found.title(language_of_environment())}")
        click.echo(f"  {needs}: {', '.join(found.needs)}")
        if found.kinds:
            click.echo(f"  {kinds}: {', '.join(found.kinds)}")
    click.echo(words(N_("more: auditor explain NAME")))
    return 0
