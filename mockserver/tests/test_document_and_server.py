"""The OpenAPI document allows a value exactly where the server does not call it invalid."""

import json
from functools import cache
from itertools import chain, product
from urllib.parse import quote, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.openapi import VERSION, render_openapi
from mockserver.gateway.handlers.sdk import webhooks as handlers
from mockserver.rules import webhooks
from mockserver.tests.conftest import Client
from mockserver.tests.kinds import choose_rows
from mockserver.tests.tables import for_each

DOCUMENT = render_openapi(Catalogue())
SCHEMAS = DOCUMENT["components"]["schemas"]
HOOK = {"event": {"types": ["GRAPH_RUN"]}}
URLS = st.from_regex(handlers._WHOLE_URL) | st.from_regex(r"^https?://[!-~]*\Z")
VALUES = (
    *("", "1", "0", "-1", "101", "1000001", "x", "COMPLETED", "desc", "model_name"),
    *("2026-01-01", "2026-02-30", "0000-00-00", "2026-1-1", "20260101", "yesterday"),
)
PICTURE = "data:image/png;base64,"


def allows(schema, value):
    """Tell whether a schema of the document allows a value, formats included."""
    return compile_schema(json.dumps(schema)).is_valid(value)


@cache
def compile_schema(text):
    """Return the validator of a schema of the document."""
    whole = {**json.loads(text), "components": DOCUMENT["components"]}
    return Draft202012Validator(whole, validate_formats=True)


def find_keywords(schema):
    """Yield each keyword in a schema of the document, whatever its value."""
    match schema:
        case dict():
            yield from schema
            below = (
                each.values() if name == "properties" else [each] for name, each in schema.items()
            )
            for each in chain.from_iterable(below):
                yield from find_keywords(each)
        case list():
            for each in schema:
                yield from find_keywords(each)


def find_traits(slug):
    """Return what distinguishes a model: all the keywords of its schema."""
    return [frozenset(find_keywords(SCHEMAS[slug]))]


def leave_one_of_each_kind(document):
    """Return a document without the models whose schema has the same keywords as one before it.

    In storms it is left as it is.
    """
    models = {path.removeprefix("/v2/") for path in document["paths"]} & SCHEMAS.keys()
    left_out = models - set(choose_rows(sorted(models), find_traits))
    paths = {
        path: item
        for path, item in document["paths"].items()
        if path.removeprefix("/v1/").removeprefix("/v2/") not in left_out
    }
    schemas = {name: each for name, each in SCHEMAS.items() if name not in left_out}
    return {
        **document,
        "paths": paths,
        "components": {**document["components"], "schemas": schemas},
    }


def test_the_document_is_valid_openapi():
    """Another project's validator finds nothing wrong with the document.

    It is shown a model of each kind, and in storms all of them, as other projects are by
    `make openapi`.
    """
    shown = leave_one_of_each_kind(DOCUMENT)
    assert 100 < len(shown["paths"]) <= len(DOCUMENT["paths"])
    validate(shown, cls=OpenAPIV31SpecValidator)
    assert DOCUMENT["openapi"] == VERSION == "3.1.0"


def queries():
    """List every parameter of a query, with its path."""
    return [
        (path, parameter)
        for path, item in DOCUMENT["paths"].items()
        for operation in item.values()
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query" and operation["operationId"].startswith(("web", "gen"))
    ]


@pytest.mark.fact("N12", "N13")
@for_each("cell", product(queries(), VALUES))
def test_a_query_is_refused_where_the_document_refuses_it(cell):
    """An empty parameter counts as left out where it may be empty; a wrong one is 400."""
    (path, parameter), value = cell
    answer = Client().get(f"{path}?{parameter['name']}={quote(value)}")
    schema = parameter["schema"]
    read = int(value) if schema.get("type") == "integer" and value.lstrip("-").isdigit() else value
    is_allowed = allows(schema, read) or (not value and parameter.get("allowEmptyValue", False))
    is_too_long = parameter["name"] in {"from_date", "to_date"} and b"days" in answer.body
    assert (answer.status != 400) is (is_allowed and not is_too_long)


