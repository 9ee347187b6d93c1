"""Mutants that make too much, or too little, of a poll that goes wrong."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from typing import Any

import httpx

from client_tests.clients.gateway_http import OK, SERVER_ERRORS, GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant

NOT_FOUND = 404


class Fragile(Reference):
    """Gives up after a poll that `is_fatal` says so of."""

    def refuse_for_good(self, answer: httpx.Response) -> None:
        if self.is_fatal(answer):
            raise GaveUpError("server_error", self.words(answer), answer.status_code)
        super().refuse_for_good(answer)

    def is_fatal(self, answer: httpx.Response) -> bool:
        """Tell whether this is the end."""
        raise NotImplementedError


@mutant(
    killed_by="run/status/503-before-first-recovers",
    assertion="reported",
    seen_in="`raise_for_status` on each poll.",
)
class PollErrorsAreFatal(Fragile):
    """Gives up when a poll gets a 5xx."""

    def is_fatal(self, answer: httpx.Response) -> bool:
        return answer.status_code >= SERVER_ERRORS


@mutant(
    killed_by="run/status/200-html-before-first-recovers",
    assertion="reported",
    seen_in="`answer.json()` right after the check of the status.",
)
class GarbledPollsAreFatal(Fragile):
    """Gives up when a poll gets a 200 that is no JSON."""

    def is_fatal(self, answer: httpx.Response) -> bool:
        return answer.status_code == OK and self.json_of(answer) is None


@mutant(
    killed_by="run/status/reset-before-first-recovers",
    assertion="reported",
    seen_in="No try block around the poll.",
)
class LostPollsAreFatal(Reference):
    """Gives up when the connection of a poll is lost."""

    def is_transient(self, outcome: str) -> bool:
        return outcome != "transport_error" and super().is_transient(outcome)


@mutant(
    killed_by="run/status/close-before-twice-recovers",
    assertion="reported",
    seen_in="`except ConnectionError: return poll(url)`, once.",
)
class ForgivesOnce(Reference):
    """Repeats a lost poll once, and gives up when the next is lost as well."""

    losses = 0

    def is_transient(self, outcome: str) -> bool:
        self.losses += 1
        return self.losses < 2 and super().is_transient(outcome)

    def is_answer(self, answer: httpx.Response, body: Any) -> bool:
        self.losses = 0
        return super().is_answer(answer, body)


@mutant(
    killed_by="run/result/503-before-first-recovers",
    assertion="reported",
    seen_in="A loop that is robust, and a last request after it that is not.",
)
class ResultErrorsAreFatal(Reference):
    """Gives up when the result cannot be had at once."""

    def fetch_result(self, job: Json) -> Any:
        answer = self.send("GET", job["response_url"], headers=self.key())
        self.refuse_errors(answer)
        result = self.body_of(answer)
        return result if self.state_of(result) == "COMPLETED" else super().fetch_result(job)


@mutant(
    killed_by="run/status/expire-before-later",
    assertion="reported",
    seen_in="Stores that answer 404 until a job is there; this gateway does not.",
)
class NotFoundIsPending(Reference):
    """Polls a job that is not found until its time is over."""

    def refuse_for_good(self, answer: httpx.Response) -> None:
        if answer.status_code != NOT_FOUND:
            super().refuse_for_good(answer)


@mutant(
    killed_by="run/status/401-before-ends",
    assertion="repeated-after-refusal",
    seen_in="Loops that end with a result or the deadline, and with nothing else.",
)
class RefusedPollsArePending(Reference):
    """Polls on after a refusal of its key."""

    def refuse_for_good(self, answer: httpx.Response) -> None:
        if answer.status_code not in {401, 403}:
            super().refuse_for_good(answer)
