"""What faults do, through the core: which answer comes, what was done, what the journal says."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.base.clock import MINUTE, SECOND, render_iso
from mockserver.base.json_encoding import encode
from mockserver.base.wire import Disconnect, Drip, Outcome, Request, Respond, Truncate, Wait
from mockserver.contract.catalogue import Catalogue
from mockserver.control.jobs import JobChange
from mockserver.control.journal import JournalFilter
from mockserver.control.pages import ListFilter
from mockserver.gateway import decision, fault_injection, gateway, opening, recording, waits
from mockserver.gateway.effect import EFFECTS, Effect
from mockserver.rules.faults import FaultRequest, On
from mockserver.rules.rate_limit import CLOSED
from mockserver.state.journal import Entry
from mockserver.tests.conftest import HOST, KEY, OTHER_KEY, PROMPT, Answer, Client

CATALOGUE = Catalogue()
HOOKS = ("before", "alter", "after")
ROUTE_NAMES = {row.name for row in CATALOGUE.routes}
CREDITS = "/v1/get-user-credits"
SUBMIT = "/v2/ideogram-3"
SYNC = "/v1/ideogram-3"
UNKNOWN_ID = "0123456789abcdef0123456789abcdef"
STRUCK = {route for row in CATALOGUE.faults for route in row.routes}
ROUTES = [row.name for row in CATALOGUE.routes if row.name in STRUCK]
POLLS = ["status", "result", "poll"]
URL_OF = {"status": "status_url", "result": "response_url", "poll": "poll_url"}
REPLACING = {"status", "reset", "close"}
EVERYWHERE = [
    pytest.param(row.effect, route, when, id=f"{row.effect}-{route}-{when}")
    for row in CATALOGUE.faults
    for route in row.routes
    for when in row.when
]
EXAMPLES = {row.effect: row.example for row in CATALOGUE.faults}


def strikes_on(*effects: str) -> list[Any]:
    """Return the places in `EVERYWHERE` that are about these effects."""
    return [each for each in EVERYWHERE if each.values[0] in effects]


def arm(client: Client, does: Any, route: str = "*", **fields: Any) -> str:
    """Arm a fault, and return its id."""
    wanted = FaultRequest(does=does, on=On(route=route), **fields)
    return client.control.faults.add(wanted)["id"]


def request(method: str, path: str, body: Any = None, key: str | None = KEY) -> Request:
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


def scene(client: Client, route: str, key: str = KEY) -> Request:
    """Prepare what a call on this route needs, and return the call: polls find a queued job."""
    if route == "credits":
        return request("GET", CREDITS, key=key)
    if route in {"submit", "sync"}:
        return request("POST", SUBMIT if route == "submit" else SYNC, PROMPT, key)
    submitted = client.submit(key=key)
    if route in POLLS:
        return request("GET", submitted[URL_OF[route]], key=key)
    client.advance(60)
    url = client.get(submitted["response_url"], key=key).json["output"]
    return request("GET", url, key=None)


def send(client: Client, asked: Request) -> Outcome:
    """Let the gateway handle a request."""
    return client.emulator.gateway.handle(asked)


def answered(client: Client, asked: Request) -> Answer:
    """Return the answer to a request that must have one."""
    outcome = send(client, asked)
    assert isinstance(outcome, Respond), outcome
    return Answer(outcome)


def plain(route: str) -> Respond:
    """Return what a call on this route gets without a fault."""
    client = Client()
    outcome = send(client, scene(client, route))
    assert isinstance(outcome, Respond)
    return outcome


def last(client: Client, key: str = KEY) -> Entry:
    """Return the latest entry of an account's journal."""
    return list(client.store.records[key].journal)[-1]


def entries_on(client: Client, route: str) -> list[Entry]:
    """Return what the account's journal has on a route; nothing before there is an account."""
    return [entry for entry in client.store.journals.of(KEY) if entry.route == route]


def told(entry: Entry) -> tuple[int | None, str, str | None]:
    """Return what the journal says about a struck exchange."""
    return entry.status, entry.delivery, entry.fault_id


def jobs_of(client: Client, key: str = KEY) -> list[dict[str, Any]]:
    """Return the jobs of an account, none if there is no account."""
    return (
        client.control.jobs.list(ListFilter(api_key=key))["jobs"]
        if key in client.store.accounts
        else []
    )


def ledger(client: Client) -> list[dict[str, Any]]:
    """Return what the account was charged."""
    return client.account()["ledger"]


def has_honest_length(answer: Answer) -> bool:
    """Tell whether an answer announces the body that it has."""
    return answer.headers["content-length"] == str(len(answer.body))


# The seam


def test_every_word_of_the_catalogue_has_an_effect_and_every_effect_a_word():
    """An effect is a row of contracts/faults.json and a class: neither stands alone."""
    assert EFFECTS.keys() == {row.effect for row in CATALOGUE.faults}


