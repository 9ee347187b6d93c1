"""What a right client of the gateway does with time and HTTP, whatever it asks for.

Each decision is a method of its own, so that a mutant can make exactly one of them wrongly.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any

import httpx

from client_tests.cases.outcomes import outcome_of

Json = dict[str, Any]

OK, FAILED, TOO_MANY, SERVER_ERRORS = 200, 422, 429, 500
ENDED = {"COMPLETED", "FAILED"}

SKEW = timedelta(seconds=2)
"""So far may two clocks be apart and still count as the same."""

_TLS = httpx.create_ssl_context(trust_env=False)
"""Made once: it takes longer than most calls."""


class GaveUpError(Exception):
    """A call has come to an end other than a result.

    Attributes:
        outcome: What it is called in the kit's words.
        status: The HTTP status behind it, if there was one.
    """

    def __init__(self, outcome: str, words: str = "", status: int | None = None) -> None:
        super().__init__(words)
        self.outcome = outcome
        self.status = status


class GatewayHttp:
    """Requests with a key and a deadline, and what their answers are; made anew for each call."""

    def __init__(self, call: Json) -> None:
        self.base_url: str = call["base_url"]
        self.api_key: str = call["api_key"]
        self.timeout_s: float = call["timeout_s"]
        self.poll_interval_s: float = call["poll_interval_s"]
        self.deadline = self.now() + self.timeout_s
        self.http = httpx.Client(follow_redirects=False, verify=_TLS, trust_env=False)

    # --- Time -------------------------------------------------------------------------

    def now(self) -> float:
        """Return the time by which the deadline is measured."""
        return time.monotonic()

    def pause(self, seconds: float) -> None:
        """Sleep, but not beyond the deadline."""
        left = self.deadline - self.now()
        if left <= 0:
            raise GaveUpError("timeout", f"not done after {self.timeout_s:g} s")
        time.sleep(min(seconds, left))

    def await_reset(self, answer: httpx.Response) -> None:
        """Sleep until a 429's window ends, by the gateway's own clock."""
        left = self.deadline - self.now()
        wait_s = self.until_reset_s(answer)
        if wait_s > left:
            raise GaveUpError("rate_limited", self.words(answer), TOO_MANY)
        time.sleep(max(wait_s, self.poll_interval_s))

    def until_reset_s(self, answer: httpx.Response) -> float:
        """Return how long a window still is (E5).

        By one's own clock, which is finer than the Date, unless it is off by more than that is.
        """
        try:
            reset = datetime.fromisoformat(answer.headers["x-rate-limit-reset-at-utc"])
            date = parsedate_to_datetime(answer.headers["date"])
        except (KeyError, ValueError):
            return self.poll_interval_s
        now = datetime.now(UTC)
        if abs(now - date) > SKEW:
            now = date
        return (reset - now).total_seconds()

    # --- HTTP -------------------------------------------------------------------------

    def key(self) -> dict[str, str]:
        """Return the header that carries the key (A1)."""
        return {"x-api-key": self.api_key}

    def send(self, method: str, url: str, **parts: Any) -> httpx.Response:
        """Send one request; what becomes of connections is a transport error."""
        left = self.deadline - self.now()
        if left <= 0:
            raise GaveUpError("timeout", f"not done after {self.timeout_s:g} s")
        try:
            with self.http.stream(method, url, timeout=left, **parts) as answer:
                return self.whole(answer)
        except httpx.TimeoutException as error:
            raise GaveUpError("timeout", str(error)) from error
        except httpx.HTTPError as error:
            raise GaveUpError("transport_error", str(error)) from error

    def whole(self, answer: httpx.Response) -> httpx.Response:
        """Read an answer, unless it comes so slowly that the deadline passes."""
        content = b""
        for piece in answer.iter_raw():
            content += piece
            if self.now() > self.deadline:
                raise GaveUpError("timeout", f"not done after {self.timeout_s:g} s")
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)

    def refuse_errors(self, answer: httpx.Response) -> None:
        """Give up after an answer that is no success."""
        if answer.status_code != OK:
            raise self.refusal(answer)

    def refusal(self, answer: httpx.Response) -> GaveUpError:
        """Return what an answer that is no success is called, with its words."""
        status, words = answer.status_code, self.words(answer)
        return GaveUpError(outcome_of(status, words) or "server_error", words, status)

    def words(self, answer: httpx.Response) -> str:
        """Return the error that an answer names; pages from the edge have none (E1, E6)."""
        body = self.json_of(answer)
        return str(body["error"]) if isinstance(body, dict) and "error" in body else ""

    def json_of(self, answer: httpx.Response) -> Any:
        """Return the JSON of an answer; None if there is none."""
        try:
            return answer.json()
        except ValueError:
            return None

    def body_of(self, answer: httpx.Response) -> Any:
        """Return the JSON object of a success; anything else is garbled."""
        body = self.json_of(answer)
        if not isinstance(body, dict):
            raise GaveUpError("server_error", "the answer is no JSON object", answer.status_code)
        return body

    def is_media(self, answer: httpx.Response) -> bool:
        """Tell whether an answer is an image, a video, a sound or a mesh."""
        kind: str = answer.headers.get("content-type", "").lower()
        return kind.startswith(("image/", "video/", "audio/", "model/"))

    def describe(self, answer: httpx.Response) -> Json:
        """Return what a file is like."""
        return {
            "sha256": sha256(answer.content).hexdigest(),
            "bytes": len(answer.content),
            "content_type": answer.headers.get("content-type", ""),
        }
