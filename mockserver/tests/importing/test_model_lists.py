"""Answers of the vendor's model list."""

import pytest

from mockserver.importing.errors import SourceError
from mockserver.importing.model_lists import ENVELOPE, parse_model_list
from mockserver.tests.conftest import Client

ROW = {
    "slug": "tiny",
    "title": "Tiny",
    "type": "text-to-image",
    "description": "Paints.",
    "parameters": {"type": "object", "required": [], "properties": {"prompt": {"type": "string"}}},
}


CONTRACTS_ONLY = {"$schema", "$id", "title", "description", "x-model", "examples"}


def parse(**changes):
    """Read a list of one row, with changes."""
    return parse_model_list({ENVELOPE: [ROW | changes]})


def test_a_row_is_a_model():
    """Its parameters are a JSON Schema, taken as it stands."""
    (draft,) = parse()
    assert (draft.slug, draft.title, draft.task) == ("tiny", "Tiny", "text-to-image")
    assert draft.schema == {"type": "object", "properties": {"prompt": {"type": "string"}}}
    assert draft.is_whole


def test_our_own_list_imports_to_the_same_parameters():
    """Every model that is listed: names, schemas and what is required."""
    client = Client()
    document = client.get("/inference-model-information/list").json
    drafts = {draft.slug: draft for draft in parse_model_list(document)}
    models = {
        slug: model
        for slug, model in client.emulator.catalogue.models.items()
        if not model.terms.retired
    }
    assert drafts.keys() == models.keys()
    for slug, model in models.items():
        told = {key: value for key, value in model.schema.items() if key in drafts[slug].schema}
        assert drafts[slug].schema == {**told, "type": "object"}
        assert model.schema.keys() - told.keys() <= CONTRACTS_ONLY
        assert drafts[slug].task == model.terms.task


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], f"$['{ENVELOPE}']: a list of models was expected, not a list"),
        (None, "not nothing"),
        ([5], "[0]: an object was expected, not 5"),
        ([ROW, {**ROW, "slug": None}], "[1].slug: '' is no slug"),
        ([{**ROW, "slug": "../x"}], "[0].slug: '../x' is no slug"),
        ([{**ROW, "title": 5}], "[0].title: a text was expected, not 5"),
        ([{**ROW, "parameters": "x"}], "[0].parameters: a JSON Schema of an object was expected"),
        ([{**ROW, "parameters": {"type": "array"}}], "[0].parameters: a JSON Schema with"),
        ([{**ROW, "parameters": {"properties": []}}], "[0].parameters: a JSON Schema with"),
        ([{**ROW, "parameters": {"properties": {"a": {"type": "x"}}}}], "it is no JSON Schema"),
    ],
)
def test_a_broken_list_is_refused_with_its_key(rows, words):
    """One line: the key, what came, what was expected."""
    with pytest.raises(SourceError) as caught:
        parse_model_list({ENVELOPE: rows})
    assert words in str(caught.value)