def test_every_effect_strikes_on_the_sides_that_its_row_names():
    """A hook before the commit is there for `before`, one after it for `after`."""
    for row in CATALOGUE.faults:
        effect = EFFECTS[row.effect]
        overridden = {name for name in HOOKS if getattr(effect, name) is not getattr(Effect, name)}
        assert overridden, row.effect
        assert "before" not in row.when or overridden & {"before", "alter"}, row.effect
        assert "after" not in row.when or overridden & {"alter", "after"}, row.effect


def test_the_gateway_knows_no_effect_by_name():
    """No word of the catalogue, and no class of an effect, stands in the modules around it."""
    words = EFFECTS.keys() - ROUTE_NAMES
    classes = {effect.__name__ for effect in EFFECTS.values()}
    for module in (gateway, fault_injection, decision, recording, waits, opening):
        nodes = list(ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))))
        texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
        names = {node.id for node in nodes if isinstance(node, ast.Name)}
        assert (texts & words, names & classes) == (set(), set()), module.__name__


# Every effect on every route


@pytest.mark.parametrize(("effect", "route", "when"), strikes_on("status"))
def test_a_status_takes_the_place_of_every_answer(effect, route, when):
    """The answer is the one that was asked for, on both sides of the commit."""
    client = Client()
    asked = scene(client, route)
    arm(client, EXAMPLES[effect], route, when=when)
    answer = answered(client, asked)
    assert (answer.status, answer.headers["content-type"]) == (503, "text/html")
    assert b"503 Service Unavailable" in answer.body
    assert has_honest_length(answer)


@pytest.mark.parametrize(("effect", "route", "when"), strikes_on("reset", "close"))
def test_a_cut_takes_the_place_of_every_answer(effect, route, when):
    """Nothing is sent, and the journal says that the answer is lost."""
    client = Client()
    asked = scene(client, route)
    fault = arm(client, EXAMPLES[effect], route, when=when)
    assert send(client, asked) == Disconnect(effect)
    found = client.control.journal.show(JournalFilter())["requests"][-1]
    assert (found["route"], found["status"], found["fault_id"]) == (route, None, fault)
    assert found["response"]["body"] == ""


@pytest.mark.parametrize(("effect", "route", "when"), strikes_on("delay_s"))
def test_a_delay_lets_real_time_pass_and_changes_nothing(effect, route, when):
    """After the wait comes the very answer that would have come, and the journal has it whole."""
    client = Client()
    asked = scene(client, route)
    fault = arm(client, EXAMPLES[effect], route, when=when)
    before = entries_on(client, route)
    wait = send(client, asked)
    assert isinstance(wait, Wait)
    assert wait.delay_s == 2.5
    assert entries_on(client, route) == before
    answer = client.emulator.gateway.resume(wait)
    assert answer == plain(route)
    assert told(last(client)) == (200, "intact", fault)


@pytest.mark.parametrize(("effect", "route", "when"), strikes_on("drip"))
def test_a_drip_sends_the_whole_answer_in_pieces(effect, route, when):
    """The answer is unharmed; only its pace is said."""
    client = Client()
    asked = scene(client, route)
    fault = arm(client, EXAMPLES[effect], route, when=when)
    assert send(client, asked) == Drip(plain(route), 20, 0.05)
    assert told(last(client)) == (200, "intact", fault)


@pytest.mark.parametrize(("effect", "route", "when"), strikes_on("truncate_bytes"))
@pytest.mark.parametrize("sent", [0, 5, 10**9])
def test_a_truncated_answer_is_never_whole(effect, route, when, sent):
    """However many bytes are asked for, the last one is not sent; the journal has what was."""
    client = Client()
    asked = scene(client, route)
    fault = arm(client, {effect: sent}, route, when=when)
    whole = plain(route)
    expected = min(sent, len(whole.body) - 1)
    assert send(client, asked) == Truncate(whole, expected)
    entry = last(client)
    assert told(entry) == (200, "damaged", fault)
    assert whole.body.startswith(entry.body)
    assert len(entry.body) == min(expected, 64 * 1024 + 1)


@pytest.mark.parametrize(("effect", "route", "when"), strikes_on("malformed"))
def test_a_malformed_body_is_no_json_and_says_its_true_length(effect, route, when):
    """Status and headers are those of the answer; its body cannot be read."""
    client = Client()
    asked = scene(client, route)
    fault = arm(client, EXAMPLES[effect], route, when=when)
    answer = answered(client, asked)
    assert answer.status == 200
    assert answer.headers["content-type"] == Answer(plain(route)).headers["content-type"]
    assert has_honest_length(answer)
    with pytest.raises(ValueError, match="JSON"):
        msgspec.json.decode(answer.body)
    assert told(last(client)) == (200, "damaged", fault)


@pytest.mark.parametrize(("effect", "route", "when"), strikes_on("extra_fields"))
def test_extra_fields_are_added(effect, route, when):
    """The rest of the document stays, a field that is there is overwritten."""
    client = Client(v1="json")
    asked = scene(client, route)
    name = next(iter(answered(client, asked).json))
    fault = arm(client, {effect: {"region": {"code": 7}, name: "other"}}, route, when=when)
    answer = answered(client, asked)
    assert answer.json["region"] == {"code": 7}
    assert answer.json[name] == "other"
    assert has_honest_length(answer)
    assert told(last(client)) == (200, "intact", fault)


