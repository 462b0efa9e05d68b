"""`auditor audit`: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from auditor.choices import ALLOWED
from auditor.cli.audit_options import audit_options
from auditor.cli.input_flags import (
    configuration,
    data_path,
    first_said,
    input_choice,
    input_flags,
    prediction_paths,
)
from auditor.cli.language import words
from auditor.cli.run_audit import audit_and_write
from auditor.wording import LANGUAGES, N_


@click.command(
    "audit",
    help=words(
        N_(
            "Audit a labelled dataset: likely label errors, copies and imbalance.\n\nDATA is a table (CSV, "
            "TSV, JSON, Parquet, ...), an export of a labelling tool, or a folder of either. Writes one "
            "folder with report.html, review.html and queue.csv. Exits 0 whatever it finds."
        )
    ),
)
@click.argument("data", required=False)
@input_flags
@click.option(
    "--privacy",
    type=click.Choice(ALLOWED["privacy"]),
    help=words(N_("How much content the folder keeps.  [default: full]")),
)
@click.option("--top", metavar="N|all", help=words(N_("Rows of the queue at most.  [default: 20000]")))
@click.option(
    "--decisions",
    multiple=True,
    metavar="FILE",
    help=words(N_("What reviewers decided; what they kept is not asked again. May be given again.")),
)
@click.option(
    "--since",
    metavar="OLD",
    help=words(N_("Folder of an earlier audit: the report says what is new and gone since.")),
)
@click.option("--items", metavar="N", help=words(N_("Rows of the queue in review.html.  [default: 500]")))
@click.option(
    "--split-weight",
    multiple=True,
    metavar="SPLIT=W",
    help=words(N_("Rows of a split weigh this much in the order, as test=3; may be given again.")),
)
@click.option(
    "--rarity",
    metavar="GAMMA",
    help=words(N_("Rows of rare classes weigh more: 0 to 1; 0.25 is a good first one.  [default: 0]")),
)
@click.option("--seed", metavar="N", help=words(N_("Draws other spot checks and controls.  [default: 0]")))
@click.option(
    "--max-size",
    metavar="SIZE",
    help=words(N_("Size above which review.html is written in parts.  [default: 15MB]")),
)
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the pages and messages.")))
@click.option("-o", "output", metavar="DIR", help=words(N_("Folder to write.  [default: audit]")))
@click.option(
    "--force", is_flag=True, help=words(N_("Write into a folder that holds other files; they stay."))
)
@click.option("--quiet", is_flag=True, help=words(N_("Print nothing but errors.")))
@click.option("--json", "as_json", is_flag=True, help=words(N_("Print the summary as one JSON object.")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(data: str | None, **flags: Any) -> int:
    """Parse, audit, write, show."""
    config = configuration(flags)
    options = audit_options(
        flags, config, decisions=flags["decisions"] or config.several("audit", "decisions")
    )
    flags["since"] = flags["since"] or config.get("audit", "since")
    flags["max_size"] = first_said(flags["max_size"], config.get("audit", "max_size"))
    return audit_and_write(
        data_path(data, config),
        prediction_paths(flags, config),
        input_choice(flags, config),
        options,
        Path(flags["output"] or config.get("audit", "output") or "audit"),
        flags,
        config.source,
    )
