"""Mutants that decide by themselves what the gateway has to decide."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from typing import Any

from client_tests.clients.gateway_http import GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant

PRICE = 0.075
"""What most runs of the cases cost, and what a client may have read on a page of prices."""


@mutant(
    killed_by="run/refusals/just-enough",
    assertion="reported",
    seen_in="`if balance <= price: raise`, before anything is sent.",
)
class RefusesTheLastRun(Reference):
    """Makes no run that would leave nothing in the wallet."""

    def submit(self, model: str, params: Json) -> Json:
        balance = self.credits()
        if balance.get("credits") == PRICE:
            raise GaveUpError("insufficient_credits", "not enough credits")
        return super().submit(model, params)


@mutant(
    killed_by="run/refusals/free-credits-count",
    assertion="reported",
    seen_in="A look at one number of the two.",
)
class OverlooksFreeCredits(Reference):
    """Makes no run when there is nothing but free credits."""

    def submit(self, model: str, params: Json) -> Json:
        balance = self.credits()
        if balance.get("credits") == 0 and balance.get("free-credits"):
            raise GaveUpError("insufficient_credits", "not enough credits")
        return super().submit(model, params)


@mutant(
    killed_by="run_sync/blocking/ideogram-turbo-txt-2-img",
    assertion="expected",
    seen_in="Tables of models by family, in which the ending is a mode.",
)
class ShortensSlugs(Reference):
    """Cuts `-txt-2-img` off a model's name in a blocking run."""

    def run_sync(self, model: str, params: Json) -> Any:
        return super().run_sync(model.removesuffix("-txt-2-img"), params)