@pytest.mark.parametrize(("effect", "route", "when"), strikes_on("drop_fields"))
def test_dropped_fields_are_gone(effect, route, when):
    """What is named is left out, what is not there does not matter, the rest stays."""
    client = Client(v1="json")
    asked = scene(client, route)
    names = list(answered(client, asked).json)
    fault = arm(client, {effect: [names[0], "no such field"]}, route, when=when)
    answer = answered(client, asked)
    assert list(answer.json) == names[1:]
    assert has_honest_length(answer)
    assert told(last(client)) == (200, "damaged", fault)


@pytest.mark.parametrize(("effect", "route", "when"), strikes_on("unknown_state"))
def test_an_unknown_state_takes_the_place_of_the_real_one(effect, route, when):
    """Only the word in the answer changes, and the job goes on."""
    client = Client()
    asked = scene(client, route)
    fault = arm(client, EXAMPLES[effect], route, when=when)
    answer = answered(client, asked)
    expected = msgspec.json.decode(plain(route).body) | {"status": "THROTTLED"}
    assert answer.json == expected
    assert has_honest_length(answer)
    assert told(last(client)) == (200, "intact", fault)
    assert jobs_of(client)[-1]["state"] == "QUEUED"


def test_an_unknown_state_also_hides_the_end_of_a_job():
    """A completed result is said to be in the state that nobody knows."""
    client = Client()
    asked = scene(client, "result")
    client.advance(60)
    arm(client, EXAMPLES["unknown_state"], "result")
    answer = answered(client, asked)
    assert answer.json["status"] == "THROTTLED"
    assert "images" in answer.json


@pytest.mark.parametrize("effect", ["unknown_state", "extra_fields", "drop_fields"])
def test_errors_are_answers_too(effect):
    """A 422 keeps its FAILED under an unknown state; fields come and go in it as anywhere."""
    client = Client()
    submitted = client.submit(body={"prompt": "mock:fail=no luck"})
    client.advance(60)
    real = client.get(submitted["status_url"]).json
    arm(client, EXAMPLES[effect], "status")
    answer = client.get(submitted["status_url"])
    assert answer.status == 422
    kept = {name: value for name, value in real.items() if name != "metrics"}
    changed = {"unknown_state": real, "extra_fields": real | {"region": "eu"}, "drop_fields": kept}
    assert answer.json == changed[effect]


@pytest.mark.parametrize("effect", ["extra_fields", "drop_fields"])
def test_what_is_no_json_object_keeps_its_fields(effect):
    """An image, and a JSON value without fields, are sent as they are."""
    client = Client(v1="image")
    asked = scene(client, "sync")
    arm(client, EXAMPLES[effect], "sync")
    answer = answered(client, asked)
    assert answer.headers["content-type"].startswith("image/")
    assert answer.body == answered(Client(v1="image"), asked).body
    array = Respond(200, (), b"[1]")
    document = EXAMPLES[effect]
    struck = EFFECTS[effect](value=document[effect], when="after")
    assert struck.after(client.emulator.services, None, array) is array


@pytest.mark.parametrize(
    ("does", "v1", "delivery"),
    [
        ({"drop_fields": ["data"]}, "image", "intact"),
        ({"drop_fields": ["no such field"]}, "json", "intact"),
        ({"drop_fields": ["data"]}, "json", "damaged"),
        ({"truncate_bytes": 1}, "image", "damaged"),
        ({"malformed": True}, "image", "damaged"),
    ],
)
def test_only_an_answer_that_was_changed_is_told_as_damaged(does, v1, delivery):
    """A client that got all of a picture is not to be blamed for taking it."""
    client = Client(v1=v1)
    arm(client, does, "sync")
    client.emulator.gateway.handle(scene(client, "sync"))
    assert last(client).delivery == delivery


# The two sides of the commit


@pytest.mark.parametrize("effect", [{"status": 500}, {"reset": True}, {"close": True}])
@pytest.mark.parametrize("route", ["submit", "sync"])
def test_before_nothing_is_done(effect, route):
    """The call is in the key's journal, and that is all: no job, no charge, no count."""
    client = Client()
    fault = arm(client, effect, route, when="before", times=1)
    send(client, scene(client, route))
    account = client.store.accounts[KEY]
    assert (jobs_of(client), ledger(client), account.window) == ([], [], CLOSED)
    entry = list(client.store.journals.of(KEY))[-1]
    assert entry.request_id is None
    assert entry.fault_id == fault
    client.account(requests_per_minute=1)
    assert answered(client, scene(client, route)).status == 200
    assert len(jobs_of(client)) == 1


