"""`segmock verify client`, `replay` and `traits`: what they take, and what they do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from client_tests.cases.catalogue import TestCase
from client_tests.cases.model import Case, CaseError, find_case_lines, load
from client_tests.cases.profiles import PROFILES, Profile, widest
from client_tests.plurals import count
from client_tests.running.declared import apply_traits
from client_tests.running.results import Report, Result
from client_tests.running.scheduler import Run, budget_for
from client_tests.running.traits import KINDS
from client_tests.verify_options import (
    GROUPS,
    GroupedCommand,
    add_client_options,
    add_options,
)
from client_tests.verify_run import (
    Refusal,
    choose_checks,
    exit_as,
    list_every_check,
    make_client,
    make_limits,
    note_last_failed,
    print_report,
    read_known_failures,
    read_traits,
    run_checks,
    write_files,
)

_FILES = ("as_json", "as_junit", "as_html", "as_badge", "as_known")


@click.group()
def verify() -> None:
    """Hold a client to the contract of the gateway."""


_CLIENT_HELP = """\
Run every case and property on a client, in any language, and say what it gets wrong.

Your client takes part through a driver, a small program that reads one JSON object a line and
answers with one: `segmock driver new python` writes one to start from, and `segmock driver
check` tells whether it speaks the protocol.

Exit 0: every MUST of the profile held. 1: one did not, a known failure passed, a declared trait is
not so, or nothing was checked. 2: the driver broke its protocol, or the command line is wrong. 3:
nothing is wrong, but not all was run. 130 and 143: Ctrl-C and SIGTERM; the reports are about what
had been run by then.

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
  segmock verify client --driver ./driver.sh --only run/submit/reset-after-not-repeated -v
  segmock verify client --driver ./driver.sh --last-failed -x
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
    only_list: bool,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    last_failed: bool,
    profiles: tuple[Profile, ...],
    requirements: bool,
    **options: Any,
) -> None:
    """Run every case and property on a client, and say what it gets wrong."""
    files = {name: options.pop(name) for name in _FILES}
    folder, verbose = options["folder"], options["verbose"]
    every = list_every_check()
    chosen = choose_checks(every, only=only, skip=skip, last_failed=last_failed, folder=folder)
    if only_list:
        _print_list(chosen)
        return
    wanted = replace(_make_run(every, chosen, **options), profile=widest(profiles))
    report = apply_traits(run_checks(wanted, verbose=verbose), wanted.limits.traits)
    note_last_failed(folder, report)
    if requirements:
        _print_requirements(report)
    print_report(report)
    write_files(report, **files)
    exit_as(report)


def _make_run(
    every: list[TestCase],
    chosen: list[TestCase],
    *,
    driver: str | None,
    python: str | None,
    known_failing: Path | None,
    traits_file: Path | None,
    workers: int,
    budget_s: float | str | None,
    stop_at_first: bool,
    verbose: bool,
    **limits: Any,
) -> Run:
    auto_s = budget_for(limits["examples"], limits["timeout_scale"])
    return Run(
        client=make_client(driver, python),
        test_cases=chosen,
        limits=make_limits(
            **limits, traits=read_traits(traits_file), keeps_played=verbose and len(chosen) == 1
        ),
        workers=workers,
        known=read_known_failures(known_failing),
        every_id=tuple(each.id for each in every),
        budget_s=auto_s if isinstance(budget_s, str) else budget_s,
        stop_at_first=stop_at_first,
    )


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
        client=make_client(driver, python),
        test_cases=cases,
        limits=make_limits(folder=None, **options),
        workers=1,
        profile=PROFILES[-1],
    )
    report = run_checks(wanted)
    report = replace(report, results=tuple(_add_file(file, each) for each in report.results))
    print_report(report)
    for result, line in zip(report.results, find_case_lines(file), strict=True):
        which = f"{file}, line {line}: {result.id}" if len(cases) > 1 else ""
        if result.status == "passed":
            click.echo(f"It passes: {which or result.title}.")
        elif which:
            click.echo(f"It has {result.status}: {which}.")
    exit_as(report)


@verify.command("traits", short_help="List what can be declared of a client.")
def verify_traits() -> None:
    """List what can be declared of a client: a file of such lines is what --traits takes.

    A declared trait turns all failures that come of it into one line of the report, and fails no
    run; one that no check shows fails it.

    \b
    Example:
      segmock verify traits > traits.toml
    """  # noqa: D301 (click reads the backspace as "keep these lines")
    for kind in KINDS:
        click.echo(f"# {kind.name} is {kind.expects}.")
        click.echo(f"{kind.example}\n")


def _add_file(file: Path, result: Result) -> Result:
    """Say that a failure was read from a file, which shows it again."""
    failure = result.failure
    return replace(result, failure=replace(failure, file=file)) if failure else result


def _print_list(chosen: list[TestCase]) -> None:
    for test_case in chosen:
        click.echo(f"{test_case.level:6}  {test_case.feature:8}  {test_case.id}  {test_case.title}")
    kinds = sum(isinstance(test_case, Case) for test_case in chosen)
    click.echo(
        f"{count(kinds, 'case')} and {count(len(chosen) - kinds, 'property', 'properties')}",
        err=True,
    )


def _print_requirements(report: Report) -> None:
    from client_tests.reports.requirements import render_requirements

    click.echo(render_requirements(report))
