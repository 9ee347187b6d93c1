"""Where a log is written: a file descriptor whose reader may be slow, or gone."""

from __future__ import annotations

import errno
import os
from contextlib import AbstractContextManager, nullcontext
from select import select
from typing import Any

_GONE = {errno.EPIPE, errno.EBADF, errno.EIO}


class LogOutput:
    """Writes text to a file descriptor, and never raises.

    Args:
        descriptor: Where to write; it stays open.
        encoding: How; what it does not have is written as an escape.
        turn: Held while a text is written, where other processes write there too.

    Attributes:
        is_gone: Nobody can ever read what is written.
    """

    def __init__(
        self,
        descriptor: int,
        encoding: str = "utf-8",
        turn: AbstractContextManager[Any] | None = None,
    ) -> None:
        self._descriptor = descriptor
        self._encoding = encoding
        self._turn = turn or nullcontext()
        self.is_gone = False

    def write(self, text: str) -> bool:
        """Write all of a text, however long its reader takes; tell whether that went well."""
        left = memoryview(text.encode(self._encoding, "backslashreplace"))
        with self._turn:
            return self._write_all(left)

    def _write_all(self, left: memoryview) -> bool:
        while left and not self.is_gone:
            try:
                left = left[os.write(self._descriptor, left) :]
            except BlockingIOError:  # somebody has made the pipe one that does not wait
                select([], [self._descriptor], [])
            except OSError as error:
                self.is_gone = error.errno in _GONE
                return False
        return not left
