"""A document is made for any schema that can be satisfied, and a reason given for any other."""

import inspect
import json
import subprocess
import sys
from unittest.mock import Mock

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.base.errors import UnmetError
from mockserver.base.ids import SeededRandom
from mockserver.schema_samples import checks
from mockserver.schema_samples.budgets import CHARACTERS_A_UNIT, MOST_WORK, Budget
from mockserver.schema_samples.generator import generate_document
from mockserver.tests.hostile_schemas import HOSTILE, LONG_TEXT

names = st.sampled_from(["name", "age", "tags", "next", "price", "a/b", "c~d", "e f"])
counts = st.integers(0, 4)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text("abc", max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2),
    max_leaves=4,
)


def bounded(draw, low, high, size=counts):
    """Draw two bounds, either of which may be left out, that leave room between them."""
    least, room = draw(size), draw(size)
    bounds = {low: least, high: least + room}
    return {key: bounds[key] for key in draw(st.sets(st.sampled_from([low, high])))}


@st.composite
def texts(draw):
    """Make schemas of strings."""
    kind = draw(st.sampled_from(["length", "format", "pattern"]))
    if kind == "length":
        return {"type": "string", **bounded(draw, "minLength", "maxLength")}
    if kind == "format":
        forms = ["date-time", "date", "time", "email", "uri", "uuid", "ipv4", "ipv6", "hostname"]
        return {"type": "string", "format": draw(st.sampled_from(forms))}
    patterns = [
        "^[a-z]+$",
        "^[A-Z]{2}-\\d{3,}$",
        "^(foo|bar)?$",
        "^\\w+@\\w+\\.org$",
        "x",
        "^[^a]b*$",
    ]
    return {"type": "string", "pattern": draw(st.sampled_from(patterns))}


@st.composite
def numbers(draw):
    """Make schemas of numbers, with room between the bounds for a multiple."""
    schema = {"type": draw(st.sampled_from(["integer", "number"]))}
    step = draw(st.sampled_from([None, 1, 3, 0.5, 0.1]))
    if step is not None:
        schema["multipleOf"] = step
    low = draw(st.integers(-50, 50))
    if draw(st.booleans()):
        schema[draw(st.sampled_from(["minimum", "exclusiveMinimum"]))] = low
    if draw(st.booleans()):
        schema[draw(st.sampled_from(["maximum", "exclusiveMaximum"]))] = low + 7
    return schema


@st.composite
def arrays(draw, inner):
    """Make schemas of lists."""
    schema = {"type": "array", "items": draw(inner), **bounded(draw, "minItems", "maxItems")}
    kind = draw(st.sampled_from(["plain", "prefix", "unique", "contains"]))
    if kind == "prefix":
        schema["prefixItems"] = draw(st.lists(inner, min_size=1, max_size=2))
    if kind == "unique":
        schema |= {"items": {"type": "integer"}, "uniqueItems": True}
    if kind == "contains":
        schema.pop("maxItems", None)
        schema |= {"contains": schema["items"], "minContains": draw(st.integers(0, 2))}
    return schema


@st.composite
def objects(draw, inner):
    """Make schemas of objects."""
    properties = draw(st.dictionaries(names, inner, max_size=3))
    schema = {"type": "object", "properties": properties}
    known = sorted(properties)
    if known:
        schema["required"] = draw(st.lists(st.sampled_from(known), unique=True))
        schema["dependentRequired"] = {known[0]: [known[-1]]}
    extra = draw(st.sampled_from(["open", "closed", "typed", "more", "named"]))
    if extra == "closed":
        schema["additionalProperties"] = False
    if extra == "typed":
        schema |= {"additionalProperties": draw(inner), "required": [*known[:1], "zzz"]}
    if extra == "more":
        schema["minProperties"] = len(known) + 1
    if extra == "named":
        schema |= {"patternProperties": {"^x_": {"type": "boolean"}}, "required": ["x_1"]}
    return schema


def combined(inner):
    """Make schemas that hold others."""
    return st.one_of(
        arrays(inner),
        objects(inner),
        st.lists(inner, min_size=1, max_size=3).map(lambda each: {"anyOf": each}),
        inner.map(lambda each: {"anyOf": [False, each]}),
        inner.map(lambda each: {"allOf": [each, {}, True, each]}),
        inner.map(lambda each: {"oneOf": [{"const": "never"}, {"allOf": [each]}]}),
        inner.map(lambda each: {"if": {"const": 1}, "then": {"type": "integer"}, "else": each}),
        inner.map(lambda each: {"not": {"const": "never"}, **each}),
    )


