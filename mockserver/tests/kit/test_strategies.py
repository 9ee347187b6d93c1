"""What is generated is valid, and holds what clients stumble over."""

import json

import pytest
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from client_tests.cases import contracts, strategies
from client_tests.cases.model import PATIENCE, Case
from client_tests.cases.strategies import parameters
from client_tests.running.behaviour_rules import make_rules
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.judgement import FAULTLESS, Judgement, judge_params
from mockserver.control.pages import VerdictFilter
from mockserver.rules.fault_registry import FaultRegistry
from mockserver.rules.faults import FaultRequest, On
from mockserver.tests.conftest import Client
from mockserver.tests.kinds import choose_rows
from mockserver.tests.kit.drawing import drawn
from mockserver.tests.models import TELLING, WHOLE

CATALOGUE = Catalogue()
TYPES = ("strict", "lenient")
AT_A_TIME = 30
"""So many models in one example: more would make it too large to draw."""
NOT_DRAWN = {
    **{
        ("stall", route): "each example would last as long as its deadline: written cases have it"
        for route in ("submit", "sync", "status", "result", "poll")
    },
    **{
        (effect, route): "what a spelling is right for is in written cases, one for each"
        for effect, routes in {
            "extra_headers": ("submit", "sync", "status", "result", "poll", "credits", "output"),
            "rewrite_urls": ("submit", "status", "result", "poll"),
        }.items()
        for route in routes
    },
    ("expire", "output"): "to a client it is the 404 that `refusals` draws there",
    ("unknown_state", "submit"): "what a client makes of it is in a written case",
}
"""Effects that no property draws at a route, though they can strike it."""


def texts_in(value):
    """Every text in a JSON value, names included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)


@pytest.mark.parametrize("model", [*WHOLE, *TELLING])
def test_parameters_satisfy_the_contract_of_their_model(model):
    """Forty payloads are valid, name every declared parameter between them, and others as well."""
    schema = contracts.models()[model]
    validator = Draft202012Validator(schema)
    names = set()
    for params in drawn(strategies.params(model), 40):
        validator.validate(params)
        names |= params.keys()
        assert not str(params.get("prompt", "")).startswith("mock:")
    assert set(schema["properties"]) <= names
    assert names - set(schema["properties"])


def find_traits(slug):
    """Go through what distinguishes a model: each of its parameters, and what holds for several."""
    schema = contracts.models()[slug]
    for name, each in schema["properties"].items():
        yield name, json.dumps(each, sort_keys=True)
    yield from (
        (word, json.dumps(each, sort_keys=True))
        for word, each in schema.items()
        if word not in {"$id", "properties", "x-model"}
    )
    yield "retired", schema["x-model"]["may_be_retired"]


@pytest.mark.fact("P6", "P7")
def test_no_payload_of_any_model_is_worth_a_word():
    """Of all models: neither refused nor advised against, however types are read.

    Some may be retired, and that is told whatever they are sent. Models all of whose parameters
    others have too are played in `make storm`.
    """
    slugs = choose_rows(contracts.models(), find_traits)
    for start in range(0, len(slugs), AT_A_TIME):
        some = slugs[start : start + AT_A_TIME]
        for payloads in drawn(st.tuples(*map(strategies.params, some)), 3):
            for slug, params in zip(some, payloads, strict=True):
                model = CATALOGUE.models[slug]
                said = Judgement(advice=model.remarks) if model.remarks else FAULTLESS
                judged = [judge_params(model, params, types) for types in TYPES]
                assert judged == [said, said], (slug, params)


@pytest.mark.parametrize("level", ["verified", "partial", "listed"])
def test_what_is_generated_runs(level):
    """Of models of each level: on v2, and on v1 those that it does not give up."""
    client = Client(credits="100000")
    for slug, params in drawn(strategies.payloads(level=level), 25):
        assert client.post(f"/v2/{slug}", params).status == 200
    for slug, params in drawn(strategies.payloads(60, level), 25):
        assert client.post(f"/v1/{slug}", params).status == 200
    assert client.control.verdicts.show(VerdictFilter())["verdicts"] == []


def test_no_payload_is_for_a_model_that_may_be_retired(monkeypatch):
    """A client is not to be told that a model is gone; parameters of one can be had."""
    drawn_from = []
    monkeypatch.setattr(
        parameters.st, "sampled_from", lambda fit: drawn_from.append(fit) or st.just(fit[0])
    )
    strategies.payloads()
    assert not [slug for slug in drawn_from[0] if CATALOGUE.models[slug].remarks]
    assert len(drawn_from[0]) > 500
    assert "prompt" in drawn(strategies.params("sd1.5-rpg"), 1)[0]


def test_payloads_are_of_the_level_that_is_asked_for():
    """Of any where none is, and then of a listed model too."""
    level_of = contracts.levels()
    for level in (None, "verified", "partial", "listed"):
        found = {level_of[slug] for slug, _ in drawn(strategies.payloads(level=level), 40)}
        assert found == ({level} if level else {"verified", "partial", "listed"})


def test_what_no_model_fits_is_told_in_a_sentence():
    """And not when the first payload is drawn, by Hypothesis."""
    with pytest.raises(ValueError, match=r"no verified model takes 0\.01 s or less"):
        strategies.payloads(0.01, "verified")
    with pytest.raises(ValueError, match="no level 'proven'"):
        strategies.payloads(level="proven")
    with pytest.raises(LookupError, match="did you mean ideogram-3"):
        strategies.params("ideogram-33")


def test_a_listed_model_is_sent_what_its_kind_takes():
    """The parameters of its kind's example, and others: no name of its own is known."""
    made = drawn(strategies.params("flux-canny-dev"), 30)
    assert all({"prompt", "image"} <= params.keys() for params in made)
    assert any(params["image"].startswith("https://") for params in made)
    assert any(params.keys() - {"prompt", "image"} for params in made)


