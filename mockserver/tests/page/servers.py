"""Servers that tests of the page look at, with a client that makes exchanges."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import Any

import httpx
from starlette.types import Receive, Scope, Send

from mockserver.edges.asgi import Application
from mockserver.edges.listeners import listen
from mockserver.edges.serve import serve_in_thread
from mockserver.emulator import Emulator
from mockserver.tests.conftest import FIXED, KEY, PROMPT

_NO_AUTHORITIES = SSLContext(PROTOCOL_TLS_CLIENT)
"""What clients that ask no server of TLS are given: to read all authorities takes its time."""


class PageServer:
    """A live emulator in this process.

    Attributes:
        emulator: The emulator itself.
        url: Its root.
        token: What control requests must bear, or None.
    """

    def __init__(
        self, emulator: Emulator, url: str, client: httpx.Client, token: str | None
    ) -> None:
        self.emulator = emulator
        self.url = url
        self.token = token
        self._client = client

    def ask(
        self, method: str, path: str, body: Any = None, key: str | None = KEY, **fields: Any
    ) -> httpx.Response:
        """Make an exchange, by default with the key of the tests."""
        headers = {**fields.pop("headers", {}), **({"x-api-key": key} if key else {})}
        return self._client.request(method, path, json=body, headers=headers, **fields)

    def submit(self, slug: str = "ideogram-3", body: Any = PROMPT, key: str = KEY) -> Any:
        """Submit a run on v2 that must be accepted; return what is answered."""
        return self.ask("POST", f"/v2/{slug}", body, key).raise_for_status().json()

    def poll(self, job: Any, key: str = KEY) -> Any:
        """Ask for the status of a job that was submitted."""
        return self.ask("GET", job["status_url"], key=key).json()

    def steer(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Ask the control plane, `steer("GET", "/_mock/jobs")`; return its JSON."""
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        answer = self._client.request(method, path, json=body, params=query, headers=headers)
        return answer.raise_for_status().json() if answer.content else None

    def list_exchanges(self, **query: Any) -> list[dict[str, Any]]:
        """Return what is in the journal."""
        return self.steer("GET", "/_mock/requests", **query)["requests"]


class SharedSocket:
    """A socket of this process, behind which one emulator after another stands.

    A browser that has been there need not load the page's files again.
    """

    def __init__(self) -> None:
        self._app: Application | None = None
        self._url = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have who stands there answer."""
        assert self._app is not None, "no emulator stands behind this socket"
        await self._app(scope, receive, send)

    def close(self) -> None:
        """Let nobody wait for news any longer: the server is about to stop."""
        if self._app is not None:
            self._app.close()

    @contextmanager
    def serve(self) -> Iterator[SharedSocket]:
        """Listen, while the context lasts."""
        with serve_in_thread(self, listen("127.0.0.1", 0)) as served:
            self._url = served.url
            yield self

    @contextmanager
    def stand_behind(self, **settings: Any) -> Iterator[PageServer]:
        """Have an emulator stand there, whose clock stands still unless something else is set."""
        emulator = _make_emulator(settings)
        self._app = emulator.protect_asgi("127.0.0.1", None)
        with _make_client(self._url) as client:
            yield PageServer(emulator, self._url, client, None)


@contextmanager
def serve_page(*, port: int = 0, token: str | None = None, **settings: Any) -> Iterator[PageServer]:
    """Serve an emulator, whose clock stands still unless something else is set."""
    emulator = _make_emulator(settings)
    app = emulator.protect_asgi("127.0.0.1", token)
    with (
        serve_in_thread(app, listen("127.0.0.1", port), emulator.settings.shutdown_grace) as served,
        _make_client(served.url) as client,
    ):
        yield PageServer(emulator, served.url, client, token)


def _make_client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, trust_env=False, verify=_NO_AUTHORITIES)


def _make_emulator(settings: dict[str, Any]) -> Emulator:
    return Emulator(**{"clock": "frozen", **FIXED, **settings})
