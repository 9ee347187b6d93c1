"""Arming faults, making the calls that they strike, and reading what became of those."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.base.json_encoding import encode
from mockserver.base.wire import Outcome, Request, Respond
from mockserver.contract.catalogue import Catalogue
from mockserver.control.pages import ListFilter
from mockserver.rules.faults import FaultRequest, On
from mockserver.state.journal import Exchange
from mockserver.tests.conftest import HOST, KEY, PROMPT, Answer, Client

CATALOGUE = Catalogue()
CREDITS = "/v1/get-user-credits"
SUBMIT = "/v2/ideogram-3"
SYNC = "/v1/ideogram-3"
UNKNOWN_ID = "0123456789abcdef0123456789abcdef"
STRUCK = {route for row in CATALOGUE.faults for route in row.routes}
ROUTES = [row.name for row in CATALOGUE.routes if row.name in STRUCK]
POLLS = ["status", "result", "poll"]
URL_OF = {"status": "status_url", "result": "response_url", "poll": "poll_url"}
EVERYWHERE = [
    pytest.param(row.effect, route, when, id=f"{row.effect}-{route}-{when}")
    for row in CATALOGUE.faults
    for route in row.routes
    for when in row.when
]
EXAMPLES = {row.effect: row.example for row in CATALOGUE.faults}


def list_strikes(*effects: str) -> list[Any]:
    """Return the places in `EVERYWHERE` that are about these effects."""
    return [each for each in EVERYWHERE if each.values[0] in effects]


def arm(client: Client, does: Any, route: str = "*", **fields: Any) -> str:
    """Arm a fault, and return its id."""
    wanted = FaultRequest(does=does, on=On(route=route), **fields)
    return client.control.faults.add(wanted)["id"]


def make_request(method: str, path: str, body: Any = None, key: str | None = KEY) -> Request:
    """Return a request as an edge reads it."""
    headers = {b"host": HOST.encode()}
    if key is not None:
        headers[b"x-api-key"] = key.encode()
    if body is not None:
        headers[b"content-type"] = b"application/json"
    raw = b"" if body is None else encode(body)
    return Request(
        method=method, path=path.removeprefix(f"http://{HOST}"), headers=headers, body=raw
    )


def prepare_call(client: Client, route: str, key: str = KEY) -> Request:
    """Prepare what a call on this route needs, and return the call: polls find a queued job."""
    if route == "credits":
        return make_request("GET", CREDITS, key=key)
    if route in {"submit", "sync"}:
        return make_request("POST", SUBMIT if route == "submit" else SYNC, PROMPT, key)
    submitted = client.submit(key=key)
    if route in POLLS:
        return make_request("GET", submitted[URL_OF[route]], key=key)
    client.advance(60)
    url = client.get(submitted["response_url"], key=key).json["output"]
    return make_request("GET", url, key=None)


def send(client: Client, asked: Request) -> Outcome:
    """Let the gateway handle a request."""
    return client.emulator.gateway.handle(asked)


def get_answer(client: Client, asked: Request) -> Answer:
    """Return the answer to a request that must have one."""
    outcome = send(client, asked)
    assert isinstance(outcome, Respond), outcome
    return Answer(outcome)


def get_plain_answer(route: str) -> Respond:
    """Return what a call on this route gets without a fault."""
    client = Client()
    outcome = send(client, prepare_call(client, route))
    assert isinstance(outcome, Respond)
    return outcome


def find_last_exchange(client: Client, key: str = KEY) -> Exchange:
    """Return the latest exchange of an account's journal."""
    return list(client.store.records[key].journal)[-1]


def list_exchanges(client: Client, route: str) -> list[Exchange]:
    """Return what the account's journal has on a route; nothing before there is an account."""
    return [
        exchange for exchange in client.store.journals.exchanges_of(KEY) if exchange.route == route
    ]


def summarize(exchange: Exchange) -> tuple[int | None, str, str | None]:
    """Return what the journal says about a struck exchange."""
    return exchange.status, exchange.delivery, exchange.fault_id


def list_jobs(client: Client, key: str = KEY) -> list[dict[str, Any]]:
    """Return the jobs of an account, none if there is no account."""
    return (
        client.control.jobs.list(ListFilter(api_key=key))["jobs"]
        if key in client.store.accounts
        else []
    )


def read_ledger(client: Client) -> list[dict[str, Any]]:
    """Return what the account was charged."""
    return client.account()["ledger"]


def has_honest_length(answer: Answer) -> bool:
    """Tell whether an answer announces the body that it has."""
    return answer.headers["content-length"] == str(len(answer.body))


def make_timed_client() -> tuple[Client, list[int]]:
    """Return a client of an emulator whose clock is real, and the real time to move."""
    moment = [0]
    return Client(clock="real", monotonic=lambda: moment[0]), moment


def assert_free(client: Client) -> None:
    """Check that nothing was charged and nothing is held."""
    account = client.account()
    assert account["ledger"] == []
    assert account["held"] == 0
