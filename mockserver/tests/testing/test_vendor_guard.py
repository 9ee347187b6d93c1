"""While the guard lasts nothing of this process reaches the vendor; before and after, it may.

Whether it lasts is asked by the audit event that a resolver raises first, so that no test asks a
resolver where nothing would refuse it.
"""

from __future__ import annotations

import asyncio
import pickle
import socket
import subprocess
import sys
import threading

import freezegun
import httpx
import pytest

from mockserver.testing import RefusedHostError, guard
from mockserver.testing.vendor_guard import Guard
from mockserver.tests.conftest import PATIENCE_S, UNFROZEN
from mockserver.tests.edges.test_asgi import CREDITS
from mockserver.tests.processes import environment

HOST = "api.segmind.com"


@pytest.fixture(autouse=True)
def _no_exec(monkeypatch):
    monkeypatch.delenv("SEGMOCK_EXEC", raising=False)


def is_guarded(host=HOST):
    """Tell whether a resolver would be asked for a host."""
    try:
        sys.audit("socket.getaddrinfo", host, 443, 0, 0, 0)
    except RefusedHostError:
        return True
    return False


def run_script(code, **variables):
    """Run a program of Python; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(**variables),
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE_S,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


# What is refused


def connect_socket(method, *before):
    """Call a method of a socket with the vendor's name for an address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        getattr(made, method)(*before, (HOST, 443))


@pytest.mark.parametrize(
    "call",
    [
        lambda: socket.getaddrinfo(HOST, 443),
        lambda: socket.getaddrinfo(HOST.encode(), 443),
        lambda: socket.gethostbyname(HOST),
        lambda: socket.gethostbyname_ex(HOST),
        lambda: socket.gethostbyaddr(HOST),
        lambda: socket.create_connection((HOST, 443)),
        lambda: connect_socket("connect"),
        lambda: connect_socket("connect_ex"),
        lambda: connect_socket("sendto", b""),
        lambda: connect_socket("sendto", b"", 0),
    ],
    ids=lambda call: str(call.__code__.co_names + call.__code__.co_consts[1:]),
)
def test_each_way_to_reach_a_name_is_refused(call):
    """The error says which host, and is neither OSError nor anything that clients try again."""
    with guard() as entered, pytest.raises(RefusedHostError, match=HOST) as caught:
        call()
    assert not isinstance(caught.value, OSError)
    assert caught.value.host == HOST
    assert entered.refusals.total == 1


def test_the_error_says_what_to_do():
    """Each way in, and each way to switch the guard off."""
    told = str(RefusedHostError("images.segmind.com"))
    for part in (
        *("images.segmind.com", "segmock_respx", "Emulator.respx()", "base URL", "segmock()"),
        *("segmock exec -- CMD", "--no-segmock-guard", "guard=False", "leave guard()"),
    ):
        assert part in told
    copy = pickle.loads(pickle.dumps(RefusedHostError("images.segmind.com")))
    assert (str(copy), copy.host) == (told, "images.segmind.com")


def test_other_hosts_are_let_through(running):
    """A server of this machine answers, and what is no name is nobody's."""
    _, url = running
    with guard() as entered:
        assert httpx.get(url + CREDITS, headers={"x-api-key": "SG_1"}).status_code == 200
        with pytest.raises(socket.gaierror):
            socket.getaddrinfo("segmind.com.invalid", 443, flags=socket.AI_NUMERICHOST)
        assert socket.getaddrinfo(None, 443)
        with socket.socket(socket.AF_UNIX) as made, pytest.raises(FileNotFoundError):
            made.connect("/api.segmind.com")
    assert entered.refusals.total == 0


# When it is refused


def test_leaving_the_context_turns_it_off():
    """Before and after, the name is let through; after an error too."""
    assert not is_guarded()
    with guard():
        assert is_guarded()
    assert not is_guarded()
    with pytest.raises(KeyError), guard():
        raise KeyError
    assert not is_guarded()


def test_guards_nest_and_are_left_in_any_order():
    """The last one that is left turns it off; the innermost remembers what it refused."""
    one, other = guard(), guard()
    for each in (one, other, one):
        each.__enter__()
    assert is_guarded()
    assert (one.refusals.total, other.refusals.total) == (1, 0)
    for each in (one, other, one):
        assert is_guarded()
        each.__exit__(None, None, None)
    assert not is_guarded()


def test_it_is_a_decorator():
    """Of functions, and of coroutine functions until they have returned."""

    @guard()
    def decide():
        return is_guarded()

    @guard()
    async def wait():
        return await asyncio.to_thread(is_guarded)

    assert decide()
    coroutine = wait()
    assert not is_guarded()
    assert asyncio.run(coroutine)
    assert not is_guarded()
    assert (decide.__name__, asyncio.iscoroutinefunction(wait)) == ("decide", True)


