"""What a client sends to the console's routes: query, form or JSON, read as one set of fields."""

from __future__ import annotations

from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from mockserver.base.bounds import MAX_FORM_BYTES, MAX_PAIRS, MAX_SHOWN_NAME, cut, show
from mockserver.base.content_types import parse_content_type
from mockserver.base.errors import ApiError
from mockserver.base.wire import Request
from mockserver.gateway import request_body
from mockserver.gateway.context import Context, Services

Fields: TypeAlias = dict[str, Any]

_FORM = "application/x-www-form-urlencoded"


def make_field_error(reason: str) -> ApiError:
    """Return a 400 that says what came and what was expected."""
    return ApiError("console_invalid_request", reason=reason)


def make_missing_error(what: str, name: str) -> ApiError:
    """Return a 404 that names what is not there, or is another account's."""
    return ApiError("console_not_found", what=what, name=cut(name, MAX_SHOWN_NAME))


def read_query(context: Context) -> Fields:
    """Return the parameters of the query; of two with one name the last.

    Raises:
        ApiError: there are too many.
    """
    return _parse_pairs("query", context.request.query)


def collect_fields(services: Services, context: Context) -> Fields:
    """Return the fields of the body, of a GET too, and of the query.

    Raises:
        ApiError: the body is over the limit, or is neither a JSON object nor a form.
    """
    request = context.request
    if request.oversized:
        raise ApiError("console_too_large", limit_mib=services.options.max_body_mib)
    query = read_query(context)
    if not request.body:
        return query
    return {**query, **context.read(lambda: read_fields(request))}


def read_fields(request: Request) -> Fields:
    """Return the fields of a body.

    Raises:
        ApiError: it is neither a JSON object nor a form, or holds too many fields.
    """
    media, _ = parse_content_type(request.headers.get(b"content-type", b""))
    if media == _FORM:
        return _read_form(request.body)
    try:
        return request_body.read_json(request)[0]
    except ApiError as error:
        raise make_field_error(f"The body cannot be read: {error.values['reason']}.") from None


def _read_form(body: bytes) -> Fields:
    if len(body) > MAX_FORM_BYTES:
        most = f"the most that is read is {MAX_FORM_BYTES:,}"
        raise make_field_error(f"The form has {len(body):,} bytes; {most}.")
    return _parse_pairs("form", body.decode("utf-8", "replace"))


def _parse_pairs(what: str, text: str) -> Fields:
    """Return the pairs of a query or a form by name."""
    count = text.count("&") + 1
    if count > MAX_PAIRS:
        raise make_field_error(
            f"The {what} has {count:,} fields; the most that are read are {MAX_PAIRS:,}."
        )
    return dict(parse_qsl(text, keep_blank_values=True))


def require_text(fields: Fields, name: str, example: str) -> str:
    """Return a field that has to be a text.

    Raises:
        ApiError: it is missing, empty or something else.
    """
    value = fields.get(name)
    if value is None or value == "":
        raise make_field_error(f"'{name}' is missing; send {example}.")
    if not isinstance(value, str):
        raise make_field_error(f"'{name}' is {show(value)}; send {example}.")
    return value
