"""What the emulator is compared with: a process of its own, under the same uvicorn settings.

`bare.py constant SUBMIT STATUS RESULT` answers with these texts: every POST with the first, after
reading its body, every GET of `…/status` with the second, any other GET with the third. Nothing is
faster under uvicorn, so its ratio to the emulator shows what the emulator itself costs. It takes a
free port and prints its URL.

`bare.py starlette PORT` is an application of one route, for the time that a start takes.

Arguments are read by hand and imports are kept few: they would count as start-up.
"""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING, Any

import uvicorn

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

BACKLOG = 2048


class Constant:
    """An ASGI callable that knows three answers."""

    def __init__(self, submit: str, status: str, result: str) -> None:
        self.submit, self.status, self.result = map(_messages, (submit, status, result))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["method"] == "POST":
            more_body = True
            while more_body:
                message = await receive()
                more_body = message.get("more_body", False)
            start, body = self.submit
        else:
            start, body = self.status if scope["path"].endswith("/status") else self.result
        await send(start)
        await send(body)


def _messages(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    body = text.encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    return start, {"type": "http.response.body", "body": body}


def one_route() -> Any:
    """Return a Starlette application that answers `/`."""
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def root(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(routes=[Route("/", root)])


def serve(app: Any, port: int) -> None:
    """Serve on this port until a signal; 0 takes a free one."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    sock.listen(BACKLOG)
    config = uvicorn.Config(
        app,
        loop="auto",
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
    )
    print(f"ready on http://127.0.0.1:{sock.getsockname()[1]}", flush=True)
    uvicorn.Server(config).run(sockets=[sock])


if __name__ == "__main__":
    if sys.argv[1] == "constant":
        serve(Constant(*sys.argv[2:5]), 0)
    else:
        serve(one_route(), int(sys.argv[2]))
