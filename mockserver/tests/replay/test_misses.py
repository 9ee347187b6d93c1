"""Which recorded call is nearest to one that was not recorded, and what is said of both."""

from __future__ import annotations

import msgspec
import pytest

from mockserver.facts.observed import Body, Observed
from mockserver.recordings.keep import Keep
from mockserver.replay.calls import Call, read_call
from mockserver.replay.misses import explain_miss, explain_repetition, find_nearest
from mockserver.replay.recorded import Recorded
from mockserver.replay.recording_index import RecordingIndex

ROOT = "https://api.segmind.com"


def observe(method: str, target: str, body: object = None, *, has_key: bool = True) -> Observed:
    """Return a call, as it was seen."""
    sent = Body.of(b"" if body is None else msgspec.json.encode(body))
    return Observed(
        number=1,
        sent_s=0,
        method=method,
        url=ROOT + target,
        request_headers=(("content-type", "application/json"),) if body is not None else (),
        request_body=sent,
        key_place="x-api-key" if has_key else None,
        status=200,
    )


def ask(method: str, target: str, body: object = None, *, has_key: bool = True) -> Call:
    """Return a call."""
    return read_call(observe(method, target, body, has_key=has_key))


def make_index(*exchanges: Observed) -> RecordingIndex:
    """Return an index of some exchanges."""
    recorded = [
        Recorded(place=f"a.jsonl:{line}", sent_at=line, answered_at=line, exchange=each)
        for line, each in enumerate(exchanges, start=2)
    ]
    return RecordingIndex(recorded, [Keep()], [ROOT])


TAPE = make_index(
    observe("POST", "/v2/ideogram-3", {"prompt": "A boat", "seed": 1}),
    observe("POST", "/v2/ideogram-3", {"prompt": "A ship", "seed": 2, "style": ["a", "b"]}),
    observe("POST", "/v2/painter", {"prompt": "A boat"}),
    observe("GET", "/v1/get-user-credits"),
    observe("GET", "/webhook/dispatch-logs?id=7&page=1"),
)


@pytest.mark.parametrize(
    ("call", "line", "said"),
    [
        (
            ask("POST", "/v2/ideogram-3", {"prompt": "A ship", "seed": 3, "style": ["a", "b"]}),
            3,
            "body.seed was 2, here it is 3",
        ),
        (
            ask("POST", "/v2/ideogram-3", {"prompt": "A ship", "seed": 2, "style": ["a", "c"]}),
            3,
            'body.style[1] was "b", here it is "c"',
        ),
        (
            ask("POST", "/v2/ideogram-3", {"prompt": "A ship", "seed": 2, "style": []}),
            3,
            'body.style was ["a","b"], here it is []',
        ),
        (
            ask("POST", "/v2/sculptor", {"prompt": "A boat"}),
            4,
            "the path was /v2/painter, here it is /v2/sculptor",
        ),
        (ask("GET", "/v2/painter"), 4, "the method was POST, here it is GET"),
        (
            ask("GET", "/v1/get-user-credits", has_key=False),
            5,
            "the key was there, here it is absent",
        ),
        (
            ask("GET", "/webhook/dispatch-logs?id=8&page=1"),
            6,
            'query.id[0] was "7", here it is "8"',
        ),
        (ask("POST", "/v2/painter"), 4, "the content type was application/json, here it is absent"),
    ],
)
def test_the_nearest_call_is_named_with_what_differs(call, line, said):
    """Its file and line, and both values."""
    told = explain_miss(TAPE, call)
    assert f"(a.jsonl:{line}): " in told
    assert said in told


def test_where_nothing_is_alike_that_is_said():
    """No call is named for the sake of naming one."""
    told = explain_miss(TAPE, ask("GET", "/workflows/request/7"))
    assert "was not recorded, and nothing like it; record it with" in told
    assert "--on-miss emulate" in told
    assert find_nearest(make_index(), ask("GET", "/")) is None


def test_many_differences_are_counted_and_long_values_cut():
    """A sentence has to be read."""
    index = make_index(observe("POST", "/v2/painter", {f"p{n}": n for n in range(9)}))
    told = explain_miss(index, ask("POST", "/v2/painter", {"p0": "x" * 500}))
    assert "and 6 more differences" in told
    assert len(told) < 600


@pytest.mark.parametrize(
    ("times", "said"), [(1, "once"), (2, "twice"), (3, "3 times"), (11, "11 times")]
)
def test_a_call_too_many_is_told_with_how_often_it_was_recorded(times, said):
    """And asks what it would cost, if it costs anything."""
    exchanges = [observe("POST", "/v2/painter", {"prompt": "A boat"})] * times
    index = make_index(*exchanges)
    told = explain_repetition(index, index.exchanges[0].call, times)
    assert f"was recorded {said} (a.jsonl:2" in told
    assert "would a client pay again? If it is to, record it" in told
    free = make_index(observe("POST", "/webhook/add", {}))
    told = explain_repetition(free, free.exchanges[0].call, 4)
    assert "this is the 5th; record it" in told


def test_a_run_that_is_submitted_once_too_often_is_told_with_what_it_cost():
    """By the header of v1; a double submission is money."""
    paid = msgspec.structs.replace(
        observe("POST", "/v1/painter", {"prompt": "A boat"}), headers=(("x-cost", "0.075"),)
    )
    index = make_index(paid)
    assert "would a client pay $0.075 again?" in explain_repetition(
        index, index.exchanges[0].call, 1
    )


def test_long_texts_are_shown_where_they_differ():
    """Pictures begin alike; how long each is says more than their first bytes."""
    begins = "data:image/png;base64," + "iVBORw0KGgo" * 90_000
    index = make_index(observe("POST", "/v2/painter", {"image": f"{begins}one{'A' * 300}"}))
    told = explain_miss(index, ask("POST", "/v2/painter", {"image": f"{begins}another"}))
    assert "KGgoone" in told
    assert 'KGgoanother"' in told
    assert "… (990,327 characters), here it is …" in told
    assert len(told) < 600


def test_of_two_calls_without_an_equal_member_that_with_the_same_names_is_nearer():
    """It is that which has been changed."""
    index = make_index(
        observe("POST", "/v2/painter", {"prompt": "A boat"}),
        observe("POST", "/v2/painter", {"prompt": "A ship", "image": "one"}),
    )
    call = ask("POST", "/v2/painter", {"prompt": "A tree", "image": "other"})
    assert find_nearest(index, call).place == "a.jsonl:3"


@pytest.mark.parametrize("number", [0, 7, 1_499])
def test_a_prompt_with_a_slip_is_held_against_the_one_that_was_meant(number):
    """Among very many of the same path, and those of another before them; in a chat too."""
    others = (observe("POST", "/v2/sculptor", {"seed": each}) for each in range(2_500))
    prompts = (f"A lighthouse in the {each}th storm, {each * 7919} waves" for each in range(1_500))
    chats = [{"role": "user", "content": each} for each in prompts]
    meant = chats[number]["content"]
    asked = (observe("POST", "/v2/painter", {"messages": [each], "seed": 1}) for each in chats)
    index = make_index(*others, *asked)
    slip = {"role": "user", "content": meant.replace("storm", "strom")}
    told = explain_miss(index, ask("POST", "/v2/painter", {"messages": [slip], "seed": 1}))
    assert f'body.messages[0].content was "{meant}"' in told
