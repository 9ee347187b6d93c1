"""What a client in the kit's own process logs."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

_MOST_LINES = 10_000


class LogCapture(logging.Handler):
    """A handler that keeps what is logged, and hands it on to where it would have gone."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: deque[str] = deque(maxlen=_MOST_LINES)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line; where nobody else handles it, it goes to stderr, as ever."""
        self._lines.append(self.format(record))
        is_alone = all(isinstance(each, LogCapture) for each in logging.getLogger().handlers)
        if is_alone and logging.lastResort and record.levelno >= logging.lastResort.level:
            logging.lastResort.handle(record)

    def read(self) -> str:
        """Return what was logged since this was last asked."""
        lines = []
        while self._lines:
            lines.append(self._lines.popleft())
        return "\n".join(lines)

    @contextmanager
    def listen(self) -> Iterator[None]:
        """Keep what is logged while the context lasts."""
        root = logging.getLogger()
        root.addHandler(self)
        try:
            yield
        finally:
            root.removeHandler(self)