def test_it_holds_in_all_threads():
    """Whoever entered it; many that come and go at once leave nothing behind."""
    seen, barrier = [], threading.Barrier(9)

    def enter_and_leave():
        barrier.wait()
        for _ in range(100):
            with guard():
                seen.append(is_guarded())

    threads = [threading.Thread(target=enter_and_leave) for _ in range(8)]
    for thread in threads:
        thread.start()
    with guard():
        barrier.wait()
        for thread in threads:
            thread.join()
    assert seen == [True] * 800
    assert not is_guarded()


def test_a_task_that_outlives_the_context_is_let_go():
    """What holds is whether a guard is entered, not where the task began."""

    async def go_on(begun, left):
        first = is_guarded()
        begun.set()
        await left.wait()
        return first, is_guarded()

    async def main():
        begun, left = asyncio.Event(), asyncio.Event()
        with guard():
            task = asyncio.create_task(go_on(begun, left))
            await begun.wait()
        left.set()
        return await task

    assert asyncio.run(main()) == (True, False)


def test_in_a_program_that_exec_started_it_does_nothing(monkeypatch):
    """There the vendor's hosts are the emulator."""
    monkeypatch.setenv("SEGMOCK_EXEC", "namespace")
    with guard():
        assert not is_guarded()
        monkeypatch.delenv("SEGMOCK_EXEC")
        with guard():
            assert is_guarded()
        assert not is_guarded()
    assert not is_guarded()


PROCESSES = """
import os, subprocess, sys
from mockserver.testing import RefusedHostError, guard

ASK = "import sys; sys.audit('socket.getaddrinfo', 'api.segmind.com', 443, 0, 0, 0)"

with guard():
    child = os.fork()
    if not child:
        try:
            exec(ASK)
        except RefusedHostError:
            os._exit(7)
        os._exit(0)
    print("forked", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    print("started", subprocess.run([sys.executable, "-c", ASK]).returncode)
"""


def test_what_is_forked_is_guarded_and_other_programs_are_not():
    """The latter are for `segmock exec`."""
    assert run_script(PROCESSES) == "forked 7\nstarted 0\n"


HOOKS = """
import sys
added = []
sys.addaudithook(lambda event, _: added.append(event) if event == "sys.addaudithook" else None)
import mockserver.testing
print([name for name in sys.modules if name.startswith("mockserver.")])
from mockserver.testing import guard
print(len(added))
for _ in range(3):
    with guard(), guard():
        pass
print(len(added))
"""


def test_the_hook_is_installed_once_and_not_before_it_is_needed():
    """Importing what has the guard does not install it."""
    assert run_script(HOOKS) == "['mockserver.testing']\n0\n1\n"


# Beside other tools


def test_asyncio_in_debug_mode_has_nothing_to_say(recwarn, caplog):
    """No coroutine is left unawaited, and no exception unretrieved."""

    async def ask():
        async with httpx.AsyncClient() as client:
            await client.get(f"https://{HOST}/")

    with guard(), pytest.raises(RefusedHostError):
        asyncio.run(ask(), debug=True)
    assert [str(each.message) for each in recwarn] == []
    assert [record for record in caplog.records if "Executing" not in record.message] == []


def test_a_frozen_clock_changes_nothing():
    """Under freezegun it refuses, and the clock stays frozen."""
    with freezegun.freeze_time("2026-01-01", ignore=UNFROZEN) as frozen, guard():
        assert is_guarded()
        frozen.tick()
        assert is_guarded()
    assert not is_guarded()


@pytest.mark.parametrize("is_first", [True, False])
def test_a_tool_that_forbids_sockets_goes_on_forbidding(monkeypatch, is_first):
    """As pytest-socket does: by another class, or another `connect`, in place of Python's."""

    class ForbiddenError(RuntimeError):
        pass

    class Forbidden(socket.socket):
        def __new__(cls, *_, **__):
            raise ForbiddenError

    def forbid(*_):
        raise ForbiddenError

    def install():
        monkeypatch.setattr(socket.socket, "connect", forbid)
        monkeypatch.setattr(socket, "socket", Forbidden)

    if is_first:
        install()
    with guard():
        if not is_first:
            install()
        with pytest.raises(RefusedHostError):
            httpx.get(f"https://{HOST}/")
        with pytest.raises(ForbiddenError):
            socket.create_connection(("127.0.0.1", 9))
    with pytest.raises(ForbiddenError):
        socket.create_connection(("127.0.0.1", 9))


def test_what_guard_returns_is_a_context():
    """It tells of its refusals."""
    with guard() as entered:
        assert isinstance(entered, Guard)
        is_guarded("Images.Segmind.com.")
    assert entered.refusals.hosts == ["Images.Segmind.com."]
