"""Big bodies are read, and files rendered, beside the event loop and without the lock."""

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
    """Work that has begun, and goes on when it is told to."""

    def __init__(self, work):
        self.begun, self.may_go_on = Event(), Event()
        self.calls, self.running, self.most = 0, 0, 0
        self._lock = Lock()
        self._work = work

    def __call__(self, *args):
        """Do it, once it may be done."""
        with self._lock:
            self.calls += 1
            self.running += 1
            self.most = max(self.most, self.running)
        self.begun.set()
        assert self.may_go_on.wait(PATIENCE_S)
        with self._lock:
            self.running -= 1
        return self._work(*args)


@pytest.fixture
def gate(monkeypatch):
    """A gate in front of the reading of submits."""
    found = Gate(READERS["submit"])
    monkeypatch.setitem(READERS, "submit", found)
    yield found
    found.may_go_on.set()


@pytest.fixture
def rendering(monkeypatch):
    """A gate in front of the rendering of files."""
    found = Gate(offload.render)
    monkeypatch.setattr(offload, "render", found)
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
            while offload._readers.get().statistics().tasks_waiting < 4:
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


@pytest.fixture
def served():
    """Return an emulator that is served, and a client of it for any thread."""
    emulator = Emulator(clock="auto")
    headers = {"x-api-key": KEY}
    with (
        emulator.live() as server,
        httpx.Client(base_url=server.url, headers=headers, timeout=PATIENCE_S) as client,
    ):
        yield emulator, client


def finish_job(client):
    """Have a job end; return the address of its result."""
    job = client.post("/v2/ideogram-3", json=PROMPT).json()
    while client.get(job["status_url"]).json()["status"] != "COMPLETED":
        pass
    return job["response_url"]


def test_others_are_answered_while_a_file_is_rendered(rendering, served):
    """By both planes; and whoever asks for the same waits for it, so that it is rendered once."""
    _, client = served
    url = finish_job(client)
    with ThreadPoolExecutor() as threads:
        first = threads.submit(client.get, url)
        assert rendering.begun.wait(PATIENCE_S)
        others = [threads.submit(client.get, url) for _ in range(3)]
        assert client.get("/v1/get-user-credits").status_code == 200
        assert client.get("/_mock/health").status_code == 200
        assert finish_job(client) != url
        assert not first.done()
        rendering.may_go_on.set()
        answers = [each.result() for each in (first, *others)]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.content for answer in answers}) == 1
    assert rendering.calls == 1
    assert client.get(answers[0].json()["output"]).status_code == 200
    assert rendering.calls == 1


def test_a_file_that_cannot_be_rendered_is_a_500(served, monkeypatch):
    """It stands in the journal, and others are answered as before."""
    emulator, client = served
    url = finish_job(client)

    def fail(_artefact):
        raise ValueError

    with monkeypatch.context() as failing:
        failing.setattr(offload, "render", fail)
        failing.setattr("mockserver.media.cache.render", fail)
        assert client.get(url).status_code == 500
    *_, exchange = emulator.services.store.records[KEY].journal
    assert exchange.status == 500
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_application_in_process_renders_a_file_once(rendering, backend):
    """Under either library, however many ask at once."""
    emulator = Emulator(clock="auto")

    async def ask_all():
        transport = httpx.ASGITransport(app=emulator.asgi)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://h", headers={"x-api-key": KEY}
        ) as client:
            job = (await client.post("/v2/ideogram-3", json=PROMPT)).json()
            while (await client.get(job["status_url"])).json()["status"] != "COMPLETED":
                pass
            answers = []

            async def ask():
                answers.append((await client.get(job["response_url"])).status_code)

            async with anyio.create_task_group() as tasks:
                for _ in range(6):
                    tasks.start_soon(ask)
                await anyio.to_thread.run_sync(rendering.begun.wait, PATIENCE_S)
                rendering.may_go_on.set()
            return answers

    assert anyio.run(ask_all, backend=backend) == [200] * 6
    assert rendering.calls == 1
