"""The control plane over HTTP: JSON in, JSON out, one route for each operation of `Control`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping
from functools import partial
from typing import Any, TypeAlias, TypeVar

import msgspec
from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.base.bounds import MAX_MESSAGE, cut
from mockserver.base.errors import EmulatorError
from mockserver.base.json_encoding import encode
from mockserver.base.redaction import hide_keys
from mockserver.base.struct_errors import explain_struct_error
from mockserver.base.text_encodings import BYTE_ORDER_MARK
from mockserver.contract.openapi import encode_openapi
from mockserver.control.clock import ClockChange
from mockserver.control.control import Control, ResetScope
from mockserver.control.jobs import JobChange
from mockserver.control.journal import JournalFilter
from mockserver.control.pages import ListFilter, VerdictFilter
from mockserver.control.reports import ReportFilter
from mockserver.edges.access import REFUSAL
from mockserver.edges.browser_http import make_browser_routes
from mockserver.edges.heap import return_memory
from mockserver.edges.journal_stream import Events, JournalFeed, long_poll
from mockserver.edges.step_runner import run_async
from mockserver.edges.transactions import Transactions
from mockserver.rules.faults import FaultRequest
from mockserver.state.account import AccountSettings

T = TypeVar("T")
Operation: TypeAlias = Callable[[Request, bytes], Any]
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]

_NO_CONTENT, _BAD_REQUEST, _FAILED = 204, 400, 500
_MIB = 1024 * 1024
_MUCH = 16 * _MIB

OVERSIZED = "segmock.oversized"
"""In the scope of a request without a socket: the body went over the limit and was not kept."""


def make_control_app(feed: JournalFeed, max_body: int) -> Starlette:
    """Build the application that answers `/_mock/…`, `/openapi.json` and what browsers ask.

    Args:
        feed: The control plane, and who waits for exchanges.
        max_body: The largest body that is read, in bytes.
    """
    control, transactions = feed.control, feed.transactions
    events = Events(feed, partial(_parse_query, kind=JournalFilter))
    routes = [
        Route("/_mock/reset", _make_reset_endpoint(feed, max_body), methods=["POST"]),
        Route("/_mock/events", events, methods=["GET"]),
        Route("/_mock/requests", _make_requests_endpoint(feed), methods=["GET", "DELETE"]),
    ]
    routes += [
        Route(path, _make_endpoint(by_method, transactions, max_body), methods=list(by_method))
        for path, by_method in _list_operations(control).items()
    ]
    routes += [
        Route("/openapi.json", _make_document_endpoint(control), methods=["GET"]),
        *make_browser_routes(feed),
    ]
    handlers = {
        HTTPException: _answer_no_route,
        EmulatorError: _answer_refusal,
        ClientDisconnect: _answer_nobody,
        Exception: _answer_failure,
    }
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.router.redirect_slashes = False
    store = control.services.store
    app.state.hide = lambda text: hide_keys(text, accounts=store.keys)
    return app


def _list_operations(control: Control) -> dict[str, dict[str, Operation]]:
    """Return the operations of one step or of some, by path and method."""
    accounts, clock, jobs, faults = control.accounts, control.clock, control.jobs, control.faults
    return {
        "/_mock/health": {"GET": lambda r, _b: _show_health(control, r)},
        "/_mock/accounts/{api_key:path}": {
            "GET": lambda r, _b: accounts.show(_parse_named_key(r)),
            "PUT": lambda r, b: accounts.put(_parse_named_key(r), _parse_body(b, AccountSettings)),
            "DELETE": lambda r, _b: accounts.delete(_parse_named_key(r)),
        },
        "/_mock/clock": {
            "GET": lambda r, _b: clock.show(_parse_key(r)),
            "PATCH": lambda r, b: clock.change_in_steps(_parse_clock_change(r, b)),
        },
        "/_mock/jobs": {"GET": lambda r, _b: jobs.list_in_steps(_parse_query(r, ListFilter))},
        "/_mock/jobs/{request_id}": {
            "GET": lambda r, _b: jobs.show(r.path_params["request_id"]),
            "PATCH": lambda r, b: jobs.change(
                r.path_params["request_id"], _parse_body(b, JobChange)
            ),
        },
        "/_mock/faults": {
            "GET": lambda r, _b: faults.list(_parse_query(r, ListFilter)),
            "POST": lambda _r, b: faults.add(_parse_body(b, FaultRequest)),
            "DELETE": lambda r, _b: faults.clear(_parse_key(r)),
        },
        "/_mock/faults/{fault_id}": {
            "GET": lambda r, _b: faults.show(r.path_params["fault_id"]),
            "DELETE": lambda r, _b: faults.remove(r.path_params["fault_id"]),
        },
        "/_mock/verdicts": {
            "GET": lambda r, _b: control.verdicts.show_in_steps(_parse_query(r, VerdictFilter))
        },
        "/_mock/report": {
            "GET": lambda r, _b: control.reports.show_in_steps(_parse_query(r, ReportFilter))
        },
        "/_mock/behaviours": {"GET": lambda _r, _b: control.list_behaviours()},
    }


def _make_requests_endpoint(feed: JournalFeed) -> Endpoint:
    async def show_or_clear(request: Request) -> Response:
        wanted = _parse_query(request, JournalFilter)
        if request.method != "DELETE":
            return _render_json(await long_poll(feed, request.receive, wanted))
        await run_async(feed.control.journal.clear_in_steps(wanted), feed.transactions)
        return Response(status_code=_NO_CONTENT)

    return show_or_clear


def _make_document_endpoint(control: Control) -> Endpoint:
    async def show_document(_request: Request) -> Response:
        # Contracts do not change, so nobody has to wait for the lock while it is written.
        text = encode_openapi(control.services.catalogue)
        return Response(text, media_type="application/json")

    return show_document


def _make_reset_endpoint(feed: JournalFeed, max_body: int) -> Endpoint:
    async def reset(request: Request) -> Response:
        scope = _parse_body(await _read_body(request, max_body), ResetScope)
        kept = feed.transactions.run(lambda: feed.store.kept_bytes)
        await run_async(feed.control.reset_in_steps(scope), feed.transactions)
        if kept - feed.transactions.run(lambda: feed.store.kept_bytes) >= _MUCH:
            return_memory()
        return Response(status_code=_NO_CONTENT)

    return reset


def _make_endpoint(
    by_method: dict[str, Operation], transactions: Transactions, max_body: int
) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        body = await _read_body(request, max_body)
        # HEAD is a GET without a body.
        operation = by_method.get(request.method) or by_method["GET"]
        answer = transactions.run(lambda: operation(request, body))
        if isinstance(answer, Generator):
            answer = await run_async(answer, transactions)
        return _render(answer)

    return endpoint


def _render(answer: Any) -> Response:
    """Return the response of what an operation returns: nothing, a text, or a JSON value."""
    if answer is None:
        return Response(status_code=_NO_CONTENT)
    if isinstance(answer, str):
        return Response(answer.encode("utf-8", "backslashreplace"), media_type="text/plain")
    return _render_json(answer)


def _show_health(control: Control, request: Request) -> dict[str, Any]:
    """Show the health, or of it what everybody may know."""
    return control.show_status() if REFUSAL in request.scope else control.show_health()


def _parse_clock_change(request: Request, body: bytes) -> ClockChange:
    """Return the change that a body describes; the query names a key where the body does not."""
    change = _parse_body(body, ClockChange)
    return replace(change, api_key=change.api_key or _parse_key(request))


def _parse_key(request: Request) -> str | None:
    return request.query_params.get("api_key")


def _parse_named_key(request: Request) -> str:
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


def _render_json(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(encode(value), status, headers, media_type="application/json")


def _parse_body(body: bytes, kind: type[T]) -> T:
    """Read a JSON body; an empty one is an empty object.

    Raises:
        EmulatorError: it is not JSON, or has a field or value that is not known.
    """
    try:
        return msgspec.json.decode(body.removeprefix(BYTE_ORDER_MARK) or b"{}", type=kind)
    except msgspec.ValidationError as error:
        raise explain_struct_error(error, kind) from None
    except (ValueError, RecursionError) as error:
        hint = explain_struct_error(error, kind).hint
        raise EmulatorError(f"the body is not JSON: {error}", hint=hint) from None


def _parse_query(request: Request, kind: type[T]) -> T:
    """Read a query.

    Raises:
        EmulatorError: it has a field or value that is not known.
    """
    try:
        return msgspec.convert(dict(request.query_params), kind, strict=False)
    except (msgspec.ValidationError, ValueError) as error:
        raise explain_struct_error(error, kind) from None


async def _answer_refusal(request: Request, error: Exception) -> Response:
    if not isinstance(error, EmulatorError):
        raise error
    hide = request.app.state.hide
    refusal = {"error": cut(hide(error.message), MAX_MESSAGE), "hint": hide(error.hint)}
    return _render_json(refusal, error.status)


async def _answer_failure(_request: Request, _error: Exception) -> Response:
    """Answer where this plane itself fails; Starlette raises the error again, for the log."""
    hint = "the log of the server has the traceback; please report it"
    return _render_json({"error": "segmock itself has failed in this call", "hint": hint}, _FAILED)


async def _answer_nobody(_request: Request, _error: Exception) -> Response:
    """Answer a client that left in the middle of its request: nobody will read it."""
    return Response(status_code=_BAD_REQUEST)


async def _answer_no_route(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    message = request.app.state.hide(f"{request.method} {request.url.path}: {error.detail}")
    hint = "docs/control-plane.md has every route of the control plane, under 'Routes'"
    refusal = {"error": cut(message, MAX_MESSAGE), "hint": hint}
    return _render_json(refusal, error.status_code, error.headers)
