"""`segmock verify client` and `segmock verify replay`: parses, runs, prints."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click

from client_tests.cases.catalogue import TestCase, load_test_cases
from client_tests.cases.model import Case, CaseError, load
from client_tests.cases.profiles import PROFILES, Profile, widest
from client_tests.cases.selection import select_test_cases
from client_tests.driver.messages import DriverBrokenError
from client_tests.driver.systems import UnsupportedSystemError
from client_tests.plurals import count
from client_tests.running.client_under_test import ClientUnderTest
from client_tests.running.known_failures import KnownFailuresError
from client_tests.running.known_failures import load as load_known
from client_tests.running.limits import Limits
from client_tests.running.results import Report, Result
from client_tests.running.scheduler import KitError, Run, budget_for, run
from client_tests.verify_options import GROUPS, GroupedCommand, add_client_options, add_options


class Refusal(click.ClickException):
    """What cannot be: one line on stderr, exit 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the line."""
        click.echo(f"segmock: {self.message}", err=True, file=file)


@click.group()
def verify() -> None:
    """Hold a client to the contract of the gateway."""


_CLIENT_HELP = """\
Run every case and property on a client, in any language, and say what it gets wrong.

Your client takes part through a driver, a small program that reads one JSON object a line and
answers with one: `segmock driver new python` writes one to start from, and `segmock driver
check` tells whether it speaks the protocol.

Exit 0: every MUST of the profile held. 1: one did not, a known failure passed, or nothing was
checked. 2: the driver broke its protocol, or the command line is wrong. 3: nothing is wrong, but
not all was run. 130: Ctrl-C; the reports are about what had been run by then.

\b
Profiles, of which each asks for what those before it ask, too:
  core    never pays twice, sends what it was given, keeps its key, reads states and
          outcomes, ends
  robust  repeats polls that went wrong, waits out a 429, keeps its deadline (the default)
  strict  bears exotic names, lengths and spellings, and does what a client SHOULD

\b
Examples:
  segmock verify client --driver 'node driver.mjs'
  segmock verify client --python my_package.driver:Driver --only 'property/*'
  segmock verify client --driver ./driver.sh --feature run --feature credits
  segmock verify client --driver ./driver.sh --known-failing known.txt --html report.html
  segmock verify client --list --only 'run/submit/*'

A line of known.txt is a pattern and a reason:

\b
  property/rate-limit  # our issue 12: we do not read the reset header yet
