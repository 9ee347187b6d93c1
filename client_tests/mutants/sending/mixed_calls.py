"""Mutants that send for one call what belongs to another, or run a model of their own choice."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

import time
from typing import Any, ClassVar

from client_tests.clients.gateway_http import Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant


@mutant(
    killed_by="run/models/ideogram-2a-txt-2-img",
    assertion="model",
    seen_in="A constant that was there for the first model, and wins over the argument.",
)
class RunsItsOwnModel(Reference):
    """Queues a run of ideogram-3, whichever Ideogram model it was asked for."""

    def submit(self, model: str, params: Json) -> Json:
        return super().submit("ideogram-3" if model.startswith("ideogram-2a") else model, params)


@mutant(
    killed_by="run_sync/together/some-fail",
    assertion="model",
    seen_in="A client object whose field `model` is set by each call, and read a moment later.",
)
class SharesTheModel(Reference):
    """Makes a blocking run of the model that the latest call at the same time named."""

    latest: ClassVar[dict[str, str]] = {}

    def run_sync(self, model: str, params: Json) -> Any:
        self.latest[self.api_key] = model
        time.sleep(0.2)
        return super().run_sync(self.latest[self.api_key], params)


@mutant(
    killed_by="property/one-after-another",
    assertion="model",
    seen_in="A URL that is made once, when the client is.",
)
class KeepsTheFirstModel(Reference):
    """Runs the model of its first call in those that follow."""

    first: ClassVar[dict[str, str]] = {}

    def run(self, model: str, params: Json) -> Any:
        return super().run(self.first.setdefault(self.api_key, model), params)


@mutant(
    killed_by="property/one-after-another",
    assertion="own",
    seen_in="A body that is made once, where it belongs to a call.",
)
class KeepsTheFirstParameters(Reference):
    """Sends the parameters of its first blocking run in those that follow."""

    first: ClassVar[dict[str, Json]] = {}

    def run_sync(self, model: str, params: Json) -> Any:
        return super().run_sync(model, self.first.setdefault(self.api_key, params))


@mutant(
    killed_by="property/one-after-another",
    assertion="unchanged",
    seen_in="A mutable default argument: `def run(model, params={})`, which is then updated.",
)
class GathersParameters(Reference):
    """Sends, with its own, the parameters of the runs before it."""

    seen: ClassVar[dict[str, Json]] = {}

    def submit(self, model: str, params: Json) -> Json:
        seen = self.seen.setdefault(self.api_key, {})
        seen.update(params)
        return super().submit(model, dict(seen))
