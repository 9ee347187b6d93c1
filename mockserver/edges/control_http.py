"""The control plane over HTTP: JSON in, JSON out, one route for each call of `Control`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping
from functools import partial
from threading import Lock
from typing import Any, TypeAlias, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.base.bounds import MAX_MESSAGE, cut
from mockserver.base.errors import EmulatorError
from mockserver.base.json_encoding import encode
from mockserver.base.redaction import without_keys
from mockserver.base.text_encodings import BYTE_ORDER_MARK
from mockserver.contract.openapi import openapi
from mockserver.control import journal
from mockserver.control.clock import ClockChange
from mockserver.control.control import JobChange, ResetScope
from mockserver.control.pages import JournalFilter, ListFilter
from mockserver.edges.heap import return_memory
from mockserver.edges.journal_stream import Events, JournalFeed, long_poll
from mockserver.edges.step_runner import run_async
from mockserver.rules.faults import FaultRequest
from mockserver.state.account import AccountSettings

T = TypeVar("T")
Call: TypeAlias = Callable[[Request, bytes], Any]

_NO_CONTENT, _BAD_REQUEST, _FAILED = 204, 400, 500
_MIB = 1024 * 1024
_MUCH = 16 * _MIB

OVERSIZED = "segmock.oversized"
"""In the scope of a request without a socket: the body went over the limit and was not kept."""


def control_app(news: JournalFeed, max_body: int) -> Starlette:
    """Build the application that answers `/_mock/…` and `/openapi.json`.

    Args:
        news: The control plane, and who waits for exchanges.
        max_body: The largest body that is read, in bytes.
    """
    control, lock = news.control, news.lock

    def change_clock(request: Request, body: bytes) -> Any:
        change = _read(body, ClockChange)
        change.api_key = change.api_key or _key(request)
        return control.change_clock(change)

    calls: dict[str, dict[str, Call]] = {
        "/_mock/health": {"GET": lambda _r, _b: control.health()},
        "/_mock/accounts/{api_key:path}": {
            "GET": lambda r, _b: control.show_account(_named_key(r)),
            "PUT": lambda r, b: control.put_account(_named_key(r), _read(b, AccountSettings)),
            "DELETE": lambda r, _b: control.delete_account(_named_key(r)),
        },
        "/_mock/clock": {
            "GET": lambda r, _b: control.show_clock(_key(r)),
            "PATCH": change_clock,
        },
        "/_mock/jobs": {
            "GET": lambda r, _b: journal.list_jobs(control.services, _filter(r, ListFilter))
        },
        "/_mock/jobs/{request_id}": {
            "GET": lambda r, _b: control.show_job(r.path_params["request_id"]),
            "PATCH": lambda r, b: control.change_job(
                r.path_params["request_id"], _read(b, JobChange)
            ),
        },
        "/_mock/faults": {
            "GET": lambda r, _b: journal.list_faults(control.services, _filter(r, ListFilter)),
            "POST": lambda _r, b: control.add_fault(_read(b, FaultRequest)),
            "DELETE": lambda r, _b: control.clear_faults(_key(r)),
        },
        "/_mock/faults/{fault_id}": {
            "GET": lambda r, _b: control.show_fault(r.path_params["fault_id"]),
            "DELETE": lambda r, _b: control.remove_fault(r.path_params["fault_id"]),
        },
        "/_mock/verdicts": {
            "GET": lambda r, _b: journal.show_verdicts(control.services, _filter(r, ListFilter))
        },
        "/_mock/behaviours": {"GET": lambda _r, _b: control.behaviours()},
        "/openapi.json": {"GET": lambda _r, _b: openapi(control.services.catalogue)},
    }

    async def requests(request: Request) -> Response:
        wanted = _filter(request, JournalFilter)
        if request.method != "DELETE":
            return _json(await long_poll(news, request.receive, wanted))
        await run_async(journal.clear_requests(control.services, wanted), lock)
        return Response(status_code=_NO_CONTENT)

    async def reset(request: Request) -> Response:
        scope = _read(await _read_body(request, max_body), ResetScope)
        kept = control.store.memory.total_bytes
        await run_async(control.reset_in_steps(scope), lock)
        if kept - control.store.memory.total_bytes >= _MUCH:
            return_memory()
        return Response(status_code=_NO_CONTENT)

    routes = [
        Route("/_mock/reset", reset, methods=["POST"]),
        Route("/_mock/events", Events(news, partial(_filter, kind=JournalFilter)), methods=["GET"]),
        Route("/_mock/requests", requests, methods=["GET", "DELETE"]),
    ]
    routes += [
        Route(path, _endpoint(by_method, lock, max_body), methods=list(by_method))
        for path, by_method in calls.items()
    ]
    handlers = {
        HTTPException: _not_a_route,
        EmulatorError: _refused,
        ClientDisconnect: _gone,
        Exception: _failed,
    }
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.router.redirect_slashes = False
    app.state.hide = lambda text: without_keys(text, accounts=control.store.accounts)
    return app


def _endpoint(
    by_method: dict[str, Call], lock: Lock, max_body: int
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        body = await _read_body(request, max_body)
        call = by_method.get(request.method) or by_method["GET"]  # HEAD is a GET without a body
        with lock:
            answer = call(request, body)
        if isinstance(answer, Generator):
            answer = await run_async(answer, lock)
        return Response(status_code=_NO_CONTENT) if answer is None else _json(answer)

    return endpoint


def _key(request: Request) -> str | None:
    return request.query_params.get("api_key")


def _named_key(request: Request) -> str:
    """Return the key that the path names, slashes and all.

    Raises:
        EmulatorError: it names none.
    """
    api_key: str = request.path_params["api_key"]
    if not api_key:
        raise EmulatorError("the path names no key", hint="/_mock/accounts/{api_key}", status=404)
    return api_key


async def _read_body(request: Request, most: int) -> bytes:
    """Read a body.

    Raises:
        EmulatorError: it is longer than so many bytes.
    """
    body, is_oversized = bytearray(), request.scope.get(OVERSIZED, False)
    async for part in request.stream():
        is_oversized = is_oversized or len(body) + len(part) > most
        if not is_oversized:
            body += part
    if is_oversized:
        raise EmulatorError(
            f"the body has more than {most // _MIB} MiB",
            hint="send less, or start with a higher --max-body-mib",
            status=413,
        )
    return bytes(body)


def _json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(encode(value), status, headers, media_type="application/json")


def _read(body: bytes, kind: type[T]) -> T:
    """Read a JSON body; an empty one is an empty object.

    Raises:
        EmulatorError: it is not JSON, or has a field or value that is not known.
    """
    try:
        return msgspec.json.decode(body.removeprefix(BYTE_ORDER_MARK) or b"{}", type=kind)
    except msgspec.ValidationError as error:
        raise EmulatorError(str(error), hint=_fields(kind)) from None
    except (ValueError, RecursionError) as error:
        raise EmulatorError(f"the body is not JSON: {error}", hint=_fields(kind)) from None


def _filter(request: Request, kind: type[T]) -> T:
    """Read a query.

    Raises:
        EmulatorError: it has a field or value that is not known.
    """
    try:
        return msgspec.convert(dict(request.query_params), kind, strict=False)
    except (msgspec.ValidationError, ValueError) as error:
        raise EmulatorError(str(error), hint=_fields(kind)) from None


def _fields(kind: type[Any]) -> str:
    return "fields: " + ", ".join(field.encode_name for field in msgspec.structs.fields(kind))


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, EmulatorError):
        raise error
    hide = request.app.state.hide
    refusal = {"error": cut(hide(error.message), MAX_MESSAGE), "hint": hide(error.hint)}
    return _json(refusal, error.status)


async def _failed(_request: Request, _error: Exception) -> Response:
    """Answer where this plane itself fails; Starlette raises the error again, for the log."""
    hint = "the log of the server has the traceback; please report it"
    return _json({"error": "segmock itself has failed in this call", "hint": hint}, _FAILED)


async def _gone(_request: Request, _error: Exception) -> Response:
    """Answer a client that left in the middle of its request: nobody will read it."""
    return Response(status_code=_BAD_REQUEST)


async def _not_a_route(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    message = request.app.state.hide(f"{request.method} {request.url.path}: {error.detail}")
    hint = "the routes of the control plane are in the README, under 'Control plane'"
    refusal = {"error": cut(message, MAX_MESSAGE), "hint": hint}
    return _json(refusal, error.status_code, error.headers)