"""
"""What `segmock verify client --help` says; click reads the backspace as "keep these lines"."""


@verify.command(
    "client",
    cls=GroupedCommand,
    help=_CLIENT_HELP,
    short_help="Run every check on a client, and say what it gets wrong.",
)
@add_options(*GROUPS)
def verify_client(
    *,
    driver: str | None,
    python: str | None,
    only_list: bool,
    only: tuple[str, ...],
    known_failing: Path | None,
    workers: int,
    profiles: tuple[Profile, ...],
    requirements: bool,
    **options: Any,
) -> None:
    """Run every case and property on a client, and say what it gets wrong."""
    files = {name: options.pop(name) for name in ("as_json", "as_junit", "as_html")}
    every = _load_test_cases()
    try:
        chosen = select_test_cases(every, only)
    except LookupError as error:
        raise Refusal(str(error)) from None
    if only_list:
        _print_list(chosen)
        return
    wanted = Run(
        client=_make_client(driver, python),
        test_cases=chosen,
        limits=_make_limits(**options),
        workers=workers,
        known=_load_known_failures(known_failing),
        every_id=tuple(each.id for each in every),
        budget_s=budget_for(options["examples"], options["timeout_scale"]),
    )
    report = replace(_run(wanted), profile=widest(profiles))
    if requirements:
        from client_tests.reports.requirements import render_requirements

        click.echo(render_requirements(report))
    _print_report(report)
    _write(report, **files)
    _exit(report)


@verify.command("replay", short_help="Play a case again that was saved because it failed.")
@add_client_options
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def verify_replay(*, file: Path, driver: str | None, python: str | None, **options: Any) -> None:
    """Play a saved case again, and tell what happened: exit 1 if it fails.

    \b
    Example:
      segmock verify replay .segmock/failures/property/states.json --driver 'node driver.mjs'
    """  # noqa: D301 (click reads the backspace as "keep these lines")
    try:
        cases = load(file)
    except CaseError as error:
        raise Refusal(str(error)) from None
    wanted = Run(
        client=_make_client(driver, python),
        test_cases=cases,
        limits=_make_limits(**options),
        workers=1,
    )
    report = _run(wanted)
    results = tuple(_add_file(file, each) for each in report.results)
    report = replace(report, results=results, profile=PROFILES[-1])
    _print_report(report)
    for result in report.results:
        if result.status == "passed":
            click.echo(f"It passes: {result.title}.")
    _exit(report)


def _add_file(file: Path, result: Result) -> Result:
    """Say that a failure was read from a file, which shows it again."""
    failure = result.failure
    return replace(result, failure=replace(failure, file=file)) if failure else result


def _load_test_cases() -> list[TestCase]:
    try:
        return load_test_cases()
    except CaseError as error:
        raise Refusal(str(error)) from None


def _make_client(driver: str | None, python: str | None) -> ClientUnderTest:
    if bool(driver) == bool(python):
        raise Refusal("say which client: --driver 'COMMAND …' or --python module:attr")
    return ClientUnderTest(driver) if driver else ClientUnderTest(python or "", is_python=True)


def _make_limits(
    *,
    timeout_scale: float,
    folder: Path | None = None,
    examples: int = Limits.examples,
    seed: int = 0,
    features: tuple[str, ...] = (),
) -> Limits:
    scale = max(1.0, examples / Limits.examples) * timeout_scale
    return Limits(
        examples=examples,
        seed=seed,
        slice_s=Limits.slice_s * scale,
        folder=folder,
        features=frozenset(features) or None,
        timeout_scale=timeout_scale,
    )


def _load_known_failures(path: Path | None) -> Any:
    try:
        return load_known(path) if path else ()
    except KnownFailuresError as error:
        raise Refusal(str(error)) from None


def _run(wanted: Run) -> Report:
    from client_tests.reports.progress import Progress

    try:
        with Progress() as progress:
            return run(wanted, progress.tell)
    except DriverBrokenError as error:
        raise _refuse_driver(str(error)) from None
    except UnsupportedSystemError as error:
        raise Refusal(str(error)) from None
    except KitError as error:
        raise Refusal(
            f"the kit itself has failed, which says nothing of the client:\n{error}"
        ) from None


def _refuse_driver(said: str) -> Refusal:
    return Refusal(
        f"the driver is broken: {said} (`segmock driver check` tells what a driver has to do)"
    )


def _print_list(chosen: list[TestCase]) -> None:
    for test_case in chosen:
        click.echo(f"{test_case.level:6}  {test_case.feature:8}  {test_case.id}  {test_case.title}")
    kinds = sum(isinstance(test_case, Case) for test_case in chosen)
    click.echo(
        f"{count(kinds, 'case')} and {count(len(chosen) - kinds, 'property', 'properties')}",
        err=True,
    )


def _print_report(report: Report) -> None:
    from client_tests.reports import terminal

    # click leaves out colours where the environment or the stream wants none.
    click.echo(terminal.render(report, colour=True))


def _exit(report: Report) -> NoReturn:
    if report.interrupted_by is not None:
        raise KeyboardInterrupt(report.interrupted_by)  # `segmock` ends every command alike
    if report.broken_driver is not None:
        raise _refuse_driver(report.broken_driver)
    sys.exit(report.exit_code)


def _write(report: Report, **files: Path | None) -> None:
    from client_tests.reports.files import write_reports

    try:
        write_reports(report, **files)
    except OSError as error:
        raise Refusal(f"{error.filename}: {error.strerror}") from None
