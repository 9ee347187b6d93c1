"""Who may steer the emulator, and who may not."""

import httpx
import pytest

from mockserver import __version__
from mockserver.base.errors import EmulatorError
from mockserver.edges.access import AccessCheck
from mockserver.emulator import Emulator
from mockserver.tests.conftest import KEY

TOKEN = "a long word"
FOREIGN = ["https://evil.example", "http://localhost.evil.example", "http://evil.example#localhost"]


@pytest.fixture(scope="module")
def url():
    """The root of a server on a loopback address, without a token."""
    with Emulator().live() as server:
        yield server.url


def ask_control(url, **headers):
    """Ask the control plane for something."""
    return httpx.get(f"{url}/_mock/clock", headers=headers)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:1",
        "localhost",
        "LOCALHOST:8765",
        "[::1]:8765",
        "127.1",
        "localhost.",
        "a.localhost",
    ],
)
def test_names_of_this_machine_are_answered(url, host):
    """A loopback name in Host is fine, whatever the port."""
    assert ask_control(url, host=host).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8", "127.0.0.1.evil.example", "h"])
def test_a_foreign_host_is_refused(url, host):
    """A name that a web page could have pointed here is refused, with a hint."""
    answer = ask_control(url, host=host)
    assert answer.status_code == 403
    assert set(answer.json()) == {"error", "hint"}


@pytest.mark.parametrize(
    "origin", [*FOREIGN, "null", "http://[", "", "localhost", "http://localhost@evil.example"]
)
def test_a_foreign_origin_is_refused(url, origin):
    """A page of another origin may not steer, though it asks at the right host."""
    assert ask_control(url, origin=origin).status_code == 403


def test_a_page_of_the_emulators_own_may_steer(url):
    """Its origin is the host that is asked, however that is spelled, with TLS or without."""
    host = url.removeprefix("http://")
    assert ask_control(url, origin=url).status_code == 200
    assert ask_control(url, origin=f"https://{host}").status_code == 200
    assert ask_control(url, host="localhost", origin="http://LOCALHOST:80").status_code == 200
    assert ask_control(url, host="[::1]:443", origin="https://[::1]").status_code == 200


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1", "ftp://127.0.0.1"])
def test_a_page_that_something_else_on_this_machine_serves_may_not(url, origin):
    """A program under development is no reason to trust what runs in its pages."""
    assert ask_control(url, origin=origin).status_code == 403


def test_the_gateway_itself_answers_any_host(url):
    """Only the control plane looks at Host: clients come through proxies and vendor names."""
    headers = {"host": "api.segmind.com", "origin": "https://evil.example", "x-api-key": KEY}
    assert httpx.get(f"{url}/v1/get-user-credits", headers=headers).status_code == 200


def test_the_contract_is_guarded_like_the_control_plane(url):
    """`/openapi.json` is the emulator's own path, not the gateway's."""
    assert httpx.get(f"{url}/openapi.json", headers={"host": "evil.example"}).status_code == 403


async def _never(_scope, _receive, _send):
    raise AssertionError


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.com"])
def test_an_address_for_others_needs_a_token(host):
    """Where others can reach the emulator it does not start without a token."""
    with pytest.raises(EmulatorError) as refusal:
        AccessCheck(_never, host, None)
    assert "--admin-token" in refusal.value.hint
    assert AccessCheck(_never, host, TOKEN).token == TOKEN


@pytest.mark.parametrize("host", ["", " ", "a b", "h:80"])
def test_an_address_that_is_none_is_refused_for_what_it_is(host):
    """It is not told to bear a token: that would not help."""
    with pytest.raises(EmulatorError, match="is not a host"):
        AccessCheck(_never, host, None)


@pytest.fixture(scope="module")
def guarded():
    """A client of an emulator with a token, at a host of any name."""
    app = Emulator().protect_asgi("0.0.0.0", TOKEN)
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://any.example")


def get(client, path, **headers):
    """GET in a loop of its own."""
    import asyncio

    return asyncio.run(client.get(path, headers=headers))


def test_with_a_token_every_control_request_needs_it(guarded):
    """A right token opens the control plane at any host; a wrong one, or none, does not."""
    assert get(guarded, "/_mock/clock").status_code == 401
    assert get(guarded, "/_mock/clock", authorization="Bearer no").status_code == 401
    assert get(guarded, "/_mock/health", authorization="Bearer no").status_code == 401
    right = {"authorization": f"Bearer {TOKEN}", "origin": "https://any.example"}
    assert get(guarded, "/_mock/clock", **right).status_code == 200
    assert get(guarded, "/_mock/health", **right).status_code == 200
    assert get(guarded, "/v1/get-user-credits", **{"x-api-key": KEY}).status_code == 200


# --- What everybody may know -----------------------------------------------------------------

STATUS = {"status": "ok", "version": __version__}


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "emulator"},
        {"host": "evil.example"},
        *({"origin": origin} for origin in FOREIGN),
        {"host": "emulator", "authorization": "Bearer somebody-else's"},
    ],
)
def test_everybody_may_know_that_the_emulator_is_there(url, headers):
    """A health check needs no name of this machine; what the emulator holds it is not told."""
    answer = httpx.get(f"{url}/_mock/health", headers=headers)
    assert (answer.status_code, answer.json()) == (200, STATUS)
    assert "access-control-allow-origin" not in answer.headers


def test_a_health_check_needs_no_token(guarded):
    """With the token it is told everything, without one that the emulator is there."""
    assert get(guarded, "/_mock/health").json() == STATUS
    full = get(guarded, "/_mock/health", authorization=f"Bearer {TOKEN}").json()
    assert STATUS.items() < full.items()
    assert {"accounts", "clock", "jobs"} < set(full)


def test_this_machine_is_told_everything_where_there_is_no_token(url):
    """As ever."""
    assert {"accounts", "clock", "jobs"} < set(httpx.get(f"{url}/_mock/health").json())


@pytest.mark.parametrize("path", ["/_mock/health/", "/_mock/health/x", "/_mock//health"])
def test_what_looks_like_the_health_is_not_open(guarded, path):
    """The path alone is open, not what lies below it or near it."""
    assert get(guarded, path).status_code == 401
