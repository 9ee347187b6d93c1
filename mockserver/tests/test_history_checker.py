"""The checker finds what is planted, and nothing in a history that can be."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from mockserver.tests.histories import planted
from mockserver.tests.histories.checker import RULES, find_violations
from mockserver.tests.histories.generator import Script, Step
from mockserver.tests.histories.history import Account, History, find_operation
from mockserver.tests.histories.planted import PLANTS, Garden
from mockserver.tests.histories.recorder import Recorder
from mockserver.tests.histories.storm import read_history, write_history

FIRST, SECOND = 0, 1
STRUCK = {"status": 500, "body": "text:struck"}
STEPS = [
    *[Step("submit", FIRST, (0, model, 1)) for model in (0, 1, 1)],
    Step("status", FIRST, (0, 0, 1)),
    Step("credits", FIRST, (0, 0, 1)),
    Step("move", FIRST, (1, 0, 1)),
    Step("status", FIRST, (0, 0, 1)),
    Step("move", FIRST, (2, 0, 1)),
    Step("status", FIRST, (0, 0, 1)),
    Step("result", FIRST, (1, 0, 1)),
    Step("arm", FIRST, (0, 0, 1)),
    *[Step("credits", FIRST, (0, 0, 1))] * 3,
    Step("disarm", FIRST, (0, 0, 1)),
    Step("credits", FIRST, (0, 0, 1)),
    Step("submit", FIRST, (4, 0, 1)),
    Step("submit", FIRST, (4, 1, 1)),
    Step("force", FIRST, (4, 1, 1)),
    Step("force", FIRST, (4, 1, 1)),
    *[Step("submit", FIRST, (3, 0, 1))] * 2,
    Step("foreign", SECOND, (0, 0, 1)),
    *[Step("submit", SECOND, (0, 1, 1))] * 2,
    *[Step("run", SECOND, (0, 0, 1)), Step("put", FIRST, (0, 0, 1))],
    *[Step("status", SECOND, (0, 0, 1))] * 3,
    *[Step("upload", FIRST, (0, 0, 1)), Step("upload", SECOND, (0, 0, 1))],
    *[Step("read", FIRST, (0, 0, 1)), Step("hook", FIRST, (0, 0, 1))],
    *[Step("list", FIRST, (0, 0, 1)), Step("credits", FIRST, (0, 0, 1))],
    *[Step("hook", SECOND, (0, 0, 1)), Step("show", SECOND, (0, 0, 1))],
]
"""What one client does, so that it comes out the same whenever it is done."""


@pytest.fixture(scope="module")
def calm(running):
    """A history without a violation, in which each rule finds something to look at."""
    _, url = running
    faults = {"api_key": "SG_calm_a", "on": {"route": "status"}, "do": [None, STRUCK, None]}
    slow = {"api_key": "SG_calm_b", "on": {"route": "submit"}, "do": {"delay_s": 0.001}, "every": 2}
    armed = {"on": {"route": "credits"}, "do": STRUCK, "every": 2}
    script = Script(
        accounts=[
            Account(key="SG_calm_a", credits="10", limit=6, clock="frozen"),
            Account(key="SG_calm_b", credits="10", limit=None, clock="auto"),
        ],
        common={"on": {"route": "result"}, "do": STRUCK, "skip": 1},
        faults=[(faults,), (slow,)],
        armed=[armed, armed],
        steps=[STEPS],
        watched="",
    )
    return msgspec.json.encode(asyncio.run(Recorder([url]).record("calm", script)))


@pytest.fixture
def garden(calm):
    """That history, to plant something into."""
    return Garden(msgspec.json.decode(calm, type=History))


def test_a_history_that_can_be_breaks_no_rule(garden):
    """It has what rules look at: refusals, faults, ends of both kinds, money, files."""
    assert find_violations(garden.history) == []
    assert {job["state"] for job in garden.first.jobs} == {"QUEUED", "COMPLETED", "FAILED"}
    assert len(garden.struck()) == 3
    assert garden.ops("submit", 429)


@pytest.mark.parametrize(
    ("rule", "plant"),
    [(rule, plant) for rule, plants in PLANTS.items() for plant in plants],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_each_rule_finds_what_breaks_it(garden, rule, plant):
    """Others may find it too, each in its own way."""
    plant(garden)
    found = find_violations(garden.history)
    assert rule in {sentence.partition(":")[0] for sentence in found}, found


def test_something_is_planted_for_each_rule():
    """So no rule is one that cannot be broken."""
    assert [f"check_{rule}" for rule in PLANTS] == [rule.__name__ for rule in RULES]


@pytest.mark.parametrize("is_committed", [True, False])
def test_what_got_no_answer_may_have_been_done_or_not(garden, is_committed):
    """Once or never: here the last call that moves nothing else is lost, with its entry or not."""
    lost = [each for each in garden.ops("credits") if each.account == garden.first.key][-1]
    lost.status = lost.answer = None
    garden.history.is_disturbed = True
    if not is_committed:
        readers = garden.ops("list") + garden.ops("watch")
        for shown in [garden.first.journal, *(each.answer["requests"] for each in readers)]:
            shown[:] = [each for each in shown if find_operation(each) != lost.number]
    assert find_violations(garden.history) == []


def test_what_got_no_answer_is_done_once_at_the_most(garden):
    """Twice is too often, whoever was killed."""
    lost = garden.ops("submit")[0]
    lost.status = lost.answer = None
    garden.history.is_disturbed = True
    assert find_violations(garden.history) == []
    planted.commit_twice(garden)
    assert any(each.startswith("commits:") for each in find_violations(garden.history))


def test_a_move_of_the_clock_without_an_answer_counts_or_not(garden):
    """Either way the clock is where it can be."""
    lost = [each for each in garden.ops("move") if each.account == garden.first.key][-1]
    lost.status = lost.answer = None
    garden.history.is_disturbed = True
    assert find_violations(garden.history) == []


def test_a_history_is_written_so_that_it_can_be_checked_again(garden, tmp_path):
    """The file has all that the checker looks at."""
    planted.lose_money(garden)
    found = find_violations(garden.history)
    assert found
    assert find_violations(read_history(write_history(tmp_path, garden.history))) == found