def test_a_contract_that_says_something_new_is_refused(monkeypatch):
    """At the top too, where it is about several parameters."""
    schema = {"x-model": {}, "properties": {}, "x-advice": {"dependentRequired": {"a": ["b"]}}}
    monkeypatch.setattr(parameters, "find_model", {"new": schema}.get)
    with pytest.raises(ValueError, match="no strategy for dependentRequired of new"):
        strategies.params("new")


@pytest.mark.fact("B1")
def test_conversations_come_in_every_form():
    """Turns with content and Gemini's object come up, and each provider's way to send pictures."""
    said = drawn(strategies.conversations())
    assert {type(messages) for messages in said} == {list, dict}
    names = set(texts_in(said))
    assert {"image_url", "source", "media_type", "inline_data", "system_instruction"} <= names


@pytest.mark.parametrize(
    ("schema", "word"),
    [
        ({"type": "date"}, "date"),
        ({"type": "integer", "exclusiveMinimum": 0}, "exclusiveMinimum"),
        ({"type": "string", "format": "date-time"}, "date-time"),
        ({"type": "array", "items": {"type": "string", "maxLength": 5}}, "maxLength"),
        ({"type": "object", "not": {"required": ["a"]}, "properties": {"a": {}}}, "not"),
        ({"type": "string", "x-advice": {"maxLength": 5}}, "maxLength"),
        ({"type": "string", "x-advice": {"type": "integer"}}, "integer"),
    ],
)
def test_a_schema_that_says_something_new_is_refused(schema, word):
    """A contract that grows a new word is noticed, and not generated wrongly."""
    with pytest.raises(ValueError, match=f"no strategy for .*{word}"):
        strategies.values(schema)


@pytest.mark.parametrize(
    ("schema", "allowed"),
    [
        ({"type": "string", "x-advice": {"enum": ["a", "b"]}}, {"enum": ["a", "b"]}),
        ({"enum": [1, 2, 9], "x-advice": {"minimum": 2, "maximum": 5}}, {"const": 2}),
        (
            {"type": "number", "maximum": 9, "x-advice": {"maximum": 1, "minimum": 0}},
            {"type": "number", "minimum": 0, "maximum": 1},
        ),
        ({"x-advice": {"type": "boolean", "default": False}}, {"type": "boolean"}),
        (
            {
                "type": "string",
                "format": "uri",
                "pattern": "^h",
                "x-advice": {"pattern": "^https:"},
            },
            {"pattern": "^https:"},
        ),
        (
            {"type": "array", "items": {"type": "string"}, "x-advice": {"items": {"enum": ["a"]}}},
            {"type": "array", "items": {"const": "a"}},
        ),
    ],
)
@pytest.mark.fact("P7")
def test_advice_is_heeded(schema, allowed):
    """What is only known to be so bounds what is generated as much as what is refused does."""
    for value in drawn(strategies.values(schema), 30):
        Draft202012Validator(schema).validate(value)
        Draft202012Validator(allowed).validate(value)


@pytest.mark.parametrize(
    ("schema", "types"),
    [
        ({"default": 7, "x-evidence": "docs"}, {int}),
        ({"examples": ["a", 2.5]}, {str, float}),
        ({"default": None, "examples": [True]}, {bool, type(None)}),
        ({"x-evidence": "samples"}, {str, int, float, bool, type(None), list, dict}),
        ({"default": None}, {str, int, float, bool, type(None), list, dict}),
    ],
)
def test_where_no_type_is_stated_it_is_that_of_known_values(schema, types):
    """Of the default and of what examples have; anything where there is neither."""
    assert {type(value) for value in drawn(strategies.values(schema))} == types


