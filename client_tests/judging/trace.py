"""What happened in a case, as the server's journal and the driver's answers tell it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from client_tests.cases.model import Operation
from client_tests.driver.messages import Answer
from client_tests.judging.cut_bodies import is_cut, read_members
from client_tests.judging.values import is_same

Document: TypeAlias = dict[str, Any]

POLLS = {"status", "result", "poll"}
_RUNS = {"submit", "sync"}

FIRST_ROUTES = {"run": "submit", "run_sync": "sync", "download": "output", "credits": "credits"}
"""The route with which each operation begins."""


@dataclass(frozen=True)
class Exchange:
    """One request of the client, and what it was given; the journal's entry with handles.

    `entry` is as `GET /_mock/requests` shows it.
    """

    entry: Document

    @property
    def seq(self) -> int:
        """Its number in the journal."""
        return int(self.entry["seq"])

    @property
    def route(self) -> str:
        """The gateway's route."""
        return str(self.entry["route"])

    @property
    def request_id(self) -> str | None:
        """The job that it was about."""
        return self.entry.get("request_id")

    @property
    def status(self) -> int | None:
        """The status that was sent; None if nothing was."""
        status: int | None = self.entry["status"]
        return status

    @property
    def delivery(self) -> str:
        """Whether the client got the answer: `intact`, `damaged` or `lost`."""
        return str(self.entry["delivery"])

    @property
    def received_s(self) -> float:
        """When it arrived, in real seconds."""
        return float(self.entry["received_s"])

    @property
    def path(self) -> str:
        """The path that was asked for, with its query if it has one; keys in it are hidden."""
        return str(self.entry["path"])

    @property
    def request_headers(self) -> dict[str, str]:
        """The headers of the request, in lower case; keys in them are hidden."""
        return {name.lower(): value for name, value in self.entry["request"]["headers"].items()}

    @property
    def is_run(self) -> bool:
        """Whether it asked for a run: another verb than POST at a model's address does not."""
        return self.route in _RUNS and self.entry.get("method", "POST") == "POST"

    @property
    def is_redirect(self) -> bool:
        """Tell whether it was answered with the address of something else."""
        return 300 <= (self.status or 0) < 400

    @property
    def sent(self) -> Any:
        """The body of the request: JSON if it is some."""
        return self.entry["request"]["body"]

    @property
    def body(self) -> Any:
        """The body of the answer: JSON if it is some."""
        return self.entry["response"]["body"]

    @property
    def told(self) -> Document:
        """The body of an answer that came whole and is a JSON object; else nothing.

        Of one that the journal has cut it is what stands whole at its beginning.
        """
        if self.delivery != "intact" or not isinstance(self.body, dict):
            return {}
        return read_members(self.body.get("text", "")) if is_cut(self.body) else self.body

    @property
    def words(self) -> str:
        """The error that an answer names."""
        error = self.told.get("error")
        return error if isinstance(error, str) else ""

    @property
    def response_headers(self) -> dict[str, str]:
        """The headers of the answer, in lower case."""
        return {name.lower(): value for name, value in self.entry["response"]["headers"].items()}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What became of one ask.

    Attributes:
        answer: What the driver said; None if it said nothing in time.
        problem: Why it said nothing.
        elapsed_s: How long it took, in real seconds.
        expected: What a download has to have yielded, as the kit itself fetched it.
        operation: What was asked.
        url: Where the file of a download is.
        began_s: When it was asked, on the clock of `Exchange.received_s`.
        ended_s: When it was answered, or given up.
        settled_s: When the server had read whatever was sent before that; infinite where nobody
            has waited for it.
    """

    answer: Answer | None
    problem: str | None
    elapsed_s: float
    expected: Document | None = None
    operation: Operation | None = None
    url: str | None = None
    began_s: float = 0.0
    ended_s: float = 0.0
    settled_s: float = math.inf


@dataclass(frozen=True, kw_only=True)
class Trace:
    """What happened in a case.

    Attributes:
        dropped: How many exchanges the journal could not keep.
        concurrent: Whether everything was asked at the same time.
        api_key: The key that the client was given.
        origin: The root of the gateway that it was given.
        log: What its drivers wrote meanwhile, beside their answers.
        pace: By how much all took longer on this machine than it usually does; never below 1.
    """

    replies: tuple[Reply, ...]
    exchanges: tuple[Exchange, ...]
    verdicts: tuple[Document, ...]
    jobs: tuple[Document, ...]
    ledger: tuple[Document, ...]
    dropped: int = 0
    concurrent: bool = False
    api_key: str = ""
    origin: str = ""
    log: str = ""
    pace: float = 1.0

    def of(self, *routes: str) -> list[Exchange]:
        """Return the exchanges on these routes."""
        return [exchange for exchange in self.exchanges if exchange.route in routes]

    @property
    def runs(self) -> list[Exchange]:
        """The exchanges that asked for runs."""
        return [exchange for exchange in self.exchanges if exchange.is_run]

    def job(self, request_id: str | None) -> Document | None:
        """Return a job of this case."""
        return next((job for job in self.jobs if job["request_id"] == request_id), None)

    def sent_by(self, exchange: Exchange) -> Any:
        """Return the parameters of a submit, also where the journal has cut its body."""
        sent = exchange.sent
        if is_cut(sent):
            job = self.job(exchange.request_id)
            return job["params"] if job else None
        return sent

    def exchanges_of(self, index: int) -> list[Exchange] | None:
        """Return the exchanges of one ask; None if they cannot be told from those of others.

        What was asked one after the other is told apart by when it came; what was asked at the
        same time, by parameters, jobs and URLs.
        """
        if len(self.replies) == 1:
            return list(self.exchanges)
        if self.concurrent:
            return find_own_exchanges(self, index)
        begins = [float("-inf"), *(reply.began_s for reply in self.replies[1:]), float("inf")]
        return [
            each for each in self.exchanges if begins[index] <= each.received_s < begins[index + 1]
        ]


def find_own_exchanges(trace: Trace, index: int) -> list[Exchange] | None:
    """Return the exchanges of an ask among others at the same time; None if nobody can tell."""
    reply = trace.replies[index]
    operation = reply.operation
    if operation is None:
        return None
    first = trace.of(FIRST_ROUTES[operation.op])
    own = [each for each in first if _is_asked_by(reply, each, trace)]
    others = [each for each in trace.replies if each is not reply]
    is_shared = any(_is_asked_by(other, each, trace) for other in others for each in own)
    is_unclear = not own and any(
        not any(_is_asked_by(other, each, trace) for other in others) for each in first
    )
    if is_shared or is_unclear:
        return None
    jobs = {each.request_id for each in own if each.request_id}
    polls = [each for each in trace.of(*POLLS) if each.request_id in jobs]
    return sorted((*own, *polls), key=lambda each: each.seq)


def _is_asked_by(reply: Reply, exchange: Exchange, trace: Trace) -> bool:
    """Tell whether an exchange is one with which this ask may have begun."""
    operation = reply.operation
    if operation is None or exchange.route != FIRST_ROUTES[operation.op]:
        return False
    if operation.op == "download":
        return exchange.path.partition("?")[0] == urlsplit(reply.url or "").path
    if operation.op == "credits":
        return True
    is_model = exchange.entry.get("model") in {None, operation.model}
    return is_model and is_same(trace.sent_by(exchange), operation.params)
