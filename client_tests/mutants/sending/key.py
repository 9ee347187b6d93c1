"""Mutants that send the key to the wrong place, or in the wrong way."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from typing import Any

import httpx

from client_tests.clients.gateway_http import Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant

KEY = "property/key"


@mutant(killed_by=KEY, assertion="key-as-bearer", seen_in="The habit of most other gateways.")
class SendsBearer(Reference):
    """Sends the key as a Bearer token."""

    def key(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.api_key}"}


@mutant(
    killed_by=KEY,
    assertion="key-as-bearer",
    seen_in="Clients that send both, to be on the safe side.",
)
class SendsBearerToo(Reference):
    """Sends the key as it should, and as a Bearer token as well."""

    def key(self) -> dict[str, str]:
        return {**super().key(), "authorization": f"Bearer {self.api_key}"}


@mutant(
    killed_by=KEY,
    assertion="key-in-query",
    seen_in="Code for gateways that take `?api_key=`; proxies log it.",
)
class SendsKeyInQuery(Reference):
    """Puts the key into the query, too."""

    def post(self, url: str, params: Json) -> httpx.Response:
        return super().post(f"{url}?api_key={self.api_key}", params)


@mutant(
    killed_by=KEY,
    assertion="no-key",
    seen_in="Polls that take the status URL for public, since it is so long.",
)
class ForgetsKeyOnStatus(Reference):
    """Asks for the status without its key."""

    def send(self, method: str, url: str, **parts: Any) -> httpx.Response:
        if method == "GET" and url.endswith("/status"):
            parts["headers"] = {}
        return super().send(method, url, **parts)


@mutant(
    killed_by=KEY,
    assertion="no-key",
    seen_in="A bare `httpx.get(response_url)` at the end of a careful loop.",
)
class ForgetsKeyOnResult(Reference):
    """Asks for the result without its key."""

    def send(self, method: str, url: str, **parts: Any) -> httpx.Response:
        if method == "GET" and "/requests/" in url and not url.endswith("/status"):
            parts["headers"] = {}
        return super().send(method, url, **parts)


@mutant(
    killed_by="property/downloads",
    assertion="key-to-output",
    seen_in="One session with the key in its default headers, for downloads as well.",
)
class LeaksKeyToOutputs(Reference):
    """Sends the key to wherever an output is."""

    def download(self, url: str) -> Json:
        answer = self.send("GET", url, headers=self.key())
        self.refuse_errors(answer)
        return self.describe(answer)
