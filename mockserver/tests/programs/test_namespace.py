"""A program in a network of its own, for real: what it finds there, and what it cannot reach."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme

from mockserver.base.errors import EmulatorError
from mockserver.programs.child_process import hold_signals, wait_for_exit
from mockserver.programs.launcher_process import LauncherProcess
from mockserver.programs.modes import Surroundings
from mockserver.programs.namespace import NamespaceMode
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.tools import find_tool

CA = trustme.CA().cert_pem.bytes()
Run = Callable[..., str]

ASK = """
import json, socket, sys
def ask(host, port, kind):
    try:
        found = socket.getaddrinfo(host, port, type=kind)
    except socket.gaierror as error:
        return f"no such name: {error.errno == socket.EAI_NONAME}"
    try:
        with socket.socket(found[0][0], kind) as sock:
            sock.connect(found[0][4])
            sock.send(b"x")
            sock.recv(1)
    except OSError as error:
        return type(error).__name__
    return "reached"
kinds = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
print(json.dumps([ask(host, port, kinds[kind]) for host, port, kind in json.loads(sys.argv[1])]))
"""
HERE = """
import socket, threading
server = socket.create_server(("127.0.0.1", 0))
def serve():
    while True:
        with server.accept()[0] as connection:
            connection.sendall(b"hello")
threading.Thread(target=serve, daemon=True).start()
def ask(said):
    with socket.create_connection(("localhost", server.getsockname()[1])) as client:
        said.append(client.recv(5))
said = []
threads = [threading.Thread(target=ask, args=[said]) for _ in range(50)]
for each in threads: each.start()
for each in threads: each.join()
print(set(said))
"""


@pytest.fixture
def refused() -> list[tuple[str, str]]:
    """Return what was refused, in its order."""
    return []


@pytest.fixture
def open_mode(tmp_path, refused) -> Iterator[Callable[[], NamespaceMode]]:
    """Open modes that nothing is served in; they have the stdout of the test."""
    with hold_signals(), ExitStack() as opened:

        def open_mode() -> NamespaceMode:
            launcher = LauncherProcess(tmp_path)
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            surroundings = Surroundings(
                tmp_path, tls, CA, lambda host, how: refused.append((host, how))
            )
            mode = NamespaceMode(launcher, surroundings, {})
            for listener in mode.listeners:
                opened.enter_context(listener.socket)
            opened.callback(mode.close)
            return mode

        yield open_mode


@pytest.fixture
def run(open_mode, capfd) -> Run:
    """Run a command inside, to its end; return what it printed."""

    def run(*command: str, **variables: str) -> str:
        mode = open_mode()
        status = wait_for_exit(mode.start(command, {**os.environ, **variables}))
        mode.close()
        said = capfd.readouterr()
        assert status == 0, said.err
        return said.out

    return run


@pytest.mark.parametrize(
    ("target", "outcome", "told"),
    [
        (["example.com", 443, "tcp"], "no such name: True", "example.com"),
        (["1.1.1.1", 80, "tcp"], "ConnectionRefusedError", "1.1.1.1:80"),
        (["1.1.1.1", 53, "udp"], "ConnectionRefusedError", "1.1.1.1:53"),
        (["2606:4700::1", 443, "tcp"], "ConnectionRefusedError", "[2606:4700::1]:443"),
        (["2606:4700::1", 53, "udp"], "ConnectionRefusedError", "[2606:4700::1]:53"),
        (["169.254.169.254", 80, "tcp"], "ConnectionRefusedError", "169.254.169.254:80"),
    ],
    ids=str,
)
def test_another_host_is_refused_at_once_and_named(run, refused, target, outcome, told):
    """By its name or its address, over TCP and UDP, IPv4 and IPv6; no packet leaves."""
    assert json.loads(run(sys.executable, "-c", ASK, json.dumps([target]))) == [outcome]
    assert {host for host, _ in refused} == {told}


def test_what_is_on_this_machine_is_not_refused(run, refused):
    """Servers that the program starts itself work, with many threads too."""
    assert run(sys.executable, "-c", HERE) == "{b'hello'}\n"
    assert refused == []


def test_the_vendors_names_are_this_machine(run, refused):
    """By the C library, for each family; a name of the machine itself is, too."""
    names = "api.segmind.com localhost $(hostname)"
    said = run("/bin/sh", "-c", f"for name in {names}; do getent ahosts $name; done")
    assert {line.split()[0] for line in said.splitlines()} == {"127.0.0.1", "::1"}
    assert refused == []


def test_a_program_finds_addresses_though_it_asks_for_those_that_can_be_used(run):
    """`AI_ADDRCONFIG`, which leaves out families without an address, leaves neither out."""
    ask = (
        "import socket\nfor family in (socket.AF_INET, socket.AF_INET6, 0):\n"
        " print(len(socket.getaddrinfo('api.segmind.com', 443, family, socket.SOCK_STREAM,"
        " 0, socket.AI_ADDRCONFIG)) > 0)"
    )
    assert run(sys.executable, "-c", ask) == "True\nTrue\nTrue\n"


def test_the_program_is_who_the_caller_is(run):
    """Not root, unless the caller was."""
    ids = "id -u; id -g; umask; pwd"
    expected = subprocess.check_output(ids, shell=True, text=True)
    assert run("/bin/sh", "-c", ids) == expected


def test_the_systems_certificates_are_the_runs(run):
    """For programs that no variable tells where to look; others see the system's own."""
    bundle = "/etc/ssl/certs/ca-certificates.crt"
    assert run("cat", bundle).startswith(CA.decode())
    assert CA.decode() not in Path(bundle).read_text()


