"""`segmock audit`: what the tests of a suite are worth when the server does what servers do."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from mockserver import __version__
from mockserver.base.json_encoding import encode_pretty
from mockserver.cli.colour import find_colour
from mockserver.cli.flag_types import WholeRange
from mockserver.cli.help_texts import render_examples
from mockserver.cli.interruptions import exit_on_signals
from mockserver.cli.output_paths import OutputPath
from mockserver.cli.refusals import Refusal

if TYPE_CHECKING:
    from mockserver.audit.mutants import Mutant
    from mockserver.audit.report_data import AuditReport

_EXAMPLES = render_examples(
    "segmock audit -- pytest tests/                     all mutants that there is time for",
    "segmock audit --effects 'answer-*' -- pytest -q    would they notice that money is lost?",
    "segmock audit --max-runs 20 -- python -m unittest  all of them, however long it takes",
    "segmock audit -- npm test                          tests in another language",
)
_EXIT_CODES = (
    "Exit 0: whatever was run was noticed, or done right all the same. 1: something went "
    "unnoticed, or was paid twice while the tests' own assertions passed. 2: the suite fails as "
    "it is, calls no segmock, has no stable test that does, or the command line cannot be. 130 "
    "and 143: ended by Ctrl-C or SIGTERM, with the report of what was found."
)


@click.command(
    short_help="Find out what your tests would notice: mutants of the server.",
    context_settings={"allow_interspersed_args": False},
    epilog=f"{_EXAMPLES}\n\n{_EXIT_CODES}",
)
@click.option(
    "--effects",
    metavar="LIST",
    help="Only these mutants: ids, or patterns such as 'answer-*', with commas between.",
)
@click.option(
    "--max-runs",
    metavar="N",
    type=WholeRange(min=1),
    help="At most so many mutants, however long they take. Without it all that fit into three "
    "times what the suite takes, and into ten seconds at least.",
)
@click.option(
    "--json",
    "json_file",
    metavar="FILE",
    type=OutputPath(dir_okay=False, path_type=Path),
    help="Write the report as JSON too.",
)
@click.option(
    "--html",
    "html_file",
    metavar="FILE",
    type=OutputPath(dir_okay=False, path_type=Path),
    help="Write the report as a page to read, with each call of the worst test.",
)
@click.option("--list", "lists", is_flag=True, help="List the mutants and stop.")
@click.argument("command", nargs=-1, metavar="-- CMD…", type=click.UNPROCESSED)
@click.pass_context
def audit(
    context: click.Context,
    /,
    *,
    effects: str | None,
    max_runs: int | None,
    json_file: Path | None,
    html_file: Path | None,
    lists: bool,
    command: tuple[str, ...],
) -> None:
    """Find out what your tests are worth: would they notice what servers do to clients?

    Runs the suite as it is, and then once more for each mutant of the server (an answer that is
    lost after the run was made, a burst of 429, a run that fails, …), with those of its tests that
    make such calls. A mutant that strikes and that nothing complains of is unnoticed; a client
    that pays again for what it has paid for comes first.

    The suite needs no change if it uses segmock: the fixtures of pytest, `with segmock()` in any
    framework, a server that it starts, or the one that it finds in SEGMOCK_URL, which is set.
    """
    from mockserver.audit.choices import choose_mutants

    mutants = choose_mutants(filter(None, (effects or "").split(",")))
    if lists:
        for mutant in mutants:
            click.echo(f"{mutant.id:<26}{mutant.title}")
        return
    if not command:
        raise click.UsageError("give the command that runs your tests behind --", context)
    with exit_on_signals():
        report = _audit(command, mutants, max_runs)
    _write(report, json_file, html_file)
    sys.exit(report.exit_code)


def _write(report: AuditReport, json_file: Path | None, html_file: Path | None) -> None:
    """Print a report, and write it where it is wanted."""
    from mockserver.audit.text_report import render_text

    wanted = find_colour(os.environ)
    colour = sys.stdout.isatty() if wanted is None else wanted
    width = min(get_terminal_size((100, 24)).columns, 100)
    click.echo(render_text(report, width=width, colour=colour), nl=False, color=colour)
    if json_file is None and html_file is None:
        return
    from mockserver.audit.document import render_document
    from mockserver.audit.html_report import render_page
    from mockserver.contract.catalogue import load_shipped_catalogue

    facts = {row.id: row.statement for row in load_shipped_catalogue().behaviours}
    document = render_document(report, __version__, facts)
    if json_file is not None:
        json_file.write_bytes(encode_pretty(document) + b"\n")
    if html_file is not None:
        html_file.write_text(render_page(document), encoding="utf-8")


def _audit(
    command: tuple[str, ...], mutants: tuple[Mutant, ...], max_runs: int | None
) -> AuditReport:
    """Audit a suite; where that cannot be, show what it printed and say why."""
    from mockserver.audit.auditing import audit as audit_suite
    from mockserver.audit.errors import NotRepeatableError, SuiteFailedError

    try:
        return audit_suite(command, mutants, max_runs=max_runs, tell=_tell)
    except (SuiteFailedError, NotRepeatableError) as error:
        click.echo(error.output, err=True)
        raise Refusal(str(error)) from None


def _tell(line: str) -> None:
    click.echo(f"segmock audit: {line}", err=True)