simple = st.one_of(
    texts(),
    numbers(),
    st.just({}),
    st.just({"type": "boolean"}),
    st.just({"type": ["integer", "null"], "minimum": 3}),
    json_values.map(lambda value: {"const": value}),
    st.lists(json_values, min_size=1, max_size=3).map(lambda values: {"enum": values}),
    st.just({"$ref": "#/$defs/tree"}),
    st.just({"$ref": "#/$defs/chain"}),
)
TREE = {
    "type": "object",
    "required": ["kids", "next"],
    "properties": {
        "kids": {"type": "array", "items": {"$ref": "#/$defs/tree"}},
        "next": {"anyOf": [{"$ref": "#/$defs/tree"}, {"type": "null"}]},
    },
}
CHAIN = {
    "oneOf": [{"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/chain"}}, {"const": 0}]
}
DEFINITIONS = {"tree": TREE, "chain": CHAIN}
schemas = st.recursive(simple, combined, max_leaves=6).map(lambda s: {**s, "$defs": DEFINITIONS})


def is_valid(schema, document):
    """Tell what the deciding validator says, formats included."""
    return jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(document)


@pytest.mark.no_cover
@pytest.mark.fact("O4")
@given(schemas, st.integers(0, 9))
def test_what_can_be_satisfied_is_satisfied(schema, seed):
    """For any schema made of these keywords there is a document, and it is valid."""
    assert is_valid(schema, generate_document(schema, SeededRandom(seed)))


@settings(max_examples=60)
@given(schemas, st.integers(0, 9))
def test_the_same_draws_give_the_same_document(schema, seed):
    """A document depends on its schema and the draws alone."""
    assert generate_document(schema, SeededRandom(seed)) == generate_document(
        schema, SeededRandom(seed)
    )


def test_another_process_makes_the_same_document():
    """No order of a set, which is another in every process, decides anything."""
    script = (
        "from mockserver.base.ids import SeededRandom;"
        "from mockserver.schema_samples.generator import generate_document;"
        "print(generate_document({'type': 'string', 'pattern': '[^a-q]{4}\\W.'}, SeededRandom(3)),"
        "generate_document({'type': ['null', 'integer'], 'enum': [1, 'b', None]}, SeededRandom(3)))"
    )
    printed = {
        subprocess.check_output([sys.executable, "-c", script], env={"PYTHONHASHSEED": seed})
        for seed in ("1", "2")
    }
    assert len(printed) == 1


