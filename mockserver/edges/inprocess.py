"""Asking an emulator in this process, without a socket and without an event loop.

The data plane is the sans-I/O core, so a call is a call. The control plane is an ASGI
application of which nothing waits (but for readers of the journal, who need a socket), so its
coroutine runs to its end in one step.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from mockserver.base.errors import EmulatorError
from mockserver.base.wire import Headers, Outcome, Request, Respond, Wait
from mockserver.edges.asgi import App
from mockserver.edges.control_requests import OVERSIZED
from mockserver.edges.own_paths import is_own
from mockserver.gateway.body_readers import is_worth_reading_ahead, read_ahead

if TYPE_CHECKING:
    from starlette.types import Message

_WAITS = "only a server can let a reader wait: use `with emulator.live() as server:`"


class InProcess:
    """One emulator as an edge without a socket asks it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.max_body = app.max_body

    def handle(self, request: Request) -> Outcome:
        """Answer a request to either plane.

        Raises:
            EmulatorError: it wants to wait for news of the journal.
        """
        if is_own(request.method, request.path, request.headers):
            return self.call_control(request)
        data_plane, reading = self._app.data_plane, None
        if is_worth_reading_ahead(data_plane.services, request):
            reading = read_ahead(data_plane.services, request)
        return data_plane.handle(request, reading, renders=True)

    def resume(self, wait: Wait) -> Outcome:
        """Go on with a request whose time has passed."""
        return self._app.data_plane.resume(wait)

    def abandon(self, wait: Wait) -> None:
        """Note that the client of a request would not wait any longer."""
        self._app.data_plane.abandon(wait)

    def call_control(self, request: Request) -> Respond:
        """Answer a request to the control plane."""
        if request.path == "/_mock/events" or "wait_s" in request.query:
            raise EmulatorError(f"{request.path} waits", hint=_WAITS)
        answer = _Answer(request)
        _run(self._app.control(answer.scope, answer.receive, answer.send))  # type: ignore[arg-type]
        return answer.respond()


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that awaits nothing which is not there, but may give way to others."""
    try:
        while coroutine.send(None) is None:
            pass
    except StopIteration:
        return
    coroutine.close()
    raise AssertionError("a control call waited")


class _Answer:
    """One request as an ASGI application sees it, and what the application sends."""

    def __init__(self, request: Request) -> None:
        self.scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": request.scheme,
            "path": request.path,
            "raw_path": request.path.encode(),
            "query_string": request.query.encode("latin-1"),
            "root_path": "",
            "headers": list(request.headers.items()),
            "client": None,
            "server": None,
            OVERSIZED: request.oversized,
        }
        self._body = request.body
        self._status = 0
        self._headers: Headers = ()
        self._sent = b""

    async def receive(self) -> Message:
        """Hand over the body."""
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def send(self, message: Message) -> None:
        """Take a part of the answer."""
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], tuple(message["headers"])
        else:
            self._sent += message.get("body", b"")

    def respond(self) -> Respond:
        """Return the answer."""
        return Respond(self._status, self._headers, self._sent)
