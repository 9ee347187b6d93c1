"""What the streams of a command are: whether they take colour, and where they end."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO


def has_colour(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether to write in colour: on a terminal, unless the environment says otherwise.

    `NO_COLOR` forbids it and `FORCE_COLOR` demands it, if they have any value (no-color.org,
    force-color.org); where both do, `NO_COLOR` wins, as in Python itself.
    """
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return environment["FORCE_COLOR"] != "0"
    return stream.isatty() and environment.get("TERM") != "dumb"


def find_descriptor(stream: TextIO | None) -> int | None:
    """Return the file descriptor of a stream; None if it is closed or has none."""
    try:
        return None if stream is None else stream.fileno()
    except (OSError, ValueError):
        return None
