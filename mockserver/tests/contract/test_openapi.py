"""The OpenAPI document is valid, whole, and shows only what is true."""

import json

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.openapi import encode_openapi, render_openapi
from mockserver.contract.routing import find
from mockserver.tests.models import TELLING, WHOLE, without_uris
from mockserver.tests.tables import for_each

CATALOGUE = Catalogue()
MODELS = CATALOGUE.models
DOCUMENT = render_openapi(CATALOGUE)


def inline_responses(document, operation):
    """Return an operation in which the responses that many share stand themselves."""
    shared = document["components"]["responses"]
    responses = {
        status: shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        for status, answer in operation["responses"].items()
    }
    return {**operation, "responses": responses}


OPERATIONS = {
    operation["operationId"]: (path, method, inline_responses(DOCUMENT, operation))
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}

OTHERS = MODELS.keys() - {*WHOLE, *TELLING}
SHOWN = OPERATIONS.keys() - {f"{run}-{slug}" for run in ("sync", "submit") for slug in OTHERS}

every_operation = for_each("name", sorted(SHOWN))
RESULTS = {"image-result", "video-result", "audio-result", "mesh-result", "text-result"}
MEDIA_TYPES = {
    "image": {"image/png", "image/jpeg", "image/webp", "image/gif"},
    "video": {"video/mp4"},
    "audio": {"audio/wav"},
    "3d": {"model/gltf-binary", "model/obj", "model/stl", "application/octet-stream"},
    "embedding": set(),
    "text": set(),
}
JSON_BODIES = {
    "image": "v1-image-result",
    "video": "v1-media-result",
    "audio": "v1-media-result",
    "3d": "v1-media-result",
    "text": "v1-text-result",
    "transcription": "transcription",
    "openai": "openai-completion",
    "anthropic": "anthropic-message",
    "gemini": "gemini-response",
}

every_model = for_each("slug", [*WHOLE, *TELLING])


def contents(operation):
    """Yield each status, media type and content with which an operation can answer."""
    for status, answer in operation["responses"].items():
        for media, content in answer["content"].items():
            yield int(status), media, content


def validator_of(schema):
    """Return a validator of a schema in the document."""
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def validate_what_is_new(document):
    """Validate what a document has more than that of the models that come along.

    Models take most of the time; those that come along are in test_document_and_server.py.
    """
    assert document["paths"].keys() > DOCUMENT["paths"].keys()
    components = document["components"]
    assert DOCUMENT["components"].keys() == components.keys()
    paths, schemas = (
        {name: each for name, each in of.items() if name not in known}
        for of, known in (
            (document["paths"], DOCUMENT["paths"].keys() - {"/v2/requests/{request_id}"}),
            (components["schemas"], MODELS),
        )
    )
    part = {**document, "paths": paths, "components": {**components, "schemas": schemas}}
    validate(part, cls=OpenAPIV31SpecValidator)
    ids = [each["operationId"] for item in document["paths"].values() for each in item.values()]
    assert len(set(ids)) == len(ids)


@pytest.fixture(scope="module")
def document_of_media(media_folder):
    """The document with models of the media that no model which comes along makes."""
    return render_openapi(Catalogue(media_folder))


@pytest.mark.no_cover
@pytest.mark.fact("O6")
def test_a_model_of_meshes_answers_v1_in_their_media_types(document_of_media):
    """Or in JSON that links to one; its results are among those of every route of results."""
    document = document_of_media
    validate_what_is_new(document)
    operation = inline_responses(document, document["paths"]["/v1/shaper"]["post"])
    content = operation["responses"]["200"]["content"]
    meshes = {"model/gltf-binary", "model/obj", "model/stl", "application/octet-stream"}
    assert content.keys() == {"application/json", *meshes}
    assert content["model/gltf-binary"] == {}
    assert content["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Body-v1-media-result"
    }


