"""`auditor detectors`: the registry as a table."""

from __future__ import annotations

import click

from auditor.cli.language import words
from auditor.wording import N_


@click.command("detectors", help=words(N_("List the detectors: what each needs, finds, and calls it.")))
def command() -> int:
    """Print the registry."""
    from auditor.detect import detectors

    for name, found in detectors().items():
        click.secho(name, bold=True)
        click.echo(f"  {found.title}")
        click.echo(f"  {words(N_('needs'))}: {', '.join(found.needs)}")
        if found.kinds:
            click.echo(f"  {words(N_('kinds of findings'))}: {', '.join(found.kinds)}")
    click.echo(words(N_("more: auditor explain NAME")))
    return 0
