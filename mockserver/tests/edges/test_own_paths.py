"""Which requests are the emulator's own, and which the gateway's."""

import pytest

from mockserver.contract.routing import ROUTES
from mockserver.edges.own_paths import OWN_PATHS, OWN_PREFIXES, is_open, is_own
from mockserver.tests.base.test_accept import CHROMIUM

BROWSER, PROGRAM = {b"accept": CHROMIUM.encode()}, {b"accept": b"*/*"}
ANYTHING = ["GET", "HEAD", "POST", "DELETE", "OPTIONS"]
ICONS = ["/apple-touch-icon.png", "/apple-touch-icon-precomposed.png"]
FOR_BROWSERS = [
    *("/favicon.ico", "/robots.txt", "/.well-known/appspecific/com.chrome.devtools.json"),
    *(*ICONS, "/apple-touch-icon-120x120-precomposed.png"),
]


@pytest.mark.parametrize("method", ANYTHING)
@pytest.mark.parametrize("path", ["/_mock", "/_mock/", "/_mock/clock", "/_mock/x", "/openapi.json"])
def test_the_control_plane_is_the_emulators_whoever_asks(method, path):
    """By any verb, for programs and browsers."""
    assert is_own(method, path, PROGRAM)
    assert is_own(method, path, BROWSER)


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_is_for_who_reads_pages(path):
    """A program, or one that does not say, gets what the gateway would answer."""
    for method in ANYTHING:
        assert is_own(method, path, BROWSER) is (method in {"GET", "HEAD"})
        assert not is_own(method, path, PROGRAM)
        assert not is_own(method, path, {})


@pytest.mark.parametrize("path", FOR_BROWSERS)
def test_what_browsers_ask_by_themselves_is_no_call_of_the_gateway(path):
    """They ask for it with any Accept, and only to read."""
    for method in ANYTHING:
        assert is_own(method, path, {}) is (method in {"GET", "HEAD"})
    assert is_open(path)


@pytest.mark.parametrize("row", [row for row in ROUTES.values() if row.path], ids=str)
def test_no_route_of_the_gateway_is_taken_from_it(row):
    """Not even for browsers."""
    path = row.fill_path("favicon.ico")
    assert not is_own("GET", path, BROWSER)
    assert not is_open(path)


@pytest.mark.parametrize(
    "path", ["/docs/", "//", "/_mockery", "/v1", "/.well-known/x", "", "/icon"]
)
def test_all_else_is_the_gateways(path):
    """Also what looks similar."""
    assert not is_own("GET", path, BROWSER)


def test_the_short_question_has_everything_in_it():
    """An edge asks that first, because it costs little."""
    own = ["/_mock", "/_mock/", "/_mock/x", "/openapi.json", "/", "/docs", *FOR_BROWSERS]
    assert all(path in OWN_PATHS or path.startswith(OWN_PREFIXES) for path in own)


@pytest.mark.parametrize("path", ["/_mock", "/_mock/", "/_mock/page/app.mjs", "/_mock/health"])
def test_the_page_and_the_health_are_open(path):
    """Neither shows anything but to who may see it."""
    assert is_open(path)


@pytest.mark.parametrize(
    "path",
    ["/_mock/clock", "/_mock/requests", "/openapi.json", "/_mock/x", "/_mock/page", "/_mock/pages"],
)
def test_what_shows_or_changes_something_is_not_open(path):
    """The token, or a name of this machine, is asked for there."""
    assert not is_open(path)
