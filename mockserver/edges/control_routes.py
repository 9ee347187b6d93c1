"""The control plane over HTTP: JSON in, JSON out, one route for each call of `Control`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from threading import Lock
from typing import Any, TypeAlias, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.contract.openapi import openapi
from mockserver.core.bodies import encode
from mockserver.core.control import ClockChange, Control, JobChange, JournalFilter, ResetScope
from mockserver.core.errors import EmulatorError
from mockserver.core.store import AccountSettings

T = TypeVar("T")
Call: TypeAlias = Callable[[Request, bytes], Any]

_NO_CONTENT = 204


def control_app(control: Control, lock: Lock) -> Starlette:
    """Build the application that answers `/_mock/…` and `/openapi.json`."""

    def route(path: str, method: str, call: Call) -> Route:
        return Route(path, _endpoint(call, lock), methods=[method])

    def account(request: Request) -> str:
        return str(request.path_params["api_key"])

    def job(request: Request) -> str:
        return str(request.path_params["request_id"])

    def key(request: Request) -> str | None:
        return request.query_params.get("api_key")

    def change_clock(request: Request, body: bytes) -> Any:
        change = _read(body, ClockChange)
        change.api_key = change.api_key or key(request)
        return control.change_clock(change)

    routes = [
        route("/_mock/health", "GET", lambda _r, _b: control.health()),
        route("/_mock/reset", "POST", lambda _r, b: control.reset(_read(b, ResetScope))),
        route("/_mock/accounts/{api_key}", "GET", lambda r, _b: control.show_account(account(r))),
        route(
            "/_mock/accounts/{api_key}",
            "PUT",
            lambda r, b: control.put_account(account(r), _read(b, AccountSettings)),
        ),
        route(
            "/_mock/accounts/{api_key}", "DELETE", lambda r, _b: control.delete_account(account(r))
        ),
        route("/_mock/clock", "GET", lambda r, _b: control.show_clock(key(r))),
        route("/_mock/clock", "PATCH", change_clock),
        route("/_mock/jobs", "GET", lambda r, _b: control.list_jobs(key(r))),
        route("/_mock/jobs/{request_id}", "GET", lambda r, _b: control.show_job(job(r))),
        route(
            "/_mock/jobs/{request_id}",
            "PATCH",
            lambda r, b: control.change_job(job(r), _read(b, JobChange)),
        ),
        route("/_mock/requests", "GET", lambda r, _b: control.show_requests(_filter(r))),
        route("/_mock/requests", "DELETE", lambda r, _b: control.clear_requests(_filter(r))),
        route("/_mock/behaviours", "GET", lambda _r, _b: control.behaviours()),
        route("/openapi.json", "GET", lambda _r, _b: openapi(control.world.catalogue)),
    ]
    handlers = {HTTPException: _not_a_route, EmulatorError: _refused}
    return Starlette(routes=routes, exception_handlers=handlers)


def _endpoint(call: Call, lock: Lock) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        body = await request.body()
        with lock:
            answer = call(request, body)
        return Response(status_code=_NO_CONTENT) if answer is None else _json(answer)

    return endpoint


def _json(value: Any, status: int = 200) -> Response:
    return Response(encode(value), status, media_type="application/json")


def _read(body: bytes, kind: type[T]) -> T:
    """Read a JSON body; an empty one is an empty object.

    Raises:
        EmulatorError: it is not JSON, or has a field or value that is not known.
    """
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except (ValueError, RecursionError) as error:
        raise EmulatorError(str(error), hint=_fields(kind)) from None


def _filter(request: Request) -> JournalFilter:
    try:
        return msgspec.convert(dict(request.query_params), JournalFilter, strict=False)
    except msgspec.ValidationError as error:
        raise EmulatorError(str(error), hint=_fields(JournalFilter)) from None


def _fields(kind: type[Any]) -> str:
    return "fields: " + ", ".join(field.encode_name for field in msgspec.structs.fields(kind))


def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, EmulatorError):
        raise error
    return _json({"error": error.message, "hint": error.hint}, error.status)


def _not_a_route(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    message = f"{request.method} {request.url.path}: {error.detail}"
    hint = "the routes of the control plane are in the README, under 'Control plane'"
    return _json({"error": message, "hint": hint}, error.status_code)
