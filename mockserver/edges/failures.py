"""Where the control plane itself fails: one traceback in the log, and a 500 in its own manner."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mockserver.base.failures import find_request_secrets, render_failure
from mockserver.base.wire import Request

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class Reported:
    """An ASGI application that lets no error out: it is told to the log, without keys.

    Args:
        app: The application; it answers before it raises, as Starlette's do.
        report: Takes the traceback.
    """

    def __init__(self, app: ASGIApp, report: Callable[[str], object]) -> None:
        self.app = app
        self.report = report

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        try:
            await self.app(scope, receive, send)
        except Exception as error:  # noqa: BLE001 (uvicorn would print it with the keys in it)
            secrets = find_request_secrets(_read_head(scope))
            self.report(render_failure(error, "a call of the control plane", secrets))


def _read_head(scope: Scope) -> Request:
    return Request(
        method=scope["method"],
        path=scope["path"],
        headers=dict(scope["headers"]),
        query=scope["query_string"].decode("latin-1"),
    )
