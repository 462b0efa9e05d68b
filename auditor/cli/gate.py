"""`auditor gate`: passed, failed, could not judge, crashed; an exit code for each."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.choices import ALLOWED
from auditor.cli.gate_reports import REPORTS, Telling, clear_old, empty, parsed_reports, refuse_inputs
from auditor.cli.input_flags import configuration, input_flags
from auditor.cli.judging import case_of, is_empty, told_if_it_ends
from auditor.cli.language import words
from auditor.cli.made_audit import Case
from auditor.errors import InputError
from auditor.wording import LANGUAGES, N_

if TYPE_CHECKING:
    from auditor.config import Config
    from auditor.gate_options import GateOptions
    from auditor.gating.judge import Judged

SAID = ("rules", "warns", "scope", "fail_on", "baseline", "no_baseline", "ratchet", "require", "decisions")
"""Flags of the gate that a configuration can say too."""


@click.command(
    "gate",
    help=words(
        N_(
            "Judge a dataset, or the saved audit in folder AUDIT, by rules.\n\nRules stand in auditor.toml "
            "([[gate.rules]]) or in flags; those that are written replace the built-in ones. Only what the "
            "baseline does not hold is new.\n\nExit codes: 0 passed, 1 failed, 2 wrong usage, 3 no verdict "
            "(it could not be judged), 4 a bug or a detector that failed, 130 interrupted."
        )
    ),
)
@click.argument("data", required=False, metavar="[DATA|AUDIT]")
@input_flags
@click.option(
    "--decisions",
    multiple=True,
    metavar="FILE",
    help=words(N_("What reviewers decided: what they kept is no suspect. May be given again.")),
)
@click.option(
    "--rule",
    "rules",
    multiple=True,
    metavar="RULE",
    help=words(N_('Fail on it, as "label_issues.rate > 3%"; may be given again.')),
)
@click.option(
    "--warn", "warns", multiple=True, metavar="RULE", help=words(N_("Warn of it; may be given again."))
)
@click.option(
    "--scope",
    type=click.Choice(ALLOWED["scope"]),
    help=words(N_("Overrides every rule: all findings, or those that are not in the baseline.")),
)
@click.option(
    "--fail-on",
    type=click.Choice(ALLOWED["fail-on"]),
    help=words(N_("Level at which the gate fails; never still exits 3 and 4.  [default: error]")),
)
@click.option(
    "--baseline", metavar="FILE", help=words(N_("What is known.  [default: .auditor/baseline.json]"))
)
@click.option("--no-baseline", is_flag=True, help=words(N_("Look at none: everything counts as new.")))
@click.option(
    "--ratchet",
    is_flag=True,
    default=None,
    help=words(N_("Fail where a measure is worse than in the baseline.")),
)
@click.option(
    "--require",
    multiple=True,
    metavar="MEASURE",
    help=words(N_("No verdict where this could not be measured; may be given again.")),
)
@click.option("--allow-empty", is_flag=True, help=words(N_("A dataset without rows passes.")))
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FORMAT=PATH",
    help=words(N_("Write the verdict to a file: {formats}; may be given again.")).format(
        formats=", ".join(REPORTS)
    ),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help=words(N_("What is printed.  [default: text]")),
)
@click.option(
    "--ci",
    type=click.Choice(["auto", "github", "gitlab", "none"]),
    default="auto",
    help=words(N_("On GitHub also annotations and the step summary.  [default: auto]")),
)
@click.option(
    "--cache", metavar="DIR", help=words(N_("Keep audits here and reuse them for unchanged inputs."))
)
@click.option("-o", "output", metavar="DIR", help=words(N_("Keep the audit in this folder.")))
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the messages.")))
@click.option("--quiet", is_flag=True, help=words(N_("Print nothing but errors.")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(data: str | None, **flags: Any) -> int:
    """Parse, judge, tell."""
    from auditor.cli.audit_options import language
    from auditor.gate_options import gate_options

    reports = parsed_reports(flags["reports"])
    clear_old(reports, _named(data, flags))
    config = configuration(flags)
    telling = Telling(reports=reports, flags=flags, lang=language(flags, config))
    with told_if_it_ends(partial(telling.ended, data or config.get("data", "path") or "-")):
        options = gate_options(config, **{name: flags[name] for name in SAID})
        refuse_inputs(reports, [*_named(data, flags), *_configured(config, options)])
        judged, case = _judged(data, flags, config, options)
        telling.tell(judged, None if case is None else case.audit)
    return int(judged.exit_code)


def _judged(
    data: str | None, flags: dict[str, Any], config: Config, options: GateOptions
) -> tuple[Judged, Case | None]:
    from auditor.gates import judged

    try:
        case = case_of(
            data,
            flags,
            config,
            options.decisions,
            wants_content=any("html=" in one for one in flags["reports"]),
        )
    except InputError as error:
        asked = options.required or any(rule.required for rule in options.rules)
        if not flags["allow_empty"] or asked or not is_empty(error):
            raise
        return empty(data or config.get("data", "path") or "-"), None
    return judged(case.subject, options, notes=case.notes), case


def _named(data: str | None, flags: dict[str, Any]) -> list[str]:
    """Input files that the command line names: no report may be written over them."""
    roles = ("embeddings", "annotations", "image_root", "classes", "config", "baseline")
    single = [data, *(flags[name] for name in roles)]
    return [name for name in (*single, *flags["predictions"], *flags["decisions"]) if name]


def _configured(config: Config, options: GateOptions) -> list[str]:
    """The same of the configuration."""
    named = [config.source, options.baseline, *options.decisions, *config.several("predictions", "path")]
    named += [
        config.get("data", name) for name in ("path", "embeddings", "annotations", "image_root", "classes")
    ]
    return [str(name) for name in named if name and isinstance(name, (str, Path))]