@pytest.mark.parametrize("effect", [{"status": 500}, {"reset": True}, {"close": True}])
@pytest.mark.parametrize("route", ["submit", "sync"])
def test_after_it_is_done_and_charged(effect, route):
    """The job is there and will be charged, the window has counted, only the answer is lost."""
    client = Client()
    client.account(requests_per_minute=1)
    fault = arm(client, effect, route, when="after", times=1)
    send(client, scene(client, route))
    [job] = jobs_of(client)
    client.advance(30)
    assert [entry["request_id"] for entry in ledger(client)] == [job["request_id"]]
    assert answered(client, scene(client, route)).status == 429
    first = next(iter(client.store.records[KEY].journal))
    is_cut = "status" not in effect
    assert told(first) == (None, "lost", fault) if is_cut else (500, "intact", fault)
    assert first.request_id == job["request_id"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_poll_whose_answer_is_lost_changes_nothing(when):
    """The job goes on, and the next poll finds it."""
    client = Client()
    asked = scene(client, "status")
    fault = arm(client, {"reset": True}, "status", when=when, times=1)
    assert send(client, asked) == Disconnect("reset")
    entry = last(client)
    assert told(entry) == (None, "lost", fault)
    assert (entry.headers, entry.body) == ((), b"")
    client.advance(60)
    assert answered(client, asked).json["status"] == "COMPLETED"
    assert len(ledger(client)) == 1


@pytest.mark.parametrize("effect", [{"status": 503}, {"close": True}, EXAMPLES["drop_fields"]])
def test_after_also_strikes_what_the_gateway_refuses(effect):
    """A refused call has an answer too: it is struck, and nothing is done, as without a fault."""
    client = Client()
    fault = arm(client, effect, "submit", when="after")
    send(client, request("POST", SUBMIT, {"prompt": "mock:status=500"}))
    assert jobs_of(client) == []
    assert last(client).fault_id == fault
    send(client, request("POST", SUBMIT, PROMPT, key=None))
    assert list(client.store.journals.of(None))[-1].fault_id == fault


# Waiting


def test_a_request_that_is_delayed_is_handled_at_the_end():
    """The job begins when the delay is over, not when the request arrived."""
    client = Client()
    client.account()
    arm(client, {"delay_s": 0.01}, "submit", when="before")
    wait = send(client, scene(client, "submit"))
    assert jobs_of(client) == []
    client.advance(5)
    answer = client.emulator.gateway.resume(wait)
    entry = last(client)
    assert entry.answered_at - entry.at == 5 * SECOND
    job = client.store.find_job(KEY, Answer(answer).json["request_id"])
    assert job.submitted_at == entry.answered_at


def test_an_answer_that_is_delayed_belongs_to_what_was_done_before():
    """The job is there while the client waits."""
    client = Client()
    arm(client, {"delay_s": 0.01}, "submit", when="after")
    wait = send(client, scene(client, "submit"))
    [job] = jobs_of(client)
    client.advance(5)
    answer = Answer(client.emulator.gateway.resume(wait))
    assert answer.json["request_id"] == job["request_id"]


@pytest.mark.parametrize(("when", "jobs"), [("before", 0), ("after", 1)])
def test_a_client_that_leaves_during_a_delay_has_no_answer(when, jobs):
    """The answer is lost; what was done before the delay stays done."""
    client = Client()
    client.account()
    fault = arm(client, {"delay_s": 0.01}, "submit", when=when)
    wait = send(client, scene(client, "submit"))
    client.emulator.gateway.abandon(wait)
    assert len(jobs_of(client)) == jobs
    assert told(last(client)) == (None, "lost", fault)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delay_and_a_blocking_run_add_up(when):
    """Where time runs, a delayed blocking call waits twice."""
    client, moment = timed_client()
    arm(client, {"delay_s": 2.5}, "sync", when=when)
    outcome = send(client, scene(client, "sync"))
    waits = []
    while isinstance(outcome, Wait):
        waits.append(outcome.delay_s)
        moment[0] += round(outcome.delay_s * SECOND)
        outcome = client.emulator.gateway.resume(outcome)
    assert outcome.status == 200
    assert len(waits) == 2
    assert waits[0 if when == "before" else 1] == 2.5


def timed_client() -> tuple[Client, list[int]]:
    """Return a client of an emulator whose clock is real, and the real time to move."""
    moment = [0]
    return Client(clock="real", monotonic=lambda: moment[0]), moment


# Effects on the job


@pytest.mark.parametrize("fields", [{}, {"error": "out of memory"}])
def test_a_new_job_can_be_made_to_fail(fields):
    """It fails when its time comes, with these words, and what it held is given back."""
    client = Client()
    arm(client, {"state": "FAILED", **fields}, "submit")
    submitted = client.submit()
    assert client.get(submitted["status_url"]).json["status"] == "QUEUED"
    client.advance(60)
    answer = client.get(submitted["status_url"])
    assert answer.status == 422
    assert answer.error == fields.get("error", "The worker failed.")
    assert_free(client)


@pytest.mark.parametrize("route", POLLS)
@pytest.mark.parametrize("seconds", [0, 0.5])
def test_a_job_that_is_polled_can_be_made_to_fail(route, seconds):
    """It fails at this instant, whether queued or running, and stays failed."""
    client = Client()
    asked = scene(client, route)
    client.advance(seconds)
    fault = arm(client, {"state": "FAILED", "error": "out of memory"}, route, times=1)
    answer = answered(client, asked)
    assert (answer.status, answer.error) == (422, "out of memory")
    assert told(last(client)) == (422, "intact", fault)
    client.advance(60)
    assert answered(client, asked).status == 422
    assert_free(client)


def test_a_blocking_run_can_be_made_to_fail():
    """It ends as a failed run does, and costs nothing."""
    client = Client()
    arm(client, {"state": "FAILED", "error": "out of memory"}, "sync")
    answer = client.post(SYNC)
    assert (answer.status, answer.error) == (500, "out of memory")
    assert_free(client)


def assert_free(client: Client) -> None:
    """Check that nothing was charged and nothing is held."""
    account = client.account()
    assert account["ledger"] == []
    assert account["held"] == 0


@pytest.mark.parametrize("state", ["QUEUED", "PROCESSING"])
@pytest.mark.parametrize("route", ["submit", *POLLS])
def test_a_stalled_job_stays_in_its_state_until_it_expires(route, state):
    """It is never done, and when it expires what it held is given back."""
    client = Client()
    asked = scene(client, route)
    arm(client, {"stall": state}, route, times=1)
    answer = answered(client, asked)
    assert answer.json["status"] == "QUEUED"
    url = f"/v2/requests/{answer.json['request_id']}/status"
    for _ in range(3):
        client.advance(1000)
        assert client.get(url).json["status"] == state
    assert client.account()["held"] > 0
    client.advance(600)
    assert client.get(url).status == 404
    assert_free(client)


def test_a_running_job_can_be_stalled():
    """One that is PROCESSING when it is polled stays so."""
    client = Client()
    asked = scene(client, "status")
    client.advance(0.5)
    assert answered(client, asked).json["status"] == "PROCESSING"
    arm(client, {"stall": "PROCESSING"}, "status", times=1)
    answered(client, asked)
    client.advance(1000)
    assert answered(client, asked).json["status"] == "PROCESSING"


@pytest.mark.parametrize("state", ["QUEUED", "PROCESSING"])
@pytest.mark.parametrize(("clock", "minutes"), [("frozen", 0), ("auto", 1)])
def test_a_stalled_blocking_run_times_out(state, clock, minutes):
    """It is a 504 after a minute of virtual time, or at once where that stands still; free."""
    client = Client(clock=clock)
    client.account()
    start = client.store.accounts[KEY].clock.now()
    arm(client, {"stall": state}, "sync")
    answer = client.post(SYNC)
    assert answer.status == 504
    assert answer.headers["content-type"].startswith("text/html")
    assert client.store.accounts[KEY].clock.now() - start == minutes * MINUTE
    assert_free(client)


def test_a_stalled_blocking_run_lets_its_client_wait_for_a_minute():
    """Where time runs, the client has its 504 after a real minute."""
    client, moment = timed_client()
    arm(client, {"stall": "PROCESSING"}, "sync")
    wait = send(client, scene(client, "sync"))
    assert wait.delay_s == 60
    moment[0] += MINUTE
    assert client.emulator.gateway.resume(wait).status == 504


@pytest.mark.parametrize("route", POLLS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_job_that_is_polled_can_expire(route, when):
    """Before, this poll is a 404; after, only the next one is. What was held is given back."""
    client = Client()
    client.submit()
    asked = scene(client, route)
    fault = arm(client, {"expire": True}, route, when=when, times=1)
    answer = answered(client, asked)
    status = 404 if when == "before" else 200
    assert answer.status == status
    assert told(last(client)) == (status, "intact", fault)
    gone = answered(client, asked)
    assert gone.status == 404
    if when == "before":
        assert gone.error == answer.error
    assert len(jobs_of(client)) == 1
    client.advance(60)
    assert len(ledger(client)) == 1
    assert client.account()["held"] == 0


def test_a_new_job_can_be_gone_at_once():
    """The submit is answered as ever, and the first poll does not find the job."""
    client = Client()
    client.submit()
    arm(client, {"expire": True}, "submit", when="before")
    submitted = client.submit()
    assert client.get(submitted["status_url"]).status == 404
    assert client.get(submitted["poll_url"]).status == 404
    assert len(jobs_of(client)) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_output_can_be_gone(when):
    """Before, this GET is a 404; after, only the next one is. The job does not care."""
    client = Client()
    asked = scene(client, "output")
    arm(client, {"expire": True}, "output", when=when, times=1)
    assert answered(client, asked).status == (404 if when == "before" else 200)
    assert answered(client, asked).status == 404
    assert jobs_of(client)[0]["state"] == "COMPLETED"
    assert len(ledger(client)) == 1


@pytest.mark.parametrize("route", [*POLLS, "output"])
def test_what_is_not_there_cannot_be_changed(route):
    """An effect on a job or an output that nobody knows is a 404, as without a fault."""
    client = Client()
    path = {
        "status": f"/v2/requests/{UNKNOWN_ID}/status",
        "result": f"/v2/requests/{UNKNOWN_ID}",
        "poll": f"/v1/requests/{UNKNOWN_ID}",
        "output": f"/outputs/{UNKNOWN_ID}.png",
    }[route]
    client.account()
    usual = client.get(path)
    for when in ("before", "after"):
        arm(client, {"expire": True}, route, when=when, times=1)
        answer = client.get(path)
        assert (answer.status, answer.body) == (usual.status, usual.body)


def test_an_effect_on_a_job_leaves_a_refused_submit_alone():
    """A run that is refused has no job that could fail."""
    client = Client()
    arm(client, {"state": "FAILED"}, "submit")
    answer = client.post(SUBMIT, {"prompt": "mock:status=500"})
    assert answer.status == 500
    assert jobs_of(client) == []


# Opaque URLs


@pytest.fixture
def opaque(client) -> dict[str, str]:
    """A submitted job whose URLs are opaque; the emulator's client is `client`.

    Its polls are struck too, by a fault that changes nothing: no contract describes such URLs.
    """
    arm(client, {"opaque_urls": True}, times=1)
    submitted = client.submit()
    arm(client, {"drop_fields": ["no such field"]})
    return submitted


def test_opaque_urls_work_and_the_usual_ones_do_not(client, opaque):
    """A client that follows its URLs gets its result; one that builds its own gets 404s."""
    plain_id = opaque["request_id"]
    usual = (
        f"/v2/requests/{plain_id}/status",
        f"/v2/requests/{plain_id}",
        f"/v1/requests/{plain_id}",
    )
    handed_out = [opaque[name] for name in ("status_url", "response_url", "poll_url")]
    for seconds, state in ((0, "QUEUED"), (60, "COMPLETED")):
        client.advance(seconds)
        for url in handed_out:
            answer = client.get(url)
            assert (answer.status, answer.json["status"]) == (200, state)
            assert answer.json["request_id"] == plain_id
        for path in usual:
            assert client.get(path).status == 404
    assert client.get(client.get(opaque["response_url"]).json["output"]).status == 200


def test_pending_bodies_repeat_the_opaque_urls(client, opaque):
    """Every body that names the job's URLs names those that were handed out."""
    assert opaque["status_url"] != f"http://{HOST}/v2/requests/{opaque['request_id']}/status"
    for name in URL_OF.values():
        body = client.get(opaque[name]).json
        assert body["status_url"] == opaque["status_url"]
        assert body["response_url"] == opaque["response_url"]


def test_the_control_plane_finds_an_opaque_job_by_its_id(client, opaque):
    """Showing, changing and filtering go by the id that the submit answered with."""
    request_id = opaque["request_id"]
    assert client.control.jobs.show(request_id)["state"] == "QUEUED"
    client.get(opaque["status_url"])
    client.get(f"/v2/requests/{request_id}")
    shown = client.control.journal.show(JournalFilter(request_id=request_id))["requests"]
    assert [entry["status"] for entry in shown] == [200, 200, 404]
    client.control.jobs.change(request_id, JobChange(state="FAILED", error="no luck"))
    assert client.get(opaque["status_url"]).error == "no luck"


def test_opaque_urls_are_the_accounts_own(client, opaque):
    """Another key gets a 404 at them, as at any job of somebody else's."""
    client.account(OTHER_KEY)
    assert client.get(opaque["status_url"], key=OTHER_KEY).status == 404


def test_the_token_differs_for_each_job_and_repeats_with_the_seed():
    """Two jobs have two tokens; the same seed gives them again, another seed gives others."""

    def urls(seed: int) -> list[str]:
        client = Client(seed=seed)
        arm(client, {"opaque_urls": True})
        return [client.submit()["status_url"].split("-")[-1] for _ in range(2)]

    assert len({*urls(1), *urls(2)}) == 4
    assert urls(1) == urls(1)


@pytest.mark.parametrize("how", ["in time", "at once"])
def test_an_expired_opaque_job_leaves_nothing_behind(client, opaque, how):
    """Job, URLs and note of the id are gone, and its path is a 404."""
    if how == "at once":
        client.control.jobs.change(opaque["request_id"], JobChange(expire=True))
    else:
        client.advance(3600)
    assert client.get(opaque["status_url"]).status == 404
    account = client.store.records[KEY]
    assert [len(list(each)) for each in (account.jobs, account.jobs.retained())] == [0, 0]


# Answers in the gateway's manner


@pytest.mark.parametrize("route", ROUTES)
def test_an_injected_429_says_when_its_window_ends(route):
    """It is the end of the window in force; without one, a minute from now."""
    client = Client()
    asked = scene(client, route, key=KEY)
    account = client.store.accounts.get(KEY)
    now = client.store.clock.now()
    arm(client, {"status": 429}, route)
    answer = answered(client, asked)
    is_open = account is not None and route != "output" and account.window.reset_at > now
    expected = account.window.reset_at if is_open else now + MINUTE
    assert answer.status == 429
    assert answer.headers["x-rate-limit-reset-at-utc"] == render_iso(expected)
    assert answer.json == {"error": "Too Many Requests"}


def test_an_injected_429_does_not_move_the_window():
    """Ten seconds into a window the reset is fifty seconds away."""
    client = Client()
    client.submit()
    client.advance(10)
    arm(client, {"status": 429}, "submit")
    answer = client.post(SUBMIT)
    reset_at = client.store.accounts[KEY].clock.now() + 50 * SECOND
    assert answer.headers["x-rate-limit-reset-at-utc"] == render_iso(reset_at)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Bad Request"),
        (401, "Unauthorized"),
        (404, "Not Found"),
        (406, "Insufficient credits. You have 0.0 credits."),
        (500, "Internal Server Error"),
        (503, "Service Unavailable"),
        (599, "Unknown error"),
    ],
)
def test_an_injected_status_is_an_error_envelope(client, status, words):
    """The body is the gateway's envelope, with the words of the status."""
    arm(client, {"status": status})
    answer = client.post(SUBMIT)
    assert (answer.status, answer.json) == (status, {"error": words})
    assert answer.headers["content-type"] == "application/json"
    assert "x-rate-limit-reset-at-utc" not in answer.headers
    assert has_honest_length(answer)


