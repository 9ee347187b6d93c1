"""The rules of faults: which call is struck, how often, and what is shown of it."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.errors import EmulatorError
from mockserver.contract.catalogue import Catalogue
from mockserver.rules.fault_registry import FaultRegistry
from mockserver.rules.faults import Call, FaultRequest, On, Rule, render_rule
from mockserver.rules.jobs import State
from mockserver.tests.conftest import KEY, OTHER_KEY

CATALOGUE = Catalogue()
MODEL = "ideogram-3"
STRUCK = {route for row in CATALOGUE.faults for route in row.routes}
ROUTES = [row.name for row in CATALOGUE.routes if row.name in STRUCK]
STATES = list(get_args(State))
DOWN = {"status": 503}
SUBMIT = Call(KEY, "submit", MODEL, None)
OTHERS_SUBMIT = Call(OTHER_KEY, "submit", MODEL, None)
CREDITS = Call(KEY, "credits", None, None)


def make_registry(*wanted: FaultRequest, seed: int = 0) -> FaultRegistry:
    """Return a registry that holds these rules."""
    registry = FaultRegistry(CATALOGUE, seed)
    for each in wanted:
        registry.add(each)
    return registry


def make_rule(does: Any = DOWN, **fields: Any) -> FaultRequest:
    """Return a rule as a user writes it, by default about a 503."""
    return FaultRequest(does=does, **fields)


def make_poll(state: State, key: str = KEY) -> Call:
    """Return a poll of a job in this state."""
    return Call(key, "status", MODEL, state)


def list_rules(registry: FaultRegistry) -> list[Rule]:
    """Return the rules of a registry in their order."""
    return list(registry.rules.values())


def find_struck(registry: FaultRegistry, *calls: Call) -> list[int]:
    """Return which of these calls are struck, counted from 0."""
    return [number for number, call in enumerate(calls) if registry.match(call) is not None]


# What a rule is about


def test_without_a_rule_nothing_strikes():
    """An empty registry strikes no call on any route."""
    registry = make_registry()
    assert find_struck(registry, *(Call(KEY, route, MODEL, None) for route in ROUTES)) == []


def test_a_rule_without_a_key_is_about_every_account():
    """Who calls does not matter to a rule that names nobody, not even whether they have a key."""
    nobody = Call(None, "submit", MODEL, None)
    assert find_struck(make_registry(make_rule()), SUBMIT, OTHERS_SUBMIT, nobody) == [0, 1, 2]


def test_a_rule_with_a_key_is_about_that_account_alone():
    """Another key, and no key, are left alone and are not counted."""
    registry = make_registry(make_rule(api_key=OTHER_KEY))
    nobody = Call(None, "submit", MODEL, None)
    assert find_struck(registry, SUBMIT, OTHERS_SUBMIT, nobody) == [1]
    assert set(list_rules(registry)[0].counts) == {OTHER_KEY}


@pytest.mark.parametrize("route", ROUTES)
def test_a_rule_about_a_route_leaves_the_others_alone(route):
    """Of one call on each route only the one on the route that is named is struck."""
    calls = [Call(KEY, each, None, None) for each in ROUTES]
    assert find_struck(make_registry(make_rule(on=On(route=route))), *calls) == [
        ROUTES.index(route)
    ]


def test_a_star_means_every_route_of_the_gateway_and_no_other_path():
    """What is no route of the gateway's is not struck either."""
    calls = [Call(KEY, route, None, None) for route in (*ROUTES, "unknown")]
    assert find_struck(make_registry(make_rule()), *calls) == list(range(len(ROUTES)))


@pytest.mark.parametrize("route", [row.name for row in CATALOGUE.routes if row.name not in STRUCK])
def test_no_rule_reaches_the_other_namespaces(route):
    """A route of the SDK's other namespaces is struck by no rule, and none can be about it."""
    assert find_struck(make_registry(make_rule()), Call(KEY, route, None, None)) == []
    with pytest.raises(EmulatorError, match=f"never strikes {route}"):
        make_registry(make_rule(on=On(route=route)))


def test_a_rule_about_a_model_leaves_the_others_alone():
    """Another model, and a call without one, are not struck."""
    registry = make_registry(make_rule(on=On(model=MODEL)))
    other = Call(KEY, "submit", "mock-inference", None)
    assert find_struck(registry, SUBMIT, other, CREDITS, make_poll("QUEUED")) == [0, 3]


@pytest.mark.parametrize("state", STATES)
def test_a_rule_about_a_state_leaves_the_others_alone(state):
    """Of one poll in each state only the one in the state that is named is struck."""
    calls = [*(make_poll(each) for each in STATES), make_poll(None), SUBMIT]
    assert find_struck(make_registry(make_rule(on=On(state=state))), *calls) == [
        STATES.index(state)
    ]


