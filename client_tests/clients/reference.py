"""The reference: a client of the gateway written to be right, with nothing but httpx.

It is what the kit is tested with. Each decision is a method of its own, so that a mutant can make
exactly one of them wrongly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from client_tests.clients.gateway_http import (
    FAILED,
    OK,
    SERVER_ERRORS,
    TOO_MANY,
    GatewayHttp,
    GaveUpError,
    Json,
)
from client_tests.clients.loop import serve


class Reference(GatewayHttp):
    """A client of the gateway, made anew for each call."""

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