@pytest.mark.fact("O7", "O8")
@pytest.mark.parametrize(
    ("slug", "body"),
    [
        ("embedder", "openai-embedding"),
        ("embedder-g", "gemini-embedding"),
        ("writer", "transcription"),
        ("describer", "v1-text-result"),
    ],
)
def test_a_model_of_vectors_or_text_answers_v1_in_the_shape_of_its_kind(
    document_of_media, slug, body
):
    """And in nothing else."""
    document = document_of_media
    operation = inline_responses(document, document["paths"][f"/v1/{slug}"]["post"])
    content = operation["responses"]["200"]["content"]
    assert content.keys() == {"application/json"}
    schema = content["application/json"]["schema"]
    assert schema == {"$ref": f"#/components/schemas/Body-{body}"}


def document_with(folder, slug):
    """Return the document of a catalogue that has a model more, with this slug."""
    contract = json.loads(json.dumps(MODELS["ideogram-3"].document))
    contract["x-model"]["slug"] = slug
    (folder / "model.json").write_text(json.dumps(contract))
    return render_openapi(Catalogue(folder))


def test_the_document_is_plain_json():
    """The document survives being written and read, and is made anew each time."""
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT
    assert render_openapi(CATALOGUE) == DOCUMENT
    assert render_openapi(CATALOGUE) is not DOCUMENT


@pytest.mark.fact("R1", "R2")
@every_model
def test_each_model_has_a_path_for_each_way_of_running_it(slug):
    """A model can be run with POST under v1 and under v2, and its parameters are its own."""
    for version, route in (("v1", "sync"), ("v2", "submit")):
        path, method, operation = OPERATIONS[f"{route}-{slug}"]
        assert (path, method) == (f"/{version}/{slug}", "post")
        assert operation["requestBody"]["required"] is True
        body = operation["requestBody"]["content"]
        reference = {"$ref": f"#/components/schemas/{slug}"}
        assert body["application/json"]["schema"] == reference
        assert body["multipart/form-data"]["schema"] == reference
        assert operation["summary"].startswith(MODELS[slug].document["title"])


@every_operation
def test_each_operation_is_the_route_that_it_says(name):
    """The gateway finds by its path the route that an operation is named after."""
    path, _, operation = OPERATIONS[name]
    route, subject = find(path)
    assert name in {route.name, f"{route.name}-{subject}", f"{route.name}-get"}
    assert operation["x-facts"]


@every_model
def test_each_model_says_how_much_is_known_of_it_and_from_where(slug):
    """In its operations, and in the schema of its parameters, which keep what is told of each."""
    terms = MODELS[slug].terms
    schema = DOCUMENT["components"]["schemas"][slug]
    assert schema["x-evidence"] == {"level": terms.level, "provenance": terms.provenance}
    assert schema.get("x-advice") == MODELS[slug].document.get("x-advice")
    for route in ("sync", "submit"):
        found = DOCUMENT
        for step in OPERATIONS[f"{route}-{slug}"][2]["x-evidence"]["$ref"].split("/")[1:]:
            found = found[step]
        assert found == schema["x-evidence"]


@every_model
def test_a_model_that_is_not_known_whole_takes_other_parameters_too(slug):
    """Tools that hold examples or clients against the document are told so."""
    schema = DOCUMENT["components"]["schemas"][slug]
    is_whole = MODELS[slug].terms.level == "verified"
    assert schema.get("additionalProperties") is (None if is_whole else True)
    for dependent in schema.get("dependentSchemas", {}).values():
        assert dependent["additionalProperties"] is True


def test_the_document_is_written_once():
    """It is large, and nobody asks for it once alone."""
    assert encode_openapi(CATALOGUE) is encode_openapi(CATALOGUE)
    assert json.loads(encode_openapi(CATALOGUE)) == DOCUMENT


def test_no_route_and_no_model_is_left_out():
    """There is an operation for every route, and for every model two."""
    others = {row.name for row in CATALOGUE.routes} - {"sync", "submit"}
    runs = {f"{route}-{slug}" for route in ("sync", "submit") for slug in MODELS}
    also = {
        f"{row.name}-{method.lower()}"
        for row in CATALOGUE.routes
        for method in row.methods[1:]
        if method != "HEAD"
    }
    assert OPERATIONS.keys() == others | runs | also


@every_model
def test_a_models_schema_is_the_models_own(slug):
    """The parameters of the document are judged as the gateway judges them."""
    schema = DOCUMENT["components"]["schemas"][slug]
    assert schema.keys().isdisjoint({"$schema", "$id", "x-model", "examples"})
    assert schema["properties"] == without_uris(MODELS[slug].properties)
    assert schema.get("required") == MODELS[slug].schema.get("required")


