"""`segmock exec`: any program, unchanged, with an emulator in place of the vendor."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from mockserver.base.json_encoding import encode
from mockserver.cli import serve_log
from mockserver.cli.emulator_flags import emulator_flags, make_emulator
from mockserver.cli.execute_record import (
    RecordFlags,
    check_flags,
    make_report,
    record_flags,
    record_program,
    render_report,
)
from mockserver.cli.program_runs import run_or_exit

if TYPE_CHECKING:
    from mockserver.emulator import Emulator
    from mockserver.programs.runner import Outcome

BROKEN = 1
"""The exit status of a program that did well, but broke a rule, or was not recorded whole."""


@click.command(
    "exec",
    short_help="Run a program with an emulator in place of the vendor.",
    context_settings={"allow_interspersed_args": False},
)
@click.option(
    "--mode",
    type=click.Choice(["auto", "namespace", "env"]),
    default="auto",
    show_default=True,
    help="In a network of its own, where nothing else exists (Linux); by variables for proxies and "
    "certificates; or auto: the first, where it can be had. docs/exec.md has the differences.",
)
@click.option(
    "--report",
    type=click.Choice(["text", "json", "none"]),
    default="text",
    show_default=True,
    help="What stderr gets at the end of calls, jobs, money and broken rules: text, a JSON object, "
    "or nothing.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Exit 1 if the program did well but broke a MUST rule, or called what --replay lacks.",
)
@record_flags
@emulator_flags(log="off")
@click.argument("command", nargs=-1, required=True, metavar="-- CMD…", type=click.UNPROCESSED)
@click.pass_context
def execute(
    context: click.Context,
    /,
    *,
    mode: Any,
    report: str,
    strict: bool,
    recording: RecordFlags,
    faults: Path | None,
    log: str,
    command: tuple[str, ...],
    **fields: Any,
) -> None:
    """Run a program so that the vendor's hosts, TLS included, are an emulator of its own.

    Nothing of the program changes: it calls https://api.segmind.com as always, in whatever
    language, and gets there. What it wants of any other host is refused, and told on stderr. Its
    exit status, signals, stdin and terminal are its own.

    \b
    Examples:
      segmock exec -- python app.py                    your program, without a key or credits
      segmock exec --strict -- npm test                exit 1, too, if it breaks a MUST rule
      segmock exec -- curl https://api.segmind.com/v1/get-user-credits -H "x-api-key: any"
      segmock exec --record recordings/first --budget 0.25 -- python app.py    for real money
    """  # noqa: D301 (click reads the backspace as "keep these lines")
    check_flags(context, records=recording.records)
    if recording.records:
        _record(mode, recording, command, report, log)
    from mockserver.programs.runner import prepare_run
    from mockserver.programs.vendors import EmulatedVendor

    with prepare_run(mode, _tell) as runner:
        emulator = make_emulator(context, faults, fields)
        with serve_log.keep_log(emulator, log):
            outcome = run_or_exit(runner, EmulatedVendor(emulator), command, _tell)
    has_broken = _report(emulator, outcome, report, judges=strict)
    sys.exit(outcome.status or (BROKEN if has_broken else 0))


def _record(
    mode: Any, recording: RecordFlags, command: tuple[str, ...], form: str, log: str
) -> NoReturn:
    """Run the program with the real service, and say what was recorded."""
    recorder, outcome = record_program(mode, recording, command, _tell, logs=log != "off")
    if form == "text":
        for line in render_report(recorder, outcome).splitlines():
            _tell(line)
    elif form == "json":
        _print(encode(make_report(recorder, outcome)).decode())
    sys.exit(outcome.status or (BROKEN if recorder.session.unwritten else 0))


def _report(emulator: Emulator, outcome: Outcome, form: str, *, judges: bool) -> bool:
    """Print what the program did; tell whether it did wrong, if that is to be judged."""
    if form == "none" and not judges:
        return False
    from mockserver.programs.summary import Summary

    summary = Summary(emulator, outcome)
    if form == "text":
        _tell(summary.render())
    elif form == "json":
        _print(encode(summary.to_json()).decode())
    return judges and (summary.has_broken_a_must or summary.has_missed)


def _tell(text: str) -> None:
    """Print a line of ours among those of the program."""
    _print(f"segmock exec: {text}")


def _print(text: str) -> None:
    """Print to stderr, if there is one, in one piece."""
    with suppress(OSError, ValueError):
        click.echo(text, err=True)
