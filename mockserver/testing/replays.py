"""Servers and emulators that play a recording, one for all tests that name the same."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mockserver.base.errors import EmulatorError, is_misuse

if TYPE_CHECKING:
    from mockserver.emulator import Emulator

__tracebackhide__ = is_misuse

FIELDS = ("replay", "on_miss")


class Replay(NamedTuple):
    """A recording that a test plays.

    Attributes:
        folder: Where it is.
        on_miss: What becomes of a call that it does not have: `fail` or `emulate`.
    """

    folder: Path
    on_miss: str = "fail"


def find_replay(fields: Mapping[str, Any], base: Path) -> Replay | None:
    """Return the recording that a test asks for, if it asks for one.

    Args:
        fields: What it says, by name.
        base: The folder that a relative path is relative to.

    Raises:
        EmulatorError: it is none, or there is none for `on_miss` to be about.
    """
    folder, on_miss = (fields.get(name) for name in FIELDS)
    if folder is None:
        if on_miss is None:
            return None
        raise EmulatorError(f"on_miss is {on_miss!r}", hint="it goes with replay='DIR'")
    if not isinstance(folder, str | Path):
        raise EmulatorError(f"replay is {folder!r}", hint="give the folder of a recording")
    return Replay((base / folder).resolve(), "fail" if on_miss is None else on_miss)


def find_server(replay: Replay | None, shared: str, named: str | None) -> str:
    """Return the root of the server of a test.

    Args:
        replay: The recording that it plays, if any.
        shared: The root of the server that tests without one share.
        named: That of a server that is running, where the test's author has named one.

    Raises:
        EmulatorError: a recording goes with no such server, or cannot be read.
    """
    if replay is None:
        return shared
    if named:
        raise EmulatorError(
            f"replay goes with no server that is running, as {named} is",
            hint="start that one with --replay DIR, or leave the URL out",
        )
    return _start_server(replay)


def find_emulator(replay: Replay | None) -> Emulator | None:
    """Return the emulator of a test that plays a recording; None of any other.

    Raises:
        EmulatorError: the recording cannot be read.
    """
    return None if replay is None else _make_emulator(replay)


@cache
def _make_emulator(replay: Replay) -> Emulator:
    from mockserver.emulator import Emulator

    return Emulator(clock="auto", replay=replay.folder, on_miss=replay.on_miss)


@cache
def _start_server(replay: Replay) -> str:
    """Serve a recording for as long as this process lasts."""
    import atexit

    running = ExitStack()
    atexit.register(running.close)
    return running.enter_context(_make_emulator(replay).live()).url