@every_operation
def test_every_example_satisfies_its_own_schema(name):
    """Whatever the document shows, as a request or as an answer, is what it says it is."""
    _, _, operation = OPERATIONS[name]
    shown = [content for _, _, content in contents(operation)]
    shown += operation.get("requestBody", {"content": {}})["content"].values()
    examples = [
        (content["schema"], example["value"])
        for content in shown
        for example in content.get("examples", {}).values()
    ]
    assert examples or name == "output"
    for schema, value in examples:
        validator_of(schema).validate(value)


@every_model
def test_the_examples_of_a_request_are_the_models(slug):
    """The examples of a contract are the examples of its operations."""
    _, _, operation = OPERATIONS[f"submit-{slug}"]
    examples = operation["requestBody"]["content"]["application/json"]["examples"]
    assert [each["value"] for each in examples.values()] == MODELS[slug].document["examples"]


@every_operation
def test_each_refusal_shows_its_rows_of_the_error_table(name):
    """A refusal in JSON is an error envelope, with an example for each of its rows."""
    _, _, operation = OPERATIONS[name]
    for status, media, content in contents(operation):
        if media == "application/json" and status >= 400 and status != 422:
            for row, example in content["examples"].items():
                error = CATALOGUE.errors[row]
                is_console = error.media == "console"
                body = "Body-console-error" if is_console else "Body-error"
                assert content["schema"] == {"$ref": f"#/components/schemas/{body}"}
                said = example["value"]
                assert said["error_description" if is_console else "error"] == error.message
                assert said["error"] == (error.code or error.message)
                assert said.get("status_code", status) == error.status == status


@pytest.mark.fact("V1", "V1b")
@every_model
def test_a_model_answers_in_json_or_in_its_own_medium(slug):
    """On v1 a model answers JSON or what it makes, and a model of text JSON alone."""
    _, _, operation = OPERATIONS[f"sync-{slug}"]
    answered = operation["responses"]["200"]["content"]
    output = MODELS[slug].terms.output
    assert answered.keys() - {"application/json"} == MEDIA_TYPES[output.media]
    is_transcription = output.kind == "transcription"
    shape = "transcription" if is_transcription else output.provider or output.media
    bodies = [f"{shape}-embedding" if output.media == "embedding" else JSON_BODIES[shape]]
    bodies += ["v1-base64-result"] if MODELS[slug].terms.base64 else []
    schema = answered["application/json"]["schema"]
    found = [each["$ref"].rpartition("/Body-")[2] for each in schema.get("anyOf", [schema])]
    assert found == bodies


@pytest.mark.fact("E6")
@every_model
def test_what_comes_from_the_edge_is_a_page(slug):
    """502 and 504 are HTML, of which no more is said than that it is text."""
    _, _, operation = OPERATIONS[f"submit-{slug}"]
    for status in ("502", "504"):
        assert operation["responses"][status]["content"] == {
            "text/html": {"schema": {"type": "string"}}
        }


@pytest.mark.fact("T2", "T3", "T8")
@pytest.mark.parametrize(
    ("name", "bodies"),
    [
        ("status", {"pending", "completed-status"}),
        ("result", {"pending", *RESULTS}),
        ("poll", {"pending", *RESULTS}),
        ("credits", {"credits"}),
        ("submit-ideogram-3", {"submit"}),
    ],
)
def test_a_success_is_one_of_its_bodies(name, bodies):
    """Where an answer can have several forms, the document lists each with an example."""
    _, _, operation = OPERATIONS[name]
    content = operation["responses"]["200"]["content"]["application/json"]
    schemas = content["schema"].get("anyOf", [content["schema"]])
    assert {each["$ref"].rpartition("/Body-")[2] for each in schemas} == bodies
    assert content["examples"].keys() == bodies


