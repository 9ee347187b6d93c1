"""Every model takes what is meant, refuses in the same words, and by --types strict its schema."""

import json
from copy import deepcopy

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.judgement import FAULTLESS, Judgement, judge_params
from mockserver.contract.models import load_model
from mockserver.contract.validation import find_violation
from mockserver.tests.contract.test_validation import IMAGE, json_values, near
from mockserver.tests.models import WHOLE

CATALOGUE = Catalogue()
MODELS = CATALOGUE.models
slugs = st.sampled_from(WHOLE) | st.sampled_from(sorted(MODELS))


def make_value(schema):
    """Make values as a parameter's schema has them."""
    low, high = schema.get("minimum", 0), schema.get("maximum", 10**6)
    kinds = {
        "integer": st.integers(low, high),
        "number": st.floats(low, high).map(
            lambda number: int(number) if number % 1 == 0 else number
        ),
        "boolean": st.booleans(),
    }
    named = schema.get("type")
    known = [kinds[kind] for kind in [named, *(named or ())] if str(kind) in kinds]
    if "enum" in schema:
        known.append(st.sampled_from(schema["enum"]))
    return st.one_of(known) if known else None


@st.composite
def valid_params(draw, model):
    """Draw parameters that the schema takes: an example, with other values here and there."""
    base = deepcopy(draw(st.sampled_from(model.document["examples"])))
    made = {name: make_value(schema) for name, schema in model.properties.items()}
    others = {name: values for name, values in made.items() if values is not None}
    params = {**base, **draw(st.fixed_dictionaries({}, optional=others))}
    assume(find_violation(model, params) is None)
    return params


def spell(value):
    """Return a value with every number and boolean in it as text."""
    if isinstance(value, dict):
        return {name: spell(member) for name, member in value.items()}
    if isinstance(value, list):
        return [spell(item) for item in value]
    if isinstance(value, bool):
        return str(value)
    return json.dumps(value) if isinstance(value, int | float) else value


@pytest.mark.no_cover
@pytest.mark.fact("P1", "P2", "P4")
@given(slug=slugs, data=st.data())
def test_numbers_as_text_nulls_and_unknown_parameters_change_nothing(slug, data):
    """What a model takes it takes in every form that was seen; its schema may not."""
    model = MODELS[slug]
    params = data.draw(valid_params(model))
    spelled = spell(params)
    absent = [name for name in model.properties if name not in params]
    nulls = dict.fromkeys(data.draw(st.sets(st.sampled_from(absent))) if absent else ())
    unknown = data.draw(st.dictionaries(st.from_regex(r"\Ax_[a-z]{1,3}\Z"), json_values))
    sent = {**spelled, **nulls, **unknown}
    kept = deepcopy(sent)
    found = judge_params(model, sent)
    assert found.violation is None
    refuses_texts = find_violation(model, spelled) is not None
    # A schema that says all refuses every number that is text; of others some take both.
    assert refuses_texts == (spelled != params) or slug not in WHOLE
    assert bool(found.numbers_as_text) == refuses_texts
    assert sent == kept
    refuses_nulls = any(find_violation(model, {**params, name: None}) for name in nulls)
    strictly = judge_params(model, sent, "strict").violation
    assert bool(strictly) == (refuses_texts or refuses_nulls)


@pytest.mark.fact("P1")
def test_every_number_of_the_whole_contracts_may_be_text_and_none_by_its_schema():
    """Where a number or boolean is declared, its text passes, and is refused under strict types."""
    for slug, name, value in [
        ("ideogram-3", "seed", "4711"),
        ("sdxl1.0-txt2img", "guidance_scale", "7.5"),
        ("sdxl1.0-txt2img", "base64", "True"),
        ("seedance-2.0", "duration", "8"),
        ("seedance-2.0", "generate_audio", "false"),
        ("gpt-5.5", "temperature", "1e-1"),
    ]:
        params = {**MODELS[slug].document["examples"][-1], name: value}
        assert judge_params(MODELS[slug], params) == Judgement(numbers_as_text=(name,))
        assert "must be of type" in judge_params(MODELS[slug], params, "strict").violation.message


