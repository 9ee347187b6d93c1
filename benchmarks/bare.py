"""What the emulator is compared with: a process of its own, under the same uvicorn settings.

`bare.py SUBMIT STATUS RESULT PICTURE_BYTES` answers with these texts: every POST with the first,
after reading its body, every GET of `…/status` with the second, of anything else under `/v2` with
the third. `/` is answered by a Starlette application of one route, for what a start takes, and
any other path with so many bytes. Under ASGI nothing is faster than these constants, so their
ratio to the emulator shows what the emulator itself costs. It takes a free port and prints its URL.

Arguments are read by hand and imports are kept few: they would count as start-up.
"""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

BACKLOG = 2048


class Constant:
    """An ASGI callable that knows four answers, and leaves `/` to Starlette."""

    def __init__(self, submit: str, status: str, result: str, picture_bytes: str) -> None:
        texts = (submit.encode(), status.encode(), result.encode(), bytes(int(picture_bytes)))
        self.submit, self.status, self.result, self.picture = map(_messages, texts)
        self.starlette = Starlette(routes=[Route("/", _root)])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        path = scope["path"]
        if scope["method"] == "POST":
            more_body = True
            while more_body:
                message = await receive()
                more_body = message.get("more_body", False)
            start, body = self.submit
        elif path.endswith("/status"):
            start, body = self.status
        elif path.startswith("/v2/"):
            start, body = self.result
        elif path == "/":
            await self.starlette(scope, receive, send)
            return
        else:
            start, body = self.picture
        await send(start)
        await send(body)


async def _root(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


def _messages(body: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    return start, {"type": "http.response.body", "body": body}


def serve(app: Any) -> None:
    """Serve on a free port until a signal."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", 0))
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
        timeout_keep_alive=3600,
    )
    print(f"ready on http://127.0.0.1:{sock.getsockname()[1]}", flush=True)
    uvicorn.Server(config).run(sockets=[sock])


if __name__ == "__main__":
    serve(Constant(*sys.argv[1:5]))
