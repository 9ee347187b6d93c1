"""The form of a reply: what is asked for, and why it cannot be had."""

import jsonschema_rs
import pytest

from mockserver.base.errors import UnmetError
from mockserver.base.ids import SeededRandom
from mockserver.schema_samples import response_formats
from mockserver.schema_samples.response_formats import (
    Wanted,
    find_problem,
    find_wanted,
    is_json_object,
    make_document,
)

SCHEMA = {"type": "integer"}


def asking(**form):
    """Return parameters that ask for this form."""
    return {"response_format": form}


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({}, None),
        ({"response_format": "json"}, None),
        (asking(type="text"), None),
        (asking(type="json_object", schema=SCHEMA), None),
        (asking(type="json_schema", schema=SCHEMA), Wanted("response_format.schema", SCHEMA)),
        (
            asking(type="json_schema", json_schema={"schema": SCHEMA}),
            Wanted("response_format.json_schema.schema", SCHEMA),
        ),
    ],
)
def test_a_schema_is_found_in_either_place(params, found):
    """A schema stands under a name, or directly; other forms have none."""
    assert find_wanted(params) == found


def test_any_json_object_is_a_form_of_its_own():
    """json_object asks for an object, without a schema."""
    assert is_json_object(asking(type="json_object"))
    assert not is_json_object(asking(type="json_schema", schema=SCHEMA))


@pytest.mark.fact("O4", "E2")
@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "text"}, "it is no JSON Schema: "),
        ({"type": "integer", "minimum": 2, "maximum": 1}, "no number lies between its bounds."),
        ({"$ref": "https://example.com/schema"}, "it is no JSON Schema: "),
        (False, "it allows nothing."),
        ({"not": {}}, "everything is forbidden."),
        (None, "it is no JSON Schema: "),
        ("true", "it is no JSON Schema: "),
        ([], "it is no JSON Schema: "),
    ],
)
def test_a_schema_that_cannot_be_met_is_told_in_a_sentence(schema, reason):
    """The sentence names the parameter and says why no reply can be written."""
    sentence = find_problem(asking(type="json_schema", schema=schema))
    start = "Parameter 'response_format.schema' asks for a reply that cannot be written: "
    assert sentence.startswith(start + reason)
    assert sentence.endswith(".")
    assert find_problem(asking(type="json_schema", schema=SCHEMA)) is None
    assert find_problem({}) is None


def test_a_document_is_made_whatever_the_draws(monkeypatch):
    """Where a row of draws leads nowhere, those with which the schema was checked are taken."""
    made = response_formats.generate_document
    unlucky = SeededRandom("unlucky")

    def only_checked(schema, draws):
        if draws is unlucky:
            raise UnmetError("no luck")
        return made(schema, draws)

    monkeypatch.setattr(response_formats, "generate_document", only_checked)
    assert jsonschema_rs.is_valid(SCHEMA, make_document(SCHEMA, unlucky))