def test_every_part_of_on_narrows():
    """Route, model and state must all be those that are named."""
    registry = make_registry(make_rule(on=On(route="result", model=MODEL, state="QUEUED")))
    calls = [
        Call(KEY, "result", MODEL, "QUEUED"),
        Call(KEY, "status", MODEL, "QUEUED"),
        Call(KEY, "result", "mock-inference", "QUEUED"),
        Call(KEY, "result", MODEL, "PROCESSING"),
    ]
    assert find_struck(registry, *calls) == [0]


def test_an_effect_does_not_strike_a_route_that_it_cannot():
    """Under `*` an effect waits for a call that it means something to."""
    registry = make_registry(make_rule({"opaque_urls": True}, times=1))
    assert find_struck(registry, CREDITS, make_poll("QUEUED"), SUBMIT, SUBMIT) == [2]


@pytest.mark.parametrize(
    ("does", "states"),
    [
        ({"state": "FAILED"}, ["QUEUED", "PROCESSING"]),
        ({"stall": "QUEUED"}, ["QUEUED"]),
        ({"stall": "PROCESSING"}, ["QUEUED", "PROCESSING"]),
        ({"expire": True}, STATES),
    ],
)
def test_what_has_ended_neither_fails_nor_stalls(does, states):
    """A job goes forward only: an effect on it waits for a state from which it can come."""
    calls = [make_poll(state) for state in STATES]
    assert find_struck(make_registry(make_rule(does)), *calls) == [
        STATES.index(each) for each in states
    ]


# Counts


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, [0, 1, 2, 3, 4, 5, 6]),
        ({"times": 2}, [0, 1]),
        ({"skip": 0}, [0, 1, 2, 3, 4, 5, 6]),
        ({"skip": 3}, [3, 4, 5, 6]),
        ({"every": 1}, [0, 1, 2, 3, 4, 5, 6]),
        ({"every": 3}, [2, 5]),
        ({"skip": 1, "every": 2}, [2, 4, 6]),
        ({"skip": 1, "every": 2, "times": 2}, [2, 4]),
        ({"probability": 1.0}, [0, 1, 2, 3, 4, 5, 6]),
        ({"probability": 1e-12}, []),
    ],
)
def test_counts_say_which_of_the_matching_calls_are_struck(fields, expected):
    """`skip` passes over the first, `every` takes each n-th of the rest, `times` ends it."""
    assert find_struck(make_registry(make_rule(**fields)), *[SUBMIT] * 7) == expected


def test_calls_that_a_rule_is_not_about_do_not_count():
    """Other routes in between change nothing."""
    registry = make_registry(make_rule(on=On(route="submit"), skip=1, times=1))
    assert find_struck(registry, CREDITS, SUBMIT, CREDITS, CREDITS, SUBMIT, SUBMIT) == [4]


def test_each_account_is_counted_apart():
    """What one account has used up is still there for another."""
    registry = make_registry(make_rule(skip=1, times=1))
    calls = [SUBMIT, OTHERS_SUBMIT, SUBMIT, SUBMIT, OTHERS_SUBMIT, OTHERS_SUBMIT]
    assert find_struck(registry, *calls) == [2, 4]


def test_a_list_gives_the_nth_effect_to_the_nth_call():
    """A null lets one pass; after the last effect nothing is left."""
    registry = make_registry(make_rule([DOWN, None, {"status": 500}]))
    strikes = [registry.match(SUBMIT) for _ in range(5)]
    assert [each and each.effect.value for each in strikes] == [503, None, 500, None, None]


def test_an_effect_of_a_list_waits_for_a_call_that_it_can_strike():
    """The list does not move on over a call to which its next effect means nothing."""
    registry = make_registry(make_rule([{"opaque_urls": True}, DOWN]))
    strikes = [registry.match(call) for call in (CREDITS, SUBMIT, CREDITS)]
    assert [each and each.effect.kind for each in strikes] == [None, "opaque_urls", "status"]


def test_each_account_goes_through_a_list_of_its_own():
    """One account at the end of the list does not take the beginning from another."""
    registry = make_registry(make_rule([DOWN, None]))
    assert find_struck(registry, SUBMIT, SUBMIT, SUBMIT, OTHERS_SUBMIT, OTHERS_SUBMIT) == [0, 3]


def test_the_first_rule_that_strikes_is_the_only_one():
    """Rules after it do not even count the call."""
    registry = make_registry(make_rule(times=1), make_rule({"status": 500}, times=1))
    strikes = [registry.match(SUBMIT) for _ in range(3)]
    assert [each and each.fault_id for each in strikes] == ["fault-1", "fault-2", None]
    counts = list_rules(registry)[1].counts
    assert {key: counted.matches for key, counted in counts.items()} == {KEY: 1}