def test_within_a_hundred_payloads_control_names_come_up():
    """So the defect of SDK 1.0.1 is found with the default number of examples."""
    names = {name for _, params in drawn(strategies.payloads()) for name in params}
    assert {"timeout", "interval"} & names
    assert len(set(strategies.CONTROL_NAMES) & names) > 10


def test_texts_hold_control_characters_and_what_lies_beyond_the_first_plane():
    """And all of it can be encoded, since lone surrogates cannot be sent."""
    text = "".join(drawn(strategies.texts()))
    assert any(ord(sign) < 32 for sign in text)
    assert any(ord(sign) > 0xFFFF for sign in text)
    text.encode()


def test_now_and_then_a_value_is_large():
    """Some values are beyond the 64 KiB that buffers and journals like; none is beyond 100 KiB."""
    largest = max(
        len(text.encode())
        for params in drawn(strategies.params("text-embedding-3-small"), 400)
        for text in texts_in(params)
    )
    assert 50_000 < largest <= 102_400


@pytest.mark.fact("V5")
def test_what_v1_gives_up_is_asked_of_v2_alone():
    """A run of more than a minute has no result on v1, and one on v2."""
    long = {slug for slug, model in CATALOGUE.models.items() if model.terms.typical_s > 60}
    assert not long & {asked.model for asked in drawn(strategies.asks("run_sync"), 80)}
    assert long & {asked.model for asked in drawn(strategies.asks("run"), 80)}


def test_what_excludes_other_parameters_comes_without_them():
    """A first frame has no references beside it, and references come up without one."""
    made = drawn(strategies.params("seedance-2.0"))
    assert any("first_frame_url" in params for params in made)
    assert any(params.get("reference_images") for params in made)
    assert not any({"first_frame_url", "reference_images"} <= params.keys() for params in made)
    ends = [params for params in made if "last_frame_url" in params]
    assert ends
    assert all("first_frame_url" in params for params in ends)


def test_values_of_one_kind_are_not_taken_for_another():
    """Six kinds of nothing are there, spelled apart."""
    kinds = {json.dumps(value) for value in drawn(strategies.json_values(), 300)}
    assert {"null", "false", "0", '""', "[]", "{}"} <= kinds


@pytest.mark.parametrize(
    "strategy",
    [
        strategies.schedules(unknown=True),
        strategies.poll_faults(),
        strategies.rate_limits(),
        *map(strategies.behaviours, ("run", "run_sync", "credits", "download")),
    ],
)
def test_the_emulator_takes_every_behaviour(strategy):
    """No generated effect is one that the control plane would refuse."""
    for behaviour in drawn(strategy, 30):
        book = FaultRegistry(CATALOGUE, 0)
        for rule in make_rules(behaviour):
            fields = {name: rule[name] for name in ("when", "times", "skip") if name in rule}
            book.add(FaultRequest(does=rule["do"], on=On(**rule["on"]), **fields))


def test_every_effect_is_drawn_at_every_route_that_it_can_strike():
    """Or stands among those that are left out, with the reason."""
    rows = json.loads((contracts.folder() / "faults.json").read_text(encoding="utf-8"))["faults"]
    wanted = {(row["effect"], route) for row in rows for route in row["routes"]}
    words = {row["effect"] for row in rows}
    found = {
        (word, route)
        for route in {route for _, route in wanted}
        for do, _ in drawn(strategies.strikes(route), 300)
        for word in words & do.keys()
    }
    assert wanted - found - NOT_DRAWN.keys() == set(), (
        "`strikes` in client_tests/cases/strategies/behaviours.py draws none of these: add them "
        "there, or to NOT_DRAWN in this file with the reason"
    )
    assert NOT_DRAWN.keys() & found == set(), "these are drawn: take them out of NOT_DRAWN"
    assert found | NOT_DRAWN.keys() <= wanted, "contracts/faults.json has no such row"


def test_polls_fail_less_often_in_a_row_than_a_client_has_to_bear():
    """Otherwise a client that gives up would be right."""
    for behaviour in drawn(strategies.poll_faults(), 50):
        in_a_row = [0] * 20
        for effect in behaviour:
            is_fault = not {"linger", "delay_s", "drip"} & effect.do.keys()
            if effect.route == "status" and is_fault:
                in_a_row[effect.ordinal] = in_a_row[effect.ordinal - 1] + 1
        assert max(in_a_row) <= PATIENCE


def test_whole_cases_can_be_written_and_read_again():
    """What was saved is what was played."""
    for case in drawn(strategies.cases(), 30):
        assert Case.from_json(json.loads(json.dumps(case.to_json()))) == case
    assert {case.feature for case in drawn(strategies.cases("credits"), 5)} == {"credits"}


def test_asks_are_for_the_operations_that_were_named():
    """And for nothing else."""
    assert {operation.op for operation in drawn(strategies.asks("run_sync", "credits"), 30)} == {
        "run_sync",
        "credits",
    }
