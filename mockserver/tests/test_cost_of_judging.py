"""What judging a story costs grows as the story does."""

import sys

import msgspec
import pytest

from mockserver.facts.judges import judge_story
from mockserver.facts.observed import Body, Observed, Story
from mockserver.tests.facts.stories import IMAGE
from mockserver.tests.facts.witness import CATALOGUE

RUN = b'{"prompt": "a boat", "seed": 7}'


def exchange(number, method, path, document, account="the key", **more):
    """Return the exchange of a second of the story."""
    return Observed(
        number=number,
        sent_s=float(number),
        answered_s=number + 0.5,
        method=method,
        url=f"https://api.segmind.com{path}",
        account=account,
        key_place="x-api-key",
        status=200,
        headers=(("content-type", "application/json"),),
        body=Body.of(msgspec.json.encode(document)),
        **more,
    )


def tell_runs(count, accounts=1):
    """Return a story of runs, each with two polls and the balance after it."""
    exchanges = []
    for run in range(count):
        told = {"request_id": f"{run:032x}", "status": "QUEUED", "metrics": {}}
        left = 1000 - run // accounts / 8
        metrics = {"cost": 0.125, "remaining_credits": left}
        asked = {"request_body": Body.of(RUN), "account": f"key {run % accounts}"}
        status = f"/v2/requests/{told['request_id']}/status"
        for method, path, document, more in (
            ("POST", f"/v2/{IMAGE}", told, asked),
            ("GET", status, told, {}),
            ("GET", status, told | {"status": "COMPLETED", "metrics": metrics}, {}),
            ("GET", "/v1/get-user-credits", {"credits": left, "free-credits": 0}, {}),
        ):
            account = f"key {run % accounts}"
            seen = exchange(
                len(exchanges) + 1, method, path, document, **{"account": account} | more
            )
            exchanges.append(seen)
    return tuple(exchanges)


def lose_first(exchanges):
    """Lose the answer of a first run, which makes all that follows unclear."""
    return (msgspec.structs.replace(exchanges[0], status=None, answered_s=None), *exchanges[1:])


def last_all_along(exchanges):
    """Let the first run end only when all others have ended."""
    first, *others = exchanges
    moved = (first, *others[3:], *others[:3])
    return tuple(
        msgspec.structs.replace(each, number=place, sent_s=float(place), answered_s=place + 0.5)
        for place, each in enumerate(moved, 1)
    )


def count_lines(exchanges):
    """Return how many lines of Python it takes to judge a story."""
    count = 0

    def trace(_frame, event, _argument):
        nonlocal count
        count += event == "line"
        return trace

    story = Story(exchanges=tuple(exchanges))
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        judge_story(story, CATALOGUE)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "tell",
    [
        tell_runs,
        lambda count: tell_runs(count, accounts=count),
        lambda count: lose_first(tell_runs(count)),
        lambda count: last_all_along(tell_runs(count)),
    ],
    ids=["runs", "an account each", "a lost answer", "a run that lasts all along"],
)
def test_four_times_as_many_exchanges_take_four_times_as_many_steps(tell):
    """Nothing is gone through once more for each of the runs."""
    judge_story(Story(exchanges=tell(1)), CATALOGUE)  # which compiles what it needs of contracts
    assert count_lines(tell(240)) < 4.5 * count_lines(tell(60))
