"""OpenAPI documents as sources of contracts."""

import pytest

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.contract.openapi import render_openapi
from mockserver.importing.errors import SourceError
from mockserver.importing.openapi_documents import parse_openapi
from mockserver.tests.models import without_uris

BODY = {"type": "object", "properties": {"prompt": {"type": "string"}}, "required": ["prompt"]}


def make(path="/v1/tiny", schema=BODY, version="3.1.0", media=None, **operation):
    """Return a document with one path."""
    content = {"application/json": {"schema": schema, **(media or {})}}
    return {
        "openapi": version,
        "paths": {path: {"post": {"requestBody": {"content": content}, **operation}}},
        "components": {"schemas": {"Tiny": BODY}},
    }


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize(
    "path", ["/v1/tiny", "/v2/tiny", "/api/models/tiny", "/tiny/", "/gateway/v1/tiny"]
)
def test_a_path_is_a_model(path, version):
    """`/v1/SLUG` and `/v2/SLUG`, or else the last part of a path that takes an object."""
    (draft,) = parse_openapi(make(path, {"$ref": "#/components/schemas/Tiny"}, version))
    assert draft.slug == "tiny"
    assert draft.schema == BODY


def test_our_own_document_imports_to_the_same_parameters():
    """Every model: its whole schema, but for the format of URIs, which the document leaves out."""
    catalogue = load_shipped_catalogue()
    drafts = {draft.slug: draft for draft in parse_openapi(render_openapi(catalogue))}
    assert drafts.keys() == catalogue.models.keys()
    for slug, model in catalogue.models.items():
        for name, schema in model.properties.items():
            assert drafts[slug].properties[name] == without_uris(schema)
        assert drafts[slug].schema.get("required") == model.schema.get("required")
        assert drafts[slug].schema.get("anyOf") == model.schema.get("anyOf")
        assert drafts[slug].v1_returns in {None, model.terms.v1_returns}


@pytest.mark.parametrize(
    ("media", "v1_returns"),
    [
        ({"image/png": {}, "image/webp": {}}, "image"),
        ({"image/png": {}, "application/json": {}}, None),
        ({"video/mp4": {}}, "video"),
        ({"application/json": {}}, "json"),
        ({}, None),
    ],
)
def test_what_v1_returns_is_the_media_type_of_its_success(media, v1_returns):
    """Several say nothing, and that of v2 does not either."""
    responses = {"200": {"content": media}}
    assert parse_openapi(make(responses=responses))[0].v1_returns == v1_returns
    assert parse_openapi(make("/v2/tiny", responses=responses))[0].v1_returns is None


@pytest.mark.parametrize(
    ("changes", "samples"),
    [
        ({"media": {"examples": {"a": {"value": {"prompt": "x"}}}}}, [{"prompt": "x"}]),
        ({"media": {"example": {"prompt": "x"}}}, [{"prompt": "x"}]),
        ({"schema": {**BODY, "example": {"prompt": "x"}}}, [{"prompt": "x"}]),
        ({"schema": {**BODY, "examples": [{"prompt": "x"}, 5]}}, [{"prompt": "x"}]),
        ({"media": {"example": "text"}}, []),
    ],
)
def test_examples_are_samples(changes, samples):
    """Of the media type, and of the schema."""
    (draft,) = parse_openapi(make(**changes))
    assert draft.samples == samples
    assert draft.schema == BODY


def test_title_and_description_are_the_first_words():
    """Of the schema, or of the operation."""
    (draft,) = parse_openapi(make(summary="Tiny", description="Paints.\n\nMore"))
    assert (draft.title, draft.description) == ("Tiny", "Paints.")
    (draft,) = parse_openapi(make(schema={**BODY, "title": "T", "description": "D"}))
    assert (draft.title, draft.description) == ("T", "D")


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (make(version="2.0"), "$.openapi: '2.0' came; version 3.0 or 3.1 was expected"),
        ({"openapi": None}, "$.openapi: None came"),
        ({"openapi": "3.1.0"}, "$.paths: an object with paths was expected"),
        ({"openapi": "3.1.0", "paths": {"/v1/a": 5}}, "there is no POST that takes a JSON object"),
        (make("/v1/{slug}"), "there is no POST that takes a JSON object"),
        (make(schema={"type": "string"}), "there is no POST that takes a JSON object"),
        (make(schema={"$ref": "#/x"}), "$ref '#/x' names nothing in the document"),
        (make(schema={**BODY, "properties": {"a": {"type": "x"}}}), "$.paths['/v1/tiny'].post"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused_with_its_key(document, words):
    """One line: the key, what came, what was expected."""
    with pytest.raises(SourceError) as caught:
        parse_openapi(document)
    assert words in str(caught.value)
