"""The reference: a client of the gateway written to be right, with nothing but httpx.

It is what the kit is tested with. Each decision is a method of its own, so that a mutant can make
exactly one of them wrongly.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any

import httpx

from client_tests.cases.outcomes import outcome_of
from client_tests.clients.loop import serve

Json = dict[str, Any]

OK, FAILED, TOO_MANY, SERVER_ERRORS = 200, 422, 429, 500
ENDED = {"COMPLETED", "FAILED"}

SKEW = timedelta(seconds=2)
"""So far may two clocks be apart and still count as the same."""

_TLS = httpx.create_ssl_context(trust_env=False)
"""Made once: it takes longer than most calls."""


class GaveUpError(Exception):
    """A call has come to an end other than a result.

    Attributes:
        outcome: What it is called in the kit's words.
        status: The HTTP status behind it, if there was one.
    """

    def __init__(self, outcome: str, words: str = "", status: int | None = None) -> None:
        super().__init__(words)
        self.outcome = outcome
        self.status = status


class Reference:
    """A client of the gateway, made anew for each call."""

    def __init__(self, call: Json) -> None:
        self.base_url: str = call["base_url"]
        self.api_key: str = call["api_key"]
        self.timeout_s: float = call["timeout_s"]
        self.poll_interval_s: float = call["poll_interval_s"]
        self.deadline = self.now() + self.timeout_s
        self.http = httpx.Client(follow_redirects=False, verify=_TLS, trust_env=False)

    # --- The operations ---------------------------------------------------------------

    def run(self, model: str, params: Json) -> Any:
        """Queue a run, wait for its end, and return the result's body."""
        job = self.submit(model, params)
        self.wait(job)
        return self.fetch_result(job)

    def run_sync(self, model: str, params: Json) -> Any:
        """Run and wait in one request; return JSON, or what the media is like."""
        answer = self.post(f"{self.base_url}/v1/{model}", params)
        self.refuse_errors(answer)
        if self.is_media(answer):
            return self.describe(answer)
        return self.body_of(answer)

    def download(self, url: str) -> Json:
        """Fetch an output, which is public: the key stays at home."""
        answer = self.send("GET", url, headers={})
        self.refuse_errors(answer)
        return self.describe(answer)

    def credits(self) -> Any:
        """Ask for the balance."""
        answer = self.send("GET", f"{self.base_url}/v1/get-user-credits", headers=self.key())
        self.refuse_errors(answer)
        return self.body_of(answer)

    # --- Submitting -------------------------------------------------------------------

    def submit(self, model: str, params: Json) -> Json:
        """Queue a run; return what the gateway says of it."""
        while True:
            try:
                return self.submit_once(model, params)
            except GaveUpError as error:
                if not self.may_repeat(error):
                    raise

    def may_repeat(self, error: GaveUpError) -> bool:
        """Tell whether to submit again: never, for it may be a second run and a charge (S2)."""
        del error
        return False

    def submit_once(self, model: str, params: Json) -> Json:
        """Submit, and once more after a 429, which says when to come back."""
        while True:
            answer = self.post(f"{self.base_url}/v2/{model}", params)
            if answer.status_code != TOO_MANY:
                break
            self.await_reset(answer)
        self.refuse_errors(answer)
        job: Json = self.body_of(answer)
        if not all(isinstance(job.get(name), str) for name in ("status_url", "response_url")):
            raise GaveUpError("server_error", "the submit's answer has no URLs", answer.status_code)
        return job

    def post(self, url: str, params: Json) -> httpx.Response:
        """Send parameters as they are."""
        return self.send("POST", url, json=params, headers=self.key())

    # --- Waiting ----------------------------------------------------------------------

    def wait(self, job: Json) -> None:
        """Poll until the job has COMPLETED."""
        while True:
            status = self.poll(job["status_url"])
            state = self.state_of(status)
            if state == "COMPLETED":
                return
            if state == "FAILED":
                raise self.failure(status)
            self.pause(self.poll_interval_s)

    def state_of(self, status: Json) -> Any:
        """Return the state; one that nobody knows is as good as pending."""
        return status.get("status")

    def failure(self, status: Json) -> GaveUpError:
        """Return the job's own failure, in its own words."""
        return GaveUpError("failed", str(status.get("error", "")))

    def fetch_result(self, job: Json) -> Any:
        """Return the result of a job that has COMPLETED."""
        while True:
            result = self.poll(job["response_url"])
            if self.state_of(result) == "FAILED":
                raise self.failure(result)
            if self.state_of(result) == "COMPLETED":
                return result
            self.pause(self.poll_interval_s)

    def poll(self, url: str) -> Json:
        """Ask about a job until there is an answer: asking changes nothing, so it is repeated."""
        while True:
            try:
                answer = self.send("GET", url, headers=self.key())
            except GaveUpError as error:
                if not self.is_transient(error.outcome):
                    raise
                self.pause(self.poll_interval_s)
                continue
            if answer.status_code == TOO_MANY:
                self.await_reset(answer)
                continue
            body: Json = self.json_of(answer)
            if self.is_answer(answer, body):
                return body
            self.refuse_for_good(answer)
            self.pause(self.poll_interval_s)

    def is_answer(self, answer: httpx.Response, body: Any) -> bool:
        """Tell whether a poll was answered: a FAILED job is, though as 422 (T4)."""
        if not isinstance(body, dict) or "status" not in body:
            return False
        return answer.status_code == OK or (
            answer.status_code == FAILED and body["status"] == "FAILED"
        )

    def refuse_for_good(self, answer: httpx.Response) -> None:
        """Give up after a refusal of a poll that asking again does not change."""
        status = answer.status_code
        if status not in {OK, TOO_MANY} and status < SERVER_ERRORS:
            self.refuse_errors(answer)

    def is_transient(self, outcome: str) -> bool:
        """Tell whether a poll that ended so may be repeated."""
        return outcome in {"transport_error", "server_error"}

    # --- Time -------------------------------------------------------------------------

    def now(self) -> float:
        """Return the time by which the deadline is measured."""
        return time.monotonic()

    def pause(self, seconds: float) -> None:
        """Sleep, but not beyond the deadline."""
        left = self.deadline - self.now()
        if left <= 0:
            raise GaveUpError("timeout", f"not done after {self.timeout_s:g} s")
        time.sleep(min(seconds, left))

    def await_reset(self, answer: httpx.Response) -> None:
        """Sleep until a 429's window ends, by the gateway's own clock."""
        left = self.deadline - self.now()
        wait_s = self.until_reset_s(answer)
        if wait_s > left:
            raise GaveUpError("rate_limited", self.words(answer), TOO_MANY)
        time.sleep(max(wait_s, self.poll_interval_s))

    def until_reset_s(self, answer: httpx.Response) -> float:
        """Return how long a window still is (E5).

        By one's own clock, which is finer than the Date, unless it is off by more than that is.
        """
        try:
            reset = datetime.fromisoformat(answer.headers["x-rate-limit-reset-at-utc"])
            date = parsedate_to_datetime(answer.headers["date"])
        except (KeyError, ValueError):
            return self.poll_interval_s
        now = datetime.now(UTC)
        if abs(now - date) > SKEW:
            now = date
        return (reset - now).total_seconds()

    # --- HTTP -------------------------------------------------------------------------

    def key(self) -> dict[str, str]:
        """Return the header that carries the key (A1)."""
        return {"x-api-key": self.api_key}

    def send(self, method: str, url: str, **parts: Any) -> httpx.Response:
        """Send one request; what becomes of connections is a transport error."""
        left = self.deadline - self.now()
        if left <= 0:
            raise GaveUpError("timeout", f"not done after {self.timeout_s:g} s")
        try:
            with self.http.stream(method, url, timeout=left, **parts) as answer:
                return self.whole(answer)
        except httpx.TimeoutException as error:
            raise GaveUpError("timeout", str(error)) from error
        except httpx.HTTPError as error:
            raise GaveUpError("transport_error", str(error)) from error

    def whole(self, answer: httpx.Response) -> httpx.Response:
        """Read an answer, unless it comes so slowly that the deadline passes."""
        content = b""
        for piece in answer.iter_raw():
            content += piece
            if self.now() > self.deadline:
                raise GaveUpError("timeout", f"not done after {self.timeout_s:g} s")
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)

    def refuse_errors(self, answer: httpx.Response) -> None:
        """Give up after an answer that is no success."""
        if answer.status_code != OK:
            raise self.refusal(answer)

    def refusal(self, answer: httpx.Response) -> GaveUpError:
        """Return what an answer that is no success is called, with its words."""
        status, words = answer.status_code, self.words(answer)
        return GaveUpError(outcome_of(status, words) or "server_error", words, status)

    def words(self, answer: httpx.Response) -> str:
        """Return the error that an answer names; pages from the edge have none (E1, E6)."""
        body = self.json_of(answer)
        return str(body["error"]) if isinstance(body, dict) and "error" in body else ""

    def json_of(self, answer: httpx.Response) -> Any:
        """Return the JSON of an answer; None if there is none."""
        try:
            return answer.json()
        except ValueError:
            return None

    def body_of(self, answer: httpx.Response) -> Any:
        """Return the JSON object of a success; anything else is garbled."""
        body = self.json_of(answer)
        if not isinstance(body, dict):
            raise GaveUpError("server_error", "the answer is no JSON object", answer.status_code)
        return body

    def is_media(self, answer: httpx.Response) -> bool:
        """Tell whether an answer is an image, a video or a sound."""
        kind: str = answer.headers.get("content-type", "")
        return kind.startswith(("image/", "video/", "audio/"))

    def describe(self, answer: httpx.Response) -> Json:
        """Return what a file is like."""
        return {
            "sha256": sha256(answer.content).hexdigest(),
            "bytes": len(answer.content),
            "content_type": answer.headers.get("content-type", ""),
        }


def act(call: Json, client: Callable[[Json], Reference] = Reference) -> Json:
    """Do what a call asks for, with this client."""
    making = client(call)
    try:
        with making.http:
            result = _perform(making, call)
    except GaveUpError as error:
        told = {"outcome": error.outcome, "error": str(error), "status": error.status}
        return {name: value for name, value in told.items() if value is not None}
    return {"outcome": "completed", "result": result}


def _perform(client: Reference, call: Json) -> Any:
    match call["op"]:
        case "run":
            return client.run(call["model"], call["params"])
        case "run_sync":
            return client.run_sync(call["model"], call["params"])
        case "download":
            return client.download(call["url"])
        case "credits":
            return client.credits()
    raise GaveUpError("unsupported")


class InProcess:
    """The reference as a driver in the kit's own process."""

    client: type[Reference] = Reference

    def __call__(self, call: Json) -> Json:
        """Answer a call."""
        return {"id": call["id"], **act(call, self.client)}


if __name__ == "__main__":
    serve(act)