SPECIAL = {
    "closed record": {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": ["integer", "null"]}},
        "required": ["a", "b"],
        "additionalProperties": False,
    },
    "merged bounds": {"allOf": [{"type": "integer", "minimum": 5}, {"maximum": 5}]},
    "merged steps": {
        "allOf": [{"multipleOf": 4}, {"multipleOf": 6}],
        "type": "integer",
        "minimum": 1,
    },
    "merged types": {"type": ["string", "integer"], "allOf": [{"type": ["number", "null"]}]},
    "merged sets": {"enum": [1, True, "a"], "allOf": [{"enum": ["a", 1]}, {"type": "integer"}]},
    "merged patterns": {"type": "string", "allOf": [{"pattern": "^a"}, {"pattern": "z$"}]},
    "merged records": {
        "allOf": [
            {"properties": {"a": {"type": "integer"}}, "required": ["a"]},
            {"properties": {"a": {"minimum": 7}, "b": {"const": 1}}, "required": ["b"]},
        ],
        "type": "object",
    },
    "merged lists": {
        "type": "array",
        "minItems": 3,
        "prefixItems": [{"type": "integer"}],
        "allOf": [{"prefixItems": [{"minimum": 5}, {"const": "b"}], "items": {"type": "null"}}],
    },
    "a set of records": {"enum": [{"a": 1}, {"b": 2}], "required": ["b"]},
    "a name that needs another": {
        "type": "object",
        "properties": {"card": {"type": "string"}},
        "required": ["card"],
        "dependentRequired": {"card": ["street"]},
        "dependentSchemas": {"card": {"required": ["zip"], "properties": {"zip": {"const": 1}}}},
    },
    "names of a form": {
        "type": "object",
        "minProperties": 3,
        "propertyNames": {"pattern": "^x_[a-z]+$"},
        "additionalProperties": {"type": "integer"},
    },
    "names by pattern alone": {
        "type": "object",
        "minProperties": 2,
        "patternProperties": {"^k[0-9]{3}$": {"type": "boolean"}},
        "additionalProperties": False,
    },
    "few properties": {
        "type": "object",
        "maxProperties": 1,
        "required": ["b"],
        "properties": {"a": {}, "b": {}, "c": {}},
    },
    "a forbidden property": {"type": "object", "not": {"required": ["a"]}, "properties": {"a": {}}},
    "what it is not": {"not": {"type": ["string", "number", "object"]}},
    "not this value": {"type": "boolean", "not": {"const": True}},
    "a condition": {
        "type": "object",
        "properties": {"kind": {"enum": ["a", "b"]}},
        "required": ["kind"],
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"required": ["x"]},
        "else": {"required": ["y"]},
    },
    "tagged alternatives": {
        "oneOf": [
            {
                "properties": {"kind": {"const": kind}, kind: {"type": "integer"}},
                "required": ["kind", kind],
            }
            for kind in ("cat", "dog")
        ],
        "type": "object",
    },
    "nothing beside": {
        "allOf": [{"properties": {"a": {"const": 1}}, "required": ["a"]}],
        "unevaluatedProperties": False,
        "type": "object",
    },
    "two of a kind": {"type": "array", "contains": {"const": 7}, "minContains": 2, "maxItems": 3},
    "a fixed row": {
        "type": "array",
        "prefixItems": [{"const": 1}, {"const": 2}],
        "items": False,
        "minItems": 2,
    },
    "a full set": {
        "type": "array",
        "uniqueItems": True,
        "minItems": 12,
        "items": {"enum": [*range(12)]},
    },
    "a password": {"type": "string", "pattern": "^(?=.*[A-Z])(?=.*\\d).{8,12}$"},
    "letters of any script": {"type": "string", "pattern": "^\\p{Lu}[\\p{L}]+$", "minLength": 5},
    "a named group": {"type": "string", "pattern": "^(?<y>\\d{4})-\\d{2}$"},
    "a long word": {"type": "string", "pattern": "^(ab)+$", "minLength": 30, "maxLength": 31},
    "a short address": {"type": "string", "format": "email", "maxLength": 8},
    "a long host": {"type": "string", "format": "hostname", "minLength": 120},
    "a link of a form": {
        "type": "string",
        "format": "uri",
        "pattern": "^https://shop\\.test/[a-z]+$",
    },
    "a format against a pattern": {"type": "string", "format": "email", "pattern": "^x+$"},
    "an unheard-of format": {"type": "string", "format": "poem"},
    "a narrow gap": {"type": "number", "exclusiveMinimum": 0.1, "exclusiveMaximum": 0.2},
    "a point": {"type": "number", "minimum": 0.25, "maximum": 0.25},
    "below zero": {"type": "number", "maximum": -3},
    "tenths": {"type": "number", "multipleOf": 0.1, "minimum": 0.3, "maximum": 0.7},
    "by its keywords": {"minimum": 3},
    "an anchor": {"$defs": {"a": {"$anchor": "here", "type": "null"}}, "$ref": "#here"},
    "a spelled pointer": {"$defs": {"a/b~c": {"const": 4}}, "$ref": "#/$defs/a~1b~0c"},
    "draft 7": {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": {"n": {"type": "integer", "minimum": 3}},
        "type": "array",
        "items": [{"$ref": "#/definitions/n"}],
        "minItems": 1,
    },
    "itself, some day": {
        "type": "object",
        "properties": {"child": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}},
        "required": ["child"],
    },
    "any JSON": {
        "$defs": {
            "json": {
                "anyOf": [
                    {"type": "array", "items": {"$ref": "#/$defs/json"}, "minItems": 2},
                    {
                        "type": "object",
                        "additionalProperties": {"$ref": "#/$defs/json"},
                        "minProperties": 2,
                    },
                    {"type": "string"},
                ]
            }
        },
        "$ref": "#/$defs/json",
    },
}


