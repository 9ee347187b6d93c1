"""Judges of windows and credits: an emulator agrees, and each change is found."""

from decimal import Decimal

import msgspec
import pytest

from mockserver.state.account import AccountSettings
from mockserver.tests.facts.changing import change, find_agreed, find_differing, with_header
from mockserver.tests.facts.stories import KEY, Witness, find_id

POOR = "SG_aaaabbbbccccdddd"
CREDITS = "/v1/get-user-credits"
SLUG = "ideogram-2a-txt-2-img"
PROMPT = {"prompt": "A tin whistle"}


@pytest.fixture(scope="module")
def witness():
    """A balance, a run that is paid, one that is refused for money, and a window that is full."""
    accounts = {
        KEY: AccountSettings(requests_per_minute=2),
        POOR: AccountSettings(credits=Decimal("0.01")),
    }
    seen = Witness(accounts=accounts)
    seen.ask("GET", CREDITS)
    seen.ask("POST", f"/v1/{SLUG}", PROMPT)
    seen.ask("GET", CREDITS, key=POOR)
    seen.ask("POST", f"/v1/{SLUG}", PROMPT, key=POOR)
    queued = seen.ask("POST", f"/v2/{SLUG}", PROMPT)
    seen.ask("POST", f"/v2/{SLUG}", PROMPT)
    seen.ask("GET", f"/v2/requests/{find_id(queued)}/status")
    seen.ask("GET", "/webhook/get")
    return seen


@pytest.mark.fact("L2", "L3", "N21")
def test_an_emulators_answers_agree(witness):
    """Polls are free in a full window, a cent is too little, and a balance falls by the cost."""
    assert [each.status for each in witness.exchanges] == [200, 200, 200, 406, 200, 429, 200, 200]
    assert find_agreed(witness.story) >= {"L2", "L3", "N21"}
    assert find_differing(witness.story) == set()


def _limit(one):
    reset = "2026-01-01T00:01:00.000000Z"
    return {"status": 429, "headers": with_header(one, "x-rate-limit-reset-at-utc", reset)}


@pytest.mark.fact("L2", "L3", "N21")
@pytest.mark.parametrize(
    ("fact", "number", "make"),
    [
        ("L2", 7, _limit),
        ("N21", 8, _limit),
        ("L3", 2, lambda one: {"headers": with_header(one, "x-cost", "0.126")}),
        ("L3", 2, lambda one: {"headers": with_header(one, "x-remaining-credits", "100")}),
        ("L3", 2, lambda one: {"headers": with_header(one, "x-remaining-credits", "-0.05")}),
        ("L3", 4, lambda _one: {"status": 403}),
    ],
)
def test_a_change_is_found(witness, fact, number, make):
    """The fact that is broken is named at the exchange that breaks it."""
    exchange = witness.exchanges[number - 1]
    assert (fact, number) in find_differing(change(witness.story, exchange, **make(exchange)))


@pytest.mark.parametrize(
    "make",
    [
        lambda one: {"headers": with_header(one, "x-remaining-credits", "98.5")},
        lambda one: {"headers": with_header(one, "x-remaining-credits", "150")},
    ],
)
def test_what_others_spend_or_pay_in_is_held_against_nobody(witness, make):
    """A fall by more than the cost, and a rise, can have been somebody else's doing."""
    exchange = witness.exchanges[1]
    changed = change(witness.story, exchange, **make(exchange))
    assert {fact for fact, _ in find_differing(changed)} & {"L2", "L3"} == set()


def test_a_balance_that_was_told_while_a_run_went_on_is_none(witness):
    """Runs at the same time move a balance as they end, in whatever order."""
    credit, run, *others = witness.story.exchanges
    again = msgspec.structs.replace(
        run,
        number=99,
        sent_s=run.sent_s,
        headers=with_header(run, "x-remaining-credits", "99.95"),
    )
    story = msgspec.structs.replace(witness.story, exchanges=(credit, run, again, *others))
    assert ("L3", 99) not in find_differing(story)
