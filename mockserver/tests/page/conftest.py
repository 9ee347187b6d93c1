"""What the tests of the page share: a browser, servers to look at, and pages that complain.

A test opens a view of its `server` by `open_view`, and drives what it gets by Playwright, whose
`expect` waits for what must come. At its end it fails if the browser had anything to complain of:
an error, a violation of the page's policy, or something that was to be loaded from elsewhere.
"""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from playwright.sync_api import expect, sync_playwright

from mockserver.tests.page.browsing import FLAGS, LONGEST_MS, Visit, check_barriers, make_context
from mockserver.tests.page.servers import SharedSocket, serve_page
from mockserver.tests.tools import find_tool

expect.set_options(timeout=LONGEST_MS)


@pytest.fixture(scope="package")
def browser():
    """Chromium, for the tests of this folder.

    While Playwright runs no other loop can in this thread, so it ends before tests of elsewhere:
    pytest knows when that is because the folder is a package.
    """
    path = find_tool("chromium-headless-shell")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def context(browser):
    """Make the browser that tests share: what it keeps of one test are files of the page.

    Whatever cannot be undone, as a clock, a permission or a script that pages begin with, wants a
    browser of its own: `make_visit`.
    """
    with make_context(browser) as made:
        yield made


@pytest.fixture(scope="package")
def socket():
    """Make the socket that tests share, behind which their servers stand."""
    with SharedSocket().serve() as made:
        yield made


@pytest.fixture
def make_server():
    """Make a server that lasts as long as the test: `make_server(token=None, **settings)`."""
    with ExitStack() as stack:
        yield lambda **fields: stack.enter_context(serve_page(**fields))


@pytest.fixture
def server(socket):
    """A server whose clock stands still."""
    with socket.stand_behind() as made:
        yield made


@pytest.fixture
def replace_server(socket, server):  # noqa: ARG001 (it is what is replaced)
    """Have another server stand where `server` does: `replace_server(clock="x60", …)`."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(socket.stand_behind(**settings))


@pytest.fixture
def make_visit(browser, make_server):  # noqa: ARG001 (it ends before that does)
    """Make a visitor of a server who was nowhere yet: `make_visit(server, width=1440, **context)`.

    Visitors leave before their servers do: a page that asks one that is gone would complain.
    """
    with ExitStack() as stack:

        def make(server, **settings):
            context = stack.enter_context(make_context(browser, **settings))
            return stack.enter_context(Visit(context, server))

        yield make


@pytest.fixture
def visit(context, server):
    """A visitor of the server; `visit.accepted` has patterns of complaints that a test expects."""
    with Visit(context, server, keeps_tab=True) as made:
        yield made


@pytest.fixture
def page(visit):
    """A page of the visitor, where nothing has been opened yet."""
    return visit.page


@pytest.fixture
def open_view(visit):
    """Open a view of the server: `open_view("jobs", account=name)` returns the page."""
    return visit.open_view


@pytest.fixture
def run_module(page, server):
    """Call a function with a module of the page: `run_module("base/money", "(m, x) => …", x)`.

    Nothing else of the page is loaded, unless the test has opened a view before.
    """

    def run(name, function, argument=None):
        if page.url == "about:blank":
            page.goto(f"{server.url}/_mock/health")
        load = f"await import('/_mock/page/{name}.mjs')"
        return page.evaluate(f"async (given) => ({function})({load}, given)", argument)

    return run


@pytest.fixture
def check_accessibility():
    """Fail if axe-core finds a barrier in a page: `check_accessibility(page)`."""
    return check_barriers
