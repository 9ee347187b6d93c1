"""What browsers ask of the emulator, and what programs get at the same places."""

from __future__ import annotations

import httpx
import pytest

from mockserver import Emulator, __version__
from mockserver.edges.front_page import LINKS
from mockserver.edges.listeners import listen
from mockserver.edges.own_paths import PAGE_PREFIX
from mockserver.edges.serve import serve_in_thread
from mockserver.page.files import HEADERS, SHELL, read_version
from mockserver.tests.base.test_accept import CHROMIUM
from mockserver.tests.conftest import KEY, OTHER_KEY, PROMPT
from mockserver.tests.edges.test_asgi import CREDITS, SUBMIT
from mockserver.tests.edges.test_own_paths import FOR_BROWSERS

BROWSER = {"accept": CHROMIUM}
LOOKS, PAGES = ["/", "/docs"], ["/_mock", "/_mock/"]
FILES = [f"/_mock/page/{name}" for name in ("app.mjs", "base.css", "jobs/jobs.mjs")]
TOKEN = "sesame"


@pytest.fixture(scope="module")
def emulator():
    """An emulator whose clock stands still."""
    return Emulator(clock="frozen")


@pytest.fixture(scope="module")
def socket(emulator):
    """A client of it over a socket."""
    with emulator.live() as server, httpx.Client(base_url=server.url) as client:
        yield client


@pytest.fixture(params=["socket", "in process"])
def live(request, emulator, socket):
    """A client of it, over a socket and without one."""
    socket.post("/_mock/reset")
    if request.param == "socket":
        yield socket
        return
    with httpx.Client(transport=emulator.transport, base_url="http://127.0.0.1") as client:
        yield client


def list_requests(client):
    """Return what is in the journal."""
    return client.get("/_mock/requests").json()["requests"]


