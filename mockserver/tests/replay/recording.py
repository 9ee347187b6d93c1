"""Recordings for tests: an emulator's own conversation, written as a recorder writes one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from mockserver import Emulator
from mockserver.facts.observed import Body, Observed
from mockserver.recordings.keep import Keep
from mockserver.recordings.redaction import RedactionSession, redact
from mockserver.recordings.writer import RecordingWriter

UPSTREAM = "https://api.segmind.com"
BEGAN_UTC_S = 1_790_000_000.0
KEY = "SG_recorded0123456789"
_START = "2026-03-01T00:00:00Z"


class RecordedClient:
    """A client of an emulator at the vendor's address, whose exchanges are written.

    Attributes:
        now_s: Seconds since the session began; each call takes `latency_s` of them.
    """

    def __init__(self, writer: RecordingWriter, session: RedactionSession) -> None:
        self.emulator = Emulator(seed=7, clock="frozen", clock_start=_START, speed=1)
        self.account = self.emulator.account(KEY)
        self.latency_s = 0.25
        self.now_s = 0.0
        self._writer, self._session = writer, session
        self._number = 0
        self._http = httpx.Client(transport=self.emulator.transport, base_url=UPSTREAM)

    def sleep(self, seconds: float) -> None:
        """Let time pass, for the emulator too."""
        self.now_s += seconds
        self.account.clock.advance(seconds)

    def call(
        self, method: str, url: str, *, key: str | None = KEY, takes_s: float | None = None, **more
    ) -> httpx.Response:
        """Send a request and write the exchange."""
        headers = {"x-api-key": key} if key else {}
        answer = self._http.request(method, url, headers=headers, **more)
        self.write(answer.request, answer, takes_s=takes_s)
        return answer

    def write(
        self,
        request: httpx.Request,
        answer: httpx.Response | None,
        takes_s: float | None = None,
        **changed,
    ) -> None:
        """Write an exchange; without an answer the connection was lost."""
        self._number += 1
        took = self.latency_s if takes_s is None else takes_s
        said = {}
        if answer is not None:
            said = {
                "answered_s": self.now_s + took,
                "status": answer.status_code,
                "headers": tuple(answer.headers.items()),
                "body": Body.of(answer.content),
            }
        exchange = Observed(
            number=self._number,
            sent_s=self.now_s,
            method=request.method,
            url=str(request.url),
            request_headers=tuple(request.headers.items()),
            request_body=Body.of(request.content),
            **{**said, **changed},
        )
        self._writer.write(redact(exchange, self._session))
        self.sleep(took)


@contextmanager
def record(folder: Path, keep: Keep | None = None, began_utc_s: float = BEGAN_UTC_S) -> Iterator:
    """Give a client whose session is written into a folder."""
    session = RedactionSession(upstream=UPSTREAM, began_utc_s=began_utc_s, keep=keep)
    with RecordingWriter(folder, session) as writer:
        yield RecordedClient(writer, session)


def record_picture(client: RecordedClient, prompt: str = "A lighthouse", pause_s: float = 1.0):
    """Submit a run, poll it every so many seconds until it has ended, fetch result and picture."""
    job = client.call("POST", "/v2/ideogram-3", json={"prompt": prompt, "seed": 300}).json()
    states = []
    while not states or states[-1] not in {"COMPLETED", "FAILED"}:
        client.sleep(pause_s)
        states.append(client.call("GET", job["status_url"]).json()["status"])
    result = client.call("GET", job["response_url"])
    if states[-1] == "FAILED":
        return job, states, result.json(), b""
    picture = client.call("GET", result.json()["output"], key=None).content
    return job, states, result.json(), picture
