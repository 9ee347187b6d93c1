"""Schemas explain what breaks them, and references are resolved once, or refused."""

import json
from pathlib import Path

import pytest

from mockserver.base.errors import ContractError
from mockserver.contract.schemas import DIALECT, Schemas, explain, find_explanations

FILE = Path("some") / "file.json"

COLORS = {
    "$schema": DIALECT,
    "$id": "urn:test:colors",
    "$defs": {
        "color": {"type": "string", "enum": ["red", "blue"]},
        "palette": {"type": "array", "items": {"$ref": "#/$defs/color"}},
        "me": {"$ref": "#/$defs/me"},
        "you": {"$ref": "urn:test:colors#/$defs/me"},
        "tree": {"type": "array", "items": {"$ref": "#/$defs/tree"}},
        "a/b": {"type": "boolean"},
        "either": {"anyOf": [{"type": "integer"}]},
    },
    "x-words": ["no", "schema"],
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"$ref": "#/$defs/color"}},
}


@pytest.fixture
def make_schemas(tmp_path):
    """Make schemas out of documents, one file each."""

    def make(*documents):
        for index, document in enumerate(documents):
            (tmp_path / f"{index}.json").write_text(json.dumps(document))
        return Schemas([tmp_path])

    return make


@pytest.fixture
def schemas(make_schemas):
    """The schema of colours, alone."""
    return make_schemas(COLORS)


def broken(call, *args):
    """Return the contract error that a call ends in."""
    with pytest.raises(ContractError) as refusal:
        call(*args)
    return refusal.value


def ref(pointer):
    """Return a reference into the schema of colours."""
    return {"$ref": f"urn:test:colors#/$defs/{pointer}"}


# --- Loading ------------------------------------------------------------------------------


def test_schemas_are_known_by_their_ids(make_schemas):
    """Every file is known by its `$id`, and ids are listed by what they begin with."""
    others = [{"$schema": DIALECT, "$id": f"urn:test:{name}"} for name in "ba"]
    schemas = make_schemas(COLORS, *others, {"$schema": DIALECT, "$id": "urn:other"})
    assert schemas["urn:test:a"] == others[1]
    assert schemas.find_ids("urn:test:") == ["urn:test:a", "urn:test:b", "urn:test:colors"]
    assert schemas.find_ids("urn:none:") == []


@pytest.mark.parametrize("document", [{}, {"$id": 7}, [], "schema", None])
def test_a_schema_without_an_id_is_refused(make_schemas, tmp_path, document):
    """A file that nothing can refer to is a broken contract."""
    error = broken(make_schemas, document)
    assert (error.file, error.path) == (str(tmp_path / "0.json"), "$['$id']")
    assert "needs an `$id`" in error.reason


@pytest.mark.parametrize(
    ("schema", "path", "reason"),
    [
        ({"type": "text"}, "$.type", "'text' is not valid"),
        ({"properties": {"a": {"minimum": "1"}}}, "$.properties.a.minimum", "'1' is not of type"),
        ({"required": "a"}, "$.required", "'a' is not of type 'array'"),
        ({"$schema": 7}, "$['$schema']", "7 is not of type 'string'"),
    ],
)
def test_what_is_no_schema_is_refused_where_it_breaks(make_schemas, schema, path, reason):
    """A file that is no JSON Schema is told with the place and the reason."""
    error = broken(make_schemas, {"$schema": DIALECT, "$id": "urn:test:a", **schema})
    assert error.path == path
    assert reason in error.reason


def test_a_dialect_that_nobody_can_read_is_refused(make_schemas):
    """Every schema is written in the one dialect that is known here."""
    error = broken(make_schemas, {"$schema": "urn:test:no-dialect", "$id": "urn:test:a"})
    assert (error.path, error.reason) == ("$['$schema']", f"a schema's dialect is {DIALECT}")


