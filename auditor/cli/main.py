"""The command `auditor`: lazy loading of its commands, and the one place where exit codes are made."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from auditor.cli.language import language_of_environment, words
from auditor.cli.streams import surviving_streams
from auditor.errors import AuditorError, ExitCode, nearest
from auditor.version import __version__
from auditor.wording import N_

COMMANDS = {
    "audit": N_("Find likely label errors, copies and imbalance; write a report and a review queue."),
    "check": N_("Say what is understood of a dataset and its predictions, and what is wrong with them."),
    "predict": N_(
        "Predict every row out of sample with the built-in model, for a dataset without predictions."
    ),
    "report": N_("Write the report of an audit again, in another language or to another file."),
    "review": N_("Write the labeller's page: decide item by item, offline, and send a file back."),
    "merge": N_("Merge the decisions of several reviewers: agreement, conflicts, a page that settles them."),
    "forecast": N_("Say how many errors to expect, when to stop, and how many labels are wrong in all."),
    "apply": N_("Apply decisions: write the corrected dataset, in its own format, beside the old one."),
    "compare": N_("Compare two audits: what is new, gone and still there, each measure then and now."),
    "gain": N_("Say what relabelling bought: the same fixed model on the data before and after."),
    "gate": N_("Judge a dataset or a saved audit by rules: passed, failed, could not judge."),
    "baseline": N_("Write, update or show what is known, so that only what is new fails."),
    "export": N_("Write the next round of review for a spreadsheet, Label Studio or Argilla."),
    "init": N_("Write auditor.toml with today's numbers as limits."),
    "show": N_("Print everything known of one item, and why it stands where it stands."),
    "demo": N_("Audit the packaged sample."),
    "detectors": N_("List the detectors and what each finds."),
    "explain": N_("Explain a code that a message or a report carries."),
}
"""Command -> the line that `auditor --help` shows; the module of the same name is loaded when called."""


class LazyGroup(click.Group):
    """Commands imported when they are called, so that `--help` imports none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"auditor.cli.{name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(words(N_("Commands"))):
            formatter.write_dl([(name, words(line)) for name, line in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = nearest(args[0], COMMANDS)
            hint = f" ({near}?)" if near else ""
            raise click.UsageError(words(N_("no such command: {name}")).format(name=args[0]) + hint, ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=words(
        N_(
            "Make labelled data trustworthy: find likely label errors, copies and imbalance, and put the "
            "relabelling work in order.\n\nExit codes: 0 done or passed, 1 the gate failed or --strict found "
            "leftovers, 2 wrong usage, 3 no verdict (the input cannot be judged), 4 a bug, 130 interrupted."
        )
    ),
)
@click.version_option(__version__, prog_name="auditor")
def cli() -> None:
    """The root of the commands."""


def entry() -> None:
    """The console script."""
    sys.exit(main())


def main(args: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; whatever happens, in one place."""
    given = list(sys.argv[1:] if args is None else args)
    with surviving_streams() as lost:
        code = _run(given)
        error = lost() if code == ExitCode.DONE else None
        return code if error is None else _show_lost(error, given)


def _run(args: list[str]) -> int:
    debug, as_json = "--debug" in args, "--json" in args
    try:
        return _invoke(args)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except KeyboardInterrupt:
        click.echo(words(N_("auditor: interrupted")), err=True)
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        error.show()
        _show_json(error.format_message(), ExitCode.USAGE, slug="usage", wanted=as_json)
        return ExitCode.USAGE
    except AuditorError as error:
        from auditor.cli.show_problems import show_error

        show_error(error, language_of_environment(args), as_json=as_json)
        return error.exit_code
    except Exception as error:
        _show_bug(error, debug)
        _show_json(f"{type(error).__name__}: {error}", ExitCode.BUG, slug="bug", wanted=as_json)
        return ExitCode.BUG


def _invoke(args: list[str]) -> int:
    """Run the command; `click.Group.main` would make 1 of a broken pipe and 130 of an EOFError."""
    if "_AUDITOR_COMPLETE" in os.environ:
        cli.main(args, prog_name="auditor")
    with cli.make_context("auditor", list(args), obj=tuple(args)) as context:
        result = cli.invoke(context)
    return result if isinstance(result, int) else ExitCode.DONE


def _show_json(message: str, code: ExitCode, *, slug: str, wanted: bool) -> None:
    """With `--json` an object on stdout for what no `Problem` describes: wrong usage, a bug."""
    if not wanted:
        return
    from auditor.cli.show_problems import error_json
    from auditor.errors import Problem
    from auditor.wording import say

    problem = Problem(slug=slug, what=say("{message}", message=message))
    click.echo(error_json([problem], code, "en"))


def _show_bug(error: Exception, debug: bool) -> None:
    import traceback

    from auditor.report.marks import printed

    bug = words(N_("bug"))
    line = printed(f"{type(error).__name__}: {error}".splitlines()[0][:300])
    click.echo(f"auditor: {bug}: {line}", err=True)
    if debug:
        click.echo(traceback.format_exc(), err=True)
    else:
        click.echo(words(N_("this is a bug in auditor; run again with --debug for the traceback")), err=True)


def _show_lost(error: OSError, args: list[str]) -> int:
    """All went well, and what was to be printed could not be."""
    from auditor.cli.show_problems import show_error
    from auditor.errors import Problem, UsageError
    from auditor.wording import say

    what = say(N_("the output cannot be printed: {error}"), error=error.strerror or str(error))
    problem = UsageError(Problem(slug="output-not-writable", what=what))
    show_error(problem, language_of_environment(args))
    return problem.exit_code


if __name__ == "__main__":
    entry()
