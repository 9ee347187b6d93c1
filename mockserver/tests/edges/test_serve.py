"""`segmock serve` as a process: what it prints, how it ends, where its settings come from."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector

import httpx
import pytest

from mockserver.base.errors import EmulatorError
from mockserver.edges import serve as edge
from mockserver.emulator import Emulator
from mockserver.tests.conftest import KEY, OTHER_KEY, PATIENCE_S, PROMPT
from mockserver.tests.edges.test_asgi import CREDITS, SUBMIT, blocking_run, client_of, plain_post
from mockserver.tests.edges.test_send import connected

MODULE = (sys.executable, "-m", "mockserver")
READY = re.compile(r"segmock ready on (http://\S+)\n")


@dataclass
class Served:
    """A server process that has said where it is; `stdout` is what it printed so far."""

    process: subprocess.Popen[str]
    stdout: str

    @property
    def url(self) -> str:
        """The root that the ready line names."""
        return READY.fullmatch(self.stdout)[1]

    def stop(self, signum: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Send a signal; return the exit code and what was printed to stdout and stderr."""
        self.process.send_signal(signum)
        return self.wait()

    def wait(self) -> tuple[int, str, str]:
        """Return the exit code and what was printed to stdout and stderr."""
        rest, errors = self.process.communicate(timeout=PATIENCE_S)
        self.stdout += rest
        return self.process.returncode, self.stdout, errors


def environment(**variables: str) -> dict[str, str]:
    """Return this process's environment without settings of segmock's, and with these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEGMOCK_")}
    return kept | variables


def start(
    *flags: str, cwd: Path, env: dict[str, str] | None = None, command: Sequence[str] = MODULE
) -> subprocess.Popen[str]:
    """Start `segmock serve` in a folder."""
    return subprocess.Popen(
        [*command, "serve", *flags],
        cwd=cwd,
        env=environment(**(env or {})),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def serving(
    *flags: str, cwd: Path, env: dict[str, str] | None = None, command: Sequence[str] = MODULE
) -> Iterator[Served]:
    """Serve on a free port while the context lasts."""
    process = start("--port", "0", *flags, cwd=cwd, env=env, command=command)
    with process, DefaultSelector() as selector:
        try:
            selector.register(process.stdout, EVENT_READ)
            assert selector.select(PATIENCE_S), "nothing on stdout"
            served = Served(process, process.stdout.readline())
            assert served.stdout, process.stderr.read()
            yield served
        finally:
            process.kill()


def credits_at(url: str, key: str = KEY) -> float:
    """Ask for the balance of a key."""
    return httpx.get(url + CREDITS, headers={"x-api-key": key}).json()["credits"]


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
    [entry] = emulator.account(KEY).requests
    assert entry["delivery"] == delivery


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


# Refusals


def refused(*flags: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Start a server that must not start; return its stderr."""
    process = start(*flags, cwd=cwd, env=env)
    try:
        stdout, stderr = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
    assert (process.returncode, stdout) == (2, "")
    assert "Traceback" not in stderr
    return stderr


def assert_one_line(stderr: str, *parts: str) -> None:
    """See that stderr is one line, of segmock's, with these parts."""
    assert re.fullmatch(r"segmock: [^\n]+\n", stderr)
    for part in parts:
        assert part in stderr


SERVE = ["serve", "--port", "0"]
UNPRINTABLE = [
    (SERVE, ">/dev/full", "No space left"),
    (SERVE, ">&-", "stdout is closed"),
    (["models", "list"], ">/dev/full", "No space left"),
]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
@pytest.mark.parametrize(("command", "redirection", "words"), UNPRINTABLE)
def test_what_cannot_be_printed_is_said_on_stderr(tmp_path, command, redirection, words):
    """Where the ready line cannot go the server ends: nobody would know that it is there."""
    line = " ".join([*MODULE, *command, redirection])
    ended = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=tmp_path,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert ended.returncode == 2
    assert_one_line(ended.stderr, words)


