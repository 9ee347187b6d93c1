"""A conversation with the emulator is recorded and had again: the client sees the same.

Clients are generators that yield how long they pause; all of one conversation share a clock, so
their calls come between each other's. The same clients talk to the emulator, while that is
recorded, and to its recording, at the pace of then or at another.
"""

from __future__ import annotations

import heapq
import re
import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.replay.templates import ID
from mockserver.tests.kinds import IS_STORM
from mockserver.tests.replay.recording import record
from mockserver.tests.replay.replayed import Replayed

EXAMPLES = 1_500 if IS_STORM else 12
MOST_POLLS = 3_000
ENDED = {"COMPLETED", "FAILED"}
ADDRESS = re.compile(r'https?://[^/"]+(?:/outputs/[^"]*(?=\.))?')
MESSAGES = [{"role": "user", "content": "Say something"}]
BODIES: dict[str, dict[str, Any]] = {
    "ideogram-3": {},
    "gpt-5.5": {"messages": MESSAGES},
    "seedance-2.0": {},
    "sdxl1.0-txt2img": {},
    "mock-inference": {},
    "nobodys-model": {},
}
PROMPTS = ["A boat", "mock:fail=Under a stone", "Ärger \\ \"'/ 🚢", ""]
SLOW = {"seedance-2.0": 20}
"""Those whose runs take minutes, and how many times as long who asks for them pauses."""

Ask = Callable[..., httpx.Response]
Client = Iterator[float]
Seen = dict[str, Any]


def hide_names(answer: httpx.Response) -> Any:
    """Return what an answer says, without ids, hosts and names of files."""
    if answer.headers["content-type"] != "application/json":
        return len(answer.content), sha256(answer.content).hexdigest()
    text = re.sub(r'"file_name":"[^"]*"', "", ADDRESS.sub("", answer.text))
    return re.sub(ID, "", text)


def list_files(value: Any) -> list[str]:
    """Return the addresses of outputs, anywhere in what a result says."""
    if isinstance(value, dict):
        return [url for each in value.values() for url in list_files(each)]
    if isinstance(value, list):
        return [url for each in value for url in list_files(each)]
    return [value] if isinstance(value, str) and "/outputs/" in value[:60] else []


def have_run(ask: Ask, plan: dict[str, Any], seen: Seen) -> Client:
    """Submit a run, poll it to its end, and fetch all that it tells of."""
    answer = ask("POST", f"/v2/{plan['model']}", json=plan["body"])
    seen["submitted"] = answer.status_code, hide_names(answer)
    if not answer.is_success:
        return
    job, states = answer.json(), []
    while not states or states[-1] not in ENDED:
        assert len(states) < MOST_POLLS
        yield plan["pause_s"]
        answer = ask("GET", job[plan["polled"]])
        states.append(answer.json()["status"])
    seen["states"] = [*dict.fromkeys(states)]
    seen["end"] = answer.status_code, hide_names(answer)
    yield plan["pause_s"]
    result = ask("GET", job[plan["fetched"]])
    seen["result"] = result.status_code, hide_names(result)
    if result.is_success:
        seen["files"] = [hide_names(ask("GET", url)) for url in list_files(result.json())]


def block(ask: Ask, plan: dict[str, Any], seen: Seen) -> Client:
    """Have a run of v1."""
    yield plan["pause_s"]
    answer = ask("POST", f"/v1/{plan['model']}", json=plan["body"])
    seen["answer"] = answer.status_code, hide_names(answer), answer.headers.get("x-cost")


def have_conversation(
    ask: Ask, sleep: Callable[[float], None], plans: list[dict[str, Any]], pace: float = 1
) -> list[Seen]:
    """Have all clients talk, each when it has paused; return what each has seen."""
    seen: list[Seen] = [{} for _ in plans]
    now = 0.0
    waiting = []
    for number, plan in enumerate(plans):
        client = (block if plan["blocks"] else have_run)(ask, plan, seen[number])
        waiting.append((plan["begins_s"] * pace, number, client))
    heapq.heapify(waiting)
    while waiting:
        at, number, client = heapq.heappop(waiting)
        sleep(max(0.0, at - now))
        now = max(now, at)
        pause = next(client, None)
        if pause is not None:
            heapq.heappush(waiting, (now + pause * pace, number, client))
    return seen


@st.composite
def conversations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw what a few clients ask for, each for something of its own."""
    plans = []
    for number in range(draw(st.integers(1, 6))):
        model = draw(st.sampled_from(list(BODIES)))
        prompt = draw(st.sampled_from(PROMPTS))
        pause_s = draw(st.sampled_from([0.3, 1, 2.7, 8])) * SLOW.get(model, 1)
        plans.append(
            {
                "model": model,
                "body": {**BODIES[model], "prompt": f"{prompt} {number}"},
                "begins_s": draw(st.sampled_from([0, 0, 1, 5])),
                "pause_s": pause_s,
                "blocks": draw(st.integers(0, 4)) == 0,
                "polled": draw(st.sampled_from(["status_url", "poll_url", "response_url"])),
                "fetched": draw(st.sampled_from(["response_url", "poll_url"])),
            }
        )
    return plans


def record_conversation(folder: Path, plans: list[dict[str, Any]], latency_s: float) -> list[Seen]:
    """Have it with the emulator; return what the clients have seen."""
    with record(folder) as client:
        client.latency_s = latency_s
        return have_conversation(client.call, client.sleep, plans)


def replay_conversation(
    folder: Path, plans: list[dict[str, Any]], clock: str, pace: float
) -> list[Seen]:
    """Have it with the recording; time passes by pauses alone."""
    replayed = Replayed(folder, clock=clock)
    return have_conversation(replayed.http.request, replayed.account.clock.advance, plans, pace)


def forget_states(seen: list[Seen]) -> list[Seen]:
    """Return what was seen without the states on the way, which depend on the pace."""
    return [{name: each[name] for name in each if name != "states"} for each in seen]


@pytest.mark.parametrize("clock", ["frozen", "auto"])
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(plans=conversations(), latency_s=st.sampled_from([0, 0.25]))
def test_the_same_clients_see_the_same(clock, plans, latency_s):
    """Outcomes, results, files byte for byte, metrics and errors, also ten times as quick or slow.

    At their own pace, where no call took time, they see all states.
    """
    with tempfile.TemporaryDirectory() as folder:
        told = record_conversation(Path(folder), plans, latency_s)
        again = replay_conversation(Path(folder), plans, clock, 1)
        if clock == "frozen" and not latency_s:
            assert again == told
        for pace in (1, 0.1, 10):
            again = replay_conversation(Path(folder), plans, clock, pace)
            assert forget_states(again) == forget_states(told)
            for each, other in zip(again, told, strict=True):
                states = each.get("states", [])
                known = dict.fromkeys(["QUEUED", *other.get("states", [])])
                assert states == [state for state in known if state in states]