@pytest.mark.parametrize("route", ["status", "result"])
def test_an_injected_404_of_a_poll_names_the_request(route):
    """It cannot be told from the 404 of a job that is gone."""
    client = Client()
    asked = scene(client, route)
    arm(client, {"status": 404}, route, times=1)
    injected = answered(client, asked)
    arm(client, {"expire": True}, route, times=1)
    real = answered(client, asked)
    assert (injected.status, injected.body) == (real.status, real.body)


@pytest.mark.parametrize("status", [405, 502, 504])
def test_statuses_that_the_gateway_has_a_page_for_are_pages(client, status):
    """They are HTML unless JSON is asked for."""
    arm(client, {"status": status}, times=1)
    page = client.get(CREDITS)
    assert page.headers["content-type"].startswith("text/html")
    assert f"<h1>{status} ".encode() in page.body
    arm(client, {"status": status, "body": "json"})
    assert set(client.get(CREDITS).json) == {"error"}


@pytest.mark.parametrize(
    ("kind", "media", "body"),
    [
        ("json", "application/json", b'{"error":"Service Unavailable"}'),
        ("html", "text/html", b"<html><body><h1>503 Service Unavailable</h1></body></html>\n"),
        ("empty", None, b""),
        ("text:", "text/plain; charset=utf-8", b""),
        ("text:grüße", "text/plain; charset=utf-8", "grüße".encode()),
    ],
)
def test_the_body_of_a_status_is_what_was_asked_for(client, kind, media, body):
    """The media type fits the body, and a body without a type has none."""
    arm(client, {"status": 503, "body": kind})
    answer = client.get(CREDITS)
    assert answer.body == body
    assert answer.headers.get("content-type") == media
    assert has_honest_length(answer)