@pytest.mark.fact("O4")
@pytest.mark.parametrize("name", SPECIAL)
def test_every_keyword_has_a_document(name):
    """Whatever the draws, a document comes out that the schema allows."""
    for seed in range(12):
        document = generate_document(SPECIAL[name], SeededRandom(seed))
        assert jsonschema_rs.is_valid(SPECIAL[name], document), document


def test_a_record_shows_all_of_its_fields():
    """Properties that may be left out are there as well: who reads the reply sees each."""
    schema = {"type": "object", "properties": {"a": {}, "b": {}, "c": False}}
    assert generate_document(schema, SeededRandom(1)).keys() == {"a", "b"}


UNMET = {
    "no type": ({"type": "text"}, "it is no JSON Schema"),
    "a number": (7, "it is no JSON Schema"),
    "a far reference": ({"$ref": "http://example.com/s"}, "it is no JSON Schema"),
    "a reference to nothing": ({"$ref": "#/nothing"}, "it is no JSON Schema"),
    "a broken pattern": ({"pattern": "("}, "it is no JSON Schema"),
    "nothing": (False, "it allows nothing"),
    "everything but": ({"not": {}}, "everything is forbidden"),
    "no type left": ({"type": "string", "not": {"type": "string"}}, "of no type at all"),
    "two types": (
        {"type": "string", "allOf": [{"type": "null"}]},
        "must be string and null at once",
    ),
    "an empty set": ({"enum": ["a"], "const": "b"}, "of the values that it names, none is left"),
    "a value of another type": (
        {"enum": ["a"], "type": "null"},
        "none of the values that it names",
    ),
    "crossed bounds": ({"type": "integer", "minimum": 5, "maximum": 4}, "no number lies between"),
    "an open point": ({"type": "number", "minimum": 5, "exclusiveMaximum": 5}, "no number lies"),
    "crossed lengths": (
        {"type": "string", "minLength": 3, "maxLength": 2},
        "no text has 3 or more",
    ),
    "a book": ({"type": "string", "minLength": 10**9}, "a text of 1000000000 characters"),
    "an endless list": ({"type": "array", "minItems": 10**9}, "a list of 1000000000 items"),
    "crossed counts": ({"type": "array", "minItems": 3, "maxItems": 2}, "no list has 3 or more"),
    "a short row": (
        {"type": "array", "minItems": 3, "prefixItems": [{}], "items": False},
        "no list",
    ),
    "three truths": (
        {"type": "array", "items": {"type": "boolean"}, "uniqueItems": True, "minItems": 3},
        "not enough different items",
    ),
    "too many fields": (
        {"type": "object", "required": ["a", "b"], "maxProperties": 1},
        "it has 2 properties that must be",
    ),
    "a field that cannot be": (
        {
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"type": "array", "items": False, "minItems": 1}},
        },
        "a: no list has 1 or more items",
    ),
    "a deep field that cannot be": (
        {
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"type": "object", "required": ["b"], "properties": {"b": False}}},
        },
        "a.b: it allows nothing",
    ),
    "a name that cannot be": (
        {"type": "object", "required": ["a"], "propertyNames": {"const": "b"}},
        "a property may not be called a",
    ),
    "no room for names": (
        {"type": "object", "minProperties": 1, "additionalProperties": False},
        "more properties than it allows",
    ),
    "one name for two": (
        {"type": "object", "minProperties": 2, "propertyNames": {"const": "b"}},
        "no names were found for 2 properties",
    ),
    "no end": ({"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}, "no end"),
    "no text of the pattern": ({"type": "string", "pattern": "^a{5}$", "maxLength": 3}, "a{5}"),
    "two of two": ({"oneOf": [{}, {}]}, "satisfies what it must not"),
    "a deep well": (
        {
            "$defs": {
                str(i): {
                    "type": "object",
                    "required": ["x"],
                    "properties": {"x": {"$ref": f"#/$defs/{i + 1}"}},
                }
                for i in range(80)
            }
            | {"80": {"type": "null"}},
            "$ref": "#/$defs/0",
        },
        "levels deep",
    ),
}


@pytest.mark.fact("O4")
@pytest.mark.parametrize("name", UNMET)
def test_what_cannot_be_satisfied_is_told_why(name):
    """A schema that nothing satisfies, or that is none, has a reason, and it comes soon."""
    schema, words = UNMET[name]
    with pytest.raises(UnmetError) as unmet:
        generate_document(schema, SeededRandom(1))
    assert words in str(unmet.value)


class CountedDraws(SeededRandom):
    """Draws that tell how many there were."""

    count = 0

    def draw_integer(self, low, high):
        """Draw, and count it."""
        self.count += 1
        return super().draw_integer(low, high)


@pytest.mark.fact("O4")
@pytest.mark.parametrize("name", HOSTILE)
def test_no_schema_is_worth_more_than_so_much_work(monkeypatch, name):
    """A document or a reason comes after as many draws, compilations and characters as are paid."""
    lent = MOST_WORK // 5
    compiled = Mock(side_effect=jsonschema_rs.validator_for)
    monkeypatch.setattr(checks.jsonschema_rs, "validator_for", compiled)
    draws = CountedDraws(1)
    try:
        written = json.dumps(generate_document(HOSTILE[name], draws, Budget(lent)))
    except UnmetError as error:
        written = str(error)
        assert len(written) < 400
    assert draws.count <= lent // 4
    assert compiled.call_count <= lent // 40
    assert len(written) <= 2 * lent * CHARACTERS_A_UNIT


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "array", "minItems": 1_000, "items": LONG_TEXT}, "for `minLength`"),
        ({"type": "array", "minItems": 900, "items": {"const": "x" * 10_000}}, "for `enum`"),
        ({"pattern": "^(?=.*b)[ab]*$", **LONG_TEXT}, "for validation"),
    ],
)
def test_what_takes_too_much_work_is_told_with_what_it_was_for(schema, words):
    """The reason says how much work there is, and which keyword most of it went into."""
    with pytest.raises(UnmetError) as unmet:
        generate_document(schema, SeededRandom(1))
    assert f"the {MOST_WORK} units of work" in str(unmet.value)
    assert words in str(unmet.value)


