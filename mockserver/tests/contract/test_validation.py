"""A body satisfies its model, or one sentence says what came and what is allowed."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mockserver.base.bounds import MAX_MESSAGE
from mockserver.contract import validation
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.models import load_model
from mockserver.contract.validation import Violation, find_violation
from mockserver.tests.models import WHOLE

CATALOGUE = Catalogue()
MODELS = CATALOGUE.models
IMAGE = {"image_file": "https://example.com/in.png"}
SAID = {"role": "user", "content": "Hello"}
TEN_RATIOS = '"1x3", "3x1", "1x2", "2x1", "9x16", "16x9", "10x16", "16x10", "2x3", "3x2"'
PALETTES = '"EMBER", "FRESH", "JUNGLE", "MAGIC", "MELON", "MOSAIC", "PASTEL", "ULTRAMARINE"'
FIVE = sorted(slug for slug in WHOLE if slug.startswith("ideogram"))
CHAT = sorted(slug for slug in WHOLE if MODELS[slug].terms.output.provider)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=3),
    max_leaves=6,
)


def message(slug="ideogram-3", row="invalid_parameter", /, **params):
    """Return what is said of parameters that must be refused as this row."""
    found = find_violation(MODELS[slug], {"prompt": "a boat", **params})
    assert found is not None
    assert found.row == row
    return found.message


def near(model):
    """Make parameters that are nearly right: values that the schema names, and others."""
    named = {
        name: st.sampled_from([*schema.get("enum", []), schema.get("default", 7), 100, 99, ""])
        | json_values
        for name, schema in model.properties.items()
    }
    return st.fixed_dictionaries({}, optional=named)


def model_with(folder, **properties):
    """Return a model that takes these parameters beside its prompt."""
    document = json.loads(json.dumps(MODELS["ideogram-2a-txt-2-img"].document))
    document["properties"].update(properties)
    path = folder / "model.json"
    path.write_text(json.dumps(document))
    return load_model(path, CATALOGUE.schemas)


# --- What is right ------------------------------------------------------------------------


@pytest.mark.parametrize("slug", FIVE)
def test_a_prompt_is_enough_and_unknown_parameters_pass(slug):
    """Only what is required is needed, and what the model does not know is let through."""
    params = {"prompt": "a boat", **IMAGE}
    assert find_violation(MODELS[slug], params) is None
    assert find_violation(MODELS[slug], {**params, "unheard_of": [1, {"a": None}]}) is None


@pytest.mark.no_cover
@pytest.mark.parametrize("slug", WHOLE)
@settings(max_examples=60)
@given(data=st.data())
def test_what_is_refused_is_what_the_schema_forbids(slug, data):
    """Parameters are refused exactly if they break the schema, and then with a whole sentence."""
    model = MODELS[slug]
    params = {"prompt": "a boat", **IMAGE, **data.draw(near(model))}
    found = find_violation(model, params)
    is_valid = Draft202012Validator(model.schema).is_valid(params)
    assert (found is None) == is_valid
    if found:
        assert found.row in {"invalid_parameter", "value_not_allowed"}
        assert found.message.startswith("Parameter '")
        assert found.message.endswith(".")


@pytest.mark.no_cover
@given(st.dictionaries(st.text(), json_values, max_size=4))
@example({"prompt": "a", "seed": 10**40})
@example({"prompt": "a", "seed": -1.7e308})
def test_any_parameters_are_judged(params):
    """Whatever JSON object arrives, it is right or there is a sentence about it."""
    found = find_violation(MODELS["ideogram-3"], params)
    assert found is None or isinstance(found, Violation)


# --- What is missing ----------------------------------------------------------------------


@pytest.mark.fact("E2")
@pytest.mark.parametrize("slug", FIVE)
@pytest.mark.parametrize("params", [{}, {"prompt": ""}])
def test_an_empty_prompt_is_as_good_as_none(slug, params):
    """A prompt that is absent or empty is told to be missing, in the same words."""
    found = find_violation(MODELS[slug], {**IMAGE, **params})
    assert found == Violation(
        "invalid_parameter", "Parameter 'prompt' is required, but it is missing or empty."
    )


@pytest.mark.fact("E2")
def test_of_several_parameters_the_missing_one_is_named():
    """Each missing parameter is told by its own name."""
    assert "'image_file' is required" in message("ideogram-turbo-img-2-img")
    found = find_violation(MODELS["ideogram-turbo-img-2-img"], IMAGE)
    assert "'prompt' is required" in found.message


# --- What is wrong ------------------------------------------------------------------------


@pytest.mark.fact("E2")
@pytest.mark.parametrize(
    ("slug", "params", "sentence"),
    [
        ("ideogram-3", {"prompt": 7}, "'prompt' is 7, but it must be of type string"),
        ("ideogram-3", {"prompt": None}, "'prompt' is null, but it must be of type string"),
        ("ideogram-3", {"seed": 99}, "'seed' is 99, but it must be from 100 to 999999"),
        ("ideogram-3", {"seed": 10**6}, "'seed' is 1000000, but it must be from 100 to 999999"),
        (
            "ideogram-3",
            {"seed": "4711"},
            "'seed' is \"4711\", but it must be of type integer or null",
        ),
        (
            "ideogram-3",
            {"seed": 4711.5},
            "'seed' is 4711.5, but it must be of type integer or null",
        ),
        (
            "ideogram-3",
            {"style_codes": "a"},
            "'style_codes' is \"a\", but it must be of type array",
        ),
        ("ideogram-3", {"style_codes": ["a", 1]}, "'style_codes[1]' is 1, but it must be of type"),
        ("ideogram-3", {"resolution": 1024}, "'resolution' is 1024, but it must be of type string"),
        ("ideogram-2a-txt-2-img", {"seed": None}, "'seed' is null, but it must be of type integer"),
        ("mock-inference", {"sleep": -0.5}, "'sleep' is -0.5, but it must be from 0 to 3600"),
        (
            "ideogram-turbo-img-2-img",
            {"image_file": "in.png"},
            "'image_file' is \"in.png\", but it must be an absolute URI such as https://",
        ),
    ],
)
def test_a_mistyped_or_misplaced_value_is_told_with_what_is_allowed(slug, params, sentence):
    """400 names the parameter, the value that came, and the type or range that is allowed."""
    assert message(slug, **params).startswith(f"Parameter {sentence}")


@pytest.mark.fact("E3")
@pytest.mark.parametrize(
    ("params", "place", "choices"),
    [
        ({"rendering_speed": "X"}, "rendering_speed", '"TURBO", "DEFAULT", "QUALITY"'),
        ({"magic_prompt": "X"}, "magic_prompt", '"AUTO", "ON", "OFF"'),
        ({"style_type": "X"}, "style_type", '"AUTO", "GENERAL", "REALISTIC", "DESIGN"'),
        ({"aspect_ratio": "X"}, "aspect_ratio", f"{TEN_RATIOS} and 6 more"),
        ({"color_palette": {"name": "X"}}, "color_palette.name", PALETTES),
    ],
)
def test_a_value_outside_its_set_is_told_with_the_set(params, place, choices):
    """406 names the parameter, the value that came, and the values that are allowed."""
    sentence = f"Parameter '{place}' is \"X\", but it must be one of {choices}."
    assert message("ideogram-3", "value_not_allowed", **params) == sentence


@pytest.mark.fact("E3")
@pytest.mark.parametrize("slug", FIVE)
def test_every_set_of_every_model_is_closed(slug):
    """For each parameter with a declared set, another text is refused with 406."""
    model = MODELS[slug]
    closed = [name for name, schema in model.properties.items() if "enum" in schema]
    assert len(closed) >= 3
    for name in closed:
        assert f"'{name}' is \"other\"" in message(
            slug, "value_not_allowed", **IMAGE, **{name: "other"}
        )
        for value in model.properties[name]["enum"]:
            assert find_violation(model, {"prompt": "a", **IMAGE, name: value}) is None


@pytest.mark.fact("E2", "E3")
@pytest.mark.parametrize("wrong", [{"seed": 1}, {"prompt": ""}, {"style_codes": 1}])
def test_400_comes_before_406(wrong):
    """Where one value is outside its set and another wrong in itself, the latter is told."""
    params = {"aspect_ratio": "7x1", "rendering_speed": "FAST", **wrong}
    assert f"'{next(iter(wrong))}'" in message(**params)


def test_a_long_value_is_cut():
    """A sentence shows no more of a value than is readable."""
    text = message(seed="9" * 500)
    assert '"' + "9" * 79 + "…, but" in text
    assert '"' + "9" * 78 + '", but' in message(seed="9" * 78)


@pytest.mark.fact("E3")
def test_an_empty_value_of_a_set_is_not_missing():
    """Only a text that must not be empty is told to be missing when it is."""
    text = message("ideogram-3", "value_not_allowed", rendering_speed="")
    assert text.startswith("Parameter 'rendering_speed' is \"\", but it must be one of ")


# --- Conversations ------------------------------------------------------------------------


@pytest.mark.fact("O4", "E2")
@pytest.mark.parametrize("slug", CHAT)
@pytest.mark.parametrize("params", [{}, {"prompt": ""}, {"messages": []}, {"temperature": 1}])
def test_of_two_parameters_one_is_enough_and_none_is_told(slug, params):
    """A language model needs a conversation or a prompt; without both, the sentence names both."""
    assert find_violation(MODELS[slug], params) == Violation(
        "invalid_parameter",
        "Parameter 'messages' or 'prompt' is required, but it is missing or empty.",
    )
    assert find_violation(MODELS[slug], {"prompt": "", "messages": [SAID]}) is None
    assert find_violation(MODELS[slug], {"prompt": "Hello", "messages": []}) is None


@pytest.mark.fact("O4", "E2", "E3")
@pytest.mark.parametrize(
    ("params", "row", "sentence"),
    [
        ({"prompt": 7}, "invalid_parameter", "'prompt' is 7, but it must be of type string"),
        ({"messages": "Hi"}, "invalid_parameter", "'messages' is \"Hi\", but it must be of type"),
        ({"messages": [{}]}, "invalid_parameter", "'messages[0].role' is required"),
        (
            {"messages": [{"role": "user"}]},
            "invalid_parameter",
            "'messages[0].content' is required",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "text"}]}]},
            "invalid_parameter",
            "'messages[0].content[0].text' is required",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
            "invalid_parameter",
            "'messages[0].content[0].image_url' is required",
        ),
        ({"messages": ["Hi"]}, "invalid_parameter", "'messages[0]' is \"Hi\", but it must be of"),
        (
            {"messages": {"contents": ["Hi"]}},
            "invalid_parameter",
            "'messages.contents[0]' is \"Hi\", but it must be of type object",
        ),
        ({"contents": [{}]}, "invalid_parameter", "'contents[0].parts' is required"),
        (
            {"contents": [{"parts": ["Hi"]}]},
            "invalid_parameter",
            "'contents[0].parts[0]' is \"Hi\", but it must be of type object",
        ),
        ({"system": ["Hi"]}, "invalid_parameter", "'system[0]' is \"Hi\", but it must be of type"),
        (
            {"response_format": {"type": "json_schema"}},
            "invalid_parameter",
            "'response_format.json_schema' or 'response_format.schema' is required",
        ),
        (
            {"response_format": {"type": "json_schema", "json_schema": {}}},
            "invalid_parameter",
            "'response_format.json_schema.schema' or 'response_format.schema' is required",
        ),
        (
            {"response_format": {"type": "json_schema", "schema": {"type": "text"}}},
            "invalid_parameter",
            "'response_format.schema' asks for a reply that cannot be written: it is no JSON",
        ),
    ],
)
def test_what_is_wrong_with_a_conversation_is_told_by_its_place(params, row, sentence):
    """The sentence names the turn, the part in it, and what is missing there."""
    found = find_violation(MODELS["gpt-5.5"], {"prompt": "Hello", **params})
    assert found.row == row
    assert found.message.startswith(f"Parameter {sentence}")


# --- Palettes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "palette",
    [
        {"name": "EMBER"},
        {"members": [{"color_hex": "#0B3954"}]},
        {"members": [{"color_hex": "#0b3954", "color_weight": 0.05}, {"color_hex": "#FFFFFF"}]},
    ],
)
def test_a_palette_is_a_name_or_a_list_of_colours(palette):
    """Both branches of a palette are accepted, each by itself."""
    assert find_violation(MODELS["ideogram-3"], {"prompt": "a", "color_palette": palette}) is None


@pytest.mark.fact("E2")
@pytest.mark.parametrize(
    ("palette", "sentence"),
    [
        ("EMBER", "'color_palette' is \"EMBER\", but it must be of type object"),
        ({}, "'color_palette.name' is required, but it is missing or empty"),
        ({"name": 7}, "'color_palette.name' is 7, but it must be of type string"),
        ({"members": "red"}, "'color_palette.members' is \"red\", but it must be of type array"),
        ({"members": []}, "'color_palette.members' is [], but it must satisfy minItems 1"),
        ({"members": [{}]}, "'color_palette.members[0].color_hex' is required"),
        (
            {"members": [{"color_hex": "red"}]},
            "'color_palette.members[0].color_hex' is \"red\", but it must match ^#",
        ),
        (
            {"members": [{"color_hex": "#000000"}, {"color_hex": "#000000", "color_weight": 2}]},
            "'color_palette.members[1].color_weight' is 2, but it must be from 0.05 to 1.0",
        ),
        ({"name": "EMBER", "members": [{"color_hex": "#000000"}]}, "'color_palette' is {"),
    ],
)
def test_a_broken_palette_is_told_in_the_branch_that_was_meant(palette, sentence):
    """The sentence is about the branch whose fields were sent, and the place in it."""
    assert message(color_palette=palette).startswith(f"Parameter {sentence}")


# --- Schemas of one's own -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "value", "wanted"),
    [
        ({"type": "integer"}, "a", "must be of type integer"),
        ({"type": "integer", "minimum": 3}, 2, "must be at least 3"),
        ({"type": "integer", "maximum": 3}, 4, "must be at most 3"),
        ({"minimum": 3, "maximum": 5}, 6, "must be from 3 to 5"),
        ({"type": "string", "pattern": "^a+$"}, "b", "must match ^a+$"),
        ({"type": "string", "minLength": 2}, "a", "must satisfy minLength 2"),
        ({"type": "string", "maxLength": 2}, "abc", "must satisfy maxLength 2"),
        ({"type": "number", "multipleOf": 2}, 3, "must satisfy multipleOf 2"),
        ({"type": "array", "maxItems": 2}, [1, 2, 3], "must have at most 2 items"),
        ({"type": "array", "maxItems": 0}, [1], "must be empty"),
        ({"const": {"a": 1}}, 3, 'must satisfy const {"a":1}'),
        ({"oneOf": [{"minimum": 1}, {"minimum": 2}]}, 3, "must satisfy oneOf TWO"),
        (
            {"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 3}]},
            2,
            "must be at least 3",
        ),
    ],
)
def test_every_keyword_makes_a_sentence(tmp_path, schema, value, wanted):
    """A keyword of which the gateway's own models make no use is told in its own words."""
    found = find_violation(model_with(tmp_path, extra=schema), {"prompt": "a", "extra": value})
    wanted = wanted.replace("TWO", '{"minimum":1}, {"minimum":2}')
    came = json.dumps(value, separators=(",", ":"))
    sentence = f"Parameter 'extra' is {came}, but it {wanted}."
    assert found == Violation("invalid_parameter", sentence)