@pytest.mark.no_cover
@given(slug=slugs, data=st.data())
def test_what_is_refused_is_what_the_schema_forbids_of_what_is_meant(slug, data):
    """A refusal has the words that the schema's own has for the parameters as they are read."""
    model = MODELS[slug]
    params = {"prompt": "a boat", **IMAGE, **data.draw(near(model))}
    found = judge_params(model, params).violation
    strictly = find_violation(model, params)
    assert found == find_violation(model, model.reader.read(params).params)
    assert judge_params(model, params, "strict").violation == strictly
    assert strictly or not found


@pytest.mark.parametrize("types", ["lenient", "strict"])
def test_of_what_is_right_there_is_nothing_to_say(types):
    """No example of a model is refused, nor one of a whole contract remarked upon."""
    for slug, model in MODELS.items():
        found = [judge_params(model, example, types) for example in model.document["examples"]]
        assert [each.violation for each in found if each.violation] == [], slug
        assert slug not in WHOLE or set(map(id, found)) == {id(FAULTLESS)}, slug


@pytest.mark.fact("P2")
def test_null_for_a_required_parameter_says_that_it_is_missing():
    """Null is as good as nothing, in the same words."""
    for model in MODELS.values():
        example = model.document["examples"][0]
        for name in model.schema.get("required", ()):
            rest = {key: value for key, value in example.items() if key != name}
            missing = judge_params(model, rest).violation
            assert missing == judge_params(model, {**rest, name: None}).violation
            assert missing.message == f"Parameter '{name}' is required, but it is missing or empty."


@pytest.mark.fact("P3")
def test_a_picture_comes_in_bare_base64():
    """A schema that wants an address takes the picture itself, unless it has its word."""
    model, picture = MODELS["ideogram-turbo-img-2-img"], "iVBORw0KGgoAAAANSUhEUgAA"
    sent = {"prompt": "a boat", "image_file": picture}
    assert judge_params(model, sent) is FAULTLESS
    refused = judge_params(model, sent, "strict").violation
    assert "must be an absolute URI" in refused.message
    assert judge_params(model, {**sent, "image_file": "boat.png"}).violation is not None


def load_advised(folder):
    """Return a model with advice: a list that is cut, and a parameter that may be required."""
    document = deepcopy(MODELS["mock-inference"].document)
    document["properties"]["length"] = {"type": "integer", "x-advice": {"enum": [5, 10]}}
    document["properties"]["steps"] = {"type": "integer", "x-advice": {"maximum": 50}}
    document["x-advice"] = {"required": ["length"]}
    path = folder / "advised.json"
    path.write_text(json.dumps(document))
    return load_model(path, CATALOGUE.schemas)


@pytest.mark.fact("P1", "P7")
def test_what_came_as_text_is_advised_about_as_what_it_spells(tmp_path):
    """Bounds that only advise are those of the number, not of its text."""
    found = judge_params(load_advised(tmp_path), {"length": "5", "steps": "51"})
    assert found.numbers_as_text == ("length", "steps")
    assert found.advice == ("Parameter 'steps' is 51; as far as is known it should be at most 50.",)


@pytest.mark.fact("P6", "P7")
@pytest.mark.parametrize("types", ["lenient", "strict"])
@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"length": 7}, "'length' is 7; known values are 5, 10"),
        ({}, "'length' is missing or empty; it may be required"),
        ({"length": 5}, None),
    ],
)
def test_what_is_not_proven_refuses_nothing(tmp_path, types, params, words):
    """It passes under either rule, with a sentence."""
    found = judge_params(load_advised(tmp_path), params, types)
    assert found.violation is None
    assert [words in sentence for sentence in found.advice] == ([True] if words else [])


def test_what_is_refused_gets_no_advice_beside(tmp_path):
    """One sentence is enough."""
    found = judge_params(load_advised(tmp_path), {"length": "long"})
    assert found.violation is not None
    assert found.advice == ()


@pytest.mark.fact("O4")
def test_a_reply_that_cannot_be_written_is_refused_under_either_rule():
    """Reading leniently does not pass by what a language model is asked for."""
    form = {"type": "json_schema", "schema": {"type": "text"}}
    for extra in ({}, {"temperature": "1"}):
        params = {"prompt": "Hi", "response_format": form, **extra}
        assert "cannot be written" in judge_params(MODELS["gpt-5.5"], params).violation.message
