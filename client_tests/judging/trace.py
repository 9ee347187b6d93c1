"""What happened in a case, as the server's journal and the driver's answers tell it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

from client_tests.driver.messages import Answer
from client_tests.judging.cut_bodies import is_cut, read_members

Document: TypeAlias = dict[str, Any]

POLLS = {"status", "result", "poll"}


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
        began_s: When it was asked, on the clock of `Exchange.received_s`.
        ended_s: When it was answered, or given up.
        settled_s: When the server had read whatever was sent before that; infinite where nobody
            has waited for it.
    """

    answer: Answer | None
    problem: str | None
    elapsed_s: float
    expected: Document | None = None
    began_s: float = 0.0
    ended_s: float = 0.0
    settled_s: float = math.inf


@dataclass(frozen=True, kw_only=True)
class Trace:
    """What happened in a case.

    Attributes:
        dropped: How many exchanges the journal could not keep.
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
    api_key: str = ""
    origin: str = ""
    log: str = ""
    pace: float = 1.0

    def of(self, *routes: str) -> list[Exchange]:
        """Return the exchanges on these routes."""
        return [exchange for exchange in self.exchanges if exchange.route in routes]

    def job(self, request_id: str | None) -> Document | None:
        """Return a job of this case."""
        return next((job for job in self.jobs if job["request_id"] == request_id), None)
