"""Effects on an answer on its way: in pieces, cut short, or with another body."""

from __future__ import annotations

import msgspec
import pytest

from mockserver.base.wire import Pieces, Respond
from mockserver.gateway.effect import EFFECTS
from mockserver.tests.conftest import HOST, Answer, Client
from mockserver.tests.fault_calls import (
    EXAMPLES,
    arm,
    find_last_exchange,
    get_answer,
    get_plain_answer,
    has_honest_length,
    list_jobs,
    list_strikes,
    prepare_call,
    send,
    summarize,
)

PORT = HOST.partition(":")[2]


@pytest.mark.parametrize(("effect", "route", "when"), list_strikes("drip"))
def test_a_drip_sends_the_whole_answer_in_pieces(effect, route, when):
    """The answer is unharmed; only its pace is said."""
    client = Client()
    asked = prepare_call(client, route)
    fault = arm(client, EXAMPLES[effect], route, when=when)
    assert send(client, asked) == Pieces(
        respond=get_plain_answer(route), piece_bytes=20, every_s=0.05
    )
    assert summarize(find_last_exchange(client)) == (200, "intact", fault)


@pytest.mark.parametrize(("effect", "route", "when"), list_strikes("truncate_bytes"))
@pytest.mark.parametrize("sent", [0, 5, 10**9])
def test_a_truncated_answer_is_never_whole(effect, route, when, sent):
    """However many bytes are asked for, the last one is not sent; the journal has what was."""
    client = Client()
    asked = prepare_call(client, route)
    fault = arm(client, {effect: sent}, route, when=when)
    whole = get_plain_answer(route)
    expected = min(sent, len(whole.body) - 1)
    assert send(client, asked) == Pieces(respond=whole, sent_bytes=expected)
    exchange = find_last_exchange(client)
    assert summarize(exchange) == (200, "damaged", fault)
    assert whole.body.startswith(exchange.body)
    assert len(exchange.body) == min(expected, 64 * 1024 + 1)


@pytest.mark.parametrize(("effect", "route", "when"), list_strikes("malformed"))
def test_a_malformed_body_is_no_json_and_says_its_true_length(effect, route, when):
    """Status and headers are those of the answer; its body cannot be read."""
    client = Client()
    asked = prepare_call(client, route)
    fault = arm(client, EXAMPLES[effect], route, when=when)
    answer = get_answer(client, asked)
    assert answer.status == 200
    assert answer.headers["content-type"] == Answer(get_plain_answer(route)).headers["content-type"]
    assert has_honest_length(answer)
    with pytest.raises(ValueError, match="JSON"):
        msgspec.json.decode(answer.body)
    assert summarize(find_last_exchange(client)) == (200, "damaged", fault)


@pytest.mark.parametrize(("effect", "route", "when"), list_strikes("extra_fields"))
def test_extra_fields_are_added(effect, route, when):
    """The rest of the document stays, a field that is there is overwritten."""
    client = Client(v1="json")
    asked = prepare_call(client, route)
    name = next(iter(get_answer(client, asked).json))
    fault = arm(client, {effect: {"region": {"code": 7}, name: "other"}}, route, when=when)
    answer = get_answer(client, asked)
    assert answer.json["region"] == {"code": 7}
    assert answer.json[name] == "other"
    assert has_honest_length(answer)
    assert summarize(find_last_exchange(client)) == (200, "intact", fault)


@pytest.mark.parametrize(("effect", "route", "when"), list_strikes("drop_fields"))
def test_dropped_fields_are_gone(effect, route, when):
    """What is named is left out, what is not there does not matter, the rest stays."""
    client = Client(v1="json")
    asked = prepare_call(client, route)
    names = list(get_answer(client, asked).json)
    fault = arm(client, {effect: [names[0], "no such field"]}, route, when=when)
    answer = get_answer(client, asked)
    assert list(answer.json) == names[1:]
    assert has_honest_length(answer)
    assert summarize(find_last_exchange(client)) == (200, "damaged", fault)


@pytest.mark.parametrize(("effect", "route", "when"), list_strikes("unknown_state"))
def test_an_unknown_state_takes_the_place_of_the_real_one(effect, route, when):
    """Only the word in the answer changes, and the job goes on."""
    client = Client()
    asked = prepare_call(client, route)
    fault = arm(client, EXAMPLES[effect], route, when=when)
    answer = get_answer(client, asked)
    expected = msgspec.json.decode(get_plain_answer(route).body) | {"status": "THROTTLED"}
    assert answer.json == expected
    assert has_honest_length(answer)
    assert summarize(find_last_exchange(client)) == (200, "intact", fault)
    assert list_jobs(client)[-1]["state"] == "QUEUED"


def test_an_unknown_state_also_hides_the_end_of_a_job():
    """A completed result is said to be in the state that nobody knows."""
    client = Client()
    asked = prepare_call(client, "result")
    client.advance(60)
    arm(client, EXAMPLES["unknown_state"], "result")
    answer = get_answer(client, asked)
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
    asked = prepare_call(client, "sync")
    arm(client, EXAMPLES[effect], "sync")
    answer = get_answer(client, asked)
    assert answer.headers["content-type"].startswith("image/")
    assert answer.body == get_answer(Client(v1="image"), asked).body
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
    client.emulator.gateway.handle(prepare_call(client, "sync"))
    assert find_last_exchange(client).delivery == delivery


@pytest.mark.parametrize(("effect", "route", "when"), list_strikes("rewrite_urls"))
@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ({"query": "a=b%2Fc+d"}, f"http://{HOST}/", "?a=b%2Fc+d"),
        ({"host": "other.test"}, f"http://other.test:{PORT}/", ""),
        ({"query": "a", "host": "other.test"}, f"http://other.test:{PORT}/", "?a"),
    ],
)
def test_rewritten_urls_have_the_query_and_the_host_of_the_rule(
    effect, route, when, wanted, start, end
):
    """Their paths and ports stay, and so does all that is no URL."""
    client = Client()
    asked = prepare_call(client, route)
    fault = arm(client, {effect: wanted}, route, when=when)
    answer = get_answer(client, asked)
    plain = msgspec.json.decode(get_plain_answer(route).body)
    urls = {name for name, value in plain.items() if str(value).startswith("http")}
    assert {"status_url", "response_url"} <= urls
    for name, value in plain.items():
        is_url = name in urls
        expected = start + value.removeprefix(f"http://{HOST}/") + end if is_url else value
        assert answer.json[name] == expected
    assert has_honest_length(answer)
    assert summarize(find_last_exchange(client)) == (200, "intact", fault)


def test_a_rewritten_url_without_a_port_gets_none():
    """As the vendor's own have none."""
    struck = EFFECTS["rewrite_urls"](value={"host": "localhost"}, when="after")
    document = struck.change_fields({"url": "https://api.segmind.com/a?b=c", "n": 1}, 200)
    assert document == {"url": "https://localhost/a?b=c", "n": 1}
