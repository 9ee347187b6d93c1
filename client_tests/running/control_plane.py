"""The control plane of the kit's own server, over HTTP."""

from __future__ import annotations

import time
from typing import Any

import httpx

from client_tests.judging.trace import Document
from client_tests.running.pace import Pace

_TRIALS = 5
_TURNS = 3
_PATIENCE_S = 60.0


class ControlPlane:
    """What the kit says to its server, and asks of it.

    Attributes:
        http: The connection to it.
        pace: How long it takes to answer, now.
    """

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=_PATIENCE_S, trust_env=False)
        self.pace = Pace()
        for _ in range(_TRIALS):
            self.read("/_mock/health")

    def close(self) -> None:
        """Let go of the connection."""
        self.http.close()

    def call(self, method: str, path: str, body: Any = None) -> None:
        """Change something.

        Raises:
            ValueError: the server refuses; the message has its words.
        """
        self._ask(method, path, json=body)

    def read(self, path: str, **query: str) -> Document:
        """Return a document."""
        found: Document = self._ask("GET", path, params=query).json()
        return found

    def list_all(self, what: str, **query: str) -> tuple[list[Document], int]:
        """Return all pages of a list, and how many exchanges had left the journal by the first."""
        page = self.read(f"/_mock/{what}", **query)
        found, dropped = page[what], page.get("dropped", 0)
        while page.get("next") is not None:
            page = self.read(f"/_mock/{what}", **query, after=page["next"])
            found += page[what]
        return found, dropped

    def settle(self) -> float:
        """See that the server has read whatever was sent to it by now; return the time by then.

        It reads what has come in turns, and a connection takes a few until its first request: so
        what was sent before this began came before the last of these is answered.
        """
        for _ in range(_TURNS):
            self.read("/_mock/health")
        return time.monotonic()

    def _ask(self, method: str, path: str, **parts: Any) -> httpx.Response:
        began = time.monotonic()
        answer = self.http.request(method, path, **parts)
        if answer.is_error:
            raise ValueError(f"{method} {path} {parts}: {answer.text}")
        self.pace.note(time.monotonic() - began)
        return answer
