"""What is known without proof refuses nothing, and is said in a sentence each."""

import json
from copy import deepcopy

import jsonschema_rs
import pytest

from mockserver.base.errors import ContractError
from mockserver.contract import advice
from mockserver.contract.advice import make_advisor
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.models import load_model
from mockserver.tests.models import MODELS

CUT = {"type": "integer", "x-advice": {"enum": [5, 10]}}
TEN = ", ".join(f'"{n}"' for n in range(10))
ASKED = {"required": ["image"]}


def advise(schema, params):
    """Return what is said of parameters by the advice of a schema."""
    advisor = make_advisor(schema, jsonschema_rs.validator_for)
    assert advisor is not None
    return list(advisor.find_advice(params))


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"properties": {"a": {"type": "integer"}, "b": True}},
        {"x-advice": {}, "properties": {"a": {"x-advice": {"default": 7}}}},
    ],
)
def test_where_nothing_is_uncertain_nobody_advises(schema):
    """A model without advice costs a run nothing, nor does a default that is a client's own."""
    assert make_advisor(schema, None) is None


@pytest.mark.fact("P7")
def test_a_default_and_what_examples_send_are_known_values():
    """The part of a list that a page does not show has them."""
    schema = {
        "properties": {"size": {"default": "M", "x-advice": {"enum": ["S"]}}},
        "examples": [{"size": "XL"}, {"size": "S"}, {"color": "red"}, "none"],
    }
    for known in ("S", "M", "XL"):
        assert advise(schema, {"size": known}) == []
    (sentence,) = advise(schema, {"size": "L"})
    assert sentence.endswith('known values are "S", "M", "XL".')


@pytest.mark.fact("P6", "P7")
def test_no_payload_that_a_contract_has_as_an_example_draws_advice():
    """What the vendor or a client of it has published is as it should be, whoever sends it."""
    told = {}
    for slug, model in MODELS.items():
        if model.advisor is not None:
            for example in model.schema.get("examples", ()):
                told |= {slug: found} if (found := model.advisor.find_advice(example)) else {}
    assert told == {}


@pytest.mark.fact("P6", "P7")
@pytest.mark.parametrize(
    ("schema", "params", "sentence"),
    [
        (
            {"properties": {"duration": CUT}},
            {"duration": 7},
            "Parameter 'duration' is 7; known values are 5, 10.",
        ),
        (
            {"properties": {"size": {"x-advice": {"enum": [str(n) for n in range(12)]}}}},
            {"size": "x"},
            f"Parameter 'size' is \"x\"; known values are {TEN} and 2 more.",
        ),
        (
            {"x-advice": ASKED},
            {},
            "Parameter 'image' is missing or empty; it may be required.",
        ),
        (
            {"x-advice": {"anyOf": [ASKED, {"required": ["video"]}]}},
            {},
            "Parameter 'image' or 'video' is missing or empty; one of them may be required.",
        ),
        (
            {"properties": {"prompt": {"x-advice": {"minLength": 1}}}},
            {"prompt": ""},
            "Parameter 'prompt' is missing or empty; it may be required.",
        ),
        (
            {"properties": {"steps": {"x-advice": {"maximum": 100}}}},
            {"steps": 200},
            "Parameter 'steps' is 200; as far as is known it should be at most 100.",
        ),
        (
            {"properties": {"steps": {"x-advice": {"type": "integer"}}}},
            {"steps": "many"},
            "Parameter 'steps' is \"many\"; as far as is known it should be of type integer.",
        ),
    ],
)
def test_what_is_not_as_known_is_told_in_a_sentence(schema, params, sentence):
    """It names the parameter, what came and what is known, and claims no more than that."""
    assert advise(schema, params) == [sentence]


@pytest.mark.fact("P1", "P2", "P3", "P7")
@pytest.mark.parametrize(
    ("known", "value"),
    [
        ({"enum": [5, 10]}, "5"),
        ({"enum": ["5", "10"]}, 5),
        ({"enum": ["a"]}, None),
        ({"type": "boolean"}, "True"),
        ({"format": "uri", "pattern": "^[a-z]+:"}, "aGVsbG8gYm9hdHMgaGVsbG8="),
    ],
)
def test_a_value_is_read_leniently_before_it_is_advised_about(known, value):
    """In whatever form a known value comes, there is nothing to say."""
    assert advise({"properties": {"a": {"x-advice": known}}}, {"a": value}) == []


def test_advice_is_bounded():
    """Of very much that is not as known, some is told; of a long value, its beginning."""
    names = [f"p{n}" for n in range(40)]
    schema = {"properties": dict.fromkeys(names, CUT)}
    told = advise(schema, dict.fromkeys(names, "x" * 10**6))
    assert len(told) == 8
    assert max(map(len, told)) < 320


def test_a_wide_body_is_advised_about_without_going_through_it(monkeypatch):
    """Of very many values one sentence is told, and none is explained."""
    monkeypatch.setattr(advice, "find_explanations", None)
    [told] = advise({"properties": {"duration": CUT}}, {"duration": 7, "x": [1] * 90_000})
    assert told.startswith("The body is not as it should be, as far as is known")
    assert len(advise({"x-advice": ASKED}, {"x": [1] * 90_000})) == 1


def test_where_nobody_can_explain_there_is_still_a_word(monkeypatch):
    """The two validators differ in rare cases; what one minds is told all the same."""
    monkeypatch.setattr(advice, "find_explanations", lambda *_: [])
    assert len(advise({"x-advice": ASKED}, {})) == 1


@pytest.mark.parametrize(
    "known", [{"pattern": "("}, {"enum": 5}, True, {"$ref": "#/$defs/nowhere"}]
)
def test_advice_that_cannot_be_read_is_told_when_its_file_is(tmp_path, known):
    """A contract with such advice is refused as one with a wrong schema is, and no run meets it."""
    catalogue = Catalogue()
    document = deepcopy(catalogue.models["mock-inference"].document)
    document["properties"]["length"] = {"x-advice": known}
    path = tmp_path / "advised.json"
    path.write_text(json.dumps(document))
    with pytest.raises(ContractError) as told:
        load_model(path, catalogue.schemas)
    assert told.value.file == str(path)