def test_a_port_in_use_is_refused(tmp_path):
    """A port that another program has is refused in one line that names it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert_one_line(refused("--port", port, cwd=tmp_path), port, "in use", "--port 0")


def test_an_unknown_plan_is_refused(tmp_path):
    """A plan that does not exist is refused in one line that names those that do."""
    stderr = refused("--port", "0", "--plan", "golden", cwd=tmp_path)
    assert_one_line(stderr, "'golden'", "unlimited")


def test_an_unknown_clock_mode_is_refused(tmp_path):
    """A clock mode that does not exist is refused in one line that names those that do."""
    stderr = refused("--port", "0", "--clock", "fast", cwd=tmp_path)
    assert_one_line(stderr, "'fast'", "real, frozen, auto")


BROKEN_MODELS = {
    "not json": ('{"x-model": ', "$"),
    "no model": ("{}", "$"),
    "not an object": ("[]", "$"),
    "wrong slug": (json.dumps({"x-model": {"slug": 3}}), "$"),
}


@pytest.mark.parametrize(("text", "place"), BROKEN_MODELS.values(), ids=BROKEN_MODELS)
def test_a_broken_contract_is_refused(tmp_path, text, place):
    """A broken model file is refused in one line that names file, place and reason."""
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "mine.json").write_text(text)
    stderr = refused("--port", "0", "--models", "models", cwd=tmp_path)
    assert_one_line(stderr, f"models/mine.json: {place}")


def test_a_missing_folder_of_models_is_refused(tmp_path):
    """A folder of models that is not there is refused in one line that names it."""
    stderr = refused("--port", "0", "--models", "nowhere", cwd=tmp_path)
    assert_one_line(stderr, "nowhere", "no such folder")


def test_an_unresolvable_host_is_refused(tmp_path):
    """A host that no address belongs to is refused in one line that names it."""
    assert_one_line(refused("--host", "nowhere.invalid", cwd=tmp_path), "nowhere.invalid")


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        (["--prot", "1"], "No such option '--prot'"),
        (["--port", "many"], "'many'"),
        (["--port", "65536"], "65536"),
        (["--accept", "all"], "'all'"),
        (["elsewhere"], "elsewhere"),
        (["--config", "nowhere.toml"], "nowhere.toml"),
    ],
    ids=str,
)
def test_a_usage_error_says_what_is_wrong(tmp_path, flags, reason):
    """A flag that cannot be is refused in one line with the reason and where to read on."""
    assert_one_line(refused(*flags, cwd=tmp_path), reason, "serve --help")


BROKEN_FILES = {
    "syntax": ("port = \n", "segmock.toml", "line 1"),
    "bytes": ("port = \udcff", "segmock.toml", "UTF-8"),
    "unknown key": ("nothing = 1", "segmock.toml", "'nothing'"),
    "key with hyphens": ("max-body-mib = 1", "segmock.toml", "max_body_mib"),
    "accounts": ("accounts = 3", "accounts", "object"),
    "account": ("[accounts.SG_1]\nplan = 'golden'", "'golden'", "unlimited"),
    "account key": ("[accounts.SG_1]\nbalance = 1", "`balance`", "accounts"),
    "account value": ("[accounts.SG_1]\ncredits = -1", "credits", "-1"),
    "tool": ("tool = 3", "segmock.toml", "tool"),
    "tool.segmock": ("tool.segmock = 3", "segmock.toml", "tool.segmock"),
}


@pytest.mark.parametrize(("text", "where", "reason"), BROKEN_FILES.values(), ids=BROKEN_FILES)
def test_a_broken_settings_file_is_refused(tmp_path, text, where, reason):
    """A settings file that cannot be used is refused in one line that says what is wrong."""
    (tmp_path / "segmock.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert_one_line(refused("--port", "0", cwd=tmp_path), where, reason)


# Settings


PRECEDENCE = {
    "default": ([], {}, "", 100),
    "file": ([], {}, "credits = 1", 1),
    "environment": ([], {"SEGMOCK_CREDITS": "2"}, "credits = 1", 2),
    "flag": (["--credits", "3"], {"SEGMOCK_CREDITS": "2"}, "credits = 1", 3),
}


@pytest.mark.parametrize(("flags", "env", "text", "expected"), PRECEDENCE.values(), ids=PRECEDENCE)
def test_a_flag_beats_the_environment_and_that_the_file(tmp_path, flags, env, text, expected):
    """A setting comes from its flag, else its variable, else the file, else the default."""
    (tmp_path / "segmock.toml").write_text(text)
    with serving(*flags, cwd=tmp_path, env=env) as served:
        assert credits_at(served.url) == expected


FILES = {
    "segmock.toml": ([], {}, {"segmock.toml": "credits = 7"}),
    "pyproject.toml": ([], {}, {"pyproject.toml": "[tool.segmock]\ncredits = 7"}),
    "segmock.toml with a table": ([], {}, {"segmock.toml": "[tool.segmock]\ncredits = 7"}),
    "segmock.toml first": (
        [],
        {},
        {"segmock.toml": "credits = 7", "pyproject.toml": "[tool.segmock]\ncredits = 8"},
    ),
    "--config": (
        ["--config", "mine.toml"],
        {},
        {"mine.toml": "credits = 7", "segmock.toml": "credits = 8"},
    ),
    "SEGMOCK_CONFIG": ([], {"SEGMOCK_CONFIG": "mine.toml"}, {"mine.toml": "credits = 7"}),
    "pyproject.toml of another tool": (
        ["--credits", "7"],
        {},
        {"pyproject.toml": "[tool.other]\nnothing = 1"},
    ),
}


@pytest.mark.parametrize(("flags", "env", "files"), FILES.values(), ids=FILES)
def test_settings_are_found_in_their_file(tmp_path, flags, env, files):
    """Settings are read from the file that is named, else from segmock.toml or pyproject.toml."""
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with serving(*flags, cwd=tmp_path, env=env) as served:
        assert credits_at(served.url) == 7


LISTED = f"""
accept = "listed"
clock = "frozen"

