"""A browser that visits a server, and remembers everything that it has to complain of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import (
        Browser,
        BrowserContext,
        ConsoleMessage,
        Frame,
        Page,
        Request,
        WebError,
    )

    from mockserver.tests.page.servers import PageServer

ColorScheme: TypeAlias = Literal["light", "dark"]

LONGEST_MS = 60_000
"""How long a test waits for what must be seen: it ends where nothing comes."""

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    *("--disable-dev-shm-usage", "--no-proxy-server"),
    # A process less for each frame and each file to go through.
    *("--in-process-gpu", "--enable-features=NetworkServiceInProcess2"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
WIDE, NARROW = 1440, 390
"""The widths for which the page is made, in pixels."""

AXE = Path(__file__).parents[3] / ".page" / "node_modules" / "axe-core" / "axe.min.js"
_FIND_BARRIERS = "async () => (await axe.run({ resultTypes: ['violations'] })).violations"
_HEIGHT = 900
_COMPLAINTS = {"error", "warning"}
_NOWHERE = (-1, -1)
_FORGET = "try { sessionStorage.clear(); } catch { /* It was nowhere. */ }"
_OWN_SCHEMES = {"blob", "data", "about", "chrome-error"}


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
        keeps_tab: Whether the first tab is left for who comes next: a page in a new one loads and
            reads every file anew.

    Attributes:
        page: The page.
        accepted: Patterns of complaints that the test expects.
        complaints: What the browser complained of.
    """

    def __init__(
        self, context: BrowserContext, server: PageServer, *, keeps_tab: bool = False
    ) -> None:
        self._keeps_tab = keeps_tab
        self.server = server
        self.accepted: list[str] = []
        self.complaints: list[str] = []
        self.context = context
        self._undone = ExitStack()
        self._hear(context, "requestfailed", self._hear_failure)
        self._hear(context, "console", self._hear_console)
        self._hear(context, "weberror", self._hear_error)
        self.page: Page = context.pages[0] if context.pages else context.new_page()
        self._hear(self.page, "framenavigated", self._hear_navigation)

    def note_requests(self, note: Callable[[Request], object]) -> None:
        """Have a function called with each request of the page, until the visit ends."""
        self._hear(self.page, "request", note)

    def look(self, width: int = WIDE, scheme: ColorScheme = "light") -> None:
        """Look with a window of this width, in light or dark, until the visit ends."""
        self._undone.callback(self._set_look, WIDE, "light")
        self._set_look(width, scheme)

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
        with self._undone:
            self._leave(is_well=kind is None)
        if kind is None:
            assert list(self._list_unexpected()) == []

    def _leave(self, *, is_well: bool) -> None:
        """Close all pages but one that is kept, unless something went wrong there."""
        for page in self.context.pages:
            if page is not self.page or not (self._keeps_tab and is_well):
                page.close()
        if not self.page.is_closed():
            self.page.unroute_all(behavior="ignoreErrors")
            self.page.evaluate(_FORGET)
            self.page.mouse.move(*_NOWHERE)
            self.page.goto("about:blank")

    def _set_look(self, width: int, scheme: ColorScheme) -> None:
        if not self.page.is_closed():
            self.page.set_viewport_size({"width": width, "height": _HEIGHT})
            self.page.emulate_media(color_scheme=scheme)

    def _hear(self, source: Any, event: str, hear: Callable[[Any], object]) -> None:
        source.on(event, hear)
        self._undone.callback(source.remove_listener, event, hear)

    def _list_unexpected(self) -> Iterator[str]:
        for complaint in self.complaints:
            if not any(re.search(pattern, complaint) for pattern in self.accepted):
                yield complaint

    def _hear_failure(self, request: Request) -> None:
        """Elsewhere there is nothing that could answer: what is asked there fails."""
        self._note_place(request.url)

    def _hear_navigation(self, frame: Frame) -> None:
        self._note_place(frame.url)

    def _note_place(self, url: str) -> None:
        parts = urlsplit(url)
        own = urlsplit(self.server.url)
        if parts.scheme not in _OWN_SCHEMES and parts.netloc != own.netloc:
            self.complaints.append(f"asks elsewhere: {url}")

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
    found = page.evaluate(_FIND_BARRIERS)
    told = [
        f"{each['id']} ({each['impact']}): {each['help']}: {node['html'][:200]}: "
        f"{node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]
    assert told == [], "\n\n".join(told)
