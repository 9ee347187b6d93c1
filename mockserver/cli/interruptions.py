"""SIGINT and SIGTERM end a command as shells expect it: 130 and 143, in one line."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

_WORDS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Let SIGTERM interrupt what is done inside as SIGINT does, and exit with 128 and the number.

    The argument of the KeyboardInterrupt that SIGTERM raises is its number.
    """
    is_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, _interrupt) if is_main else None
    try:
        yield
    except KeyboardInterrupt as interrupt:
        number = signal.Signals(interrupt.args[0] if interrupt.args else signal.SIGINT)
        click.echo(f"segmock: {_WORDS[number]}", err=True)
        sys.exit(128 + number)
    finally:
        if is_main:
            signal.signal(signal.SIGTERM, before)


def _interrupt(number: int, _frame: Any) -> NoReturn:
    raise KeyboardInterrupt(number)