@pytest.mark.parametrize("status", [204, 205, 304])
@pytest.mark.parametrize("kind", ["json", "html", "text:words"])
def test_a_status_that_allows_no_body_has_none(client, status, kind):
    """A body there would be read as the beginning of the next answer."""
    arm(client, {"status": status, "body": kind})
    answer = client.get(CREDITS)
    assert (answer.status, answer.body) == (status, b"")
    assert "content-type" not in answer.headers


def test_a_status_can_have_headers_of_its_own(client):
    """They are added to the answer's own, in lower case."""
    arm(client, {"status": 503, "headers": {"Retry-After": "7", "X-Edge": "a b"}})
    answer = client.get(CREDITS)
    assert answer.headers["retry-after"] == "7"
    assert answer.headers["x-edge"] == "a b"
    assert has_honest_length(answer)


# Time under `auto`


@pytest.mark.parametrize("effect", ["status", "reset", "close"])
@pytest.mark.parametrize("route", POLLS)
@pytest.mark.parametrize(("when", "moves"), [("before", False), ("after", True)])
def test_under_auto_time_moves_for_polls_that_are_handled(effect, route, when, moves):
    """A poll that never reached the gateway moves nothing; one whose answer is lost does."""
    client = Client(clock="auto")
    asked = scene(client, route)
    clock = client.store.accounts[KEY].clock
    arm(client, EXAMPLES[effect], route, when=when)
    before = clock.now()
    send(client, asked)
    assert (clock.now() > before) is moves


