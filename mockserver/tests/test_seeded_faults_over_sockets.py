"""A fault with a probability strikes the same calls however many connections they come over."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from mockserver import cli, fault_files
from mockserver.base.json_encoding import encode
from mockserver.emulator import Emulator
from mockserver.rules.fault_registry import FaultRegistry
from mockserver.rules.faults import FaultRequest
from mockserver.state.journal import Exchange
from mockserver.tests.conftest import FIXED, KEY, OTHER_KEY, PROMPT
from mockserver.tests.test_storm import Ask, Wire

CALLS = 192
CONNECTIONS = 32
SEED = 23
SUBMIT: Ask = ("POST", "/v2/ideogram-3", encode(PROMPT))
STATUS: Ask = ("GET", "/v2/requests/0123456789abcdef0123456789abcdef/status", b"")
CREDITS: Ask = ("GET", "/v1/get-user-credits", b"")
APART: list[dict[str, Any]] = [
    {"do": {"status": 503}, "on": {"route": "submit"}, "probability": 0.3},
    {"do": {"status": 503}, "on": {"route": "status"}, "probability": 0.3},
]
EVERYWHERE: list[dict[str, Any]] = [{"do": {"status": 503}, "probability": 0.3}]
AFTER: list[dict[str, Any]] = [{"do": {"close": True}, "when": "after", "probability": 0.3}]
RULES = {"one rule a route": APART, "one rule for all": EVERYWHERE, "lost answers": AFTER}


async def drive(url: str, calls: list[Ask], connections: int) -> None:
    """Send these calls, each as soon as one of so many open connections is free."""
    wires = [Wire(url, KEY, **{"x-connection": str(number)}) for number in range(connections)]
    await asyncio.gather(*(wire.open() for wire in wires))
    rest = iter(calls)

    async def work(wire: Wire) -> None:
        for call in rest:
            await wire.ask(*call)

    await asyncio.gather(*map(work, wires))
    await asyncio.gather(*(wire.close() for wire in wires))


def journal_after(
    rules: list[dict[str, Any]], connections: int, *calls: Ask, seed: int = SEED
) -> list[Exchange]:
    """Return the journal of an account that has made each call `CALLS` times, in turns."""
    emulator = Emulator(clock="frozen", seed=seed, credits=1000, **FIXED)
    for rule in rules:
        emulator.control.faults.add(msgspec.convert(rule, FaultRequest))
    with emulator.live() as server:
        asyncio.run(drive(server.url, list(calls) * CALLS, connections))
    return list(emulator.services.store.journals.exchanges_of(KEY))


def struck(journal: list[Exchange], route: str) -> list[int]:
    """Return which calls of a route were struck, from 1, in the order of the journal."""
    exchanges = [exchange for exchange in journal if exchange.route == route]
    assert len(exchanges) == CALLS
    return [number for number, exchange in enumerate(exchanges, 1) if exchange.fault_id]


def planned(rules: list[dict[str, Any]], route: str, seed: int = SEED, key: str = KEY) -> list[int]:
    """Return which calls of a route the rules would strike, from 1."""
    catalogue = Emulator().catalogue
    registry = FaultRegistry(catalogue, seed)
    for rule in rules:
        registry.add(msgspec.convert(rule, FaultRequest))
    call = fault_files.make_call(catalogue, api_key=key, route=route, model=None, state=None)
    strikes = enumerate(fault_files.list_injections(registry, call, CALLS), 1)
    return [number for number, strike in strikes if strike]


def connections_of(journal: list[Exchange]) -> list[bytes]:
    """Return which connection each call came over, in the order of the journal."""
    return [exchange.request.headers[b"x-connection"] for exchange in journal]


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
def test_the_same_calls_are_struck_over_one_connection_and_over_many(rules):
    """Which submits and polls are struck is as planned, whether they come in turn or at once."""
    one = journal_after(rules, 1, SUBMIT, STATUS, CREDITS)
    many = journal_after(rules, CONNECTIONS, SUBMIT, STATUS, CREDITS)
    for route in ("submit", "status"):
        plan = planned(rules, route)
        assert CALLS / 5 < len(plan) < CALLS / 2.5
        assert struck(one, route) == plan
        assert struck(many, route) == plan


def test_the_connections_were_at_work_at_the_same_time():
    """All of them bring calls, and the calls of one do not come in a row."""
    came = connections_of(journal_after(APART, CONNECTIONS, SUBMIT))
    assert len(set(came)) == CONNECTIONS
    assert sum(before != after for before, after in pairwise(came)) > CALLS / 2


@pytest.mark.parametrize("route", ["submit", "status"])
def test_the_command_foretells_what_a_server_does(tmp_path, route):
    """`segmock faults plan` names the calls that a server then strikes."""
    file = tmp_path / "rules.json"
    file.write_text(json.dumps(APART))
    words = ("--seed", str(SEED), "--calls", str(CALLS), "--route", route, "--api-key", KEY)
    shown = CliRunner().invoke(cli.main, ["faults", "plan", str(file), *words])
    lines = [line.split() for line in shown.output.splitlines()]
    assert [int(ordinal) for ordinal, *_ in lines] == list(range(1, CALLS + 1))
    foretold = [int(ordinal) for ordinal, fault, *_ in lines if fault != "-"]
    assert foretold == struck(journal_after(APART, CONNECTIONS, SUBMIT, STATUS), route)


def test_another_seed_strikes_other_calls():
    """The plan hangs on the seed, and the server keeps to it."""
    other = journal_after(APART, CONNECTIONS, SUBMIT, STATUS, seed=SEED + 1)
    for route in ("submit", "status"):
        assert struck(other, route) == planned(APART, route, SEED + 1)
        assert struck(other, route) != planned(APART, route)


def test_another_key_and_another_route_have_plans_of_their_own():
    """Two accounts are not struck in step, nor are two routes of one account by one rule."""
    plans = [
        planned(EVERYWHERE, route, key=key)
        for key in (KEY, OTHER_KEY)
        for route in ("submit", "status", "credits")
    ]
    assert all(plans)
    assert len(set(map(tuple, plans))) == len(plans)