@settings(max_examples=50)
@given(URLS)
@example("http://")
@example("HTTPS://user:pass@localhost:65535/?a#b")
@example("http://localhost:65536/")
@example("http://[::1]:9000/hook")
@example("http://[::1")
@example("http://[1::2::3]/")
@example("http://a b/")
@example("http://localhost/\n")
@example("http://" + "x" * 2000)
def test_a_webhook_may_go_where_the_document_says(url):
    """The receiver's address is taken or refused as its pattern says."""
    body = {"webhook_url": url, **HOOK}
    answer = Client().post("/webhook/add", body)
    assert (answer.status == 200) is allows(SCHEMAS["Body-webhook-add-request"], body)


@pytest.mark.fact("N4", "N5")
@pytest.mark.parametrize("name", ["add", "update"])
def test_the_document_knows_addresses_and_events_as_the_server_does(name):
    """Pattern, length and event names are the same in both places."""
    body = SCHEMAS[f"Body-webhook-{name}-request"]
    assert body["properties"]["webhook_url"] == {
        "type": "string",
        "maxLength": handlers._LONGEST_URL,
        "pattern": handlers._WHOLE_URL.pattern,
    }
    event = SCHEMAS[f"Body-webhook-{name}-request-event"]
    known = event["properties"]["types"]["items"]["enum"]
    assert known == [*webhooks.EVENTS, *webhooks.SILENT_EVENTS]


@pytest.mark.fact("N1")
@settings(max_examples=50)
@given(
    st.from_regex(SCHEMAS["Body-upload-request"]["properties"]["data_urls"]["items"]["pattern"])
    | st.text(st.sampled_from("AAB+/=\n\t"), max_size=9).map(PICTURE.__add__)
    | st.text(max_size=9)
)
@example(PICTURE)
@example("DATA:a/b;c=d;BASE64,AAA=")
@example("data:a/b;c;base64,AAAA")
@example(PICTURE + "AA")
@example(PICTURE + "AAAA\n")
@example(PICTURE + "AA==AA==")
@example("data:;base64,AAAA")
@example(f"data:a/{'b' * 100};base64,AAAA")
@example(f"data:a/{'b' * 101};base64,AAAA")
@example(f"data:a/b{';c=d' * 5};base64,AAAA")
def test_a_data_url_is_one_in_the_document_and_for_the_server(url):
    """What the document allows in an upload is kept, and nothing else."""
    body = {"data_urls": [url]}
    is_kept = Client().post("/upload-asset", body).status == 200
    assert is_kept is allows(SCHEMAS["Body-upload-request"], body)


@pytest.mark.fact("N19")
@pytest.mark.parametrize("word", ["true", "FALSE", "tRuE", "1", "0", "", "yes", "2", "true "])
def test_a_form_says_true_or_false_as_the_document_has_it(word):
    """The words for access are the same in both places."""
    client = Client()
    [tune] = client.get("/finetune/request/list").json
    fields = {"request_id": tune["finetune_id"], "segmind_public": word}
    answer = client.ask(
        "PUT",
        "/finetune/request/access-update",
        urlencode(fields).encode(),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert (answer.status == 200) is allows(SCHEMAS["Body-finetune-access-request"], fields)


@pytest.mark.fact("O4")
@pytest.mark.parametrize("schema", [{}, True, False, {"type": "object"}, 1])
@pytest.mark.parametrize("place", ["named", "bare", "beside a bare one"])
def test_a_schema_for_a_reply_is_an_object_or_true(schema, place):
    """`false` allows no reply: the document refuses it as the server does."""
    held = {"schema": schema} if place == "bare" else {"json_schema": {"schema": schema}}
    held |= {"schema": {}} if place == "beside a bare one" else {}
    body = {"prompt": "A kite", "response_format": {"type": "json_schema", **held}}
    answer = Client(clock="auto").post("/v1/gpt-5.5", body)
    assert (answer.status == 200) is allows(SCHEMAS["gpt-5.5"], body)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/upload-asset", b""),
        ("/workflows/flow", b""),
        ("/webhook/add", b""),
        ("/webhook/update", b""),
        ("/v1/ideogram-3", b""),
    ],
)
def test_a_body_that_must_be_there_is_missed(path, body):
    """Where the document says that a body is required, its absence is refused."""
    assert Client().ask("POST", path, body).status in {400, 406}
