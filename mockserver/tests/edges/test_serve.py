"""`segmock serve` as a process: what it prints, how it ends, where it listens."""

from __future__ import annotations

import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest

from mockserver.edges import serve as edge
from mockserver.emulator import Emulator
from mockserver.tests.conftest import KEY, PROMPT
from mockserver.tests.edges.test_asgi import CREDITS, SUBMIT, blocking_run, client_of, plain_post
from mockserver.tests.edges.test_send import connected
from mockserver.tests.processes import (
    READY,
    assert_one_line,
    credits_at,
    refused,
    serving,
)

# Start and end


def test_the_ready_line_is_all_that_stdout_gets(tmp_path):
    """Stdout gets one line, when the server can serve; errors and requests add none."""
    with serving(cwd=tmp_path) as served:
        assert READY.fullmatch(served.stdout)
        assert credits_at(served.url) == 100
        httpx.get(f"{served.url}/nowhere")
        code, stdout, _ = served.stop()
    assert (code, len(stdout.splitlines())) == (0, 1)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_an_idle_server(tmp_path, signum):
    """SIGINT and SIGTERM end the server with 0 and without a word, idle connections or not."""
    with serving(cwd=tmp_path) as served, client_of(served.url) as client:
        client.get(CREDITS)
        code, stdout, stderr = served.stop(signum)
    assert (code, len(stdout.splitlines()), stderr) == (0, 1, "")


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_an_exchange_in_flight_is_finished(tmp_path, signum):
    """A call that waits when the signal comes gets its whole answer, then the server ends."""
    with (
        serving("--clock", "real", cwd=tmp_path) as served,
        client_of(served.url) as client,
        blocking_run(client, {"sleep": 0.8}) as run,
    ):
        served.process.send_signal(signum)
        answer = run.result()
        code, _, stderr = served.wait()
    assert answer.json()["output"] == "mock-inference finished after 0.8 s."
    assert (code, stderr) == (0, "")


def test_a_second_signal_does_not_wait(tmp_path):
    """Who asks twice does not wait for the exchange in flight, and gets 0 without a word."""
    with (
        serving("--clock", "real", "--shutdown-grace", "600", cwd=tmp_path) as served,
        client_of(served.url) as client,
        blocking_run(client, {"prompt": "mock:stall"}) as run,
    ):
        served.process.send_signal(signal.SIGTERM)
        code, _, stderr = served.stop(signal.SIGINT)
        assert isinstance(run.exception(), httpx.TransportError)
    assert (code, stderr) == (0, "")


def test_a_signal_does_not_wait_for_ever(tmp_path):
    """After the grace the server ends with 0 and without a word, whatever is in flight."""
    with (
        serving("--clock", "real", "--shutdown-grace", "0.1", cwd=tmp_path) as served,
        client_of(served.url) as client,
        blocking_run(client, {"prompt": "mock:stall"}) as run,
    ):
        code, _, stderr = served.stop()
        assert isinstance(run.exception(), httpx.TransportError)
    assert (code, stderr) == (0, "")


IN_FLIGHT = {
    "delay before": ({"do": {"delay_s": 600}}, "lost"),
    "delay after": ({"do": {"delay_s": 600}, "when": "after"}, "lost"),
    "drip": ({"do": {"drip": {"bytes": 1, "every_s": 600}}}, "intact"),
}


@pytest.mark.parametrize(("rule", "delivery"), IN_FLIGHT.values(), ids=IN_FLIGHT)
def test_a_live_server_ends_though_a_fault_is_being_acted(rule, delivery):
    """When the context is left the connection of a call that waits is closed, and that is noted."""
    emulator = Emulator(clock="frozen", shutdown_grace=0)
    with (
        ThreadPoolExecutor(1) as pool,
        emulator.live() as server,
        client_of(server.url) as client,
    ):
        fault = client.post("/_mock/faults", json=rule | {"on": {"route": "credits"}}).json()
        call = pool.submit(httpx.get, server.url + CREDITS, headers={"x-api-key": KEY}, timeout=600)
        shown = (client.get(f"/_mock/faults/{fault['id']}").json() for _ in range(1000))
        assert any(each["hits"] for each in shown)
    assert isinstance(call.exception(), httpx.TransportError)
    [exchange] = emulator.account(KEY).requests
    assert exchange["delivery"] == delivery


