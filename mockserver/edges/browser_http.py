"""What browsers ask: pages and their files, and what they ask of every server by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.base.accept import prefers_html
from mockserver.base.error_pages import HTML
from mockserver.base.errors import EmulatorError
from mockserver.base.json_encoding import encode
from mockserver.edges.access import REFUSAL, AccessRefusal
from mockserver.edges.control_requests import find_root
from mockserver.edges.front_page import LINKS, Sight, list_page_headers, render_front_page
from mockserver.edges.journal_stream import JournalFeed
from mockserver.edges.own_paths import PAGE_PREFIX
from mockserver.edges.page_http import PageHttp, is_foreign
from mockserver.edges.step_runner import run_async
from mockserver.media.icon import render_icon

_DAY_S = 24 * 60 * 60
_ICON_HEADERS = {"cache-control": f"max-age={_DAY_S}"}
_OK, _NOT_FOUND = 200, 404
_VARYING = {"vary": "accept", "cache-control": "no-store"}


def make_browser_routes(feed: JournalFeed) -> list[Route]:
    """Make the routes of what browsers ask."""
    page = PageHttp()
    look = FirstLook(feed, page)
    return [
        *(Route(path, look.show) for path in ("/", "/docs")),
        *(Route(path, look.show_or_open_page) for path in ("/_mock", "/_mock/")),
        Route(PAGE_PREFIX + "{path:path}", page.show_file),
        *(Route(path, _show_icon) for path in ("/favicon.ico", "/apple-touch-icon{size:path}.png")),
        *(
            Route(path, _show_nothing)
            for path in ("/robots.txt", "/.well-known/appspecific/{name}")
        ),
    ]


class FirstLook:
    """The first look: a page without a script for browsers, and the same in JSON for programs."""

    def __init__(self, feed: JournalFeed, page: PageHttp) -> None:
        self._page = page
        self._control = feed.control
        self._transactions = feed.transactions

    async def show_or_open_page(self, request: Request) -> Response:
        """Answer a browser with the page to watch and steer with, and a program as `show` does."""
        may_open = _prefers_page(request) and not is_foreign(request)
        return self._page.open(request) if may_open else await self.show(request)

    async def show(self, request: Request) -> Response:
        """Answer with the page, or with JSON.

        Raises:
            EmulatorError: JSON is wanted by somebody who may not steer.
        """
        url = find_root(request)
        wants_page = _prefers_page(request)
        refusal: AccessRefusal | None = request.scope.get(REFUSAL)
        if refusal is not None:
            if not wants_page:
                raise EmulatorError(refusal.error, hint=refusal.hint, status=refusal.status)
            return self._render_page(url, refusal, refusal.status)
        overview = await run_async(self._control.show_overview_in_steps(), self._transactions)
        if wants_page:
            return self._render_page(url, overview, _OK)
        links = {name: url + path for name, (path, _) in LINKS.items()}
        content = encode({**overview, "links": links})
        return Response(content, headers=_VARYING, media_type="application/json")

    def _render_page(
        self, url: str, shown: Mapping[str, Any] | AccessRefusal, status: int
    ) -> Response:
        accept = self._control.services.options.accept
        page = render_front_page(Sight(url, self._control.version, accept, shown))
        return Response(page, status, list_page_headers(), media_type=HTML)


def _prefers_page(request: Request) -> bool:
    return prefers_html(request.headers.get("accept", "").encode("latin-1"))


async def _show_icon(_request: Request) -> Response:
    return Response(render_icon(), headers=_ICON_HEADERS, media_type="image/png")


async def _show_nothing(request: Request) -> Response:
    """Refuse in the words of the gateway, which has nothing here either."""
    content = encode({"error": f"Not Found: {request.method} {request.url.path}"})
    return Response(content, _NOT_FOUND, media_type="application/json")
