"""What runs cost, and which are not made."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.facts.observed import Body, Observed
from mockserver.recorder.costs import Costs, TooDearError, parse_dollars

ROOT = "https://api.segmind.com"
ID = "0123456789abcdef0123456789abcdef"
WORST = Decimal("0.063")


PRICES = {"flux-of-tomorrow": Decimal("0.40")}


def make_costs(limit: str | None = "1") -> Costs:
    """Return the money of a session."""
    return Costs(load_shipped_catalogue(), limit and Decimal(limit), PRICES)


def ask(path: str = "/v2/ideogram-turbo-txt-2-img", method: str = "POST", **more) -> Observed:
    """Return an exchange with or without an answer; `answer` is its JSON."""
    body = Body.of(json.dumps({"prompt": "a boat"}).encode() if method == "POST" else b"")
    answer = Body.of(json.dumps(more.pop("answer", {})).encode())
    return Observed(
        number=1, sent_s=0, method=method, url=ROOT + path, request_body=body, body=answer, **more
    )


def submit(costs: Costs) -> None:
    """Queue a run."""
    costs.note(ask(status=200, answer={"request_id": ID}), costs.admit(ask()))


def poll(costs: Costs, status: int = 200, identifier: str = ID, **answer) -> None:
    """Ask for its state."""
    path = f"/v2/requests/{identifier}/status"
    costs.note(ask(path, "GET", status=status, answer=answer), costs.admit(ask(path, "GET")))


def test_a_queued_run_is_reserved_until_a_poll_tells_its_cost():
    """However the client spells its id, and only once."""
    costs = make_costs()
    submit(costs)
    poll(costs)
    assert (costs.spent, costs.reserved, costs.untold) == (0, WORST, 1)
    dashed = f"{ID[:8]}-{ID[8:12]}-{ID[12:16]}-{ID[16:20]}-{ID[20:]}".upper()
    costs.note(
        ask(
            f"/v2/requests/{dashed}",
            "GET",
            status=200,
            answer={"status": "COMPLETED", "metrics": {"cost": 0.05}},
        ),
        None,
    )
    assert (costs.spent, costs.reserved, costs.untold) == (Decimal("0.05"), 0, 0)
    costs.note(
        ask(
            f"/v2/requests/{ID}",
            "GET",
            status=200,
            answer={"status": "COMPLETED", "metrics": {"cost": 0.05}},
        ),
        None,
    )
    assert costs.spent == Decimal("0.05")
    assert costs.runs == 1


def test_a_run_that_failed_cost_nothing():
    """T4."""
    costs = make_costs()
    submit(costs)
    path = f"/v2/requests/{ID}/status"
    costs.note(ask(path, "GET", status=422, answer={"status": "FAILED", "metrics": {}}), None)
    assert (costs.spent, costs.reserved, costs.untold, costs.runs) == (0, 0, 0, 1)


V1 = "/v1/ideogram-turbo-txt-2-img"
ENDS = {
    "told": (ask(V1, status=200, headers=(("x-cost", "0.05"),)), "0.05", "0", 0),
    "not told": (ask(V1, status=200), "0", "0.063", 1),
    "told in words": (ask(V1, status=200, headers=(("x-cost", "much"),)), "0", "0.063", 1),
    "refused": (ask(V1, status=406), "0", "0", 0),
    "a fault": (ask(V1, status=504), "0", "0.063", 1),
    "lost": (ask(V1), "0", "0.063", 1),
    "queued without an id": (ask(status=200), "0", "0.063", 1),
}


@pytest.mark.parametrize(("seen", "spent", "reserved", "untold"), ENDS.values(), ids=ENDS)
def test_what_no_answer_tells_stays_reserved(seen, spent, reserved, untold):
    """Only a refusal is known to cost nothing."""
    costs = make_costs()
    costs.note(seen, costs.admit(ask(V1)))
    assert (costs.spent, costs.reserved) == (Decimal(spent), Decimal(reserved))
    assert costs.untold == untold


def test_what_could_pass_the_budget_is_not_made():
    """The sentence has the numbers, and what to do."""
    costs = make_costs("0.15")
    submit(costs)
    poll_answer = {"status": "COMPLETED", "metrics": {"cost": 0.05}}
    costs.note(ask(f"/v2/requests/{ID}", "GET", status=200, answer=poll_answer), None)
    submit(costs)
    with pytest.raises(TooDearError) as caught:
        costs.admit(ask())
    assert str(caught.value) == (
        "POST /v2/ideogram-turbo-txt-2-img was not sent: it can cost $0.063, and the budget is "
        "$0.15, of which $0.05 are spent and $0.063 reserved for runs whose price no answer has "
        "told yet (give a larger --budget)"
    )
    assert costs.runs == 2


UNKNOWN = ["/v2/nobody-knows-this", "/workflows/abc", "/v7/x", "/finetune/request/submit"]


@pytest.mark.parametrize("path", UNKNOWN)
def test_what_has_no_known_price_is_not_made_under_a_budget(path):
    """Without one it is."""
    with pytest.raises(TooDearError, match="what it can cost is not known"):
        make_costs().admit(ask(path))
    assert make_costs(None).admit(ask(path)) is None


@pytest.mark.parametrize("path", ["/upload-asset", "/webhook/add"])
def test_what_costs_nothing_is_made(path):
    """Whatever the budget."""
    assert make_costs("0").admit(ask(path)) is None


def test_what_was_not_sent_is_given_back():
    """There was no connection."""
    costs = make_costs()
    costs.withdraw(costs.admit(ask()))
    assert (costs.spent, costs.reserved, costs.runs) == (0, 0, 0)


def test_without_a_budget_it_is_counted_all_the_same():
    """As far as answers tell."""
    costs = make_costs(None)
    costs.note(ENDS["told"][0], costs.admit(ask(V1)))
    costs.note(ENDS["lost"][0], None)
    assert (costs.spent, costs.reserved) == (Decimal("0.05"), 0)
    assert (costs.runs, costs.untold) == (2, 1)


@pytest.mark.parametrize("told", [None, True, "", "x", "NaN", "-1", float("inf"), [], {}])
def test_what_is_no_amount_is_none(told):
    """Of whatever kind."""
    assert parse_dollars(told) is None


@pytest.mark.parametrize("path", ["/v1/flux-of-tomorrow", "/v2/flux-of-tomorrow"])
def test_the_user_may_say_what_a_run_costs_at_the_most(path):
    """And is told how, where nobody has said it."""
    costs = make_costs("0.50")
    costs.admit(ask(path))
    assert costs.reserved == Decimal("0.40")
    with pytest.raises(TooDearError, match=r"it can cost \$0.4"):
        costs.admit(ask(path))
    with pytest.raises(TooDearError) as caught:
        costs.admit(ask(path + "-2"))
    assert str(caught.value).endswith("(say what a run costs at the most by --price SLUG=DOLLARS)")
