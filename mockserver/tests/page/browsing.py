"""A browser that visits a server, and remembers everything that it has to complain of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, WebError

    from mockserver.tests.page.servers import PageServer

LONGEST_MS = 60_000
"""How long a test waits for what must be seen: it ends where nothing comes."""

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    *("--disable-dev-shm-usage", "--no-proxy-server"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
WIDE, NARROW = 1440, 390
"""The widths for which the page is made, in pixels."""

AXE = Path(__file__).parents[3] / ".page" / "node_modules" / "axe-core" / "axe.min.js"
_HEIGHT = 900
_COMPLAINTS = {"error", "warning"}
_OWN_SCHEMES = {"blob", "data", "about"}


def make_context(browser: Browser, width: int = WIDE, **settings: Any) -> BrowserContext:
    """Make a browser that has never been anywhere, with settings such as `color_scheme="dark"`."""
    context = browser.new_context(
        viewport={"width": width, "height": _HEIGHT}, reduced_motion="reduce", **settings
    )
    context.set_default_timeout(LONGEST_MS)
    return context


class Visit:
    """Somebody's look at a server.

    Args:
        context: The browser that they look with. It may have been there before, when others were
            behind the same address: all that it keeps then is files of the page.
        server: What is visited.

    Attributes:
        page: The page.
        accepted: Patterns of complaints that the test expects.
        complaints: What the browser complained of.
    """

    def __init__(self, context: BrowserContext, server: PageServer) -> None:
        self.server = server
        self.accepted: list[str] = []
        self.complaints: list[str] = []
        self.context = context
        self._heard = {
            "request": self._hear_request,
            "console": self._hear_console,
            "weberror": self._hear_error,
        }
        for event, hear in self._heard.items():
            context.on(event, hear)  # type: ignore[call-overload] (each of these is one)
        self.page: Page = context.new_page()

    def open_view(self, name: str, **query: Any) -> Page:
        """Open a view, with what is in its address; return the page once it is connected."""
        told = f"?{urlencode(query)}" if query else ""
        self.page.goto(f"{self.server.url}/_mock/#{name}{told}")
        expect(self.page).to_have_title(re.compile(f"^{name}", re.IGNORECASE))
        expect(self.page.locator(".connection")).to_have_attribute("data-state", "open")
        return self.page

    def __enter__(self) -> Self:
        """Look."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Leave, and complain, unless the test has failed by itself."""
        for page in self.context.pages:
            page.close()
        for event, hear in self._heard.items():
            self.context.remove_listener(event, hear)
        if kind is None:
            assert list(self._list_unexpected()) == []

    def _list_unexpected(self) -> Iterator[str]:
        for complaint in self.complaints:
            if not any(re.search(pattern, complaint) for pattern in self.accepted):
                yield complaint

    def _hear_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        own = urlsplit(self.server.url)
        if parts.scheme not in _OWN_SCHEMES and parts.netloc != own.netloc:
            self.complaints.append(f"asks elsewhere: {request.url}")

    def _hear_error(self, error: WebError) -> None:
        self.complaints.append(str(error.error))

    def _hear_console(self, message: ConsoleMessage) -> None:
        if message.type in _COMPLAINTS:
            self.complaints.append(f"{message.type}: {message.text} ({message.location['url']})")


@cache
def _read_axe() -> str:
    assert AXE.exists(), f"{AXE} is not there: run `make .page/installed`"
    return AXE.read_text(encoding="utf-8")


def check_barriers(page: Page) -> None:
    """Fail if axe-core finds a barrier in what a page shows."""
    page.evaluate(_read_axe())
    found = page.evaluate("async () => (await axe.run()).violations")
    told = [
        f"{each['id']} ({each['impact']}): {each['help']}: {node['html'][:200]}: "
        f"{node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]
    assert told == [], "\n\n".join(told)
