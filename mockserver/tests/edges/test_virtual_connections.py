"""Clients without a socket are seen to call one after the other, or side by side."""

from __future__ import annotations

import asyncio
from functools import partial

import anyio
import httpx
import pytest

from mockserver import Emulator
from mockserver.edges.virtual_connections import ConnectionPool
from mockserver.tests.conftest import PATIENCE_S, PROMPT
from mockserver.tests.edges.test_asgi import SUBMIT
from mockserver.verdicts import knowledge


@pytest.fixture(autouse=True)
def _no_call_is_late(monkeypatch):
    """However slow the machine is."""
    monkeypatch.setattr(knowledge, "LONGEST_FLIGHT_S", PATIENCE_S)


on_each_backend = pytest.mark.parametrize("backend", ["asyncio", "trio"])


def test_calls_one_after_the_other_take_the_same_connection():
    """Side by side each has its own, and those are used again."""
    pool = ConnectionPool()
    with pool.lend() as first:
        pass
    with pool.lend() as again, pool.lend() as second:
        assert again == first != second
    with pool.lend() as third, pool.lend() as fourth:
        assert {third, fourth} == {first, second}
    assert max(first.number, second.number) < 0
    assert 0 < first.opened_s <= second.opened_s


def test_a_call_that_fails_gives_its_connection_back():
    """Whatever it ends with."""
    pool = ConnectionPool()
    with pytest.raises(KeyError), pool.lend() as failing:
        raise KeyError
    with pool.lend() as next_one:
        assert next_one == failing


async def submit_some(account, transport, numbers, submit_all):
    """Submit runs in a client of the account's; `submit_all` says in what order."""
    headers = {"x-api-key": account.api_key}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://segmock", headers=headers
    ) as client:
        await submit_all([partial(client.post, SUBMIT, json=PROMPT) for _ in numbers])


async def go_in_turn(calls):
    """Make calls one after the other, each in a task of its own."""
    for call in calls:
        await gather([call])


async def gather(calls):
    """Make calls side by side."""
    async with anyio.create_task_group() as tasks:
        for call in calls:
            tasks.start_soon(call)


@pytest.mark.fact("E5", "E3")
@on_each_backend
@pytest.mark.parametrize(
    ("fields", "rule"),
    [({"plan": "free"}, "called-before-reset"), ({"credits": 0}, "repeated-after-refusal")],
)
@pytest.mark.parametrize("submit_all", [gather, go_in_turn])
def test_tasks_side_by_side_know_nothing_of_each_others_answers(backend, fields, rule, submit_all):
    """Those that follow one another do."""
    emulator = Emulator()
    account = emulator.account(**fields)
    submit = partial(submit_some, account, emulator.transport, range(8), submit_all)
    anyio.run(submit, backend=backend)
    broken = [verdict["id"] for verdict in account.verdicts]
    assert broken == ([rule] if submit_all is go_in_turn else [])


def test_nor_do_they_while_they_sleep_in_virtual_time(segmock_respx):
    """There the pace of every clock is judged."""
    segmock_respx.configure(plan="free")

    async def submit_all():
        key = {"x-api-key": segmock_respx.api_key}
        async with httpx.AsyncClient(base_url=segmock_respx.url, headers=key) as client:
            await asyncio.gather(*[client.post(SUBMIT, json=PROMPT) for _ in range(8)])

    with segmock_respx.sleepless():
        asyncio.run(submit_all())
    assert segmock_respx.verdicts == []
