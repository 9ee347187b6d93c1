"""Mutants that give one request less time than the call has."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from typing import Any

from client_tests.clients.gateway_http import GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant

MOMENT_S = 0.03
"""What an answer is given; those that come slowly in a case take some times as long."""


class Hurrying(Reference):
    """Gives some requests a moment each."""

    def hurry(self, method: str, url: str, **parts: Any) -> Any:
        """Send a request, and give up if its answer is not whole in a moment."""
        deadline = self.deadline
        self.deadline = min(deadline, self.now() + MOMENT_S)
        try:
            return super().send(method, url, **parts)
        finally:
            self.deadline = deadline


@mutant(
    killed_by="credits/credits/delay-before",
    assertion="expected",
    seen_in="A header of a page that must not wait for the balance in it.",
)
class HurriesBalances(Hurrying):
    """Gives a balance a moment, whatever time there is."""

    def send(self, method: str, url: str, **parts: Any) -> Any:
        is_hurried = url.endswith("get-user-credits")
        return (self.hurry if is_hurried else super().send)(method, url, **parts)


@mutant(
    killed_by="run/submit/drip-after-goes-on",
    assertion="reported",
    seen_in="A short timeout for connections that is that of answers too.",
)
class HurriesSubmits(Hurrying):
    """Gives the answer to a submit a moment, whatever time there is."""

    def send(self, method: str, url: str, **parts: Any) -> Any:
        is_hurried = method == "POST" and "/v2/" in url
        return (self.hurry if is_hurried else super().send)(method, url, **parts)


@mutant(
    killed_by="run_sync/drip-after-goes-on",
    assertion="reported",
    seen_in="The timeout of an API whose answers are short, in front of one that sends files.",
)
class HurriesRuns(Hurrying):
    """Gives the answer of a blocking run a moment, whatever time there is."""

    def send(self, method: str, url: str, **parts: Any) -> Any:
        is_hurried = method == "POST" and "/v1/" in url
        return (self.hurry if is_hurried else super().send)(method, url, **parts)


class HurryingPolls(Hurrying):
    """Gives some polls a moment, and up when it is over."""

    is_waiting = False

    def wait(self, job: Json) -> None:
        self.is_waiting = True
        super().wait(job)
        self.is_waiting = False

    def is_hurried(self) -> bool:
        """Tell whether this poll is one of those."""
        raise NotImplementedError

    def send(self, method: str, url: str, **parts: Any) -> Any:
        is_hurried = method == "GET" and self.is_hurried()
        return (self.hurry if is_hurried else super().send)(method, url, **parts)


@mutant(
    killed_by="run/status/delay-before-first-recovers",
    assertion="reported",
    seen_in="`timeout=poll_interval` on each poll, and no second one.",
)
class HurriesStatuses(HurryingPolls):
    """Gives a status a moment, and the whole call up if it takes longer."""

    def is_hurried(self) -> bool:
        return self.is_waiting


@mutant(
    killed_by="run/result/delay-before-first-recovers",
    assertion="reported",
    seen_in="A result that is fetched with what is left of the time between two polls.",
)
class HurriesResults(HurryingPolls):
    """Gives a result a moment, and the whole call up if it takes longer."""

    def is_hurried(self) -> bool:
        return not self.is_waiting


@mutant(
    killed_by="run/states/pending-result",
    assertion="reported",
    seen_in="`assert result['status'] == 'COMPLETED'`, after a status that said so.",
)
class PendingResultsAreFatal(Reference):
    """Reports a server error when a result is still pending after all."""

    def fetch_result(self, job: Json) -> Any:
        result = self.poll(job["response_url"])
        if self.state_of(result) == "FAILED":
            raise self.failure(result)
        if self.state_of(result) != "COMPLETED":
            raise GaveUpError("server_error", "the result is pending")
        return result


@mutant(
    killed_by="run/result/expire-after",
    assertion="reported",
    seen_in="One request for the state of a result, and one for its body.",
)
class FetchesResultsTwice(Reference):
    """Fetches a result a second time, and reports the job as gone if it is by then."""

    def fetch_result(self, job: Json) -> Any:
        super().fetch_result(job)
        return super().fetch_result(job)


class ResultAlone(Reference):
    """Asks the result route alone, as T8 lets it."""

    def run(self, model: str, params: Json) -> Any:
        return self.fetch_result(self.submit(model, params))


@mutant(
    killed_by="run/result/failed-before",
    assertion="reported",
    seen_in="`while result.get('output') is None`, where the output of a failure never comes.",
)
class AsksFailedResultsOn(ResultAlone):
    """Asks the result route alone, and on after it says that the job has FAILED."""

    def fetch_result(self, job: Json) -> Any:
        while True:
            result = self.poll(job["response_url"])
            if self.state_of(result) == "COMPLETED":
                return result
            self.pause(self.poll_interval_s)


@mutant(
    killed_by="run/result/stall-processing-before",
    assertion="reported",
    seen_in="`for _ in range(5)` around the request for the result.",
)
class AsksResultsFiveTimes(ResultAlone):
    """Asks the result route alone, and five times at the most."""

    def fetch_result(self, job: Json) -> Any:
        for _ in range(5):
            result = self.poll(job["response_url"])
            if self.state_of(result) == "COMPLETED":
                return result
            if self.state_of(result) == "FAILED":
                raise self.failure(result)
            self.pause(self.poll_interval_s)
        raise GaveUpError("server_error", "asked five times")