def test_less_work_is_done_if_less_is_allowed():
    """Whoever asks for a document may lend a budget of their own, and sees what it took."""
    schema = {"type": "array", "minItems": 50, "items": {"type": "integer"}}
    budget = Budget()
    assert generate_document(schema, SeededRandom(1), budget) == generate_document(
        schema, SeededRandom(1)
    )
    with pytest.raises(UnmetError, match="units of work"):
        generate_document(schema, SeededRandom(1), Budget(budget.spent - 1))


def test_more_levels_than_python_can_follow_are_told():
    """A schema is refused in a sentence, however deep the caller already is."""

    def called_from(depth):
        return (
            generate_document(SPECIAL["any JSON"], SeededRandom(1))
            if not depth
            else called_from(depth - 1)
        )

    with pytest.raises(UnmetError, match="nested too deep"):
        called_from(sys.getrecursionlimit() - 60 - len(inspect.stack(0)))


keywords = st.sampled_from(
    ["$ref", "$dynamicRef", "$recursiveRef", "$defs", "definitions", "$anchor", "$id", "$schema",
     "type", "const", "enum", "properties", "patternProperties", "additionalProperties", "required",
     "propertyNames", "unevaluatedProperties", "dependencies", "dependentSchemas", "items",
     "dependentRequired", "prefixItems", "additionalItems", "unevaluatedItems", "contains",
     "minContains", "minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "minimum",
     "exclusiveMinimum", "multipleOf", "pattern", "format", "allOf", "anyOf", "oneOf", "not", "if",
     "then", "minProperties", "maxProperties"]
)  # fmt: skip
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.sampled_from([-1, 0, 1, 2.0, 1e300, "#", "#/a", "#/$defs/a", "string", "object", "[a", ""])
    | st.sampled_from(["array", "^a", "date", "http://json-schema.org/draft-04/schema#"])
    | st.sampled_from(["http://json-schema.org/draft-07/schema#", "true", "{}"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(keywords | st.sampled_from(["a", "b"]), inner, max_size=4)
    ),
    max_leaves=15,
)


@settings(max_examples=150)
@given(st.dictionaries(keywords, anything, max_size=4) | anything)
def test_whatever_stands_for_a_schema_is_satisfied_or_told_why(schema):
    """Keywords of any draft, holding anything, raise nothing but a reason."""
    try:
        document = generate_document(schema, SeededRandom(1))
    except UnmetError:
        return
    assert jsonschema_rs.is_valid(schema, document)