def test_a_live_server_ends_though_half_a_body_has_come():
    """A client that never sends the rest holds up nobody."""
    with Emulator(shutdown_grace=0).live() as server:
        connection = connected(server.url)
        connection.sendall(plain_post(SUBMIT, b"{}")[:-1])
        assert credits_at(server.url) == 100
    with closing(connection):
        assert connection.recv(1) == b""


def test_exchanges_in_flight_have_five_seconds():
    """Containers are killed after ten."""
    assert Emulator().settings.shutdown_grace == edge.GRACE_S == 5


def has_ipv6() -> bool:
    """Tell whether this machine has ::1."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def test_a_server_that_nobody_is_connected_to_ends_without_a_pause(monkeypatch):
    """By itself uvicorn looks ten times a second whether it is to end, and then waits once more."""

    async def pause(_seconds: float) -> None:
        raise AssertionError("a server that serves nobody pauses")

    monkeypatch.setattr("asyncio.sleep", pause)
    with Emulator().live() as live:
        assert live.url.startswith("http://127.0.0.1:")


def test_an_ipv6_address_is_served_or_refused_in_words(tmp_path):
    """On `--host ::1` the URLs have brackets; where there is no ::1, that is said in one line."""
    if not has_ipv6():
        assert_one_line(refused("--host", "::1", "--port", "0", cwd=tmp_path), "::1")
        return
    with serving("--host", "::1", cwd=tmp_path) as served, client_of(served.url) as client:
        assert served.url.startswith("http://[::1]:")
        assert client.post(SUBMIT, json=PROMPT).json()["status_url"].startswith(served.url)


EVERYWHERE = {"0.0.0.0": True, "0": True, "::": True, "[::0]": True, "127.0.0.1": False}
"""Hosts, and whether a socket that is bound to them listens on every address."""


@pytest.mark.parametrize(("host", "is_everywhere"), EVERYWHERE.items())
def test_the_ready_line_names_an_address_at_which_clients_can_ask(tmp_path, host, is_everywhere):
    """That is a loopback address where the server listens on all; stderr says that it does."""
    flags = ("--host", host, "--admin-token", "sesame")
    if ":" in host and not has_ipv6():
        assert_one_line(refused(*flags, "--port", "0", cwd=tmp_path), "::")
        return
    with serving(*flags, cwd=tmp_path) as served:
        assert httpx.URL(served.url).host in {"127.0.0.1", "::1"}
        assert credits_at(served.url) == 100
        _, stdout, stderr = served.stop()
    assert READY.fullmatch(stdout)
    assert ("every address" in stderr) is is_everywhere


@pytest.mark.parametrize("host", ["[::1]", "LOCALHOST", "localhost.", "127.1", "x.localhost"])
def test_every_spelling_of_this_machine_can_be_listened_on(tmp_path, host):
    """No token is asked for where nobody else can come, however it is spelled."""
    if host == "[::1]" and not has_ipv6():
        assert_one_line(refused("--host", host, "--port", "0", cwd=tmp_path), "::1")
        return
    with serving("--host", host, cwd=tmp_path) as served:
        assert credits_at(served.url) == 100
        assert httpx.get(f"{served.url}/_mock/health").status_code == 200


def test_localhost_is_served_in_both_families(tmp_path):
    """Node and the JVM may take localhost for ::1: the same port answers there, if it exists."""
    with serving("--host", "localhost", cwd=tmp_path) as served:
        port = served.url.rpartition(":")[2]
        assert credits_at(f"http://127.0.0.1:{port}") == 100
        assert not has_ipv6() or credits_at(f"http://[::1]:{port}") == 100


def test_an_empty_host_is_refused_for_what_it_is(tmp_path):
    """It is said that this is no host, not that it can be reached from elsewhere."""
    assert_one_line(refused("--host", "", cwd=tmp_path), "'' is not a host", "127.0.0.1")
