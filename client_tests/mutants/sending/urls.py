"""Mutants that build their own URLs."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from typing import Any

from client_tests.clients.gateway_http import Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant

OPAQUE = "run/submit/opaque-urls-before-goes-on"


@mutant(
    killed_by=OPAQUE,
    assertion="built-own-url",
    seen_in="Clients that keep the id alone and build the rest.",
)
class BuildsStatusUrl(Reference):
    """Asks for the status at a URL of its own making."""

    def wait(self, job: Json) -> None:
        own = f"{self.base_url}/v2/requests/{job.get('request_id')}/status"
        super().wait({**job, "status_url": own})


@mutant(
    killed_by=OPAQUE,
    assertion="built-own-url",
    seen_in="The same, with the status followed and the result not.",
)
class BuildsResultUrl(Reference):
    """Asks for the result at a URL of its own making."""

    def fetch_result(self, job: Json) -> Any:
        own = f"{self.base_url}/v2/requests/{job.get('request_id')}"
        return super().fetch_result({**job, "response_url": own})