@pytest.mark.parametrize(("choices", "told"), [(9, ", 8."), (10, ", 9."), (11, ", 9 and 1 more.")])
def test_of_a_long_set_ten_values_are_shown(tmp_path, choices, told):
    """Up to ten values are listed, and of more than that the rest is counted."""
    model = model_with(tmp_path, extra={"enum": list(range(choices))})
    found = find_violation(model, {"prompt": "a", "extra": -1})
    assert found.row == "value_not_allowed"
    assert found.message.endswith(told)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "number", "multipleOf": 0.1}, 0.1 * 7),
        ({"type": "number", "multipleOf": 0.5, "maximum": 9}, 10**400),
        ({"patternProperties": {r"^\p{Lu}": {"type": "integer"}}}, {"A": "a"}),
        ({"patternProperties": {"^a$": {}}, "additionalProperties": False}, {"a\n": 1}),
    ],
    ids=["tenths", "huge", "class of letters", "newline in a name"],
)
def test_whatever_the_schema_forbids_is_told(tmp_path, schema, value):
    """Where validators differ over a schema of one's own, there is still a sentence."""
    model = model_with(tmp_path, extra=schema)
    assert not model.validator.is_valid({"prompt": "a", "extra": value})
    found = find_violation(model, {"prompt": "a", "extra": value})
    assert found.row == "invalid_parameter"
    assert found.message.startswith("Parameter 'extra")