def test_a_rule_that_lets_a_call_pass_leaves_it_to_the_next():
    """A call that a rule counts and does not strike may be struck by a later one."""
    registry = make_registry(make_rule(skip=1), make_rule({"status": 500}))
    strikes = [registry.match(SUBMIT) for _ in range(2)]
    assert [each.fault_id for each in strikes if each] == ["fault-2", "fault-1"]


@pytest.mark.parametrize(
    ("fields", "calls", "expected"),
    [
        ({}, [SUBMIT], False),
        ({"times": 1}, [], False),
        ({"times": 1}, [SUBMIT], True),
        ({"times": 2}, [SUBMIT], False),
        ({"times": 1}, [SUBMIT, OTHERS_SUBMIT], True),
        ({"times": 2}, [SUBMIT, SUBMIT, OTHERS_SUBMIT], False),
        ({"does": [None, DOWN]}, [SUBMIT], False),
        ({"does": [None, DOWN]}, [SUBMIT, SUBMIT], True),
        ({"does": [DOWN, None]}, [SUBMIT], False),
    ],
)
def test_a_rule_is_spent_when_no_account_has_anything_left(fields, calls, expected):
    """It is not spent before it was used, nor while an account that it met has a turn left."""
    registry = make_registry(make_rule(**fields))
    find_struck(registry, *calls)
    assert render_rule(list_rules(registry)[0])["spent"] is expected


# Draws


@given(
    seed=st.integers(),
    owners=st.lists(st.booleans(), min_size=1, max_size=60),
    fields=st.fixed_dictionaries(
        {"probability": st.sampled_from([0.2, 0.5, 0.9])},
        optional={
            "skip": st.integers(0, 5),
            "every": st.integers(1, 4),
            "times": st.integers(1, 5),
        },
    ),
)
def test_the_plan_of_an_account_does_not_depend_on_another(seed, owners, fields):
    """However the calls of two accounts interleave, each has the strikes it has alone."""
    together = make_registry(make_rule(**fields), seed=seed)
    hits: dict[bool, list[bool]] = {True: [], False: []}
    for owner in owners:
        call = SUBMIT if owner else OTHERS_SUBMIT
        hits[owner].append(together.match(call) is not None)
    for owner, call in ((True, SUBMIT), (False, OTHERS_SUBMIT)):
        alone = make_registry(make_rule(**fields), seed=seed)
        assert hits[owner] == [alone.match(call) is not None for _ in hits[owner]]


@given(probability=st.floats(0.1, 0.9), seed=st.integers(0, 2**32))
def test_a_probability_strikes_about_that_share(probability, seed):
    """Of a thousand calls about the share that was asked for is struck."""
    hits = find_struck(
        make_registry(make_rule(probability=probability), seed=seed), *[SUBMIT] * 1000
    )
    assert abs(len(hits) / 1000 - probability) < 0.1


def test_seeds_accounts_and_rules_draw_apart():
    """Another seed, another account, and a second rule like the first, have other plans."""
    wanted = make_rule(probability=0.5)
    plan = find_struck(make_registry(wanted, seed=1), *[SUBMIT] * 64)
    assert plan == find_struck(make_registry(wanted, seed=1), *[SUBMIT] * 64)
    assert plan != find_struck(make_registry(wanted, seed=2), *[SUBMIT] * 64)
    assert plan != find_struck(make_registry(wanted, seed=1), *[OTHERS_SUBMIT] * 64)
    second = make_registry(wanted, wanted, seed=1)
    second.remove("fault-1")
    assert plan != find_struck(second, *[SUBMIT] * 64)


# What is shown, and forgetting


def test_a_rule_is_shown_as_it_was_written_with_what_became_of_it():
    """What was left out stays out; `when`, `calls`, `hits` and `spent` are always there."""
    registry = make_registry(make_rule(api_key=KEY, on=On(route="submit"), times=1))
    rule = list_rules(registry)[0]
    expected = {
        "id": "fault-1",
        "do": DOWN,
        "api_key": KEY,
        "on": {"route": "submit"},
        "when": "before",
        "times": 1,
        "calls": 0,
        "hits": 0,
        "spent": False,
    }
    assert render_rule(rule) == expected
    find_struck(registry, SUBMIT, SUBMIT)
    assert render_rule(rule) == expected | {"calls": 1, "hits": 1, "spent": True}


