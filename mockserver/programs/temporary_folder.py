"""A folder for what a program that runs has to find on disk, gone at the end in any case."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir
from typing import IO

_PREFIX = "segmock-exec-"
_RANDOM_BYTES = 8

_WATCH_SH = 'trap "" HUP INT TERM; while read -r _; do :; done; rm -rf -- "$1"'
_WATCH_PY = (
    "import shutil, sys; sys.stdin.buffer.read(); shutil.rmtree(sys.argv[1], ignore_errors=True)"
)


@contextmanager
def make_temporary_folder() -> Iterator[Path]:
    """Make a folder that its owner alone can read, and remove it with all that is in it.

    A small process of its own session reads a pipe that this process holds open: when the pipe
    ends, however this process has ended, `kill -9` included, it removes the folder. It is there
    before the folder is, so nothing can come between.

    Raises:
        OSError: there is no place for temporary files.
    """
    path = Path(gettempdir()).resolve() / f"{_PREFIX}{secrets.token_hex(_RANDOM_BYTES)}"
    watcher = _start_watcher(path)
    try:
        path.mkdir(mode=0o700)
        yield path
    finally:
        rmtree(path, ignore_errors=True)
        _get_pipe(watcher).close()
        watcher.wait()


def _start_watcher(path: Path) -> subprocess.Popen[bytes]:
    """Start what removes a folder once its stdin ends, out of reach of the terminal's signals."""
    in_shell = ["/bin/sh", "-c", _WATCH_SH, "segmock-exec", str(path)]
    in_python = [sys.executable, "-I", "-S", "-c", _WATCH_PY, str(path)]
    return subprocess.Popen(
        in_shell if os.name == "posix" else in_python,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=path.parent,
        start_new_session=True,  # Windows, which has none, ignores it
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def _get_pipe(watcher: subprocess.Popen[bytes]) -> IO[bytes]:
    pipe = watcher.stdin
    if pipe is None:
        raise AssertionError
    return pipe
