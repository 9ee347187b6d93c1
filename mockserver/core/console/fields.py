"""What a client sends to the console's routes: query, form or JSON, read as one set of fields."""

from __future__ import annotations

from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import msgspec

from mockserver.core import payloads
from mockserver.core.content_types import parse_content_type
from mockserver.core.errors import ApiError
from mockserver.core.exchange import Exchange, World

Fields: TypeAlias = dict[str, Any]

_FORM = "application/x-www-form-urlencoded"
_SHOWN = 80


def invalid(reason: str) -> ApiError:
    """Return a 400 that says what came and what was expected."""
    return ApiError("console_invalid_request", reason=reason)


def not_found(what: str, name: str) -> ApiError:
    """Return a 404 that names what is not there, or is another account's."""
    return ApiError("console_not_found", what=what, name=name[:200])


def shown(value: Any) -> str:
    """Spell a value as an error repeats it."""
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def query_of(exchange: Exchange) -> Fields:
    """Return the parameters of the query; of two with one name the last."""
    return dict(parse_qsl(exchange.request.query, keep_blank_values=True))


def fields_of(world: World, exchange: Exchange) -> Fields:
    """Return the fields of the body, of a GET too, and of the query.

    Raises:
        ApiError: the body is over the limit, or is neither a JSON object nor a form.
    """
    request = exchange.request
    if request.oversized:
        raise ApiError("console_too_large", limit_mib=world.rules.max_body_mib)
    query = query_of(exchange)
    if not request.body:
        return query
    media, _ = parse_content_type(request.headers.get(b"content-type", b""))
    if media == _FORM:
        pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {**query, **dict(pairs)}
    try:
        return {**query, **payloads.json_object(request.body)}
    except ApiError as error:
        raise invalid(f"The body cannot be read: {error.values['reason']}.") from None


def text(fields: Fields, name: str, example: str) -> str:
    """Return a field that has to be a text.

    Raises:
        ApiError: it is missing, empty or something else.
    """
    value = fields.get(name)
    if value is None or value == "":
        raise invalid(f"'{name}' is missing; send {example}.")
    if not isinstance(value, str):
        raise invalid(f"'{name}' is {shown(value)}; send {example}.")
    return value
