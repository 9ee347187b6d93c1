"""Mutants that take a redirect for an answer."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from typing import Any

import httpx

from client_tests.clients.gateway_http import Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant

REFUSED = 400


@mutant(
    killed_by="run_sync/redirects/to-another-host",
    assertion="reported",
    seen_in="`if status >= 400: raise`, in an HTTP library that does not follow redirects.",
)
class TakesRedirectsForRuns(Reference):
    """Returns the body of a redirected blocking run as its result."""

    def refuse_errors(self, answer: httpx.Response) -> None:
        if answer.status_code >= REFUSED:
            super().refuse_errors(answer)


@mutant(
    killed_by="run/redirects/result-to-another-host",
    assertion="reported",
    seen_in="A last request after the loop, whose answer is handed on whatever it is.",
)
class TakesRedirectsForResults(Reference):
    """Returns the body of a redirected result as the result."""

    def fetch_result(self, job: Json) -> Any:
        answer = self.send("GET", job["response_url"], headers=self.key())
        if answer.is_redirect:
            return self.body_of(answer)
        return super().fetch_result(job)
