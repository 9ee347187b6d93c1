"""Real time passes alike under asyncio and trio, whatever a test does to its client's sleep."""

from __future__ import annotations

import math

import anyio
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver import Emulator
from mockserver.edges import realtime
from mockserver.handles.virtual_sleep import sleepless
from mockserver.tests.conftest import PROMPT
from mockserver.tests.edges.test_asgi import CREDITS, SUBMIT

BACKENDS = ("asyncio", "trio")
on_each_backend = pytest.mark.parametrize("backend", BACKENDS)
ORIGIN = "http://127.0.0.1"
LEFT = {"type": "http.disconnect"}
BODY = {"type": "http.request", "body": b"", "more_body": False}


class Clock:
    """A clock that moves nothing."""

    def sleep(self, _seconds):
        """Do nothing."""

    def wake(self):
        """Do nothing."""


async def passed_s(pause):
    """Return by how much the loop's own time goes on during a pause."""
    before = anyio.current_time()
    await pause()
    return anyio.current_time() - before


@on_each_backend
@pytest.mark.parametrize("is_sleepless", [False, True])
def test_a_pause_is_real_even_while_a_clients_sleep_is_not(backend, is_sleepless):
    """A fault's delay lasts as long as it says, through no `sleep` that a test may replace."""

    async def paused():
        return await passed_s(lambda: realtime.async_pause_s(0.02))

    if is_sleepless:
        with sleepless(Clock()):
            assert anyio.run(paused, backend=backend) >= 0.02
    else:
        assert anyio.run(paused, backend=backend) >= 0.02


@given(backend=st.sampled_from(BACKENDS), before=st.integers(0, 5), stays=st.booleans())
def test_a_client_leaves_when_its_connection_says_so(backend, before, stays):
    """Whatever else comes before does not count; one that says nothing has not left."""
    messages = iter([BODY] * before + ([] if stays else [LEFT]))

    async def receive():
        message = next(messages, None)
        if message is None:
            await anyio.sleep_forever()
        return message

    async def left():
        return await realtime.left_within_s(receive, 0.001 if stays else math.inf)

    assert anyio.run(left, backend=backend) is not stays


@on_each_backend
def test_a_pause_ends_when_its_task_is_cancelled(backend):
    """It neither swallows the cancellation nor waits for its own end."""

    async def cancelled():
        with anyio.move_on_after(0.01) as scope:
            await realtime.async_pause_s(math.inf)
        return scope.cancelled_caught

    assert anyio.run(cancelled, backend=backend)


@on_each_backend
@pytest.mark.parametrize(
    "does", [{"delay_s": 0.01}, {"drip": {"bytes": 16, "every_s": 0.001}}, None], ids=str
)
def test_the_asgi_application_takes_its_time_on_each_loop(backend, does):
    """A delay, a body in pieces and a blocking run are answered whole."""
    emulator = Emulator(clock="x2000")
    account = emulator.account()
    if does is not None:
        account.faults.add(does, "*")

    async def ask():
        transport, headers = httpx.ASGITransport(emulator.asgi), {"x-api-key": account.api_key}
        async with httpx.AsyncClient(
            transport=transport, base_url=ORIGIN, headers=headers
        ) as client:
            balance = (await client.get(CREDITS)).json()
            job = (await client.post(SUBMIT, json=PROMPT)).json()
            run = await client.post("/v1/mock-inference", json={"sleep": 20})
            return balance["credits"], job["status"], run.status_code

    assert anyio.run(ask, backend=backend) == (100, "QUEUED", 200)
