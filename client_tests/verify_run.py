"""What the commands of `segmock verify` have in common: they read, run and print, or refuse."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from client_tests.cases.catalogue import TestCase, load_test_cases
from client_tests.cases.model import CaseError
from client_tests.cases.selection import select_test_cases
from client_tests.driver.messages import DriverBrokenError
from client_tests.driver.systems import UnsupportedSystemError
from client_tests.running.client_under_test import ClientUnderTest
from client_tests.running.known_failures import KnownFailure, KnownFailuresError
from client_tests.running.known_failures import load as load_known
from client_tests.running.last_failed import read_last_failed, save_last_failed
from client_tests.running.limits import Limits
from client_tests.running.results import Report
from client_tests.running.scheduler import KitError, Run, run
from client_tests.running.traits import Trait, TraitsError, load_traits

T = TypeVar("T")


class Refusal(click.ClickException):
    """What cannot be: one line on stderr, exit 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the line."""
        click.echo(f"segmock: {self.message}", err=True, file=file)


def read(path: Path | None, load: Callable[[Path], tuple[T, ...]]) -> tuple[T, ...]:
    """Return what a file of the command line holds; nothing where there is none."""
    try:
        return load(path) if path else ()
    except (KnownFailuresError, TraitsError) as error:
        raise Refusal(str(error)) from None


def read_known_failures(path: Path | None) -> tuple[KnownFailure, ...]:
    """Return the lines of a file of known failures."""
    return read(path, load_known)


def read_traits(path: Path | None) -> tuple[Trait, ...]:
    """Return the traits of a file."""
    return read(path, load_traits)


def list_every_check() -> list[TestCase]:
    """Return every check."""
    try:
        return load_test_cases()
    except CaseError as error:
        raise Refusal(str(error)) from None


def choose_checks(
    every: Sequence[TestCase],
    *,
    only: Sequence[str],
    skip: Sequence[str],
    last_failed: bool,
    folder: Path,
) -> list[TestCase]:
    """Return the checks that the command line asks for."""
    try:
        chosen = select_test_cases(every, only, skip)
    except LookupError as error:
        raise Refusal(str(error)) from None
    if not last_failed:
        return chosen
    return _choose_last_failed(chosen, read_last_failed(folder), folder)


def _choose_last_failed(
    chosen: list[TestCase], failed: Collection[str], folder: Path
) -> list[TestCase]:
    again = [each for each in chosen if each.id in failed]
    if not again:
        which = "none of these checks" if failed else "no check"
        click.echo(f"{which} is noted in {folder} as failed: all of them are run", err=True)
    return again or chosen


def make_client(driver: str | None, python: str | None) -> ClientUnderTest:
    """Return the client that is named in one of two ways."""
    if bool(driver) == bool(python):
        raise Refusal("say which client: --driver 'COMMAND …' or --python module:attr")
    return ClientUnderTest(driver) if driver else ClientUnderTest(python or "", is_python=True)


def make_limits(
    *,
    timeout_scale: float,
    features: tuple[str, ...] = (),
    examples: int = Limits.examples,
    **parts: Any,
) -> Limits:
    """Return how much is tried: more examples and a slower driver have more time."""
    scale = max(1.0, examples / Limits.examples) * timeout_scale
    return Limits(
        examples=examples,
        slice_s=Limits.slice_s * scale,
        features=frozenset(features) or None,
        timeout_scale=timeout_scale,
        **parts,
    )


def run_checks(wanted: Run, *, verbose: bool = False) -> Report:
    """Run checks, and tell of each as it ends."""
    from client_tests.reports.progress import Progress

    try:
        with Progress(verbose=verbose) as progress:
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


def note_last_failed(folder: Path, report: Report) -> None:
    """Note in a folder what failed."""
    try:
        save_last_failed(folder, report.results)
    except OSError as error:
        raise Refusal(f"{error.filename}: {error.strerror}") from None


def print_report(report: Report) -> None:
    """Print a report."""
    from client_tests.reports import terminal

    # click leaves out colours where the environment or the stream wants none.
    click.echo(terminal.render(report, colour=True))


def write_files(report: Report, **files: Path | None) -> None:
    """Write the reports that are wanted as files."""
    from client_tests.reports.files import write_reports

    try:
        write_reports(report, **files)
    except OSError as error:
        raise Refusal(f"{error.filename}: {error.strerror}") from None


def exit_as(report: Report) -> NoReturn:
    """End the command as a report says."""
    if report.interrupted_by is not None:
        raise KeyboardInterrupt(report.interrupted_by)  # `segmock` ends every command alike
    if report.broken_driver is not None:
        raise _refuse_driver(report.broken_driver)
    sys.exit(report.exit_code)
