"""The log that `segmock serve` keeps on stderr."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from mockserver.cli.terminal import find_descriptor, has_colour

if TYPE_CHECKING:
    from mockserver.emulator import Emulator


def keep_log(emulator: Emulator, form: str) -> AbstractContextManager[None]:
    """Have stderr told what happens, in a form, while the context lasts; if there is a stderr."""
    descriptor = find_descriptor(sys.stderr)
    if form == "off" or descriptor is None:
        return nullcontext()
    from mockserver.control.log_lines import Palette
    from mockserver.control.log_writers import JsonWriter, LineWriter
    from mockserver.edges.exchange_log import ExchangeLog
    from mockserver.edges.log_output import LogOutput

    palette = Palette(has_colour=has_colour(sys.stderr))
    writer = JsonWriter() if form == "json" else LineWriter(palette)
    output = LogOutput(descriptor, sys.stderr.encoding)
    return ExchangeLog(emulator.control, emulator.lock, writer, output).running()
