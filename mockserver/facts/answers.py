"""What an answer says, as far as it was kept: its JSON object, its error, its kind of content."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from mockserver.base.content_types import parse_content_type
from mockserver.facts.observed import Body, Observed
from mockserver.facts.routes import is_gateways

_ABOVE = {407, 408, 413, 414, 425, 429, 431}
"""Statuses below 500 that a proxy, or the gateway's own front, gives before it looks closer."""

_REDIRECTS = {301, 302, 303, 307, 308}
_NO_ROUTE = {404, 405}

_ENCODING = re.compile(r"encod|compress|gzip|utf-", re.IGNORECASE)


def is_kept(body: Body) -> bool:
    """Tell whether the bytes of a body were kept, so that something can be said of them."""
    return body.content is not None


def read_object(exchange: Observed) -> dict[str, Any] | None:
    """Return the JSON object that the answer is; None where it is none, or was not kept."""
    document = exchange.body.document
    return document if isinstance(document, dict) else None


def read_error(exchange: Observed) -> str | None:
    """Return the message that the answer has under `error`, if it is a JSON object with one."""
    message = (read_object(exchange) or {}).get("error")
    return message if isinstance(message, str) else None


def names_encoding(exchange: Observed) -> bool:
    """Tell whether a refusal is for how the body was encoded, which recordings no longer show."""
    return _ENCODING.search(read_error(exchange) or "") is not None


def find_media_type(exchange: Observed) -> str:
    """Return the kind of content that the answer says it is, in lower case; empty without."""
    header = exchange.find_header("content-type") or ""
    return parse_content_type(header.encode("utf-8", "replace"))[0]


def read_number(value: object) -> Decimal | None:
    """Return a JSON number; None where the value is something else, true and false included."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Decimal(str(value))


def is_amount(value: object) -> bool:
    """Tell whether a value is a number that a duration or a sum of money can be."""
    number = read_number(value)
    return number is not None and number >= 0


def is_absolute_url(value: object) -> bool:
    """Tell whether a value is the address of something on some host."""
    if not isinstance(value, str):
        return False
    scheme, mark, rest = value.partition("://")
    return scheme in {"http", "https"} and bool(mark) and rest.partition("/")[0] != ""


def is_success(exchange: Observed) -> bool:
    """Tell whether the answer is a success."""
    return exchange.status is not None and 200 <= exchange.status < 300


def is_redirect(exchange: Observed) -> bool:
    """Tell whether the answer is that what was asked for is at another address."""
    return exchange.status in _REDIRECTS and exchange.find_header("location") is not None


def is_decided(exchange: Observed) -> bool:
    """Tell whether the gateway itself has answered, having looked at what was asked.

    No answer, a full window and what an edge or a proxy says say nothing of the request.
    """
    status = exchange.status
    return (
        status is not None and status < 500 and status not in _ABOVE and not is_elsewhere(exchange)
    )


def is_elsewhere(exchange: Observed) -> bool:
    """Tell whether a host says with a page that it has no such route, and need not have one.

    The SDK's other namespaces are at hosts of their own, and one may not serve those of another.
    """
    is_page = find_media_type(exchange) == "text/html"
    return exchange.status in _NO_ROUTE and is_page and not is_gateways(exchange.route)
