"""Mutants that send their key along, or write it down, where it does not belong."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

import logging
from base64 import b64encode
from typing import Any
from urllib.parse import urljoin

import httpx

from client_tests.clients.gateway_http import GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant

KEY = "property/key"
REDIRECTS = {301, 302, 303, 307, 308}
METHOD_KEPT = {307, 308}


class SendsAlong(Reference):
    """Sends headers beside its own."""

    def key(self) -> dict[str, str]:
        return {**super().key(), **self.further_headers()}

    def further_headers(self) -> dict[str, str]:
        """Return what is sent beside the key."""
        raise NotImplementedError


@mutant(
    killed_by=KEY,
    assertion="key-elsewhere",
    seen_in="User agents that say which customer calls, for somebody's statistics.",
)
class NamesKeyInUserAgent(SendsAlong):
    """Says in its User-Agent with which key it calls."""

    def further_headers(self) -> dict[str, str]:
        return {"user-agent": f"studio/2.1 ({self.api_key})"}


@mutant(
    killed_by=KEY,
    assertion="key-elsewhere",
    seen_in="Pages that are opened with the key in their address, which browsers send as Referer.",
)
class SendsKeyAsReferer(SendsAlong):
    """Names a page with its key in the address as Referer."""

    def further_headers(self) -> dict[str, str]:
        return {"referer": f"https://studio.example/?key={self.api_key}"}


@mutant(
    killed_by=KEY,
    assertion="key-elsewhere",
    seen_in="Web applications that keep the key in a cookie, and proxy requests with all headers.",
)
class SendsKeyAsCookie(SendsAlong):
    """Sends its key as a cookie, too."""

    def further_headers(self) -> dict[str, str]:
        return {"cookie": f"api_key={self.api_key}"}


@mutant(
    killed_by=KEY,
    assertion="key-elsewhere",
    seen_in="Correlation ids that are made of what identifies the caller.",
)
class MakesRequestIdsOfKey(SendsAlong):
    """Begins the ids of its requests, which land in every log, with its key."""

    def further_headers(self) -> dict[str, str]:
        return {"x-correlation-id": f"{self.api_key}-{self.now():.0f}"}


@mutant(
    killed_by=KEY,
    assertion="key-elsewhere",
    seen_in="`auth=(key, '')`, as payment gateways want it.",
)
class SendsBasicToo(SendsAlong):
    """Sends its key as the user of Basic authentication, too."""

    def further_headers(self) -> dict[str, str]:
        encoded = b64encode(f"{self.api_key}:".encode()).decode()
        return {"authorization": f"Basic {encoded}"}


@mutant(
    killed_by=KEY,
    assertion="key-elsewhere",
    seen_in="Wrappers that sign every body in the same way, whatever gateway it goes to.",
)
class SendsKeyInBody(Reference):
    """Puts its key among the parameters, too."""

    def post(self, url: str, params: Json) -> httpx.Response:
        return super().post(url, {**params, "api_key": self.api_key})


@mutant(
    killed_by="property/downloads",
    assertion="key-in-query",
    seen_in="Signed URLs of other services, where a token in the query is the way in.",
)
class DownloadsWithKeyInQuery(Reference):
    """Adds its key to the URL of an output."""

    def download(self, url: str) -> Json:
        return super().download(f"{url}?token={self.api_key}")


class Follows(Reference):
    """Follows redirects of whatever `may_follow` says so of, with the same headers."""

    def send(self, method: str, url: str, **parts: Any) -> httpx.Response:
        answer = super().send(method, url, **parts)
        target = urljoin(url, answer.headers.get("location", ""))
        if answer.status_code not in REDIRECTS or not self.may_follow(method, url, target):
            return answer
        if answer.status_code in METHOD_KEPT and method != "GET":
            return super().send(method, target, **parts)
        return self.request_again(url, target, parts)

    def request_again(self, url: str, target: str, parts: Json) -> httpx.Response:
        """Ask where a redirect leads."""
        del url
        return super().send("GET", target, headers=parts.get("headers"))

    def may_follow(self, method: str, url: str, target: str) -> bool:
        """Tell whether to follow a redirect."""
        raise NotImplementedError

    def is_same_origin(self, url: str, target: str) -> bool:
        """Tell whether two URLs are of one origin."""
        return httpx.URL(url).netloc == httpx.URL(target).netloc


@mutant(
    killed_by="run/redirects/status-to-another-host",
    assertion="key-to-other-host",
    seen_in="`follow_redirects=True`, which takes Authorization out and leaves x-api-key in.",
)
class FollowsPollsWithKey(Follows):
    """Follows a redirected GET to any host, with its key."""

    def may_follow(self, method: str, url: str, target: str) -> bool:
        del url, target
        return method == "GET"


@mutant(
    killed_by="run/redirects/submit-to-another-host",
    assertion="key-to-other-host",
    seen_in="`curl -L` and libraries that follow a 307 with method, body and headers.",
)
class FollowsSubmitsWithKey(Follows):
    """Follows a redirected POST to any host, with its key."""

    def may_follow(self, method: str, url: str, target: str) -> bool:
        return method == "POST" and not self.is_same_origin(url, target)


@mutant(
    killed_by="run/redirects/accepted-submit-sent-elsewhere",
    assertion="expected",
    seen_in="Libraries that follow a 307 by themselves, and so make a second run.",
)
class RepeatsRedirectedSubmits(Follows):
    """Submits again where a 307 of the same host sends it."""

    def may_follow(self, method: str, url: str, target: str) -> bool:
        return method == "POST" and "/v2/" in url and self.is_same_origin(url, target)


@mutant(
    killed_by="run_sync/redirects/made-and-sent-elsewhere",
    assertion="expected",
    seen_in="The same in the blocking call, which nobody has looked at.",
)
class RepeatsRedirectedSyncRuns(Follows):
    """Makes a blocking run again where a 307 of the same host sends it."""

    def may_follow(self, method: str, url: str, target: str) -> bool:
        return method == "POST" and "/v1/" in url and self.is_same_origin(url, target)


@mutant(
    killed_by=KEY,
    assertion="key-in-log",
    seen_in="A line for each request with all of its headers, left over from debugging.",
)
class LogsItsHeaders(Reference):
    """Logs each request with its headers, the key among them."""

    def key(self) -> dict[str, str]:
        logging.getLogger("studio").warning("calling with %s", super().key())
        return super().key()


@mutant(
    killed_by="run/keys/refused",
    assertion="key-in-log",
    seen_in="Errors that help: `invalid key SG_…, see your settings`.",
)
class NamesKeyInErrors(Reference):
    """Says in its error which key was refused."""

    def refusal(self, answer: httpx.Response) -> GaveUpError:
        error = super().refusal(answer)
        if error.outcome != "unauthorized":
            return error
        return GaveUpError(error.outcome, f"{error} (the key was {self.api_key})", error.status)
