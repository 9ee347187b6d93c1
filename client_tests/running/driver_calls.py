"""Asking a client: its drivers are told what to do, one after the other or at the same time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from typing import TypeAlias

from client_tests.cases.model import Case, Operation
from client_tests.driver.base import Driver, NoAnswerError, read_logs
from client_tests.driver.messages import Call
from client_tests.judging.trace import Document, Reply

HELLO = "hello"
"""An operation that no driver has: one that starts is told so, and is measured only then."""

KIT_KEY = "SG_5e65e65e65e65e60"
"""The key of what the kit itself asks, and of the hello."""

_HELLO_S = 5.0

Output: TypeAlias = tuple[str, Document]
"""Where an output is that the client is to download, and what it is like."""


class DriverCalls:
    """The drivers of one client, and the calls that are made of them.

    Args:
        drivers: The client, as many times as calls may be made at once.
        url: The root of the server.
        settle: Sees that the server has read what was sent by then, and returns the time.
    """

    def __init__(self, drivers: Sequence[Driver], url: str, settle: Callable[[], float]) -> None:
        self._drivers, self._url, self._settle = drivers, url, settle
        self._numbers = count(1)

    def renew(self) -> None:
        """Let the next calls be answered by processes that have seen nothing yet."""
        for driver in self._drivers:
            driver.close()

    def prepare(self, case: Case, pace: float) -> None:
        """Have those drivers start that a case needs and that have to, before it begins."""
        number = len(case.operations) if case.concurrent else 1
        for driver in self._drivers[:number]:
            self._prepare(driver, pace)

    def read_log(self) -> str:
        """Return what the drivers have written beside their answers since this was last asked."""
        return read_logs(self._drivers)

    def perform(
        self, case: Case, key: str, downloads: Sequence[Output | None], pace: float
    ) -> list[Reply]:
        """Ask what a case asks, one after the other or at the same time."""
        pairs = list(zip(case.operations, downloads, strict=True))
        if not case.concurrent:
            replies = [self._ask_alone(*pair, key, pace) for pair in pairs[:-1]]
            return [*replies, self._ask(self._drivers[0], *pairs[-1], key, pace)]
        number = len(self._drivers)

        def share(index: int) -> list[Reply]:
            driver = self._drivers[index]
            return [self._ask(driver, *pair, key, pace) for pair in pairs[index::number]]

        with ThreadPoolExecutor(number) as pool:
            shares = list(pool.map(share, range(number)))
        return [shares[index % number][index // number] for index in range(len(pairs))]

    def _prepare(self, driver: Driver, pace: float) -> None:
        hello = Call(
            id=next(self._numbers),
            op=HELLO,
            base_url=self._url,
            api_key=KIT_KEY,
            timeout_s=_HELLO_S,
            poll_interval_s=_HELLO_S,
        )
        driver.prepare(hello, pace)

    def _ask_alone(self, operation: Operation, made: Output | None, key: str, pace: float) -> Reply:
        """Ask, and wait until nothing that was sent meanwhile can be taken for what comes next."""
        reply = self._ask(self._drivers[0], operation, made, key, pace)
        return replace(reply, settled_s=self._settle())

    def _ask(
        self, driver: Driver, operation: Operation, made: Output | None, key: str, pace: float
    ) -> Reply:
        self._prepare(driver, pace)
        call = Call(
            id=next(self._numbers),
            op=operation.op,
            base_url=self._url,
            api_key=key,
            timeout_s=operation.timeout_s,
            poll_interval_s=operation.poll_interval_s,
            model=operation.model if operation.is_run else None,
            params=operation.params if operation.is_run else None,
            url=made[0] if made else None,
        )
        began, answer, problem = time.monotonic(), None, None
        try:
            answer = driver.answer(call)
        except NoAnswerError as error:
            problem = str(error)
        ended = time.monotonic()
        return Reply(
            answer=answer,
            problem=problem,
            elapsed_s=ended - began,
            expected=made[1] if made else None,
            operation=operation,
            url=call.url,
            began_s=began,
            ended_s=ended,
        )
