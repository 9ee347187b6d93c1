"""Effects on an answer on its way to the client: in pieces, cut short, or with another body.

Where there is nothing to change, as no field of a picture can be dropped, the answer is intact.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar
from urllib.parse import urlsplit

import msgspec

from mockserver.base.json_encoding import encode
from mockserver.base.wire import Pieces, Respond
from mockserver.gateway.context import Context, Services
from mockserver.gateway.effect import Effect, register

_OK = 200


@register("drip")
class DripBody(Effect, frozen=True):
    """Send the body in pieces of so many bytes, one every so many real seconds."""

    def after(self, _services: Services, _context: Context, answer: Respond) -> Pieces:
        """Say at which pace the answer is sent."""
        piece_bytes, every_s = self.value["bytes"], float(self.value["every_s"])
        return Pieces(respond=answer, piece_bytes=piece_bytes, every_s=every_s)


@register("truncate_bytes")
class TruncateBody(Effect, frozen=True):
    """Announce the whole body, send its first bytes, and never the last one."""

    def after(self, _services: Services, _context: Context, answer: Respond) -> Pieces:
        """Say how many bytes of the answer's body are sent."""
        sent_bytes = min(self.value, max(0, len(answer.body) - 1))
        return Pieces(respond=answer, sent_bytes=sent_bytes)


class ChangedBody(Effect, frozen=True):
    """An effect that puts another body in the answer, of which the length is announced."""

    damages: ClassVar[bool] = False
    """Whether the client can no longer read what the gateway had to say."""

    def after(self, _services: Services, context: Context, answer: Respond) -> Respond:
        """Change the answer, and note whether that has damaged it."""
        body = self.change_body(answer)
        if body == answer.body:
            return answer
        context.is_damaged = self.damages
        length = (b"content-length", str(len(body)).encode())
        headers = tuple(length if pair[0] == length[0] else pair for pair in answer.headers)
        return Respond(answer.status, headers, body)

    @abstractmethod
    def change_body(self, answer: Respond) -> bytes:
        """Return the body that is sent in place of the answer's own."""


@register("malformed")
class Malformed(ChangedBody, frozen=True):
    """Send a body that announces JSON and is none."""

    damages = True

    def change_body(self, answer: Respond) -> bytes:
        """Return the first half of the body, and a byte that no JSON has."""
        return answer.body[: len(answer.body) // 2] + b"\x00"


class ChangedFields(ChangedBody, frozen=True):
    """An effect on the fields of a JSON object; any other body stays as it is."""

    def change_body(self, answer: Respond) -> bytes:
        """Return the body with its fields changed."""
        try:
            document = msgspec.json.decode(answer.body)
        except ValueError:
            return answer.body
        if not isinstance(document, dict):
            return answer.body
        return encode(self.change_fields(document, answer.status))

    @abstractmethod
    def change_fields(self, document: dict[str, Any], status: int) -> dict[str, Any]:
        """Return the object that is sent in place of this one."""


@register("unknown_state")
class UnknownState(ChangedFields, frozen=True):
    """Put a state into the answer that the gateway does not document; errors keep theirs."""

    def change_fields(self, document: dict[str, Any], status: int) -> dict[str, Any]:
        """Replace the state, where there is one."""
        has_state = "status" in document and status == _OK
        return {**document, "status": self.value} if has_state else document


@register("extra_fields")
class ExtraFields(ChangedFields, frozen=True):
    """Add fields to the JSON of the answer."""

    def change_fields(self, document: dict[str, Any], _status: int) -> dict[str, Any]:
        """Add the rule's fields; those of the same name are overwritten."""
        return {**document, **self.value}


@register("drop_fields")
class DropFields(ChangedFields, frozen=True):
    """Leave fields out of the JSON of the answer."""

    damages = True

    def change_fields(self, document: dict[str, Any], _status: int) -> dict[str, Any]:
        """Leave out the fields that the rule names."""
        return {name: value for name, value in document.items() if name not in self.value}


@register("rewrite_urls")
class RewriteUrls(ChangedFields, frozen=True):
    """Give every URL in the fields of the answer a query, or another host."""

    def change_fields(self, document: dict[str, Any], _status: int) -> dict[str, Any]:
        """Rewrite the fields that are absolute URLs."""
        return {name: self._rewrite(value) for name, value in document.items()}

    def _rewrite(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.startswith(("http://", "https://")):
            return value
        url = urlsplit(value)
        host: str = self.value.get("host", url.hostname)
        netloc = host if url.port is None else f"{host}:{url.port}"
        return url._replace(netloc=netloc, query=self.value.get("query", url.query)).geturl()