@pytest.mark.parametrize(
    ("does", "when", "shown"),
    [
        (DOWN, None, "before"),
        (DOWN, "after", "after"),
        ({"malformed": True}, None, "after"),
        ([DOWN, None, {"reset": True}], None, "before"),
        ([DOWN, None, {"reset": True}], "after", "after"),
        ([DOWN, {"malformed": True}], None, None),
        ([{"malformed": True}, DOWN], None, None),
        ([{"malformed": True}, DOWN], "after", "after"),
    ],
)
def test_a_rule_that_is_armed_as_it_is_shown_strikes_on_the_same_side(does, when, shown):
    """A list of which some strike before and some after has no `when`, unless it was given."""
    rule = make_registry().add(make_rule(does, when=when))
    document = render_rule(rule)
    again = make_registry().add(make_rule(document["do"], when=document.get("when")))
    assert document.get("when") == shown
    assert again.effects == rule.effects


def test_hits_are_those_of_all_accounts():
    """A rule about everybody counts each account apart and shows the sum; so with its calls."""
    registry = make_registry(make_rule([None, DOWN]))
    find_struck(registry, SUBMIT, SUBMIT, OTHERS_SUBMIT, OTHERS_SUBMIT)
    document = render_rule(list_rules(registry)[0])
    assert (document["calls"], document["hits"]) == (4, 2)
    assert (document["when"], document["do"]) == ("before", [None, DOWN])


def test_a_removed_rule_strikes_no_more_and_its_id_is_not_used_again():
    """Ids go up while the registry lasts."""
    registry = make_registry(make_rule(), make_rule({"status": 500}))
    registry.remove("fault-1")
    strike = registry.match(SUBMIT)
    assert strike is not None
    assert strike.fault_id == "fault-2"
    registry.add(make_rule())
    assert list(registry.rules) == ["fault-2", "fault-3"]


def test_a_rule_that_is_not_there_is_not_found():
    """Finding and removing say where the rules are listed."""
    registry = make_registry(make_rule())
    assert registry.find("fault-1") is list_rules(registry)[0]
    for call in (registry.find, registry.remove):
        with pytest.raises(EmulatorError, match="fault-2") as caught:
            call("fault-2")
        assert caught.value.status == 404


def test_a_cleared_registry_begins_anew():
    """After clearing, the next rule has the first id, and the same plan, again."""
    registry = make_registry(make_rule(), make_rule(probability=0.5), seed=3)
    registry.clear()
    assert not registry.rules
    assert find_struck(registry, SUBMIT) == []
    assert registry.add(make_rule(probability=0.5)).fault_id == "fault-1"
    fresh = make_registry(make_rule(probability=0.5), seed=3)
    assert find_struck(registry, *[SUBMIT] * 20) == find_struck(fresh, *[SUBMIT] * 20)


def test_forgetting_an_account_takes_its_rules_and_its_counts():
    """Rules about others stay, and what they have counted for others stays with them."""
    registry = make_registry(
        make_rule(api_key=KEY), make_rule(times=1), make_rule(api_key=OTHER_KEY, skip=9)
    )
    find_struck(registry, OTHERS_SUBMIT)
    registry.remove("fault-1")
    find_struck(registry, SUBMIT)
    registry.add(make_rule({"status": 500}, api_key=KEY, skip=9))
    registry.forget_account(KEY)
    assert list(registry.rules) == ["fault-2", "fault-3"]
    assert find_struck(registry, SUBMIT, OTHERS_SUBMIT, SUBMIT) == [0]


def test_forgetting_an_account_that_no_rule_has_met_changes_nothing():
    """A key that never called leaves no trace."""
    registry = make_registry(make_rule(times=1))
    find_struck(registry, SUBMIT)
    registry.forget_account(OTHER_KEY)
    assert render_rule(list_rules(registry)[0])["hits"] == 1


def test_calls_that_an_effect_cannot_strike_are_not_counted():
    """`skip`, `every` and a null pass over calls that the rule could strike, and no others."""
    assert find_struck(
        make_registry(make_rule({"opaque_urls": True}, every=2)), CREDITS, *[SUBMIT] * 4
    ) == [
        2,
        4,
    ]
    assert find_struck(
        make_registry(make_rule({"opaque_urls": True}, skip=1)), CREDITS, SUBMIT, SUBMIT
    ) == [2]
    unknown = Call(KEY, "unknown", None, None)
    assert find_struck(make_registry(make_rule([None, DOWN])), unknown, SUBMIT, SUBMIT) == [2]


def test_a_probability_is_drawn_for_each_route_apart():
    """Which submits are struck does not depend on the calls of other routes between them."""
    alone = find_struck(make_registry(make_rule(DOWN, probability=0.5)), *[SUBMIT] * 8)
    mixed = find_struck(make_registry(make_rule(DOWN, probability=0.5)), *[SUBMIT, CREDITS] * 8)
    assert [index // 2 for index in mixed if index % 2 == 0] == alone