def test_under_auto_a_stalled_job_does_not_move_time_to_its_end():
    """There is no next transition that a poll could move on to."""
    client = Client(clock="auto")
    asked = scene(client, "status")
    arm(client, {"stall": "QUEUED"}, "status")
    clock = client.store.accounts[KEY].clock
    before = clock.now()
    assert answered(client, asked).json["status"] == "QUEUED"
    assert clock.now() == before


# What a call is about


@pytest.mark.parametrize("route", ["submit", "sync", *POLLS, "output"])
def test_a_rule_about_a_model_strikes_the_calls_about_it(route):
    """A poll is about the model of its job, an output about the model that made it."""
    client = Client()
    asked = scene(client, route)
    wanted = FaultRequest(does={"status": 500}, on=On(route=route, model="mock-inference"))
    client.control.faults.add(wanted)
    assert answered(client, asked).status == 200
    wanted = FaultRequest(does={"status": 500}, on=On(route=route, model="ideogram-3"))
    client.control.faults.add(wanted)
    assert answered(client, asked).status == 500


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
    asked = scene(client, "output")
    arm(client, {"status": 500}, api_key=OTHER_KEY)
    assert answered(client, asked).status == 200
    arm(client, {"status": 500}, api_key=KEY)
    assert answered(client, asked).status == 500
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


