"""A server that starts when the first client calls, and costs a socket until then."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest

from mockserver.testing.lazy_server import LazyServer
from mockserver.tests.conftest import KEY, PATIENCE_S
from mockserver.tests.edges.test_asgi import CREDITS
from mockserver.tests.test_emulator import list_modules_after


def ask(url: str) -> httpx.Response:
    """Ask for the balance."""
    return httpx.get(url + CREDITS, headers={"x-api-key": KEY}, verify=False, timeout=PATIENCE_S)


def is_listening(url: str) -> bool:
    """Tell whether connections are taken there."""
    host, _, port = url.removeprefix("http://").rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=PATIENCE_S).close()
    except ConnectionRefusedError:
        return False
    return True


def test_the_first_call_is_answered_and_so_are_the_next():
    """It is a server like any other, whose clock steps on with each poll."""
    with closing(LazyServer()) as server:
        assert [ask(server.url).status_code for _ in range(2)] == [200, 200]
        health = httpx.get(f"{server.url}/_mock/health", verify=False).json()
    assert health["clock"]["mode"] == "auto"
    assert not is_listening(server.url)


def test_many_may_call_first():
    """Calls that come at once, before it has started, are all answered, by one emulator."""
    with closing(LazyServer()) as server, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, [server.url] * 8))
        requests = httpx.get(f"{server.url}/_mock/requests", verify=False).json()["requests"]
    assert {answer.status_code for answer in answers} == {200}
    assert len(requests) == 8


def test_it_can_be_closed_without_ever_having_served():
    """Its port is free again, and its thread has ended."""
    server = LazyServer()
    server.close()
    assert not server._thread.is_alive()
    assert not is_listening(server.url)


def test_closing_twice_is_closing_once():
    """A second close finds nothing to do."""
    server = LazyServer()
    server.close()
    server.close()


def test_two_stand_by_at_different_addresses():
    """Each has a port of its own."""
    with closing(LazyServer()) as one, closing(LazyServer()) as other:
        assert one.url != other.url
        ask(other.url)


@pytest.mark.parametrize(
    ("call", "imported"),
    [("", []), ("urlopen(server.url + '/_mock/health').close()", ["msgspec", "uvicorn"])],
    ids=["nobody calls", "somebody calls"],
)
def test_the_emulator_is_imported_when_somebody_calls(call, imported):
    """Until then there is a socket and a thread."""
    code = (
        "from urllib.request import urlopen\n"
        "from mockserver.testing.lazy_server import LazyServer\n"
        f"server = LazyServer()\n{call}\nserver.close()"
    )
    assert list_modules_after(code, "msgspec", "uvicorn", "httpx") == imported
