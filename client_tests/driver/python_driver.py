"""A client under test that is a Python object in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from queue import Empty, Queue
from threading import Thread
from typing import Any

from client_tests.driver.base import GRACE_S, NoAnswerError
from client_tests.driver.log_capture import LogCapture
from client_tests.driver.messages import Answer, Call, DriverBrokenError, read_answer


class PythonDriver:
    """A function in this process: it takes a call as a dict and returns the answer as one.

    A call that does not come back cannot be ended: its thread is left behind, and what it still
    asks of the server is seen there.

    Args:
        where: `module:attribute`; the attribute is called once, without arguments, if it is a
            class, and what that returns is called with each call.
        grace_s: How long after a call's deadline it may answer.
    """

    def __init__(self, where: str, *, grace_s: float = GRACE_S) -> None:
        self._act = _load_function(where)
        self._grace_s = grace_s
        self._log = LogCapture()
        self._pace = 1.0

    def prepare(self, _hello: Call, pace: float) -> None:
        """Note the pace: there is nothing to start."""
        self._pace = pace

    def answer(self, call: Call) -> Answer:
        """Call the function, in a thread."""
        with self._log.listen():
            return self._answer(call)

    def read_log(self) -> str:
        """Return what was logged since this was last asked, by whatever logs in this process."""
        return self._log.read()

    def _answer(self, call: Call) -> Answer:
        answers: Queue[Any] = Queue()

        def act() -> None:
            try:
                answers.put(self._act(json.loads(call.line())))
            except BaseException as error:  # noqa: BLE001
                answers.put(error)

        Thread(target=act, daemon=True).start()
        grace_s = self._grace_s * self._pace
        try:
            answer = answers.get(timeout=call.timeout_s + grace_s)
        except Empty:
            raise NoAnswerError(
                f"no answer within {call.timeout_s:g} s and {grace_s:g} s of grace"
            ) from None
        if isinstance(answer, BaseException):
            return Answer(outcome="client_bug", error=f"{type(answer).__name__}: {answer}")
        try:
            line = json.dumps(answer)
        except (TypeError, ValueError) as error:
            raise DriverBrokenError(f"{answer!r:.200} cannot be JSON: {error}") from None
        return read_answer(line, call.id)

    def close(self) -> None:
        """Let go of it."""


def _load_function(where: str) -> Callable[[dict[str, Any]], Any]:
    module, _, name = where.partition(":")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise DriverBrokenError(f"{where!r} is not module:attribute: {error}") from None
    except Exception as error:
        raise DriverBrokenError(f"{where!r} cannot be imported: {_name_error(error)}") from error
    try:
        act = found() if isinstance(found, type) else found
    except Exception as error:
        raise DriverBrokenError(f"{where!r} cannot be made: {_name_error(error)}") from error
    if not callable(act):
        raise DriverBrokenError(f"{where!r} cannot be called")
    loaded: Callable[[dict[str, Any]], Any] = act
    return loaded


def _name_error(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