[accounts.{KEY}]
plan = "free"
credits = 0.1
denied_models = ["ideogram-2a-txt-2-img"]

[accounts.{OTHER_KEY}]
credits = 3
"""


@pytest.mark.fact("A3", "A6")
def test_accounts_can_be_listed_in_the_file(tmp_path):
    """With `accept = "listed"` the accounts of the file are valid, as described; others are not."""
    (tmp_path / "segmock.toml").write_text(LISTED)
    with serving(cwd=tmp_path) as served, client_of(served.url) as client:
        account = client.get(f"/_mock/accounts/{KEY}").json()
        forbidden = client.post("/v2/ideogram-2a-txt-2-img", json=PROMPT)
        unknown = client.get(CREDITS, headers={"x-api-key": f"{KEY}0"})
        assert credits_at(served.url, OTHER_KEY) == 3
    assert (account["credits"], account["requests_per_minute"]) == (0.1, 5)
    assert (forbidden.status_code, unknown.status_code) == (403, 401)


def test_money_in_the_file_is_decimal(tmp_path):
    """An amount in the file is the decimal that is written there."""
    (tmp_path / "segmock.toml").write_text("credits = 0.1")
    with serving(cwd=tmp_path) as served:
        text = httpx.get(served.url + CREDITS, headers={"x-api-key": KEY}).text
    assert '"credits":0.1,' in text


def has_ipv6() -> bool:
    """Tell whether this machine has ::1."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def test_an_ipv6_address_is_served_or_refused_in_words(tmp_path):
    """On `--host ::1` the URLs have brackets; where there is no ::1, that is said in one line."""
    if not has_ipv6():
        assert_one_line(refused("--host", "::1", "--port", "0", cwd=tmp_path), "::1")
        return
    with serving("--host", "::1", cwd=tmp_path) as served, client_of(served.url) as client:
        assert served.url.startswith("http://[::1]:")
        assert client.post(SUBMIT, json=PROMPT).json()["status_url"].startswith(served.url)


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


def test_a_port_that_one_family_has_taken_is_in_use():
    """Serving half of localhost would send half of the clients to another program."""
    for taken in edge.listen("localhost", 0)[:2]:
        address = taken.getsockname()
        with closing(taken), pytest.raises(EmulatorError, match="in use"):
            edge.listen("localhost", address[1])


def test_a_port_that_only_one_family_has_free_is_passed_over(monkeypatch):
    """Port 0 is asked for again until a port is free on both addresses."""
    bind, refusals = edge._bind, []

    def bind_late(address: str, port: int) -> socket.socket:
        if address == "::1" and len(refusals) < 3:
            refusals.append(port)
            raise OSError(errno.EADDRINUSE, "taken")
        return bind(address, port)

    monkeypatch.setattr(edge, "_bind", bind_late)
    sockets = edge.listen("localhost", 0)
    assert len(refusals) == 3
    assert len({sock.getsockname()[1] for sock in sockets}) == 1
    for sock in sockets:
        sock.close()


@pytest.mark.parametrize("missing", ["127.0.0.1", "::1"])
def test_localhost_is_the_family_that_there_is(monkeypatch, missing):
    """A machine with one family alone is served there; with none it is said in one line."""

    def bind(address: str, port: int) -> socket.socket:
        if address in absent:
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
        return socket.create_server(("127.0.0.1", port))

    absent = {missing}
    monkeypatch.setattr(edge, "_bind", bind)
    [sock] = edge.listen("localhost", 0)
    sock.close()
    absent |= {"127.0.0.1", "::1"}
    with pytest.raises(EmulatorError, match="Cannot assign"):
        edge.listen("localhost", 0)


def test_an_empty_host_is_refused_for_what_it_is(tmp_path):
    """It is said that this is no host, not that it can be reached from elsewhere."""
    assert_one_line(refused("--host", "", cwd=tmp_path), "'' is not a host", "127.0.0.1")