@pytest.mark.parametrize("path", LOOKS)
def test_a_browser_gets_a_first_look(live, path):
    """By GET, and its headers by HEAD; what it shows is what there is."""
    live.post(SUBMIT, json=PROMPT, headers={"x-api-key": OTHER_KEY})
    page = live.get(path, headers=BROWSER)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "content-security-policy" in page.headers
    for text in (
        __version__,
        f"POST {SUBMIT}",
        str(live.base_url).rstrip("/"),
        f"...{OTHER_KEY[-4:]}",
    ):
        assert text in page.text
    assert OTHER_KEY not in page.text
    head = live.head(path, headers=BROWSER)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == page.headers["content-length"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
def test_a_program_gets_the_same_as_json(live, path, accept):
    """The facts of the page, and where to go."""
    live.post(SUBMIT, json=PROMPT, headers={"x-api-key": KEY})
    answer = live.get(path, headers={"accept": accept})
    shown = answer.json()
    health = live.get("/_mock/health").json()
    assert health.items() <= shown.items()
    assert (shown["name"], "ideogram-3" in shown["models"]) == ("segmock", True)
    [exchange] = shown["requests"]
    assert (exchange["path"], exchange["api_key"]) == (SUBMIT, "...cdef")
    assert "request" not in exchange
    assert list(shown["links"]) == list(LINKS)
    assert "accept" in answer.headers["vary"]


def test_every_link_leads_somewhere(socket):
    """Also that of the events, which does not end."""
    for name, url in socket.get("/_mock").json()["links"].items():
        with socket.stream("GET", url) as answer:
            assert answer.status_code == 200, name


@pytest.mark.fact("R9")
@pytest.mark.parametrize("path", ["/", "/docs"])
@pytest.mark.parametrize("accept", ["*/*", "application/json", "image/png"])
def test_a_client_gets_what_the_gateway_answers(live, path, accept):
    """The gateway has no page: an unknown path is 404, and is in the journal."""
    answer = live.get(path, headers={"accept": accept})
    assert (answer.status_code, answer.json()) == (404, {"error": f"Not Found: GET {path}"})
    posted = live.post(path, headers=BROWSER, json={})
    assert (posted.status_code, posted.json()) == (404, {"error": f"Not Found: POST {path}"})
    assert [each["path"] for each in list_requests(live)] == [path, path]


def test_the_newest_exchanges_come_first_and_are_few(live):
    """A first look is no journal."""
    for number in range(12):
        live.get(f"/nowhere/{number}")
    paths = [each["path"] for each in live.get("/_mock").json()["requests"]]
    assert paths == [f"/nowhere/{number}" for number in range(11, 1, -1)]


@pytest.mark.parametrize("path", [*LOOKS, *PAGES, *FILES, *FOR_BROWSERS])
def test_visits_are_in_no_journal(live, path):
    """Nor do they make an account, or count as strays."""
    live.get(path, headers=BROWSER)
    live.head(path, headers=BROWSER)
    assert list_requests(live) == []
    assert live.get("/_mock/health").json()["accounts"] == 0


@pytest.mark.parametrize("path", FOR_BROWSERS)
def test_browsers_get_an_icon_and_are_told_what_is_not_there(live, path):
    """In the words of the gateway."""
    answer = live.get(path)
    if "icon" in path:
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    else:
        assert (answer.status_code, answer.json()) == (404, {"error": f"Not Found: GET {path}"})


# The page to watch and steer with


@pytest.mark.parametrize("path", PAGES)
def test_a_browser_gets_the_page_to_watch_and_steer_with(live, path):
    """By GET, and its headers by HEAD; nothing of it depends on what the emulator holds."""
    page = live.get(path, headers=BROWSER)
    assert (page.status_code, page.content) == (200, read_version(PAGE_PREFIX).files[SHELL].content)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["vary"] == "accept"
    assert HEADERS.items() <= dict(page.headers).items()
    head = live.head(path, headers=BROWSER)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == page.headers["content-length"]


# What the first look shows


@pytest.mark.parametrize(
    ("headers", "url"),
    [
        ({"host": "localhost:99"}, "http://localhost:99"),
        (
            {"x-forwarded-host": "gateway.test", "x-forwarded-proto": "https"},
            "https://gateway.test",
        ),
        ({"x-forwarded-host": "<b>"}, None),
    ],
)
def test_the_page_names_the_server_as_the_visitor_reaches_it(live, headers, url):
    """As the URLs of a submit do."""
    page = live.get("/", headers=BROWSER | headers)
    assert f"<code>{url or str(live.base_url).rstrip('/')}</code>" in page.text
    assert "<b>" not in page.text


# Who may not steer


@pytest.fixture(scope="module")
def guarded():
    """A client of a server with a token."""
    emulator = Emulator(clock="frozen")
    app = emulator.protect_asgi("127.0.0.1", TOKEN)
    with (
        serve_in_thread(app, listen("127.0.0.1", 0)) as server,
        httpx.Client(base_url=server.url) as client,
    ):
        client.get(CREDITS, headers={"x-api-key": KEY})
        yield client


@pytest.mark.parametrize("path", LOOKS)
def test_without_the_token_the_first_look_says_how_to_give_it(guarded, path):
    """And shows nothing of what the emulator holds; with it, all."""
    closed = guarded.get(path, headers=BROWSER)
    assert (closed.status_code, closed.headers["content-type"]) == (401, "text/html; charset=utf-8")
    assert "Authorization: Bearer" in closed.text
    assert "GET /v1" not in closed.text
    assert "2026-01-01" not in closed.text
    assert TOKEN not in closed.text
    opened = guarded.get(path, headers=BROWSER | {"authorization": f"Bearer {TOKEN}"})
    assert opened.status_code == 200
    assert f"GET {CREDITS}" in opened.text
    wrong = guarded.get(path, headers=BROWSER | {"authorization": "Bearer no"})
    assert wrong.status_code == 401


@pytest.mark.parametrize("path", [*PAGES, *FILES])
def test_without_the_token_the_page_and_its_files_are_there(guarded, path):
    """They hold nothing: the page asks for the token. A wrong one is refused as ever."""
    answer = guarded.get(path, headers=BROWSER)
    assert answer.status_code == 200
    assert "GET /v1" not in answer.text
    assert TOKEN not in answer.text
    wrong = guarded.get(path, headers=BROWSER | {"authorization": "Bearer no"})
    assert (wrong.status_code, set(wrong.json())) == (401, {"error", "hint"})


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer no"}])
def test_without_the_token_a_program_is_refused_as_ever(guarded, headers):
    """With an error and a hint."""
    answer = guarded.get("/_mock", headers=headers)
    assert (answer.status_code, set(answer.json())) == (401, {"error", "hint"})


@pytest.mark.parametrize(
    "headers", [{"host": "evil.example"}, {"origin": "https://evil.example"}], ids=str
)
def test_a_foreign_page_sees_nothing_of_the_state(socket, headers):
    """Neither by a name that was pointed here, nor across origins."""
    socket.get(CREDITS, headers={"x-api-key": KEY})
    for path in (*LOOKS, *PAGES, *FILES):
        answer = socket.get(path, headers=BROWSER | headers)
        assert answer.status_code == 403
        assert f"GET {CREDITS}" not in answer.text
        assert "access-control-allow-origin" not in answer.headers
    assert set(socket.get("/_mock", headers=headers).json()) == {"error", "hint"}


@pytest.mark.parametrize("path", FOR_BROWSERS)
def test_what_browsers_ask_by_themselves_needs_no_token(guarded, path):
    """It shows nothing."""
    assert guarded.get(path).status_code in {200, 404}
