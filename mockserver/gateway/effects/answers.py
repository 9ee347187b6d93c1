"""Effects that take the place of the answer: another status, or no answer at all.

Before the commit nothing else is done; after it all is done, and only the answer is lost.
"""

from __future__ import annotations

from abc import abstractmethod
from http import HTTPStatus
from typing import TypeAlias

from mockserver.base import error_pages
from mockserver.base.json_encoding import encode
from mockserver.base.wire import Disconnect, Respond
from mockserver.contract.texts import find_text
from mockserver.gateway import windows
from mockserver.gateway.completion import complete_answer
from mockserver.gateway.context import Context, Services
from mockserver.gateway.effect import Effect, register

_TOO_MANY, _NOT_ACCEPTABLE = 429, 406
_BODILESS = {204, 205, 304}

Replacement: TypeAlias = Respond | Disconnect


class ReplacedAnswer(Effect, frozen=True):
    """An effect that answers itself, on whichever side of the commit it strikes."""

    def before(self, services: Services, context: Context) -> Replacement | None:
        """Answer, and have nothing done."""
        return self.replace_answer(services, context) if self.when == "before" else None

    def after(self, services: Services, context: Context, _answer: Respond) -> Replacement:
        """Answer in place of the gateway."""
        return self.replace_answer(services, context)

    @abstractmethod
    def replace_answer(self, services: Services, context: Context) -> Replacement:
        """Return what the client gets."""


@register("status")
class Status(ReplacedAnswer, frozen=True):
    """Answer with a status in the gateway's manner, or with the body that the rule names."""

    def replace_answer(self, services: Services, context: Context) -> Respond:
        """Return the answer: JSON, a page, a text or no body, and the headers of the rule."""
        media, body = self._render_body(services, context)
        headers = {b"content-type": media.encode()} if media else {}
        if self.value == _TOO_MANY:
            headers |= [windows.render_reset(services, context, self.words.get("reset_in_s"))]
        wanted: dict[str, str] = self.words.get("headers", {})
        headers |= {name.lower().encode(): value.encode() for name, value in wanted.items()}
        return complete_answer(services, context, (self.value, tuple(headers.items()), body))

    def _render_body(self, services: Services, context: Context) -> tuple[str, bytes]:
        """Return media type and body; a status that allows none has neither."""
        is_page = self.value in services.catalogue.page_statuses
        kind: str = self.words.get("body", "html" if is_page else "json")
        if self.value in _BODILESS or kind == "empty":
            return "", b""
        if kind.startswith("text:"):
            return "text/plain; charset=utf-8", kind.removeprefix("text:").encode()
        message = _find_message(services, context, self.value)
        if kind == "html":
            return error_pages.HTML, error_pages.render_page(self.value, message)
        return "application/json", encode({"error": message})


def _find_message(services: Services, context: Context, status: int) -> str:
    """Return what the gateway says with this status, as far as anybody knows."""
    errors = services.catalogue.errors
    if status == _NOT_ACCEPTABLE:  # the kind that needs no price, which a refused call has not
        return errors["insufficient_credits_402"].message.format(balance="0.0")
    if status == HTTPStatus.NOT_FOUND and context.asked_id:
        return errors[context.unknown_row].message.format(request_id=context.shown_subject)
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return find_text("unknown_status")


@register("reset")
class Reset(ReplacedAnswer, frozen=True):
    """Reset the connection (RST)."""

    def replace_answer(self, _services: Services, _context: Context) -> Disconnect:
        """Send nothing."""
        return Disconnect("reset")


@register("close")
class Close(ReplacedAnswer, frozen=True):
    """Close the connection (FIN)."""

    def replace_answer(self, _services: Services, _context: Context) -> Disconnect:
        """Send nothing."""
        return Disconnect("close")
