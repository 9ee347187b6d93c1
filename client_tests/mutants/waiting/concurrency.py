"""Mutants that mix up calls which are made at the same time."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

import json
from threading import Lock
from typing import Any, ClassVar

from client_tests.clients.gateway_http import Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant


@mutant(
    killed_by="property/concurrent",
    assertion="own",
    seen_in="State in a module or in a singleton, where it belongs to a call.",
)
class SharesTheJob(Reference):
    """Keeps the latest job where other calls find, and replace, it."""

    latest: ClassVar[Json] = {}

    def wait(self, job: Json) -> None:
        type(self).latest = job
        super().wait(job)

    def fetch_result(self, job: Json) -> Any:
        del job
        return super().fetch_result(self.latest)


@mutant(
    killed_by="run/together/four",
    assertion="own",
    seen_in="Requests that are merged while under way, by a key without the parameters.",
)
class JoinsRuns(Reference):
    """Takes another run of its model that is under way for its own."""

    under_way: ClassVar[dict[tuple[str, str], Json]] = {}
    lock: ClassVar[Lock] = Lock()

    def submit(self, model: str, params: Json) -> Json:
        name = (self.api_key, model)
        with self.lock:
            if name not in self.under_way:
                self.under_way[name] = super().submit(model, params)
            return self.under_way[name]

    def run(self, model: str, params: Json) -> Any:
        try:
            return super().run(model, params)
        finally:
            self.under_way.pop((self.api_key, model), None)


@mutant(
    killed_by="run/models/the-same-twice",
    assertion="submitted",
    seen_in="A cache in front of whatever takes long.",
)
class CachesResults(Reference):
    """Returns the result of an earlier run with the same parameters."""

    results: ClassVar[dict[str, Any]] = {}

    def run(self, model: str, params: Json) -> Any:
        name = json.dumps([self.api_key, model, params])
        if name not in self.results:
            self.results[name] = super().run(model, params)
        return self.results[name]
