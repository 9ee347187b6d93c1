"""Running a program with what answers for the vendor for as long as the program runs."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from shutil import which
from subprocess import Popen
from typing import TYPE_CHECKING, Literal, NamedTuple

from mockserver.base.errors import EmulatorError
from mockserver.base.hosts import is_loopback, is_vendor
from mockserver.programs.child_process import (
    NOT_EXECUTABLE,
    NOT_FOUND,
    hold_signals,
    wait_for_exit,
)
from mockserver.programs.modes import Mode, ModeName, Surroundings
from mockserver.programs.refused_hosts import RefusedHost, RefusedHosts
from mockserver.programs.temporary_folder import make_temporary_folder
from mockserver.programs.vendors import Vendor

if TYPE_CHECKING:
    from mockserver.programs.launcher_process import LauncherProcess

_NOT_HELD = "programs that ignore proxies and hooks are not held back"

Wanted = ModeName | Literal["auto"]
Tell = Callable[[str], None]
"""Takes a line for the user."""


class CannotStartError(Exception):
    """The program cannot be started: its name, why, and the exit status by which shells tell."""

    def __init__(self, name: str, error: OSError, environment: Mapping[str, str]) -> None:
        # the system says "permission denied" where it may not look into one folder of PATH
        path = environment.get("PATH")
        is_missing = which(name, os.F_OK, path) is None and not Path(name).is_dir()
        reason = os.strerror(errno.ENOENT) if is_missing else error.strerror
        super().__init__(f"{name}: {reason}")
        self.status = NOT_FOUND if is_missing else NOT_EXECUTABLE


class Outcome(NamedTuple):
    """How a program was run, its exit status as shells have it, and what it was refused."""

    mode: ModeName
    status: int
    refused: list[RefusedHost]


class Runner:
    """What is ready to run a program; made by `prepare_run`.

    Args:
        folder: A folder of this run alone.
        launcher: What makes a network, or why none can be made.
        wanted: The mode that was asked for.
        tell: Takes lines for the user.
    """

    def __init__(
        self,
        folder: Path,
        launcher: LauncherProcess | EmulatorError | None,
        wanted: Wanted,
        tell: Tell,
    ) -> None:
        self._folder = folder
        self._launcher = launcher
        self._wanted = wanted
        self._tell = tell

    def run(
        self, vendor: Vendor, command: Sequence[str], environment: Mapping[str, str]
    ) -> Outcome:
        """Run a program to its end, with something else in the place of the vendor's hosts.

        Args:
            vendor: What that is.
            command: The program, with its arguments.
            environment: What it would have without us.

        Raises:
            CannotStartError: there is no such program.
            EmulatorError: it cannot be run in the mode that was asked for.
        """
        from mockserver.edges.certificates import Authority
        from mockserver.edges.serve import serve_in_thread
        from mockserver.programs.host_check import HostCheck

        authority, refuse = Authority(), RefusedHosts(self._tell)
        tls = authority.make_server_context(
            _is_here, lambda name: refuse(name, "TLS was to be spoken with it")
        )
        surroundings = Surroundings(self._folder, tls, authority.pem, refuse)
        with closing(self._open_mode(surroundings, environment)) as mode:
            app = HostCheck(vendor.open(mode), refuse)
            with serve_in_thread(app, mode.listeners, vendor.grace_s) as live:
                own = vendor.make_variables(mode.name, live.url, environment)
                variables = {**environment, **mode.variables(), **own}
                given = {name: value for name, value in variables.items() if value is not None}
                status = wait_for_exit(_start(mode, command, given))
        return Outcome(mode.name, status, refuse.list())

    def _open_mode(self, surroundings: Surroundings, environment: Mapping[str, str]) -> Mode:
        """Return the mode that was asked for, or the best one that can be had."""
        if self._wanted != "env":
            try:
                mode = self._open_namespace(surroundings, environment)
            except EmulatorError as error:
                if self._wanted == "namespace":
                    raise
                self._tell(f"env mode, since {error}; {_NOT_HELD}")
            else:
                if self._wanted == "auto":
                    self._tell("namespace mode: the program has a network of its own")
                return mode
        from mockserver.programs.env_mode import EnvMode

        return EnvMode(surroundings, environment)

    def _open_namespace(self, surroundings: Surroundings, environment: Mapping[str, str]) -> Mode:
        if isinstance(self._launcher, EmulatorError):
            raise self._launcher
        if sys.platform != "linux" or self._launcher is None:
            raise AssertionError
        from mockserver.programs.namespace import NamespaceMode

        return NamespaceMode(self._launcher, surroundings, environment)


@contextmanager
def prepare_run(wanted: Wanted, tell: Tell) -> Iterator[Runner]:
    """Get ready to run a program; do what takes long while the caller makes the emulator.

    Signals are held while the context lasts, and passed on to the program. The context is to be
    entered by the thread that lives longest: the program dies with it.

    Args:
        wanted: How it is to be run.
        tell: Takes lines for the user.
    """
    with hold_signals(), make_temporary_folder() as folder, ExitStack() as begun:
        launcher = _begin(folder, begun) if wanted != "env" else None
        yield Runner(folder, launcher, wanted, tell)


def _begin(folder: Path, begun: ExitStack) -> LauncherProcess | EmulatorError:
    """Begin to make a network; return why there can be none where there are no namespaces."""
    if sys.platform != "linux":
        return EmulatorError("only Linux has namespaces", hint="--mode env needs none")
    from mockserver.programs.launcher_process import LauncherProcess

    launcher = LauncherProcess(folder)
    begun.callback(launcher.close)
    return launcher


def _start(mode: Mode, command: Sequence[str], environment: Mapping[str, str]) -> Popen[bytes]:
    try:
        return mode.start(command, environment)
    except OSError as error:
        raise CannotStartError(command[0], error, environment) from None


def _is_here(name: str) -> bool:
    """Tell whether TLS is spoken for a name."""
    host = name.lower().removesuffix(".")
    return is_vendor(host) or is_loopback(host)