def test_an_id_that_is_taken_is_refused(make_schemas, tmp_path):
    """The second schema of an id is a broken contract."""
    error = broken(make_schemas, *[{"$schema": DIALECT, "$id": "urn:test:a"}] * 2)
    assert (error.file, error.path) == (str(tmp_path / "1.json"), "$['$id']")
    assert error.reason == "urn:test:a is taken"


# --- Checking -----------------------------------------------------------------------------


def test_a_document_that_satisfies_its_schema_passes(schemas):
    """A document that is right is checked without a word."""
    assert schemas.check(FILE, {"name": "red"}, "urn:test:colors") is None


@pytest.mark.parametrize(
    ("document", "path", "reason"),
    [
        ({"name": "green"}, "$.name", "'green' is not one of ['red', 'blue']"),
        ({}, "$", "'name' is a required property"),
        ([], "$", "[] is not of type 'object'"),
    ],
)
def test_a_document_that_breaks_its_schema_is_told_where_and_why(schemas, document, path, reason):
    """A broken document is one line: the file, the place in it and the reason."""
    error = broken(schemas.check, FILE, document, "urn:test:colors")
    assert (error.file, error.path, error.reason) == (str(FILE), path, reason)
    assert str(error) == f"{FILE}: {path}: {reason}"


def test_a_schema_may_refer_to_any_other(make_schemas):
    """References across files hold when a document is checked, and when it is explained."""
    schemas = make_schemas(COLORS, {"$schema": DIALECT, "$id": "urn:test:a", **ref("color")})
    assert schemas.compile(ref("palette")).is_valid(["red"])
    assert not schemas.compile(ref("palette")).is_valid(["green"])
    assert broken(schemas.check, FILE, "green", "urn:test:a").reason.startswith("'green'")


def test_a_newline_at_the_end_is_no_part_of_a_pattern(make_schemas):
    """A text that only a newline keeps from matching is told like any other."""
    schemas = make_schemas({"$schema": DIALECT, "$id": "urn:test:a", "pattern": "^[a-z]+$"})
    assert broken(schemas.check, FILE, "red\n", "urn:test:a").path == "$"


# --- Resolving ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "resolved"),
    [
        ({"type": "string"}, {"type": "string"}),
        (ref("color"), COLORS["$defs"]["color"]),
        (ref("palette"), {"type": "array", "items": COLORS["$defs"]["color"]}),
        ({"anyOf": [ref("color"), True]}, {"anyOf": [COLORS["$defs"]["color"], True]}),
        ({**ref("color"), "default": "red"}, {**COLORS["$defs"]["color"], "default": "red"}),
        ({**ref("color"), "enum": ["red"]}, {"type": "string", "enum": ["red"]}),
    ],
)
def test_references_are_replaced_by_what_they_name(schemas, schema, resolved):
    """A resolved schema has no references left; what stands beside one outweighs it."""
    assert schemas.resolve(FILE, schema) == resolved


def test_a_whole_schema_can_be_named(make_schemas):
    """A reference without a pointer means all of a document, its own references resolved."""
    document = {
        "$id": "urn:test:a",
        "$defs": {"b": {"type": "null"}},
        "items": {"$ref": "#/$defs/b"},
    }
    resolved = make_schemas(document).resolve(FILE, {"not": {"$ref": "urn:test:a"}})
    assert resolved["not"] == {**document, "items": {"type": "null"}}


def test_a_reference_without_a_document_is_to_the_schema_itself(schemas):
    """`#/…` is looked up in the document that it stands in."""
    schema = {"$defs": {"a": {"type": "null"}}, "items": {"$ref": "#/$defs/a"}}
    assert schemas.resolve(FILE, schema)["items"] == {"type": "null"}


def test_resolving_leaves_the_schema_as_it_was(schemas):
    """The document given is not changed."""
    schema = {"items": {**ref("color"), "default": "red"}}
    before = json.dumps(schema)
    schemas.resolve(FILE, schema)
    assert json.dumps(schema) == before


