"""Forms: the texts of multipart fields become what the model's schema declares."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.forms import parse_fields, takes_array
from mockserver.contract.models import load_model

CATALOGUE = Catalogue()
MODELS = CATALOGUE.models
CODES = {"type": "array", "items": {"type": "string"}}
COUNTS = {"type": ["array", "null"], "items": {"type": "integer"}}
EITHER = {"type": ["string", "array"], "items": {"type": "string"}}


def model_with(folder, **properties):
    """Return a model that has these parameters."""
    contract = json.loads(json.dumps(MODELS["ideogram-3"].document))
    contract["properties"].update(properties)
    file = folder / "model.json"
    file.write_text(json.dumps(contract))
    return load_model(file, CATALOGUE.schemas)


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"type": "string"}, "7", "7"),
        ({"type": "string"}, "null", "null"),
        ({"type": ["string", "null"]}, "null", None),
        ({"type": ["string", "null"]}, "", None),
        ({"type": ["string", "null"]}, "7", "7"),
        ({"type": "integer"}, "7", 7),
        ({"type": "integer"}, " 7 ", 7),
        ({"type": "integer"}, "", ""),
        ({"type": "integer"}, "7a", "7a"),
        ({"type": ["integer", "null"]}, "null", None),
        ({"type": "number"}, "0.5", 0.5),
        ({"type": "number"}, "NaN", "NaN"),
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, "On", True),
        ({"type": "boolean"}, "1", True),
        ({"type": "boolean"}, "yes", True),
        ({"type": "boolean"}, "False", False),
        ({"type": "boolean"}, "off", False),
        ({"type": "boolean"}, "0", False),
        ({"type": "boolean"}, "no", False),
        ({"type": "boolean"}, "maybe", "maybe"),
        ({"type": "array"}, "[1, 2]", [1, 2]),
        ({"type": "object"}, '{"a": 1}', {"a": 1}),
        ({"type": "object"}, "[" * 100_000, "[" * 100_000),
        ({"oneOf": [{"type": "object"}]}, '{"a": 1}', {"a": 1}),
        (EITHER, "7", "7"),
        (EITHER, "null", "null"),
        (EITHER, "[brief]", "[brief]"),
        (EITHER, '{"a": 1}', '{"a": 1}'),
        (EITHER, '["a"]', ["a"]),
        ({"type": ["string", "integer"]}, "7", 7),
        ({"type": ["string", "integer"]}, "true", "true"),
        ({"type": ["string", "integer"]}, "7.0", 7.0),
        ({"type": ["string", "integer"]}, "7.5", "7.5"),
        ({"enum": ["1", "2"]}, "1", "1"),
        ({}, "7", "7"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_field_is_read_as_its_declared_type(tmp_path, schema, text, value):
    """Text becomes what the schema declares, and stays text where it cannot."""
    model = model_with(tmp_path, extra=schema)
    assert parse_fields(model, {"extra": [text]}) == {"extra": value}


def test_a_field_that_the_model_does_not_know_stays_text():
    """Without a declared type, a field is text, and fields of one name are a list of texts."""
    assert parse_fields(MODELS["ideogram-3"], {"unheard_of": ["7"]}) == {"unheard_of": "7"}
    several = {"unheard_of": ["7", "[8]"]}
    assert takes_array(MODELS["ideogram-3"], "unheard_of")
    assert parse_fields(MODELS["ideogram-3"], several) == several


@pytest.mark.fact("E3d")
@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"x-evidence": "samples"},
        {"title": "Seed", "description": "A seed.", "default": 4},
        {"x-evidence": "clients", "x-advice": {"type": "integer"}},
    ],
    ids=str,
)
def test_a_field_of_which_only_the_name_is_known_may_come_twice(tmp_path, schema):
    """Nobody knows that it is no list; what is advised refuses nothing."""
    model = model_with(tmp_path, extra=schema)
    assert takes_array(model, "extra")
    assert parse_fields(model, {"extra": ["7"]}) == {"extra": "7"}
    assert parse_fields(model, {"extra": ["7", "8"]}) == {"extra": ["7", "8"]}


@pytest.mark.fact("E3d")
@pytest.mark.parametrize(
    ("schema", "texts", "value"),
    [
        (CODES, ["a", "b"], ["a", "b"]),
        (CODES, ["a"], ["a"]),
        (CODES, ["12345678"], ["12345678"]),
        (CODES, [""], [""]),
        (CODES, ["true"], ["true"]),
        (CODES, ["null"], ["null"]),
        (CODES, ['["a", "b"]'], ["a", "b"]),
        (CODES, ['["a"]', "b"], ['["a"]', "b"]),
        (CODES, ["[]"], []),
        (COUNTS, ["1", "2"], [1, 2]),
        (COUNTS, ["1"], [1]),
        (COUNTS, ["a"], ["a"]),
        (COUNTS, ["null"], None),
        (EITHER, ["a"], "a"),
        (EITHER, ["a", "b"], ["a", "b"]),
        ({"type": ["array", "object"]}, ['{"a": 1}'], {"a": 1}),
        ({"type": ["array", "integer"]}, ["7"], 7),
        ({"type": "array", "items": {"type": "object"}}, ['{"a": 1}'], [{"a": 1}]),
        ({"type": "array"}, ["a", "b"], ["a", "b"]),
    ],
    ids=str,
)
def test_an_array_comes_as_fields_of_one_name_or_as_json(tmp_path, schema, texts, value):
    """Each field is an item of the array, unless the only one holds the whole array as JSON."""
    model = model_with(tmp_path, extra=schema)
    assert takes_array(model, "extra")
    assert parse_fields(model, {"extra": texts}) == {"extra": value}


@pytest.mark.parametrize("name", ["prompt", "seed", "color_palette"])
def test_what_is_no_array_has_one_value(name):
    """Fields of one name are items of an array only where the schema has one."""
    assert not takes_array(MODELS["ideogram-3"], name)
    assert takes_array(MODELS["ideogram-3"], "style_codes")


@pytest.mark.fact("E3d")
@given(
    st.integers(100, 999_999),
    st.sampled_from(["2x3", "1x1"]),
    st.lists(st.text(), max_size=3),
    st.booleans(),
)
def test_a_form_says_the_same_as_json(seed, ratio, codes, is_repeated):
    """Parameters that went through a form come out as they were, in either way of arrays."""
    params = {"prompt": "7", "seed": seed, "aspect_ratio": ratio, "style_codes": codes}
    fields = {
        name: [value] if isinstance(value, str) else [json.dumps(value)]
        for name, value in params.items()
    }
    if is_repeated and len(codes) > 1:
        fields["style_codes"] = codes
    assert parse_fields(MODELS["ideogram-3"], fields) == params
