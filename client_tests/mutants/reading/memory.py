"""Mutants that answer a call with what an earlier one was told."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from typing import Any, ClassVar

from client_tests.clients.gateway_http import Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant


class Remembering(Reference):
    """Asks each time, and reports what the first call with its key was told."""

    told: ClassVar[dict[str, Any]] = {}

    def remember(self, answer: Any) -> Any:
        """Return the first answer that came for this key."""
        return self.told.setdefault(self.api_key, answer)


@mutant(
    killed_by="download/outputs/two",
    assertion="result",
    seen_in="A temporary file whose name is a constant.",
)
class RepeatsFirstDownload(Remembering):
    """Reports its first download for each that follows."""

    told: ClassVar[dict[str, Any]] = {}

    def download(self, url: str) -> Json:
        found: Json = self.remember(super().download(url))
        return found


@mutant(
    killed_by="run_sync/blocking/then-queued",
    assertion="result",
    seen_in="A cache whose key is the parameters, where each run is a new one (S2).",
)
class RepeatsFirstBlockingRun(Remembering):
    """Reports its first blocking run for each that follows."""

    told: ClassVar[dict[str, Any]] = {}

    def run_sync(self, model: str, params: Json) -> Any:
        return self.remember(super().run_sync(model, params))


@mutant(
    killed_by="run_sync/without-data",
    assertion="result",
    seen_in="Models that fill in a default for a field that is not there.",
)
class FillsInData(Reference):
    """Reports an empty list where a blocking run's answer has no data."""

    def run_sync(self, model: str, params: Json) -> Any:
        found = super().run_sync(model, params)
        return {"data": [], **found} if isinstance(found, dict) else found
