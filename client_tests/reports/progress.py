"""How far a run is, told while it lasts."""

from __future__ import annotations

import os
import sys
from typing import Self

import click

from client_tests.reports import terminal
from client_tests.reports.text import flat
from client_tests.running.results import Result


class Progress:
    """Live progress on stderr: in a terminal one line, else one at each tenth and failure.

    A verbose one has a line for each check, with how it went and how long it took.
    """

    def __init__(self, *, verbose: bool = False) -> None:
        self._is_verbose = verbose
        self._is_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._failed = self._tenths = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_terminal:
            _write_over("")

    def tell(self, result: Result, done: int, total: int) -> None:
        """Tell of one more result."""
        is_failure = result.status == "failed"
        self._failed += is_failure
        if self._is_verbose:
            self._tell_whole(result, done, total)
            return
        line = terminal.progress(done, total, self._failed, result.id).rstrip()
        if self._is_terminal:
            if is_failure:
                _write_over(f"failed  {result.id}\n")
            _write_over(line)
        elif is_failure or done * 10 // total > self._tenths:
            self._tenths = done * 10 // total
            click.echo(line if not is_failure else f"{line}  failed", err=True)

    def _tell_whole(self, result: Result, done: int, total: int) -> None:
        if self._is_terminal:
            _write_over("")
        width = len(str(total))
        line = f"{done:>{width}}/{total}  {result.status:<11}  {result.elapsed_s:>6.2f} s  "
        click.echo(line + flat(result.id), err=True)


def _write_over(text: str) -> None:
    """Write in place of the line that is there: a movement, which is no colour."""
    click.echo(f"\r\x1b[K{text}", err=True, nl=False, color=True)
