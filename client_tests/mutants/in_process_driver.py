"""Mutants as drivers in the kit's own process; a call that finds no end can be cancelled."""

from __future__ import annotations

import json
from functools import partial
from queue import Empty, Queue
from threading import Lock, Thread
from typing import Any

from client_tests.clients.gateway_http import Json
from client_tests.clients.reference import Reference, act
from client_tests.driver.base import NoAnswerError
from client_tests.driver.log_capture import LogCapture
from client_tests.driver.messages import Answer, Call, read_answer

GRACE_S = 0.5
"""Nothing has to start, nor to be loaded, so a call is given up sooner than that of a stranger."""


class InProcessDriver:
    """A client made by a class, each call in a thread.

    A thread cannot be ended; but its client's connections can be closed for good, so that a call
    that was given up asks for nothing more, and is not heard in the case after it.

    Args:
        client: What makes a client for a call; another can be put in its place.

    Attributes:
        grace_s: How long after a call's deadline it may answer.
    """

    def __init__(self, client: type[Reference] = Reference) -> None:
        self.client = client
        self.grace_s = GRACE_S
        self._log = LogCapture()

    def prepare(self, _hello: Call, _pace: float) -> None:
        """Be ready: there is nothing to start."""

    def answer(self, call: Call) -> Answer:
        """Make the call, and wait for what becomes of it."""
        with self._log.listen():
            return self._answer(call)

    def read_log(self) -> str:
        """Return what was logged since this was last asked, by whatever logs in this process."""
        return self._log.read()

    def _answer(self, call: Call) -> Answer:
        running, answers = CancellableCall(), Queue[Any]()
        document = json.loads(call.line())
        Thread(target=self._act, args=(document, running, answers), daemon=True).start()
        try:
            answer = answers.get(timeout=call.timeout_s + self.grace_s)
        except Empty:
            running.cancel()
            raise NoAnswerError(
                f"no answer within {call.timeout_s:g} s and {self.grace_s:g} s of grace"
            ) from None
        if isinstance(answer, Exception):
            return Answer(outcome="client_bug", error=f"{type(answer).__name__}: {answer}")
        return read_answer(json.dumps({"id": call.id, **answer}), call.id)

    def close(self) -> None:
        """Let go of it."""

    def _act(self, call: Json, running: CancellableCall, answers: Queue[Any]) -> None:
        try:
            answers.put(act(call, partial(running.make_client, self.client)))
        except Exception as error:  # noqa: BLE001 (it is the answer)
            answers.put(error)


class CancellableCall:
    """A call whose client can be closed from another thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_cancelled = False
        self._client: Reference | None = None

    def make_client(self, make: type[Reference], call: Json) -> Reference:
        """Make the client of the call; it is closed at once if the call was cancelled before."""
        client = make(call)
        with self._lock:
            self._client = client
            if self._is_cancelled:
                client.http.close()
        return client

    def cancel(self) -> None:
        """Close the client's connections for good."""
        with self._lock:
            self._is_cancelled = True
            if self._client is not None:
                self._client.http.close()
