"""Mutants that rely on fields, or on what they hold."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from typing import Any, ClassVar

import httpx

from client_tests.clients.gateway_http import FAILED, OK, GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant


class Needing(Reference):
    """Raises a KeyError at an answer without a field."""

    of_submit: ClassVar[tuple[str, ...]] = ()
    of_status: ClassVar[tuple[str, ...]] = ()
    of_result: ClassVar[tuple[str, ...]] = ()
    is_waiting = False

    def submit(self, model: str, params: Json) -> Json:
        return _read(super().submit(model, params), self.of_submit)

    def wait(self, job: Json) -> None:
        self.is_waiting = True
        super().wait(job)
        self.is_waiting = False

    def state_of(self, status: Json) -> Any:
        return super().state_of(_read(status, self.of_status if self.is_waiting else ()))

    def fetch_result(self, job: Json) -> Any:
        return _read(super().fetch_result(job), self.of_result)


def _read(body: Json, names: tuple[str, ...]) -> Json:
    return {**body, **{name: body[name] for name in names}}


@mutant(
    killed_by="run/submit/without-poll_url",
    assertion="answered",
    seen_in="A record of the job with every URL that was promised.",
)
class CrashesWithoutPollUrl(Needing):
    """Raises a KeyError when a submit's answer has no `poll_url`."""

    of_submit = ("poll_url",)


@mutant(
    killed_by="run/submit/without-status",
    assertion="answered",
    seen_in="A log line with the state that a job begins in.",
)
class CrashesWithoutFirstState(Needing):
    """Raises a KeyError when a submit's answer has no state."""

    of_submit = ("status",)


@mutant(
    killed_by="run/submit/extra-fields-after-goes-on",
    assertion="answered",
    seen_in="`Job(**answer.json())`.",
)
class CrashesOnExtraFieldsOfJobs(Reference):
    """Raises a TypeError at a submit's answer with a field that it does not know."""

    def submit(self, model: str, params: Json) -> Json:
        return self.take(**super().submit(model, params))

    def take(
        self,
        status_url: str,
        response_url: str,
        request_id: Any = None,
        status: Any = None,
        poll_url: Any = None,
    ) -> Json:
        """Return the URLs of a job."""
        del request_id, status, poll_url
        return {"status_url": status_url, "response_url": response_url}


@mutant(
    killed_by="run/status/without-metrics",
    assertion="answered",
    seen_in="A bar of progress that shows how long a job has waited.",
)
class CrashesWithoutMetricsOfStatus(Needing):
    """Raises a KeyError at a status without metrics."""

    of_status = ("metrics",)


@mutant(
    killed_by="run/status/without-request_id",
    assertion="answered",
    seen_in="`jobs[status['request_id']]`, in a loop over many jobs.",
)
class CrashesWithoutIdOfStatus(Needing):
    """Raises a KeyError at a status without the job's id."""

    of_status = ("request_id",)


@mutant(
    killed_by="run/status/without-status",
    assertion="answered",
    seen_in="`answer.json()['status']`.",
)
class CrashesWithoutState(Reference):
    """Raises a KeyError at a status without a state."""

    def is_answer(self, answer: httpx.Response, body: Any) -> bool:
        if answer.status_code == OK and isinstance(body, dict):
            body["status"]
        return super().is_answer(answer, body)


@mutant(
    killed_by="run/states/json-string",
    assertion="answered",
    seen_in="`answer.json().get('status')`: what parses is an object.",
)
class CrashesOnStrings(Reference):
    """Raises an AttributeError at a status that is JSON and no object."""

    def is_answer(self, answer: httpx.Response, body: Any) -> bool:
        if body is not None:
            body.get("status")
        return super().is_answer(answer, body)


@mutant(
    killed_by="run/result/without-output",
    assertion="answered",
    seen_in="`result['output']`, which every page of the vendor has.",
)
class CrashesWithoutOutput(Needing):
    """Raises a KeyError at a result without an output."""

    of_result = ("output",)


@mutant(
    killed_by="run/result/without-request_id",
    assertion="answered",
    seen_in="A file that is named after its job.",
)
class CrashesWithoutIdOfResult(Needing):
    """Raises a KeyError at a result without the job's id."""

    of_result = ("request_id",)


@mutant(
    killed_by="run/results/output-null",
    assertion="reported",
    seen_in="`if not result.get('output'): raise`.",
)
class TakesNullForNoOutput(Reference):
    """Reports a server error when a result's output is null."""

    def fetch_result(self, job: Json) -> Any:
        result = super().fetch_result(job)
        if "output" in result and result["output"] is None:
            raise GaveUpError("server_error", "the result has no output")
        return result


@mutant(
    killed_by="run/results/output-as-list",
    assertion="result",
    seen_in="`output = output[0]`, for callers who want one picture.",
)
class TakesFirstOfSeveral(Reference):
    """Hands on the first item of an output that is a list."""

    def fetch_result(self, job: Json) -> Any:
        result = super().fetch_result(job)
        if isinstance(result.get("output"), list):
            result["output"] = result["output"][0]
        return result


@mutant(
    killed_by="run/states/metrics-while-processing",
    assertion="reported",
    seen_in="`if status['metrics']`: there are none before the end, on most days.",
)
class TakesMetricsForTheEnd(Reference):
    """Takes a status with metrics for that of a job that has ended, and its result as given."""

    def wait(self, job: Json) -> None:
        while True:
            status = self.poll(job["status_url"])
            if status.get("metrics") and self.state_of(status) == "PROCESSING":
                raise GaveUpError("server_error", "the job has ended without a result")
            if self.state_of(status) == "COMPLETED":
                return
            if self.state_of(status) == "FAILED":
                raise self.failure(status)
            self.pause(self.poll_interval_s)


@mutant(
    killed_by="run/submit/500-before",
    assertion="reported",
    seen_in="`if 'error' in body: raise ValueError(body['error'])`, before any look at the status.",
)
class TakesEnvelopesForRefusals(Reference):
    """Reports a server error that comes with the gateway's JSON as an invalid request."""

    def refusal(self, answer: httpx.Response) -> GaveUpError:
        error = super().refusal(answer)
        is_told = error.outcome == "server_error" and answer.status_code != FAILED and str(error)
        return GaveUpError("invalid", str(error), error.status) if is_told else error
