"""Standard output and error where the system's encoding has not every character."""

from __future__ import annotations

from codecs import lookup
from io import TextIOWrapper
from typing import Any


def write_every_character(*streams: Any) -> None:
    """Have no character fail to be written.

    What goes to a file or a pipe is UTF-8; Windows would choose an encoding that has few
    characters, and programs that read JSON expect UTF-8. A terminal keeps its encoding, and shows
    a question mark for what that lacks.
    """
    for stream in streams:
        if not isinstance(stream, TextIOWrapper) or lookup(stream.encoding).name == "utf-8":
            continue
        if stream.isatty():
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8")
