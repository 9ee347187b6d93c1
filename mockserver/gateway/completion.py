"""Completing an answer: the headers that every answer has, and those that were asked for."""

from __future__ import annotations

from functools import lru_cache

from mockserver.base.clock import SECOND, render_http_date
from mockserver.base.wire import Headers, Respond
from mockserver.gateway.context import Context, Services
from mockserver.gateway.handlers.inference import Reply
from mockserver.rules import cors

NO_CONTENT = 204


def complete_answer(services: Services, context: Context, reply: Reply) -> Respond:
    """Return status, headers and body of a reply as an answer that can be sent."""
    status, headers, body = reply
    length = None if status == NO_CONTENT else len(body)
    headers = _complete_headers(headers, length, context.client_now // SECOND)
    options = services.options
    if options.explain:
        headers += _explain(context)
    if options.cors and (b"origin" in context.request.headers or context.route.serves):
        headers = cors.share_answer(context.request, headers)
    return Respond(status, headers, body)


def _explain(context: Context) -> Headers:
    """Name the facts behind an answer, and how much is known of the model that it is about."""
    facts = (b"x-mock-behaviour", ",".join(context.facts).encode())
    model = context.model or (context.job.model if context.job else None)
    if model is None:
        return (facts,)
    return facts, (b"x-mock-contract", model.terms.level.encode())


@lru_cache(maxsize=512)
def _complete_headers(headers: Headers, length: int | None, epoch_s: int) -> Headers:
    """Add the headers that every answer has; one that cannot have a body has no length.

    Cached, because most answers differ in nothing here, and because the journal then keeps one
    record for many of them: what is not made anew is not walked by the garbage collector.
    """
    date = (b"date", render_http_date(epoch_s))
    if length is None:
        return (*headers, date)
    return (*headers, (b"content-length", b"%d" % length), date)
