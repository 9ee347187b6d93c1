"""Playing a case: a server, an account that behaves as it says, and a driver on it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from hashlib import sha256
from itertools import count
from typing import Self

from client_tests.cases.model import Case, Operation
from client_tests.driver.base import Driver
from client_tests.judging.trace import Document, Exchange, Reply, Trace
from client_tests.running.addresses import fill_addresses
from client_tests.running.behaviour_rules import make_rules
from client_tests.running.control_plane import ControlPlane
from client_tests.running.driver_calls import KIT_KEY, DriverCalls, Output
from client_tests.running.first_uses import FirstUses
from client_tests.running.kit_server import KitServer
from client_tests.running.strays import Stray, StrayWatch, redact_key

_FIRST_KEY = 0x1000000000000000
"""Keys that begin with zeros and end in a code are triggers."""

_SETTLE_S = 1.0
"""How long the journal is waited for: a client that left shows in it only once the server knows."""


class TestBed:
    """A server of one's own, and the drivers of one client: where cases are run.

    Args:
        drivers: The client under test, as many times as calls may be made at once.
        url: The root of a segmock that nobody else uses; one is started unless given.

    Attributes:
        last_case: The case that was played last by the processes that run now, if any was.
    """

    __test__ = False
    """It is no test, whatever pytest makes of its name."""

    def __init__(self, drivers: Sequence[Driver], url: str | None = None) -> None:
        self.last_case: Case | None = None
        self._keys = count(1)
        self._watch = StrayWatch()
        with ExitStack() as opened:
            self._url = url or opened.enter_context(closing(KitServer())).url
            self._control = opened.enter_context(closing(ControlPlane(self._url)))
            self._first_uses = FirstUses(self._control)
            self._client = DriverCalls(drivers, self._url, self._control.settle)
            self._forget()
            self._exit = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def run_case(self, case: Case) -> Trace:
        """Let the server behave as the case says, ask, and see what happened.

        A case that says what is played before it is played by processes that are new.

        Raises:
            DriverBrokenError: a driver does not keep to the protocol.
        """
        if case.after:
            self.renew_drivers()
            for each in case.after:
                self._play(each)
        return self._play(case)

    def renew_drivers(self) -> None:
        """Let the next case be played by processes that have seen nothing yet."""
        self._client.renew()
        self.last_case = None

    def take_strays(self) -> list[Stray]:
        """Return the cases whose clients went on after the end, as far as was seen since."""
        return self._watch.take()

    def listen(self, for_s: float) -> None:
        """Hear what clients still ask for so long after the end of the last case.

        Where everything takes longer than usual, so does this.
        """
        last_end_s, pace = self._watch.last_end_s, self._control.pace.factor
        if last_end_s is None:
            return
        time.sleep(max(0.0, last_end_s + for_s * pace - time.monotonic()))
        self._watch.note(self._control.list_all("requests")[0])
        self._forget()

    def _play(self, case: Case) -> Trace:
        key = case.api_key or f"SG_{_FIRST_KEY + next(self._keys):016x}"
        self._watch.begin(key)  # a trigger ends like one key in 65,536
        self._first_uses.prepare(case)
        self._client.prepare(case, self._control.pace.factor)
        downloads = [self._prepare_download(operation) for operation in case.operations]
        since = self._control.read("/_mock/requests", last="1")["newest"] if any(downloads) else 0
        made = next((each[0] for each in downloads if each), None)
        behaviour = fill_addresses(case.behaviour, self._url, made)
        self._arm(replace(case, behaviour=behaviour), key)
        self._client.read_log()  # what was written before is of earlier cases
        replies = self._client.perform(case, key, downloads, self._control.pace.factor)
        if case.listen_s:
            settled_s = self._control.settle()
            replies = [replace(each, settled_s=min(each.settled_s, settled_s)) for each in replies]
            time.sleep(case.listen_s)
        trace = self._collect_trace(case, key, replies, since)
        self._forget()
        self.last_case = case
        self._watch.end(key, case, trace, time.monotonic())
        return trace

    def _forget(self) -> None:
        """Begin anew; whatever comes from here on is of the next case, or of one that has ended."""
        self._control.call("POST", "/_mock/reset", {})

    def _arm(self, case: Case, key: str) -> None:
        """Let the server behave as the case says; instants are the server's own to compute."""
        self._control.call("PUT", f"/_mock/accounts/{key}", case.account)
        if case.clock == "real":
            now = {"api_key": key, "mode": "real", "set_utc": "now"}
            self._control.call("PATCH", "/_mock/clock", now)
        for rule in make_rules(case.behaviour):
            strikes_all = rule["on"]["route"] == "output"
            self._control.call(
                "POST", "/_mock/faults", rule if strikes_all else rule | {"api_key": key}
            )

    def _prepare_download(self, operation: Operation) -> Output | None:
        """Return where an output is that the client is to download, and what it is like."""
        if operation.op != "download":
            return None
        key, http = {"x-api-key": KIT_KEY}, self._control.http
        job = http.post(f"/v2/{operation.model}", json=operation.params, headers=key).json()
        self._control.call("PATCH", f"/_mock/jobs/{job['request_id']}", {"state": "COMPLETED"})
        url = http.get(job["response_url"], headers=key).json()["output"]
        output = http.get(url)
        described = {
            "sha256": sha256(output.content).hexdigest(),
            "bytes": len(output.content),
            "content_type": output.headers["content-type"],
        }
        return url, described

    def _collect_trace(self, case: Case, key: str, replies: list[Reply], since: int) -> Trace:
        entries, dropped = self._list_entries(case)
        pace = self._control.pace.factor
        self._watch.note(entries)
        of_ended = self._watch.keys - {redact_key(key)}
        others = of_ended | {redact_key(KIT_KEY)}
        of_others = {
            entry["seq"] for entry in entries if entry["seq"] <= since or entry["api_key"] in others
        }
        account = self._control.read(f"/_mock/accounts/{key}")
        return Trace(
            replies=tuple(replies),
            exchanges=tuple(Exchange(each) for each in entries if each["seq"] not in of_others),
            verdicts=tuple(
                each
                for each in self._control.list_all("verdicts", one_run="true")[0]
                if each["api_key"] not in others - {redact_key(KIT_KEY)}
                and not of_others.issuperset(each["requests"])
            ),
            jobs=tuple(self._control.list_all("jobs", api_key=key)[0]),
            ledger=tuple(account["ledger"]),
            dropped=dropped,
            concurrent=case.concurrent,
            pace=pace,
            api_key=key,
            origin=self._url,
            log=self._client.read_log(),
        )

    def _list_entries(self, case: Case) -> tuple[list[Document], int]:
        """Return the journal, with what calls that were given up in earlier cases still ask."""
        entries, dropped = self._control.list_all("requests")
        until = time.monotonic() + _SETTLE_S * self._control.pace.factor
        while any("delay_s" in effect.do for effect in case.behaviour):
            rules, _ = self._control.list_all("faults")
            struck = sum("fault_id" in entry for entry in entries)
            if struck >= sum(rule["hits"] for rule in rules) or time.monotonic() > until:
                break
            time.sleep(0.02)
            entries, dropped = self._control.list_all("requests")
        return entries, dropped