@pytest.mark.fact("A1", "R7")
@every_operation
def test_everything_but_a_file_needs_the_key_in_its_header(name):
    """The key goes in x-api-key, workflows take it as Bearer too, and only files are public."""
    _, _, operation = OPERATIONS[name]
    ways = [{"key": []}, {"bearer": []}] if name.startswith("pixelflows") else [{"key": []}]
    is_file = name.partition("-")[0] in {"output", "asset", "dataset"}
    assert operation.get("security", DOCUMENT["security"]) == ([] if is_file else ways)
    scheme = DOCUMENT["components"]["securitySchemes"]["key"]
    assert (scheme["in"], scheme["name"]) == ("header", "x-api-key")


@every_operation
def test_each_operation_says_what_is_known_and_belongs_to_a_group(name):
    """An operation has a description, the facts behind it, and one of the tags of the document."""
    _, _, operation = OPERATIONS[name]
    known = {row.id: row.statement for row in CATALOGUE.behaviours}
    groups = {tag["name"]: tag["description"] for tag in DOCUMENT["tags"]}
    assert all(known[fact] in operation["description"] for fact in operation["x-facts"])
    assert [groups[tag] for tag in operation["tags"]] != [""]


@every_operation
def test_a_body_is_one_that_must_be_there(name):
    """Who leaves out a body is refused, except where everybody is."""
    _, _, operation = OPERATIONS[name]
    if "requestBody" in operation:
        assert operation["requestBody"]["required"] is (name != "finetune-submit")


def test_a_place_is_filled_with_any_bytes_and_read_as_they_came():
    """Each verb of a route has its own answers, and only the one that writes has a body."""
    _, _, put = OPERATIONS["dataset"]
    _, _, get = OPERATIONS["dataset-get"]
    assert put["requestBody"]["content"].keys() == {"application/octet-stream"}
    assert put["responses"].keys() == {"200", "404", "405", "413"}
    assert "requestBody" not in get
    assert get["responses"].keys() == {"200", "206", "404", "416"}


def objects_within(schema):
    """Find each object that is described inside of a schema."""
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]
    inner += [schema["items"]] if "items" in schema else []
    for each in inner:
        yield from [each] if each.get("type") == "object" else objects_within(each)


@for_each("name", sorted(DOCUMENT["components"]["schemas"].keys() - MODELS.keys()))
def test_each_object_of_a_body_has_a_name_of_its_own(name):
    """No generator of clients has to make up a name for what is inside of a body."""
    assert list(objects_within(DOCUMENT["components"]["schemas"][name])) == []


@every_operation
def test_what_varies_in_a_path_is_a_parameter(name):
    """A path with braces names its parameter, and a path without has none but its query's."""
    path, _, operation = OPERATIONS[name]
    parameters = operation.get("parameters", [])
    named = [parameter["name"] for parameter in parameters if parameter["in"] == "path"]
    assert named == ([path.split("{")[1].split("}")[0]] if "{" in path else [])


@pytest.mark.no_cover
def test_a_model_of_ones_own_is_in_the_document(tmp_path):
    """A model from an extra folder has its paths and its schema, and the document is valid."""
    document = document_with(tmp_path, "my.own_model-2")
    validate_what_is_new(document)
    assert {"/v1/my.own_model-2", "/v2/my.own_model-2"} <= document["paths"].keys()
    assert "my.own_model-2" in document["components"]["schemas"]
    assert document["paths"].keys() >= DOCUMENT["paths"].keys()


@pytest.mark.no_cover
@pytest.mark.parametrize("slug", ["error", "submit", "credits"])
def test_a_model_may_be_called_like_a_body(tmp_path, slug):
    """A slug that is also the name of a body leaves both as they are."""
    document = document_with(tmp_path, slug)
    body = document["paths"][f"/v2/{slug}"]["post"]["requestBody"]["content"]["application/json"]
    (_, _, name) = body["schema"]["$ref"].rpartition("/")
    assert "prompt" in document["components"]["schemas"][name]["properties"]


def test_what_many_models_answer_alike_is_in_the_document_once():
    """There are too many models for each to spell out every refusal."""
    shared = DOCUMENT["components"]["responses"]
    refusals = [name for name in shared if not name.startswith(("sync-200", "submit-200"))]
    assert all(name.count("-") == 1 for name in refusals)
    texts = [json.dumps(each) for name, each in shared.items() if name.startswith("sync")]
    assert len(set(texts)) == len(texts)
    assert len(json.dumps(DOCUMENT)) < 3_000_000