@pytest.mark.parametrize("twins", [[1, 1.0], [2**53, 2.0**53], [2**63, 2.0**63], [10**30, 1e30]])
@pytest.mark.parametrize("keyword", ["uniqueItems", "const", "enum"])
def test_equal_numbers_are_decided_and_explained_alike(tmp_path, keyword, twins):
    """Whether the validator takes an integer for an equal decimal or not, the answer follows it."""
    number, twin = twins
    schema = {"uniqueItems": True, "const": number, "enum": [number]}
    value = twins if keyword == "uniqueItems" else twin
    model = model_with(tmp_path, extra={keyword: schema[keyword]})
    found = find_violation(model, {"prompt": "a", "extra": value})
    assert (found is None) == model.validator.is_valid({"prompt": "a", "extra": value})
    assert found is None or found.message.startswith("Parameter 'extra' is ")


@pytest.mark.parametrize(
    ("pattern", "value"),
    [("^[a-z]+$", "red\n"), (r"^\p{Lu}+$", "red"), (r"^\d+$", "٣")],
    ids=["newline at the end", "class of letters", "foreign digits"],
)
def test_a_pattern_decides_and_explains_alike(tmp_path, pattern, value):
    """Whatever a pattern refuses is told in a sentence."""
    model = model_with(tmp_path, extra={"type": "string", "pattern": pattern})
    found = find_violation(model, {"prompt": "a", "extra": value})
    assert (found is None) == model.validator.is_valid({"prompt": "a", "extra": value})
    assert found is None or "must match" in found.message