@pytest.mark.parametrize("pointer", ["me", "you", "tree"])
def test_a_reference_that_leads_back_to_itself_is_refused(schemas, pointer):
    """A circle of references, however long, is a broken contract."""
    error = broken(schemas.resolve, FILE, {"items": ref(pointer)})
    assert (error.file, error.path) == (str(FILE), "$ref")
    assert error.reason.endswith("refers to itself")


@pytest.mark.parametrize(
    "reference",
    ["urn:test:none", "urn:test:colors#/$defs/none", "urn:test:colors#/x-words", "#/none/a"],
)
def test_a_reference_to_nothing_is_refused(schemas, reference):
    """A reference that names no schema is told by its name."""
    error = broken(schemas.resolve, FILE, {"items": {"$ref": reference}})
    assert error.reason == f"{reference} names no schema"


def test_the_same_pointer_in_another_document_is_no_circle(make_schemas):
    """`#/$defs/color` here and `#/$defs/color` there are two references."""
    schemas = make_schemas(
        {
            "$schema": DIALECT,
            "$id": "urn:test:hues",
            "$defs": {"hue": {"$ref": "#/$defs/color"}, "color": {"type": "string"}},
        }
    )
    schema = {
        "$defs": {"color": {"$ref": "urn:test:hues#/$defs/hue"}},
        "items": {"$ref": "#/$defs/color"},
    }
    assert schemas.resolve(FILE, schema)["items"] == {"type": "string"}


@pytest.mark.parametrize(("pointer", "type_"), [("a~1b", "boolean"), ("either/anyOf/0", "integer")])
def test_pointers_may_be_escaped_and_count_items(schemas, pointer, type_):
    """A JSON pointer reaches names with slashes, as `~1`, and items of arrays, by number."""
    assert schemas.resolve(FILE, {"items": ref(pointer)})["items"] == {"type": type_}


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"patternProperties": {"^(a+)+$": {}}, "minProperties": 9}, "does not have enough"),
        ({"patternProperties": {"^(a+)+$": {}}, "additionalProperties": False}, "unexpected"),
        ({"patternProperties": {"^(a+)+!?$": {"type": "null"}}}, "is not of type 'null'"),
        ({"propertyNames": {"pattern": "^(a+)+$"}}, "does not match"),
        ({"patternProperties": {"^(a+)+$": {}}, "unevaluatedProperties": False}, "nevaluated"),
        (
            {"allOf": [{"patternProperties": {"^(a+)+$": {}}}], "unevaluatedProperties": False},
            "not",
        ),
    ],
)
def test_no_name_is_matched_for_ever_to_explain_what_is_wrong(schema, reason):
    """A model's own patterns meet whatever a client sends, by the engine that decides as well."""
    _, words = explain({"a" * 40 + "!": 1}, schema)
    assert reason in words


@pytest.mark.parametrize(
    ("schema", "came"),
    [
        ({"const": "FAILED"}, "EXPIRED"),
        ({"enum": ["FAILED", "STALLED"]}, "EXPIRED"),
        ({"type": "integer"}, "503"),
        ({"pattern": "^(json|html)$"}, "xml"),
        ({"maximum": 599}, 5030),
        ({"maxItems": 1}, [1, 2]),
    ],
)
def test_a_reason_says_what_came(schema, came):
    """Whatever the keyword that was broken."""
    assert repr(came) in explain({"it": came}, {"properties": {"it": schema}})[1]


def test_what_is_additional_is_neither_named_nor_matched():
    """A name that a pattern is about is no additional one, and is checked by it."""
    schema = {
        "properties": {"a": {}},
        "patternProperties": {"^x": {"type": "integer"}},
        "additionalProperties": {"type": "string"},
    }
    assert not find_explanations({"a": None, "x": 1, "b": "c"}, schema)
    errors = find_explanations({"x1": "d", "b": 2}, schema)
    assert sorted(error.json_path for error in errors) == ["$.b", "$.x1"]
    assert not find_explanations("no object", schema)
