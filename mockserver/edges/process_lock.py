"""A lock between processes that one parent has forked."""

from __future__ import annotations

import fcntl
from types import TracebackType
from typing import IO


class ProcessLock:
    """Lets one process at a time go on; threads of one process do not exclude each other.

    It is a record lock of POSIX: the system lets go of it for whoever dies, which neither a
    semaphore nor a byte in a pipe would do.

    Args:
        file: A file that all of them have open, to write to, for this alone.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __enter__(self) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_EX)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN)
