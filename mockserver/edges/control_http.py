"""The control plane over HTTP: JSON in, JSON out, one route for each operation of `Control`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping
from functools import partial
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.base.bounds import MAX_MESSAGE, cut
from mockserver.base.errors import EmulatorError
from mockserver.base.json_encoding import encode
from mockserver.base.redaction import hide_keys
from mockserver.contract.openapi import encode_openapi
from mockserver.control.account_names import put_key
from mockserver.control.control import Control, ResetScope
from mockserver.control.journal import JournalFilter
from mockserver.edges.browser_http import make_browser_routes
from mockserver.edges.control_operations import Operation, list_operations
from mockserver.edges.control_requests import parse_body, parse_query, read_body
from mockserver.edges.heap import return_memory
from mockserver.edges.journal_stream import Events, JournalFeed, long_poll
from mockserver.edges.output_http import make_output_endpoint
from mockserver.edges.step_runner import run_async
from mockserver.edges.transactions import Transactions

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]

_NO_CONTENT, _BAD_REQUEST, _FAILED = 204, 400, 500
_MUCH = 16 * 1024 * 1024


def make_control_app(feed: JournalFeed, max_body: int) -> Starlette:
    """Build the application that answers `/_mock/…`, `/openapi.json` and what browsers ask.

    Args:
        feed: The control plane, and who waits for exchanges.
        max_body: The largest body that is read, in bytes.
    """
    control, transactions = feed.control, feed.transactions
    routes = [
        Route("/_mock/reset", _make_reset_endpoint(feed, max_body), methods=["POST"]),
        Route("/_mock/events", Events(feed, partial(_read_filter, feed)), methods=["GET"]),
        Route("/_mock/requests", _make_requests_endpoint(feed), methods=["GET", "DELETE"]),
    ]
    routes += [
        Route(path, _make_endpoint(by_method, transactions, max_body), methods=list(by_method))
        for path, by_method in list_operations(control).items()
    ]
    routes += [
        Route("/_mock/outputs/{name}", make_output_endpoint(feed), methods=["GET"]),
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


def _make_requests_endpoint(feed: JournalFeed) -> Endpoint:
    async def show_or_clear(request: Request) -> Response:
        wanted = _read_filter(feed, request)
        if request.method != "DELETE":
            return _render_json(await long_poll(feed, request.receive, wanted))
        await run_async(feed.control.journal.clear_in_steps(wanted), feed.transactions)
        return Response(status_code=_NO_CONTENT)

    return show_or_clear


def _read_filter(feed: JournalFeed, request: Request) -> JournalFilter:
    """Return which exchanges are wanted; an account may go by its name."""
    wanted = parse_query(request, JournalFilter)
    return feed.transactions.run(lambda: put_key(wanted, feed.store.accounts))


def _make_document_endpoint(control: Control) -> Endpoint:
    async def show_document(_request: Request) -> Response:
        # Contracts do not change, so nobody has to wait for the lock while it is written.
        text = encode_openapi(control.services.catalogue)
        return Response(text, media_type="application/json")

    return show_document


def _make_reset_endpoint(feed: JournalFeed, max_body: int) -> Endpoint:
    async def reset(request: Request) -> Response:
        asked = parse_body(await read_body(request, max_body), ResetScope)
        scope = feed.transactions.run(lambda: put_key(asked, feed.store.accounts))
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
        body = await read_body(request, max_body)
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


def _render_json(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(encode(value), status, headers, media_type="application/json")


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
