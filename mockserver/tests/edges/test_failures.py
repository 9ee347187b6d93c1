"""Where the control plane itself fails, it answers 500 in its own manner, and tells no key."""

import logging

import httpx
import pytest

from mockserver import Emulator
from mockserver.control.control import Control
from mockserver.edges import control_http, control_operations
from mockserver.edges.own_paths import is_open
from mockserver.tests.base.test_failures import GONE, KEY, fail_with_keys

ROUTES = [
    (method, route.path)
    for route in Emulator(clock="frozen").asgi.control_plane.load().app.routes
    for method in sorted(route.methods - {"HEAD"})
    if route.path != "/_mock/events" and not is_open(route.path.replace(":path", ""))
] + [("GET", path) for path in ("/", "/docs", "/_mock", "/_mock/", "/_mock/health")]
"""What calls the control plane; an icon, and what is not there, are told without it."""


def is_of_the_control_plane(value):
    """Tell whether an attribute of `Control` is one of its nouns."""
    return type(value).__module__.startswith("mockserver.control.")


@pytest.fixture
def failing(monkeypatch):
    """An emulator of which every control call fails."""
    emulator = Emulator(clock="frozen")
    nouns = [noun for noun in vars(emulator.control).values() if is_of_the_control_plane(noun)]
    for kind in (Control, *map(type, nouns)):
        for name, value in vars(kind).items():
            if callable(value) and not name.startswith("_"):
                monkeypatch.setattr(kind, name, fail_with_keys)
    monkeypatch.setattr(control_http, "encode_openapi", fail_with_keys)
    monkeypatch.setattr(control_http, "long_poll", fail_with_keys)
    for name in ("list_effects", "list_plans", "list_routes", "render_snippets"):
        monkeypatch.setattr(control_operations, name, fail_with_keys)
    return emulator


def assert_told(answer, caplog):
    """See a 500 with a hint, one traceback, and no key in either."""
    assert answer.status_code == 500
    assert sorted(answer.json()) == ["error", "hint"]
    [record] = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert record.name == "segmock"
    assert "in fail_with_keys" in record.getMessage()
    for shown in (answer.text, caplog.text):
        assert KEY not in shown
        assert GONE not in shown


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_control_call_that_fails_is_a_500_without_a_key(failing, caplog, method, path):
    """Each call of the control plane, in process; the fields are there, their values odd."""
    url = "http://127.0.0.1" + path.replace("{", "").replace("}", "")
    with httpx.Client(transport=failing.transport) as client:
        is_page = path.startswith("/_mock")
        query, accept = {"api_key": GONE}, {"accept": "*/*" if is_page else "text/html"}
        answer = client.request(method, url, params=query, content=b"{}", headers=accept)
    if answer.status_code == 400:  # this call wants a body that says more
        body = b'{"do": {"status": 503}}'
        with httpx.Client(transport=failing.transport) as client:
            answer = client.request(method, url, content=body)
    assert_told(answer, caplog)


def test_a_server_tells_a_failure_once_and_goes_on(failing, caplog):
    """Over a socket: the client gets the 500, the log one traceback, the next call its answer."""
    with failing.live() as server, httpx.Client(base_url=server.url, timeout=None) as client:
        failed = client.get("/_mock/clock", params={"api_key": GONE})
        credits_left = client.get("/v1/get-user-credits", headers={"x-api-key": KEY})
    assert_told(failed, caplog)
    assert credits_left.status_code == 200
