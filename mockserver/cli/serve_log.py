"""The log that `segmock serve` keeps on stderr."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, TextIO

from mockserver.cli.colour import find_colour

if TYPE_CHECKING:
    from mockserver.control.log_lines import Palette
    from mockserver.edges.exchange_log import ExchangeLog
    from mockserver.edges.log_queue import LogQueue
    from mockserver.emulator import Emulator


def keep_log(
    emulator: Emulator, form: str, turn: AbstractContextManager[Any] | None = None
) -> AbstractContextManager[None]:
    """Have stderr told what happens, while the context lasts; if there is a stderr.

    Args:
        emulator: In which it happens.
        form: `line`, `json` or `off`.
        turn: Held while something is written, where other processes write there too.
    """
    descriptor = find_descriptor(sys.stderr)
    if form == "off" or descriptor is None:
        return nullcontext()
    from mockserver.edges.log_output import LogOutput
    from mockserver.edges.log_thread import LogThread

    def open_log(queue: LogQueue) -> ExchangeLog:
        from mockserver.control.log_writers import JsonWriter, LineWriter
        from mockserver.edges.exchange_log import ExchangeLog

        writer = JsonWriter() if form == "json" else LineWriter(make_palette(sys.stderr))
        return ExchangeLog(emulator.control, emulator.transactions, queue, writer, output)

    output = LogOutput(descriptor, sys.stderr.encoding, turn)
    return LogThread(emulator.control, emulator.transactions, open_log).running()


def make_palette(stream: TextIO) -> Palette:
    """Return the colours of a stream: a terminal has some, unless the environment forbids it."""
    from mockserver.control.log_lines import Palette

    wanted = find_colour(os.environ)
    return Palette(has_colour=stream.isatty() if wanted is None else wanted)


def find_descriptor(stream: TextIO | None) -> int | None:
    """Return the file descriptor of a stream; None if it is closed or has none."""
    try:
        return None if stream is None else stream.fileno()
    except (OSError, ValueError):
        return None
