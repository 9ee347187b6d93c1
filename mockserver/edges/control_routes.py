"""The control plane over HTTP: JSON in, JSON out, one route for each call of `Control`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from threading import Lock
from typing import Any, TypeAlias, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.contract.openapi import openapi
from mockserver.core.accounts import AccountSettings
from mockserver.core.bodies import encode
from mockserver.core.control import ClockChange, JobChange, JournalFilter, ResetScope
from mockserver.core.errors import EmulatorError
from mockserver.core.faults import FaultRequest
from mockserver.core.ids import without_keys
from mockserver.edges.news import Events, News, patient

T = TypeVar("T")
Call: TypeAlias = Callable[[Request, bytes], Any]

_NO_CONTENT, _BAD_REQUEST = 204, 400


def control_app(news: News) -> Starlette:
    """Build the application that answers `/_mock/…` and `/openapi.json`."""
    control, lock = news.control, news.lock

    def change_clock(request: Request, body: bytes) -> Any:
        change = _read(body, ClockChange)
        change.api_key = change.api_key or _key(request)
        return control.change_clock(change)

    calls: dict[str, dict[str, Call]] = {
        "/_mock/health": {"GET": lambda _r, _b: control.health()},
        "/_mock/reset": {"POST": lambda _r, b: control.reset(_read(b, ResetScope))},
        "/_mock/accounts/{api_key}": {
            "GET": lambda r, _b: control.show_account(r.path_params["api_key"]),
            "PUT": lambda r, b: control.put_account(
                r.path_params["api_key"], _read(b, AccountSettings)
            ),
            "DELETE": lambda r, _b: control.delete_account(r.path_params["api_key"]),
        },
        "/_mock/clock": {
            "GET": lambda r, _b: control.show_clock(_key(r)),
            "PATCH": change_clock,
        },
        "/_mock/jobs": {"GET": lambda r, _b: control.list_jobs(_key(r))},
        "/_mock/jobs/{request_id}": {
            "GET": lambda r, _b: control.show_job(r.path_params["request_id"]),
            "PATCH": lambda r, b: control.change_job(
                r.path_params["request_id"], _read(b, JobChange)
            ),
        },
        "/_mock/faults": {
            "GET": lambda r, _b: control.list_faults(_key(r)),
            "POST": lambda _r, b: control.add_fault(_read(b, FaultRequest)),
            "DELETE": lambda r, _b: control.clear_faults(_key(r)),
        },
        "/_mock/faults/{fault_id}": {
            "GET": lambda r, _b: control.show_fault(r.path_params["fault_id"]),
            "DELETE": lambda r, _b: control.remove_fault(r.path_params["fault_id"]),
        },
        "/_mock/verdicts": {"GET": lambda r, _b: control.show_verdicts(_key(r))},
        "/_mock/behaviours": {"GET": lambda _r, _b: control.behaviours()},
        "/openapi.json": {"GET": lambda _r, _b: openapi(control.world.catalogue)},
    }

    async def requests(request: Request) -> Response:
        if request.method != "DELETE":
            return _json({"requests": await patient(news, request.receive, _filter(request))})
        with lock:
            control.clear_requests(_filter(request))
        return Response(status_code=_NO_CONTENT)

    routes = [
        Route("/_mock/events", Events(news, _filter), methods=["GET"]),
        Route("/_mock/requests", requests, methods=["GET", "DELETE"]),
    ]
    routes += [
        Route(path, _endpoint(by_method, lock), methods=list(by_method))
        for path, by_method in calls.items()
    ]
    handlers = {
        HTTPException: _not_a_route,
        EmulatorError: _refused,
        ClientDisconnect: _gone,
    }
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.router.redirect_slashes = False
    return app


def _endpoint(by_method: dict[str, Call], lock: Lock) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        body = await request.body()
        call = by_method.get(request.method) or by_method["GET"]  # HEAD is a GET without a body
        with lock:
            answer = call(request, body)
        return Response(status_code=_NO_CONTENT) if answer is None else _json(answer)

    return endpoint


def _key(request: Request) -> str | None:
    return request.query_params.get("api_key")


def _json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(encode(value), status, headers, media_type="application/json")


def _read(body: bytes, kind: type[T]) -> T:
    """Read a JSON body; an empty one is an empty object.

    Raises:
        EmulatorError: it is not JSON, or has a field or value that is not known.
    """
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except msgspec.ValidationError as error:
        raise EmulatorError(str(error), hint=_fields(kind)) from None
    except (ValueError, RecursionError) as error:
        raise EmulatorError(f"the body is not JSON: {error}", hint=_fields(kind)) from None


def _filter(request: Request) -> JournalFilter:
    try:
        return msgspec.convert(dict(request.query_params), JournalFilter, strict=False)
    except msgspec.ValidationError as error:
        raise EmulatorError(str(error), hint=_fields(JournalFilter)) from None


def _fields(kind: type[Any]) -> str:
    return "fields: " + ", ".join(field.encode_name for field in msgspec.structs.fields(kind))


async def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, EmulatorError):
        raise error
    refusal = {"error": without_keys(error.message), "hint": without_keys(error.hint)}
    return _json(refusal, error.status)


async def _gone(_request: Request, _error: Exception) -> Response:
    """Answer a client that left in the middle of its request: nobody will read it."""
    return Response(status_code=_BAD_REQUEST)


async def _not_a_route(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    message = without_keys(f"{request.method} {request.url.path}: {error.detail}")
    hint = "the routes of the control plane are in the README, under 'Control plane'"
    return _json({"error": message, "hint": hint}, error.status_code, error.headers)
