"""A big body is read beside the event loop and without the lock: nobody waits for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import anyio
import anyio.lowlevel
import httpx
import pytest

from mockserver.base.bounds import SMALL_BODY_BYTES
from mockserver.edges import offload
from mockserver.emulator import Emulator
from mockserver.gateway.body_readers import READERS
from mockserver.tests.conftest import KEY, PROMPT

BIG = {**PROMPT, "unheard_of": "x" * SMALL_BODY_BYTES}
PATIENCE_S = 60
"""Longer than any wait here can last, unless what is waited for never comes."""


class Gate:
    """A reader that has begun, and goes on when it is told to."""

    def __init__(self, monkeypatch, name="submit"):
        self.begun, self.may_go_on = Event(), Event()
        self.running, self.most = 0, 0
        self._lock = Lock()
        self._read = READERS[name]
        monkeypatch.setitem(READERS, name, self.read)

    def read(self, *args):
        """Read a body as the route does, once it may."""
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        self.begun.set()
        assert self.may_go_on.wait(PATIENCE_S)
        with self._lock:
            self.running -= 1
        return self._read(*args)


@pytest.fixture
def gate(monkeypatch):
    """A gate in front of the reading of submits."""
    found = Gate(monkeypatch)
    yield found
    found.may_go_on.set()


@pytest.fixture(params=["over a socket", "in process"])
def ask(request):
    """Send a request with a key, over a socket or in process, from any thread."""
    emulator = Emulator(clock="frozen")
    headers = {"x-api-key": KEY}
    if request.param == "in process":
        with httpx.Client(
            base_url="http://h", transport=emulator.transport, headers=headers
        ) as client:
            yield client.request
        return
    with (
        emulator.live() as server,
        httpx.Client(base_url=server.url, headers=headers, timeout=PATIENCE_S) as client,
    ):
        yield client.request


def test_others_are_answered_while_a_big_body_is_read(gate, ask):
    """While one request's big body is being read, others are answered by both planes."""
    with ThreadPoolExecutor() as threads:
        submitted = threads.submit(ask, "POST", "/v2/ideogram-3", json=BIG)
        assert gate.begun.wait(PATIENCE_S)
        assert ask("GET", "/v1/get-user-credits").status_code == 200
        assert ask("POST", "/v2/ideogram-3", json=PROMPT).status_code == 200
        assert ask("GET", "/_mock/health").status_code == 200
        assert not submitted.done()
        gate.may_go_on.set()
        assert submitted.result().status_code == 200


def test_few_bodies_are_read_at_once(gate):
    """However many big bodies come together, two threads read them, and all are answered."""
    emulator = Emulator(clock="frozen")

    async def all_but_two_wait():
        await anyio.to_thread.run_sync(gate.begun.wait, PATIENCE_S)
        with anyio.fail_after(PATIENCE_S):
            while offload._limiter.get().statistics().tasks_waiting < 4:
                await anyio.lowlevel.checkpoint()

    async def submit(client, statuses):
        answer = await client.post("/v2/ideogram-3", json=BIG)
        statuses.append(answer.status_code)

    async def submit_all():
        statuses = []
        transport = httpx.ASGITransport(app=emulator.asgi)
        headers = {"x-api-key": KEY}
        async with (
            httpx.AsyncClient(
                transport=transport, base_url="http://h", headers=headers, timeout=PATIENCE_S
            ) as client,
            anyio.create_task_group() as tasks,
        ):
            for _ in range(6):
                tasks.start_soon(submit, client, statuses)
            await all_but_two_wait()
            gate.may_go_on.set()
        return statuses

    for backend in ("asyncio", "trio"):
        assert anyio.run(submit_all, backend=backend) == [200] * 6
        gate.may_go_on.clear()
        gate.begun.clear()
    assert gate.most <= offload.MAX_THREADS