@pytest.mark.fact("E2")
def test_a_newline_after_a_colour_is_told():
    """A colour with a newline at its end is refused like any other that does not match."""
    palette = {"members": [{"color_hex": "#0B3954\n"}]}
    assert "must match" in message(color_palette=palette)


@pytest.mark.parametrize(
    ("params", "row", "words"),
    [
        ({}, "invalid_parameter", "'prompt' is required, but it is missing or empty"),
        ({"prompt": "a", "seed": 1}, "invalid_parameter", "'seed' is 1, but it must be from"),
        ({"prompt": "a", "style_type": "X"}, "value_not_allowed", '"X", but it must be one of'),
    ],
)
def test_a_foreign_pattern_is_in_the_way_of_no_other_sentence(tmp_path, params, row, words):
    """What else is wrong is told in its own words, whoever can read the model's patterns."""
    model = model_with(tmp_path, extra={"type": "string", "pattern": r"^\p{Lu}+$"})
    found = find_violation(model, {"extra": "RED", **params})
    assert found.row == row
    assert words in found.message


# --- What is too wide to be explained in full ----------------------------------------------


WIDE = 90_000


@pytest.mark.fact("E2", "E3")
@pytest.mark.parametrize(
    ("slug", "row", "params", "words"),
    [
        (
            "ideogram-3",
            "invalid_parameter",
            {"style_codes": ["a"] * 9 + [1] * WIDE},
            "style_codes.9'",
        ),
        (
            "ideogram-3",
            "value_not_allowed",
            {"style_type": "X", "unheard_of": [1] * WIDE},
            "style_type'",
        ),
        ("ideogram-3", "invalid_parameter", {"color_palette": [1] * WIDE}, "color_palette'"),
        ("ideogram-3", "invalid_parameter", {"aspect_ratio": {"k": [1] * WIDE}}, "aspect_ratio'"),
        ("gpt-5.5", "invalid_parameter", {"messages": [{"role": "user"}] * WIDE}, "messages.0"),
        ("ideogram-3", "invalid_parameter", {"prompt": None, "x": [1] * WIDE}, "prompt'"),
    ],
)
def test_a_wide_body_is_refused_without_going_through_all_that_is_wrong(
    monkeypatch, slug, row, params, words
):
    """Of very many values the first mistake is told, in the deciding validator's words."""
    monkeypatch.setattr(validation, "find_explanations", None)
    sentence = message(slug, row, **params)
    assert sentence.startswith(f"Parameter '{words}")
    assert " is not allowed: it is " in sentence or "required" in sentence


def test_a_wide_body_that_lacks_a_parameter_is_told_so():
    """Where the place is the whole body, it is the body that is not allowed."""
    found = find_violation(MODELS["ideogram-3"], {"x": [1] * WIDE})
    assert found.message == 'The body is not allowed: "prompt" is a required property.'


def test_a_long_value_or_name_is_repeated_in_part(tmp_path):
    """However long a value is, and a name on the way to it, the sentence stays short."""
    assert message("ideogram-3", "value_not_allowed", resolution="x" * 10**7).startswith(
        f"Parameter 'resolution' is \"{'x' * 79}…, but it must be one of "
    )
    model = model_with(tmp_path, extra={"additionalProperties": {"type": "string"}})
    found = find_violation(model, {"prompt": "a boat", "extra": {"k" * 10**6: 1}})
    assert found.message.startswith("Parameter 'extra.kkk")
    assert len(found.message) < MAX_MESSAGE
