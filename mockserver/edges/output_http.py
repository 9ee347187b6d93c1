"""The files of runs as the control plane shows them: as the gateway serves them, but in no journal.

A file is rendered while the emulator is not locked, as for the gateway.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from mockserver.base.errors import ApiError
from mockserver.base.json_encoding import encode
from mockserver.base.plurals import count
from mockserver.base.wire import Headers
from mockserver.edges.control_requests import has_socket, make_wire_request
from mockserver.edges.journal_stream import JournalFeed
from mockserver.edges.offload import render_aside
from mockserver.media.artefacts import CONTENT_TYPES, Artefact
from mockserver.rules.ranges import select_range

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]

_NOT_SATISFIABLE = 416
_HEADERS: Headers = (
    (b"content-disposition", b"inline"),
    (b"content-security-policy", b"sandbox; default-src 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
)
"""After a reset another file may have the same name, so none is kept."""


def make_output_endpoint(feed: JournalFeed) -> Endpoint:
    """Make what answers with the file that the path names."""

    async def show_output(request: Request) -> Response:
        name: str = request.path_params["name"]
        artefact = feed.transactions.run(lambda: feed.control.outputs.find(name))
        file = await _render(feed, artefact, request)
        return _answer(request, artefact, file)

    return show_output


async def _render(feed: JournalFeed, artefact: Artefact, request: Request) -> bytes:
    """Return the bytes of a file: those that are kept, or rendered now."""
    images, lock = feed.control.services.images, feed.transactions.lock
    with lock:
        kept = images.find(artefact)
    if kept is not None:
        return kept
    rendered = await render_aside(artefact) if has_socket(request) else None
    with lock:
        return images.get(artefact) if rendered is None else images.keep(artefact, rendered)


def _answer(request: Request, artefact: Artefact, file: bytes) -> Response:
    """Answer with a file, or with the range of it that is asked for."""
    said: Headers = ((b"content-type", CONTENT_TYPES[artefact.format].encode()), *_HEADERS)
    try:
        status, headers, body = select_range(make_wire_request(request), said, file)
    except ApiError as error:
        refusal = {
            "error": f"the range begins behind the last of {count(len(file), 'byte')}",
            "hint": "without Range all of it is answered",
        }
        status, body = _NOT_SATISFIABLE, encode(refusal)
        headers = ((b"content-type", b"application/json"), *error.headers)
    return Response(body, status, {name.decode(): value.decode() for name, value in headers})
