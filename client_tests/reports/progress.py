"""How far a run is, told while it lasts."""

from __future__ import annotations

import sys
from typing import Self

import click

from client_tests.reports import terminal
from client_tests.running.results import Result


class Progress:
    """Live progress on stderr: in a terminal one line, else one at each tenth and failure."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._failed = self._tenths = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_terminal:
            click.echo("\r\x1b[K", err=True, nl=False)

    def tell(self, result: Result, done: int, total: int) -> None:
        """Tell of one more result."""
        is_failure = result.status == "failed"
        self._failed += is_failure
        line = terminal.progress(done, total, self._failed, result.id).rstrip()
        if self._is_terminal:
            note = f"\r\x1b[Kfailed  {result.id}\n" if is_failure else ""
            click.echo(f"{note}\r\x1b[K{line}", err=True, nl=False)
        elif is_failure or done * 10 // total > self._tenths:
            self._tenths = done * 10 // total
            click.echo(line if not is_failure else f"{line}  failed", err=True)
