"""What the recorder itself answers, in the gateway's envelope, so that clients show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.base.json_encoding import encode

if TYPE_CHECKING:
    from starlette.types import Send

MISDIRECTED, TOO_LARGE, TOO_DEAR, UNREACHABLE = 421, 413, 402, 502

_WHO = "segmock's recorder says this, and not the service: "


class RefusedError(Exception):
    """The recorder does not pass a request on; the status of its own answer, and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


async def send_refusal(error: RefusedError, send: Send) -> None:
    """Answer without the service's having been asked."""
    body = encode({"error": f"{_WHO}{error}"})
    fields = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": error.status, "headers": fields})
    await send({"type": "http.response.body", "body": body})
