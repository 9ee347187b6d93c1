"""Checking a fault as a user writes it: which are accepted, and how the others are refused."""

from __future__ import annotations

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.rules.fault_checks import parse_effects
from mockserver.rules.faults import Call, FaultRequest, On, render_rule
from mockserver.tests.conftest import KEY
from mockserver.tests.rules.test_faults import (
    CATALOGUE,
    DOWN,
    MODEL,
    ROUTES,
    list_rules,
    make_registry,
    make_rule,
)

EVERY_EXAMPLE = [
    pytest.param(row, route, when, id=f"{row.effect}-{route}-{when}")
    for row in CATALOGUE.faults
    for route in ("*", *row.routes)
    for when in (None, *row.when)
]


def find_refusal(wanted: FaultRequest) -> EmulatorError:
    """Return the error with which a rule is refused; it must leave no trace."""
    registry = make_registry()
    with pytest.raises(EmulatorError) as caught:
        registry.add(wanted)
    assert not registry.rules
    assert registry.add(make_rule()).fault_id == "fault-1"
    assert caught.value.status == 400
    assert caught.value.message
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(("row", "route", "when"), EVERY_EXAMPLE)
def test_every_example_of_the_table_is_accepted_where_it_can_strike(row, route, when):
    """Each effect can be armed on each of its routes, on each side of the commit."""
    wanted = make_rule(row.example, on=On(route=route), when=when)
    registry = make_registry(wanted)
    assert render_rule(list_rules(registry)[0])["when"] == (when or row.when[0])
    call = Call(KEY, row.routes[0] if route == "*" else route, MODEL, None)
    strike = registry.match(call)
    assert strike is not None
    assert strike.effect.kind == row.effect
    assert strike.effect.value == row.example[row.effect]


@pytest.mark.parametrize("row", CATALOGUE.faults, ids=lambda row: row.effect)
def test_an_effect_is_refused_where_it_cannot_strike(row):
    """A rule that could never strike is refused when it is made, and says where it could."""
    for route in set(ROUTES) - set(row.routes):
        error = find_refusal(make_rule(row.example, on=On(route=route)))
        assert error.message == f"{row.effect} never strikes {route}"
        assert all(each in error.hint for each in row.routes)


@pytest.mark.parametrize("row", CATALOGUE.faults, ids=lambda row: row.effect)
def test_an_effect_is_refused_on_the_side_where_it_cannot_strike(row):
    """`when` is one of those that the table has for the effect."""
    for when in {"before", "after"} - set(row.when):
        error = find_refusal(make_rule(row.example, when=when))
        assert row.effect in error.message
        assert error.hint == f"`when` is {row.when[0]} for it"


@pytest.mark.parametrize(
    "does",
    [
        {},
        {"explode": True},
        {"body": "html"},
        {"Status": 503},
        503,
        "status",
        True,
        [{"explode": True}],
        [[DOWN]],
        [DOWN, 5],
    ],
)
def test_what_names_no_effect_is_refused(does):
    """An unknown word, and what is no object, is answered with the words that there are."""
    error = find_refusal(make_rule(does))
    assert error.message.endswith(" is no effect")
    assert all(row.effect in error.hint for row in CATALOGUE.faults)


@pytest.mark.parametrize("does", [None, [], [None], [None, None]])
def test_what_strikes_nothing_is_refused(does):
    """A rule without any effect would never be seen."""
    assert find_refusal(make_rule(does)).message == "`do` strikes nothing"


@pytest.mark.parametrize("does", [{"status": 503, "reset": True}, [None, {"close": 1, "drip": 2}]])
def test_two_effects_in_one_are_refused(does):
    """Which of the two is first would be anybody's guess."""
    assert find_refusal(make_rule(does)).message.endswith(" are two effects")


