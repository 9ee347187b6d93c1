"""An emulator that is asked what a recording was asked, and brought into the same states."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlsplit

import msgspec

from mockserver.base.errors import EmulatorError
from mockserver.base.ids import normalize_id
from mockserver.base.wire import Request, Respond
from mockserver.control.jobs import JobChange
from mockserver.emulator import Emulator
from mockserver.facts.answers import read_object
from mockserver.facts.contracts.model_runs import read_state
from mockserver.facts.observed import Body, Observed
from mockserver.settings import Settings

_FRAMING = {"host", "content-length", "transfer-encoding", "connection", "expect"}


class Answer:
    """What the emulator says: a status and a body."""

    def __init__(self, respond: Respond) -> None:
        self.status = respond.status
        self.body = Body.of(respond.body)


class ComparedEmulator:
    """Asks an emulator of its own, in this process, whose clock stands still.

    A run is there as it was recorded: it goes on when a recorded poll has it go on, so it does not
    matter how long the real one took. Any key is an account with enough of everything.

    Args:
        settings: How the emulator behaves, as to contracts of a user's own.
    """

    def __init__(self, settings: Settings) -> None:
        self._emulator = Emulator(
            settings, clock="frozen", speed=1, credits=Decimal(1_000_000), triggers=False
        )
        self._ids: dict[str, str] = {}

    def ask(self, exchange: Observed) -> Answer | None:
        """Return what the emulator answers; None where it cannot be asked the same."""
        subject = exchange.subject
        if exchange.route.polls_job and normalize_id(subject) in self._ids:
            subject = self._ids[normalize_id(subject)]
            if not self._bring(subject, read_state(exchange)):
                return None
        if exchange.request_body.content is None:
            return None
        outcome = self._emulator.in_process.handle(_make_request(exchange, subject))
        if not isinstance(outcome, Respond):
            return None
        answer = Answer(outcome)
        if exchange.route.starts_job and not exchange.route.blocks:
            self._note(exchange, answer)
        return answer

    def _note(self, exchange: Observed, answer: Answer) -> None:
        """Remember which run of the emulator stands for a recorded one."""
        recorded = (read_object(exchange) or {}).get("request_id")
        document = answer.body.document
        own = document.get("request_id") if isinstance(document, dict) else None
        if isinstance(recorded, str) and isinstance(own, str):
            self._ids.setdefault(normalize_id(recorded), own)

    def _bring(self, identifier: str, state: str | None) -> bool:
        """Bring a run into a state; return whether it is there."""
        jobs = self._emulator.control.jobs
        try:
            here = jobs.show(identifier)["state"]
            if state != here:
                jobs.change(identifier, msgspec.convert({"state": state}, JobChange))
        except (EmulatorError, msgspec.ValidationError):
            return False  # no state that there is, or one that no run may go back to
        return True


def _make_request(exchange: Observed, subject: str) -> Request:
    """Return a recorded request as the emulator takes it, about a run of its own."""
    path = exchange.path
    if subject != exchange.subject:
        path = exchange.route.fill_path(subject)
    headers = {
        name.encode(): value.encode("utf-8", "replace")
        for name, value in exchange.request_headers
        if name not in _FRAMING
    }
    return Request(
        method=exchange.method,
        path=path,
        query=urlsplit(exchange.url).query,
        headers={b"host": b"api.segmind.com", **headers},
        body=exchange.request_body.content or b"",
    )