def test_the_environment_is_what_was_given(run):
    """Of whatever bytes it is made."""
    odd = os.fsdecode(b"\xff\n\xc3\xa4")
    said = run(sys.executable, "-c", "import os; print(ascii(os.environ['ODD']))", ODD=odd)
    assert said == f"{odd!a}\n"


def test_files_that_are_changed_are_changed_outside_too(run, tmp_path):
    """Only names, certificates and the network are the program's own."""
    run("/bin/sh", "-c", 'echo written > "$1"', "sh", str(tmp_path / "file"))
    assert (tmp_path / "file").read_text() == "written\n"


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("nobody-has-this", FileNotFoundError),
        ("/etc/nothing/here", FileNotFoundError),
        ("/etc/passwd", PermissionError),
        ("/etc", PermissionError),
    ],
)
def test_what_cannot_be_started_is_told_with_the_systems_error(open_mode, command, error):
    """As `subprocess` does."""
    mode = open_mode()
    with pytest.raises(error):
        mode.start([command], os.environ)


def test_a_launcher_that_may_do_nothing_says_what(tmp_path):
    """Here a file cannot be laid over another."""
    with hold_signals():
        launcher = LauncherProcess(tmp_path)
        try:
            namespaces, opened = launcher.receive_sockets()
            for each in opened.values():
                each.close()
            for each in namespaces:
                os.close(each)
            with pytest.raises(EmulatorError, match=r"may not lay files over others .*/etc/hosts"):
                launcher.become({"mounts": [("/nobody/has/this", "/etc/hosts")]})
        finally:
            launcher.close()


def test_a_launcher_whose_caller_has_left_ends_in_silence(tmp_path, capfd):
    """A caller leaves when its settings cannot be, and its line is the only one."""
    with hold_signals():
        launcher = LauncherProcess(tmp_path)
        launcher.close()
    assert capfd.readouterr() == ("", "")


def test_proxies_are_taken_out_of_the_environment(open_mode):
    """None could be reached; in capitals or not."""
    dropped = {name for name, value in open_mode().variables().items() if value is None}
    assert {"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "no_proxy"} <= dropped


def test_curl_cannot_resolve_another_host(run, refused):
    """It says so at once, with its own exit status."""
    curl = find_tool("curl")
    assert run("/bin/sh", "-c", f"{curl} -s https://example.org; echo $?") == "6\n"
    assert {host for host, _ in refused} == {"example.org"}


SERVE = """
import socket, sys
family, host = (socket.AF_INET6, "::1") if sys.argv[1] == "6" else (socket.AF_INET, "127.0.0.1")
server = socket.create_server((host, 0), family=family)
with open(sys.argv[2], "w") as fifo:
    fifo.write(str(server.getsockname()[1]))
for _ in range(2):
    with server.accept()[0] as connection:
        connection.sendall(b"from inside")
"""


@pytest.mark.parametrize("family", ["4", "6"])
def test_a_server_that_the_program_has_started_is_reached_from_outside(open_mode, tmp_path, family):
    """As webhooks have it; what listens on the same port outside is not."""
    os.mkfifo(tmp_path / "port")
    mode = open_mode()
    command = [sys.executable, "-c", SERVE, family, str(tmp_path / "port")]
    process = mode.start(command, os.environ)
    port = int((tmp_path / "port").read_text())
    for host in ("localhost", "::1" if family == "6" else "127.0.0.1"):
        with mode.connect((host, port), PATIENCE_S) as connection:
            assert connection.recv(100) == b"from inside"
    with pytest.raises(ConnectionRefusedError):
        mode.connect(("127.0.0.2", 1), PATIENCE_S)
    assert wait_for_exit(process) == 0