# Isolation


def script(client: Client, key: str) -> list[Any]:
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
        struck.emulator.gateway.handle(scene_of_path(route))
    assert script(struck, OTHER_KEY) == script(alone, OTHER_KEY)


def scene_of_path(route: str) -> Request:
    """Return a call on this route that needs no preparation."""
    paths = {
        "credits": CREDITS,
        "status": f"/v2/requests/{UNKNOWN_ID}/status",
        "result": f"/v2/requests/{UNKNOWN_ID}",
        "poll": f"/v1/requests/{UNKNOWN_ID}",
        "output": f"/outputs/{UNKNOWN_ID}.png",
    }
    if route in paths:
        return request("GET", paths[route])
    return request("POST", SUBMIT if route == "submit" else SYNC, PROMPT)


def test_rules_that_do_not_strike_change_nothing():
    """With a rule that passes every call over, each answer is the one without any rule."""
    armed = Client()
    for row in CATALOGUE.faults:
        arm(armed, row.example, skip=10**6)
    assert script(armed, KEY) == script(Client(), KEY)
    entries = list(armed.store.records[KEY].journal)
    assert {told(entry)[1:] for entry in entries} == {("intact", None)}
    assert all(fault["hits"] == 0 for fault in armed.control.faults.list()["faults"])


def test_a_delayed_first_call_finds_the_account_that_others_made_meanwhile():
    """What happened under the key during the delay is not undone when the call goes on."""
    client = Client()
    arm(client, {"delay_s": 0.01}, "submit", when="before", times=1)
    wait = send(client, scene(client, "submit"))
    submitted = client.submit()
    resumed = Answer(client.emulator.gateway.resume(wait))
    assert resumed.json["request_id"] != submitted["request_id"]
    assert len(jobs_of(client)) == 2


def test_a_job_that_expires_after_its_submit_is_gone_and_holds_nothing():
    """`expire` after a submit releases the hold at once, whatever other jobs there are."""
    client = Client()
    client.submit()
    arm(client, {"expire": True}, "submit", when="after")
    held = client.account()["held"]
    submitted = client.submit()
    assert client.get(submitted["status_url"]).status == 404
    assert client.account()["held"] == held


def test_an_output_that_a_fault_removes_is_in_its_owners_journal():
    """The exchange in which an output goes belongs to its owner."""
    client = Client()
    asked = scene(client, "output")
    fault = arm(client, {"expire": True}, "output", when="before")
    assert answered(client, asked).status == 404
    assert told(last(client)) == (404, "intact", fault)


def test_headers_of_a_rule_replace_the_gateways_own():
    """A header is sent once, as the rule has it."""
    client = Client()
    does = {"status": 503, "headers": {"Content-Type": "text/x", "Retry-After": "1"}}
    asked = scene(client, "submit")
    arm(client, does, "submit", when="before")
    respond = send(client, asked)
    names = [name for name, _ in respond.headers]
    assert len(names) == len(set(names))
    assert (b"content-type", b"text/x") in respond.headers


def test_an_injected_404_speaks_as_its_route_does():
    """poll_url has words of its own for what is not there (R5)."""
    client = Client()
    submitted = client.submit()
    arm(client, {"status": 404}, "poll", when="before")
    request_id = submitted["request_id"]
    answer = client.get(submitted["poll_url"])
    assert answer.error == f"Output for this request ID {request_id} Not Found"


def test_the_first_call_of_a_key_is_in_its_journal_though_a_fault_struck_it(client):
    """A call that was struck before anything was done belongs to the key that made it."""
    arm(client, {"status": 503}, times=1)
    answers = [client.post("/v2/ideogram-3").status for _ in range(2)]
    wanted = JournalFilter(api_key=KEY)
    told = [entry["status"] for entry in client.control.journal.show(wanted)["requests"]]
    assert told == answers == [503, 200]


def test_a_list_of_lingerings_is_a_schedule_of_states(make_client):
    """Under the clock `auto` a job stays in its state for as many polls as linger."""
    client = make_client(clock="auto")
    arm(client, [{"linger": True}, {"linger": True}, None, {"linger": True}], "status")
    job = client.submit()
    states = [client.get(job["status_url"]).json["status"] for _ in range(6)]
    assert states == ["QUEUED"] * 3 + ["PROCESSING"] * 2 + ["COMPLETED"]
