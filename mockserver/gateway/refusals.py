"""What the gateway says where it refuses: each error as its row in contracts/errors.json has it."""

from __future__ import annotations

from typing import Any

from mockserver.base import error_pages
from mockserver.base.bounds import MAX_MESSAGE, cut
from mockserver.base.errors import ApiError
from mockserver.base.json_encoding import encode
from mockserver.base.wire import Headers
from mockserver.gateway.context import Context, Services
from mockserver.gateway.handlers.inference import JSON, Reply

HTML: Headers = ((b"content-type", error_pages.HTML.encode()),)


def render_refusal(services: Services, context: Context, error: ApiError) -> Reply:
    """Return status, headers and body of an error, and set `Context.facts` to what is behind it.

    It is an HTML page, the gateway's envelope or the console's, as the row says.
    """
    row = services.catalogue.errors[error.row]
    status = row.status or error.values["status"]
    context.facts = row.facts
    message = cut(row.message.format_map(error.values), MAX_MESSAGE)
    if row.media == "html":
        return status, HTML + error.headers, error_pages.render_page(status, message)
    envelope: dict[str, Any] = {"error": message}
    if row.media == "console":
        envelope = {"error": row.code, "error_description": message, "status_code": status}
    return status, JSON + error.headers, encode(envelope)