@pytest.mark.parametrize(
    ("does", "place"),
    [
        ({"status": 199}, "do.status"),
        ({"status": 600}, "do.status"),
        ({"status": "503"}, "do.status"),
        ({"status": 503.5}, "do.status"),
        ({"status": True}, "do.status"),
        ({"status": None}, "do.status"),
        ({"status": 503, "body": "xml"}, "do.body"),
        ({"status": 503, "body": 5}, "do.body"),
        ({"status": 503, "bodies": "html"}, "do"),
        ({"status": 503, "headers": []}, "do.headers"),
        ({"status": 503, "headers": {"a b": "c"}}, "do.headers"),
        ({"status": 503, "headers": {"a": "b\r\nc: d"}}, "do.headers"),
        ({"status": 503, "headers": {"a": 5}}, "do.headers"),
        ({"status": 503, "headers": {f"h{n}": "" for n in range(21)}}, "do.headers"),
        ({"delay_s": 0}, "do.delay_s"),
        ({"delay_s": -1}, "do.delay_s"),
        ({"delay_s": 3601}, "do.delay_s"),
        ({"delay_s": "1"}, "do.delay_s"),
        ({"drip": {}}, "do.drip"),
        ({"drip": {"bytes": 5}}, "do.drip"),
        ({"drip": {"bytes": 0, "every_s": 1}}, "do.drip.bytes"),
        ({"drip": {"bytes": 1.5, "every_s": 1}}, "do.drip.bytes"),
        ({"drip": {"bytes": 1, "every_s": 0}}, "do.drip.every_s"),
        ({"drip": {"bytes": 1, "every_s": 3601}}, "do.drip.every_s"),
        ({"drip": {"bytes": 1, "every_s": 1, "x": 1}}, "do.drip"),
        ({"drip": 5}, "do.drip"),
        ({"truncate_bytes": -1}, "do.truncate_bytes"),
        ({"truncate_bytes": 0.5}, "do.truncate_bytes"),
        ({"malformed": False}, "do.malformed"),
        ({"malformed": 1}, "do.malformed"),
        ({"reset": False}, "do.reset"),
        ({"reset": True, "x": 1}, "do"),
        ({"close": "yes"}, "do.close"),
        ({"state": "COMPLETED"}, "do.state"),
        ({"state": "QUEUED"}, "do.state"),
        ({"state": "FAILED", "error": ""}, "do.error"),
        ({"state": "FAILED", "error": 5}, "do.error"),
        ({"stall": "COMPLETED"}, "do.stall"),
        ({"stall": True}, "do.stall"),
        ({"expire": False}, "do.expire"),
        ({"unknown_state": "COMPLETED"}, "do.unknown_state"),
        ({"unknown_state": "throttled"}, "do.unknown_state"),
        ({"unknown_state": ""}, "do.unknown_state"),
        ({"unknown_state": "X" * 42}, "do.unknown_state"),
        ({"extra_fields": {}}, "do.extra_fields"),
        ({"extra_fields": ["a"]}, "do.extra_fields"),
        ({"drop_fields": []}, "do.drop_fields"),
        ({"drop_fields": [5]}, "do.drop_fields"),
        ({"drop_fields": "metrics"}, "do.drop_fields"),
        ({"opaque_urls": False}, "do.opaque_urls"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_an_example(does, place):
    """The message names the place and the hint shows the effect as it should be, in lists too."""
    for wanted in (make_rule(does), make_rule([None, does])):
        error = find_refusal(wanted)
        assert error.message.startswith(place)
        assert error.hint.startswith("like {")


@pytest.mark.parametrize("name", ["times", "skip", "every", "probability"])
def test_a_list_goes_without_counts(name):
    """A list says itself which calls it strikes."""
    error = find_refusal(make_rule([DOWN, None], **{name: 1}))
    assert error.message == f"a list of effects goes without `{name}`"


@pytest.mark.parametrize(
    "counts",
    [
        {"times": 0},
        {"times": -1},
        {"skip": -1},
        {"every": 0},
        {"probability": 0},
        {"probability": -0.1},
        {"probability": 1.1},
        {"probability": float("nan")},
    ],
)
def test_a_count_out_of_range_is_refused(counts):
    """A count with which nothing could ever strike is refused by name."""
    [(name, value)] = counts.items()
    assert find_refusal(make_rule(**counts)).message == f"`{name}` is {value}"


def test_a_route_that_is_not_there_is_refused():
    """The hint lists the routes."""
    error = find_refusal(make_rule(on=On(route="unknown")))
    assert "'unknown'" in error.message
    assert all(route in error.hint for route in ("*", *ROUTES))


def test_a_model_that_is_not_there_is_refused():
    """The hint names those that are close, and what lists all."""
    error = find_refusal(make_rule(on=On(model=f"{MODEL}x")))
    assert f"'{MODEL}x'" in error.message
    assert f"did you mean `{MODEL}`" in error.hint
    error = find_refusal(make_rule(on=On(model="no-such")))
    assert "'no-such'" in error.message
    assert error.hint.startswith("`segmock models list` names all")


def test_a_model_on_a_route_without_one_is_refused():
    """The balance belongs to no model."""
    assert (
        find_refusal(make_rule(on=On(route="credits", model=MODEL))).message
        == "credits has no model"
    )


@pytest.mark.parametrize("route", ["submit", "sync", "credits", "output"])
def test_a_state_on_a_route_without_one_is_refused(route):
    """Only a poll is about a job that has a state."""
    error = find_refusal(make_rule(on=On(route=route, state="QUEUED")))
    assert error.hint == "`state` goes with status, result and poll"


@pytest.mark.parametrize("on", [On(state="QUEUED"), On(state="QUEUED", model=MODEL)])
def test_a_state_with_an_effect_on_submits_is_refused(on):
    """A submit is about no state, so an effect on submits alone never strikes in one."""
    error = find_refusal(make_rule({"opaque_urls": True}, on=on))
    assert error.message == "opaque_urls never strikes * in QUEUED"


@pytest.mark.parametrize(
    ("does", "state"),
    [
        ({"state": "FAILED"}, "COMPLETED"),
        ({"state": "FAILED"}, "FAILED"),
        ({"stall": "QUEUED"}, "PROCESSING"),
        ({"stall": "QUEUED"}, "COMPLETED"),
        ({"stall": "PROCESSING"}, "COMPLETED"),
        ({"stall": "PROCESSING"}, "FAILED"),
    ],
)
def test_a_state_that_cannot_be_left_like_that_is_refused(does, state):
    """What has ended neither fails nor stalls, and what runs is not queued again."""
    error = find_refusal(make_rule(does, on=On(state=state)))
    assert error.message.startswith(f"a job that is {state} cannot get ")


def test_one_wrong_effect_spoils_a_list():
    """Every effect of a list must fit the rule."""
    wanted = make_rule([DOWN, {"opaque_urls": True}], on=On(route="status"))
    assert find_refusal(wanted).message == "opaque_urls never strikes status"


def test_the_effects_of_a_list_have_each_their_own_side():
    """Without `when` each effect strikes where the table has it first."""
    effects = parse_effects(make_rule([DOWN, None, {"malformed": True}]), CATALOGUE)
    assert [each and each.when for each in effects] == ["before", None, "after"]


@pytest.mark.parametrize("name", ["Content-Length", "transfer-encoding", "Date", "connection"])
@pytest.mark.parametrize("does", [{"status": 503, "headers": {}}, {"extra_headers": {}}])
def test_headers_that_frame_a_message_cannot_be_chosen(name, does):
    """What frames a message is not a rule's to say."""
    word = list(does)[-1]
    with pytest.raises(EmulatorError, match=rf"do\.{word}\.{name.lower()} cannot be chosen"):
        make_registry(make_rule({**does, word: {name: "1"}}))
