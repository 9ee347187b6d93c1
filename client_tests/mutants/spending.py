"""Mutants that run, and pay for, more than they were asked to (S2)."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from typing import Any

import httpx

from client_tests.clients.gateway_http import OK, SERVER_ERRORS, TOO_MANY, GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant

NOT_FOUND = 404
OUT_OF_CREDITS = {402, 406}
ATTEMPTS = 3


@mutant(
    killed_by="run/submit/reset-after-not-repeated",
    assertion="resubmitted-after-lost-answer",
    seen_in="A session with urllib3's Retry for all methods, POST among them.",
)
class RepeatsAfterReset(Reference):
    """Submits again when the connection was reset before the answer came."""

    def may_repeat(self, error: GaveUpError) -> bool:
        return isinstance(error.__cause__, httpx.ReadError)


@mutant(
    killed_by="run/submit/close-after-not-repeated",
    assertion="resubmitted-after-lost-answer",
    seen_in="HTTP libraries that take a closed connection for a stale one out of their pool.",
)
class RepeatsAfterClose(Reference):
    """Submits again when the server hung up without an answer."""

    def may_repeat(self, error: GaveUpError) -> bool:
        cause = error.__cause__
        return isinstance(cause, httpx.RemoteProtocolError) and "without sending a response" in str(
            cause
        )


@mutant(
    killed_by="run/submit/truncated-after-not-repeated",
    assertion="resubmitted-after-lost-answer",
    seen_in="A retry on `ChunkedEncodingError` or `IncompleteRead`, written for downloads.",
)
class RepeatsAfterCut(Reference):
    """Submits again when the answer broke off in the middle."""

    def may_repeat(self, error: GaveUpError) -> bool:
        cause = error.__cause__
        return isinstance(cause, httpx.RemoteProtocolError) and "complete message body" in str(
            cause
        )


@mutant(
    killed_by="run/submit/malformed-after-not-repeated",
    assertion="resubmitted-after-lost-answer",
    seen_in="One try block around request and parsing, and a retry of the whole.",
)
class RepeatsAfterGarbled(Reference):
    """Submits again when a 200 holds no JSON."""

    attempts = 0

    def may_repeat(self, error: GaveUpError) -> bool:
        self.attempts += 1
        return error.status == OK and self.attempts < ATTEMPTS


@mutant(
    killed_by="run/submit/delay-after-goes-on",
    assertion="resubmitted-after-lost-answer",
    seen_in="A short read timeout for everything, with retries, as workflow tools have them.",
)
class RepeatsAfterTimeout(Reference):
    """Has little patience with a submit, and sends it again when that is over."""

    def post(self, url: str, params: Json) -> httpx.Response:
        try:
            return self.http.post(url, json=params, headers=self.key(), timeout=0.06)
        except httpx.HTTPError:
            return super().post(url, params)


@mutant(
    killed_by="run_sync/reset-after-not-repeated",
    assertion="resubmitted-after-lost-answer",
    seen_in="The blocking call is old code, from before anybody thought about retries.",
)
class RepeatsSyncRuns(Reference):
    """Sends a blocking run again when its connection was lost."""

    def run_sync(self, model: str, params: Json) -> Any:
        try:
            return super().run_sync(model, params)
        except GaveUpError as error:
            if error.outcome != "transport_error":
                raise
            return super().run_sync(model, params)


@mutant(
    killed_by="run/submit/close-after-not-repeated",
    assertion="submitted",
    seen_in="Clients that support both versions and take the other one when the first fails.",
)
class FallsBackToSync(Reference):
    """Runs a model on v1 when the submit on v2 gave no answer."""

    def run(self, model: str, params: Json) -> Any:
        try:
            return super().run(model, params)
        except GaveUpError as error:
            if error.outcome != "transport_error":
                raise
            return self.run_sync(model, params)


@mutant(
    killed_by="run/submit/400-before-ends",
    assertion="repeated-after-refusal",
    seen_in="A retry decorator that looks at `raise_for_status` and not at which status it was.",
)
class RepeatsRefusals(Reference):
    """Submits again after a 4xx that will be the same next time."""

    attempts = 0

    def may_repeat(self, error: GaveUpError) -> bool:
        self.attempts += 1
        is_refusal = error.status is not None and OK < error.status < SERVER_ERRORS
        return is_refusal and self.attempts < ATTEMPTS


@mutant(
    killed_by="run/submit/406-before-ends",
    assertion="repeated-after-refusal",
    seen_in="Batch jobs that wait for somebody to top up the balance.",
)
class RepeatsWithoutCredits(Reference):
    """Submits again when there are not enough credits."""

    attempts = 0

    def may_repeat(self, error: GaveUpError) -> bool:
        self.attempts += 1
        return error.status in OUT_OF_CREDITS and self.attempts < ATTEMPTS


@mutant(
    killed_by="run/submit/401-before-ends",
    assertion="repeated-after-refusal",
    seen_in="Interceptors that refresh a token at a 401 and repeat; here there is no token.",
)
class RepeatsUnauthorized(Reference):
    """Submits again when the key was refused."""

    attempts = 0

    def may_repeat(self, error: GaveUpError) -> bool:
        self.attempts += 1
        return error.outcome == "unauthorized" and self.attempts < ATTEMPTS


@mutant(
    killed_by="property/no-double-charge",
    assertion="submitted",
    seen_in="An effect of a user interface that runs twice; a queue that delivers at least once.",
)
class SubmitsTwice(Reference):
    """Makes two runs of each call, and waits for the second."""

    def submit(self, model: str, params: Json) -> Json:
        super().submit(model, params)
        return super().submit(model, params)


@mutant(
    killed_by="run/status/expire-before-later",
    assertion="submitted",
    seen_in="Workers that take a 404 to mean that the job was never there.",
)
class ResubmitsWhenGone(Reference):
    """Makes another run when its job is not found."""

    def run(self, model: str, params: Json) -> Any:
        try:
            return super().run(model, params)
        except GaveUpError as error:
            if error.outcome != "not_found" or error.status != NOT_FOUND:
                raise
            return super().run(model, params)


@mutant(
    killed_by="run/submit/failed-before-first",
    assertion="submitted",
    seen_in="Job queues that retry whatever did not succeed.",
)
class ResubmitsWhenFailed(Reference):
    """Makes another run when its job has FAILED."""

    def run(self, model: str, params: Json) -> Any:
        try:
            return super().run(model, params)
        except GaveUpError as error:
            if error.outcome != "failed":
                raise
            return super().run(model, params)


@mutant(
    killed_by="run/submit/stall-queued-before-first",
    assertion="submitted",
    seen_in="Hedged requests, which help with reads and cost double here.",
)
class ResubmitsWhenSlow(Reference):
    """Makes another run when half of its time is over and the job is still pending."""

    def run(self, model: str, params: Json) -> Any:
        whole = self.deadline
        self.deadline = self.now() + self.timeout_s / 2
        try:
            return super().run(model, params)
        except GaveUpError as error:
            if error.outcome != "timeout":
                raise
            self.deadline = whole
            return super().run(model, params)


@mutant(
    killed_by="run/status/reset-before-first-recovers",
    assertion="submitted",
    seen_in="A retry decorator around the whole of `run`, where only the polls may be repeated.",
)
class RestartsAfterLostPoll(Reference):
    """Begins again with the submit when a poll was lost."""

    def is_transient(self, outcome: str) -> bool:
        return outcome != "transport_error" and super().is_transient(outcome)

    def run(self, model: str, params: Json) -> Any:
        job = self.submit(model, params)
        while True:
            try:
                self.wait(job)
                return self.fetch_result(job)
            except GaveUpError as error:
                if error.outcome != "transport_error":
                    raise
                job = self.submit(model, params)


@mutant(
    killed_by="run/limits/reset-on-submit",
    assertion="called-before-reset",
    seen_in="A retry of 429 with a backoff of its own, for gateways that name no reset.",
)
class HurriesAfterLimit(Reference):
    """Submits again after a 429 without a look at when the window ends."""

    def submit(self, model: str, params: Json) -> Json:
        while True:
            try:
                answer = self.post(f"{self.base_url}/v2/{model}", params)
                self.refuse_errors(answer)
            except GaveUpError as error:
                if error.status != TOO_MANY:
                    raise
                self.pause(self.poll_interval_s)
                continue
            job: Json = self.body_of(answer)
            return job
