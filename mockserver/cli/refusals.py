"""What the command cannot do: one line on stderr, and exit 2."""

from __future__ import annotations

import sys
from io import StringIO
from typing import Any

import click

CANNOT_START = 2
"""The exit status of a command that did not begin what it was asked for."""


class Refusal(click.ClickException):
    """What cannot be: one line on stderr, exit 2."""

    exit_code = CANNOT_START

    def show(self, file: Any = None) -> None:
        """Print the line."""
        click.echo(f"segmock: {self.message}", err=True, file=file)


def give_up_stdout(error: OSError) -> Refusal:
    """Say why nothing can be printed; Python would try to print the rest at its end."""
    sys.stdout = StringIO()
    return Refusal(f"cannot write to stdout: {error.strerror}")
