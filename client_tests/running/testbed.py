"""Playing a case: a server, an account that behaves as it says, and a driver on it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any, Self

import httpx

from client_tests.cases.model import Case, Effect, Operation
from client_tests.driver.base import Driver, NoAnswerError, read_logs
from client_tests.driver.messages import Call
from client_tests.driver.proxies import direct_environment
from client_tests.judging.trace import Document, Exchange, Reply, Trace
from client_tests.running.addresses import fill_addresses
from client_tests.running.instants import spell_instant
from client_tests.running.signals import hold_signals

SPEED = "2000"
"""On a real clock a run takes some milliseconds; on `auto` it takes as many polls as ever."""

_KIT_KEY = "SG_5e65e65e65e65e60"
_FIRST_KEY = 0x1000000000000000
"""Keys that begin with zeros and end in a code are triggers."""

_LEAD = timedelta(milliseconds=50)
"""A server's clock that is a little ahead: no client that goes by its own may be too early."""

_READY_S = 30

_SETTLE_S = 1.0
"""How long the journal is waited for: a client that left shows in it only once the server knows."""


class TestBed:
    """A server of one's own, and the drivers of one client: where cases are run.

    Args:
        drivers: The client under test, as many times as calls may be made at once.
        url: The root of a segmock that nobody else uses; one is started unless given.
    """

    __test__ = False
    """It is no test, whatever pytest makes of its name."""

    def __init__(self, drivers: Sequence[Driver], url: str | None = None) -> None:
        self._drivers = drivers
        self._exit = ExitStack()
        try:
            self._url = url or self._start_server()
        except BaseException:  # whoever made it has nothing yet to close
            self._exit.close()
            raise
        control = httpx.Client(base_url=self._url, timeout=30, trust_env=False)
        self._control = self._exit.enter_context(control)
        self._calls = count(1)
        self._keys = count(1)
        self._spent: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def run_case(self, case: Case) -> Trace:
        """Let the server behave as the case says, ask, and see what happened.

        Raises:
            DriverBrokenError: a driver does not keep to the protocol.
        """
        self._call_control("POST", "/_mock/reset", {})
        key = case.api_key or f"SG_{_FIRST_KEY + next(self._keys):016x}"
        self._spent.discard(f"...{key[-4:]}")  # a trigger ends like one key in 65,536
        downloads = [self._prepare_download(operation) for operation in case.operations]
        self._call_control("DELETE", "/_mock/requests")
        self._call_control("PUT", f"/_mock/accounts/{key}", case.account)
        if case.clock == "real":
            self._call_control("PATCH", "/_mock/clock", {"api_key": key, "mode": "real"})
            now = (datetime.now(UTC) + _LEAD).isoformat()
            self._call_control("PATCH", "/_mock/clock", {"api_key": key, "set_utc": now})
        made = next((each[0] for each in downloads if each), None)
        for rule in make_rules(fill_addresses(case.behaviour, self._url, made)):
            strikes_all = rule["on"]["route"] == "output"
            self._call_control(
                "POST", "/_mock/faults", rule if strikes_all else rule | {"api_key": key}
            )
        read_logs(self._drivers)  # what was written before is of earlier cases
        replies = self._perform(case, key, downloads)
        time.sleep(case.listen_s)
        trace = self._collect_trace(case, key, replies)
        if case.api_key is None:
            self._spent.add(f"...{key[-4:]}")
        return trace

    def _perform(
        self, case: Case, key: str, downloads: list[tuple[str, Document] | None]
    ) -> list[Reply]:
        pairs = list(zip(case.operations, downloads, strict=True))
        if not case.concurrent:
            return [
                self._call_driver(self._drivers[0], operation, key, made)
                for operation, made in pairs
            ]
        number = len(self._drivers)

        def share(index: int) -> list[Reply]:
            driver = self._drivers[index]
            return [
                self._call_driver(driver, operation, key, made)
                for operation, made in pairs[index::number]
            ]

        with ThreadPoolExecutor(number) as pool:
            shares = list(pool.map(share, range(number)))
        return [shares[index % number][index // number] for index in range(len(pairs))]

    def _call_driver(
        self, driver: Driver, operation: Operation, key: str, made: tuple[str, Document] | None
    ) -> Reply:
        is_run = operation.op in {"run", "run_sync"}
        call = Call(
            id=next(self._calls),
            op=operation.op,
            base_url=self._url,
            api_key=key,
            timeout_s=operation.timeout_s,
            poll_interval_s=operation.poll_interval_s,
            model=operation.model if is_run else None,
            params=operation.params if is_run else None,
            url=made[0] if made else None,
        )
        began, answer, problem = time.monotonic(), None, None
        try:
            answer = driver.answer(call)
        except NoAnswerError as error:
            problem = str(error)
        return Reply(
            answer=answer,
            problem=problem,
            elapsed_s=time.monotonic() - began,
            expected=made[1] if made else None,
            began_s=began,
            ended_s=time.monotonic(),
        )

    def _prepare_download(self, operation: Operation) -> tuple[str, Document] | None:
        """Return where an output is that the client is to download, and what it is like."""
        if operation.op != "download":
            return None
        key = {"x-api-key": _KIT_KEY}
        job = self._control.post(
            f"/v2/{operation.model}", json=operation.params, headers=key
        ).json()
        self._call_control("PATCH", f"/_mock/jobs/{job['request_id']}", {"state": "COMPLETED"})
        url = self._control.get(job["response_url"], headers=key).json()["output"]
        output = self._control.get(url)
        described = {
            "sha256": sha256(output.content).hexdigest(),
            "bytes": len(output.content),
            "content_type": output.headers["content-type"],
        }
        return url, described

    def _collect_trace(self, case: Case, key: str, replies: list[Reply]) -> Trace:
        entries, dropped = self._list_entries(case)
        of_others = {entry["seq"] for entry in entries if entry["api_key"] in self._spent}
        account = self._control.get(f"/_mock/accounts/{key}").json()
        return Trace(
            replies=tuple(replies),
            exchanges=tuple(Exchange(each) for each in entries if each["seq"] not in of_others),
            verdicts=tuple(
                each
                for each in self._list_all("verdicts", one_run="true")[0]
                if each["api_key"] not in self._spent and not of_others.issuperset(each["requests"])
            ),
            jobs=tuple(self._list_all("jobs", api_key=key)[0]),
            ledger=tuple(account["ledger"]),
            dropped=dropped,
            api_key=key,
            origin=self._url,
            log=read_logs(self._drivers),
        )

    def _list_entries(self, case: Case) -> tuple[list[Document], int]:
        """Return the journal, with what calls that were given up in earlier cases still ask."""
        entries, dropped = self._list_all("requests")
        until = time.monotonic() + _SETTLE_S
        while any("delay_s" in effect.do for effect in case.behaviour):
            rules, _ = self._list_all("faults")
            struck = sum("fault_id" in entry for entry in entries)
            if struck >= sum(rule["hits"] for rule in rules) or time.monotonic() > until:
                break
            time.sleep(0.02)
            entries, dropped = self._list_all("requests")
        return entries, dropped

    def _list_all(self, what: str, **query: str) -> tuple[list[Document], int]:
        """Return all pages of a list, and how many exchanges had left the journal by the first."""
        page = self._control.get(f"/_mock/{what}", params=query).json()
        found, dropped = page[what], page.get("dropped", 0)
        while page.get("next") is not None:
            more = {**query, "after": page["next"]}
            page = self._control.get(f"/_mock/{what}", params=more).json()
            found += page[what]
        return found, dropped

    def _call_control(self, method: str, path: str, body: Any = None) -> None:
        answer = self._control.request(method, path, json=body)
        if answer.is_error:
            raise ValueError(f"{method} {path} {body}: {answer.text}")

    def _start_server(self) -> str:
        """Start a server that ends with this test bed, and return its root."""
        command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--clock", "auto"]
        with hold_signals(
            signal.SIGINT
        ):  # it ends with this test bed, not by a Ctrl-C that is meant for us
            process = subprocess.Popen(
                [*command, "--speed", SPEED, "--log", "off"],
                stdout=subprocess.PIPE,
                encoding="utf-8",
                env=direct_environment(),
            )
            self._exit.callback(_end_process, process)
        assert process.stdout is not None  # noqa: S101
        line = process.stdout.readline()
        if " ready on " not in line:
            raise RuntimeError("segmock does not start: its own words are above")
        return line.split()[-1]


def _end_process(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_READY_S)
    finally:
        if process.stdout is not None:
            process.stdout.close()


def make_rules(behaviour: Sequence[Effect]) -> list[Document]:
    """Return the faults that make a server behave so.

    Each effect is a rule that strikes once. A rule counts the calls that no earlier rule has
    struck, so the `ordinal` of an effect, less those before it on the same route, is its `skip`.
    """
    by_route: dict[str, list[Effect]] = {}
    for effect in sorted(behaviour, key=lambda effect: effect.ordinal):
        by_route.setdefault(effect.route, []).append(effect)
    found = []
    for route, effects in by_route.items():
        for index, effect in enumerate(effects):
            rule: Document = {"on": {"route": route}, "do": _render_effect(effect), "times": 1}
            if effect.ordinal > index:
                rule["skip"] = effect.ordinal - index
            if effect.when:
                rule["when"] = effect.when
            found.append(rule)
    return found


def _render_effect(effect: Effect) -> Document:
    if effect.reset_in_s is None:
        return effect.do
    reset = datetime.now(UTC) + timedelta(seconds=effect.reset_in_s)
    headers = {"x-rate-limit-reset-at-utc": spell_instant(reset, effect.reset_form)}
    return {**effect.do, "headers": headers}
