"""Which calls faults strike, and that nothing else is felt of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.base.wire import Request
from mockserver.rules.faults import FaultRequest, On
from mockserver.tests.conftest import KEY, OTHER_KEY, PROMPT, Client
from mockserver.tests.fault_calls import (
    CATALOGUE,
    CREDITS,
    EVERYWHERE,
    EXAMPLES,
    POLLS,
    ROUTES,
    SUBMIT,
    SYNC,
    UNKNOWN_ID,
    URL_OF,
    arm,
    get_answer,
    make_request,
    prepare_call,
    summarize,
)


@pytest.mark.parametrize("route", ["submit", "sync", *POLLS, "output"])
def test_a_rule_about_a_model_strikes_the_calls_about_it(route):
    """A poll is about the model of its job, an output about the model that made it."""
    client = Client()
    asked = prepare_call(client, route)
    wanted = FaultRequest(does={"status": 500}, on=On(route=route, model="mock-inference"))
    client.control.faults.add(wanted)
    assert get_answer(client, asked).status == 200
    wanted = FaultRequest(does={"status": 500}, on=On(route=route, model="ideogram-3"))
    client.control.faults.add(wanted)
    assert get_answer(client, asked).status == 500


def test_a_rule_about_a_state_strikes_the_polls_that_find_it(client):
    """The state is that of the job at this instant."""
    submitted = client.submit()
    wanted = FaultRequest(does={"status": 500}, on=On(state="PROCESSING"))
    client.control.faults.add(wanted)
    statuses = []
    for seconds in (0, 0.5, 60):
        client.advance(seconds)
        statuses.append(client.get(submitted["status_url"]).status)
    assert statuses == [200, 500, 200]


def test_an_output_belongs_to_its_owner(client):
    """A rule about a key strikes its outputs, though nobody sends a key with those."""
    asked = prepare_call(client, "output")
    arm(client, {"status": 500}, api_key=OTHER_KEY)
    assert get_answer(client, asked).status == 200
    arm(client, {"status": 500}, api_key=KEY)
    assert get_answer(client, asked).status == 500
    assert client.get(f"/outputs/{UNKNOWN_ID}.png", key=None).status == 404


def test_calls_about_nothing_known_can_be_struck(client):
    """An unknown model, an unknown job and a call without a key are calls on their route."""
    arm(client, {"status": 503})
    for path in ("/v2/no-such", "/v1/no-such"):
        assert client.post(path).status == 503
        assert client.post(path, key=None).status == 503
    assert client.get(f"/v2/requests/{UNKNOWN_ID}").status == 503
    assert client.get(f"/v2/requests/{UNKNOWN_ID}", key=None).status == 503
    client.account()
    assert client.get(f"/v2/requests/{UNKNOWN_ID}").status == 503
    assert client.get("/no/such/path").status == 404


def call_every_route(client: Client, key: str) -> list[Any]:
    """Call every route with a key, and return every answer."""
    submitted = client.submit(key=key)
    answers = [client.get(submitted[name], key=key) for name in URL_OF.values()]
    answers += [client.post(SYNC, key=key), client.get(CREDITS, key=key)]
    client.advance(60, key)
    result = client.get(submitted["response_url"], key=key)
    answers += [result, client.get(result.json["output"], key=None)]
    return [submitted, *((each.status, each.headers, each.body) for each in answers)]


@given(
    effects=st.lists(st.sampled_from(EVERYWHERE), min_size=1, max_size=4),
    calls=st.lists(st.sampled_from(ROUTES), max_size=4),
)
@settings(max_examples=25)
def test_faults_under_one_key_are_not_felt_under_another(effects, calls):
    """Whatever strikes one account, another sees what it would see alone."""
    alone, struck = Client(), Client()
    for each in effects:
        effect, route, when = each.values
        arm(struck, EXAMPLES[effect], route, when=when, api_key=KEY)
    for route in calls:
        struck.emulator.gateway.handle(make_call(route))
    assert call_every_route(struck, OTHER_KEY) == call_every_route(alone, OTHER_KEY)


def make_call(route: str) -> Request:
    """Return a call on this route that needs no preparation."""
    paths = {
        "credits": CREDITS,
        "status": f"/v2/requests/{UNKNOWN_ID}/status",
        "result": f"/v2/requests/{UNKNOWN_ID}",
        "poll": f"/v1/requests/{UNKNOWN_ID}",
        "output": f"/outputs/{UNKNOWN_ID}.png",
    }
    if route in paths:
        return make_request("GET", paths[route])
    return make_request("POST", SUBMIT if route == "submit" else SYNC, PROMPT)


def test_rules_that_do_not_strike_change_nothing():
    """With a rule that passes every call over, each answer is the one without any rule."""
    armed = Client()
    for row in CATALOGUE.faults:
        arm(armed, row.example, skip=10**6)
    assert call_every_route(armed, KEY) == call_every_route(Client(), KEY)
    exchanges = list(armed.store.records[KEY].journal)
    assert {summarize(exchange)[1:] for exchange in exchanges} == {("intact", None)}
    assert all(fault["hits"] == 0 for fault in armed.control.faults.list()["faults"])
