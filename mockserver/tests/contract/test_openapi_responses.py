"""The document's links lead from an answer to what can be called next, and its headers come."""

import json

import pytest
from jsonschema import Draft202012Validator

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.contract.openapi import render_openapi
from mockserver.tests.conftest import Client
from mockserver.tests.tables import for_each

DOCUMENT = render_openapi(load_shipped_catalogue())
OPERATIONS = {
    operation["operationId"]: (path, operation)
    for path, item in DOCUMENT["paths"].items()
    for operation in item.values()
}


def resolve(reference):
    """Return what a reference within the document names, or the value itself."""
    if "$ref" not in reference:
        return reference
    found = DOCUMENT
    for step in reference["$ref"].split("/")[1:]:
        found = found[step]
    return found


def find_links(operation):
    """Yield the links of the success of an operation, each with that answer."""
    answer = resolve(operation["responses"].get("200", {}))
    for name, link in answer.get("links", {}).items():
        yield name, link, answer


LINKS = {
    f"{source} {name}": (source, link, answer)
    for source, (_, operation) in OPERATIONS.items()
    for name, link, answer in find_links(operation)
    if not source.startswith(("submit-", "sync-")) or source.endswith("-ideogram-3")
}
"""By where they are and where they lead; of the runs of models, which all have the same, one's."""

every_link = for_each("key", sorted(LINKS))


def evaluate(expression, source, answer):
    """Return what a runtime expression has of the example of an answer."""
    if not isinstance(expression, str) or not expression.startswith("$"):
        return expression
    path, _ = OPERATIONS[source]
    where, _, rest = expression[1:].partition(".")
    if where == "request":
        assert f"{{{rest.removeprefix('path.')}}}" in path
        return "b7c1f0d29a5e4c0d8f3e6a1b2c3d4e5f"
    if rest.startswith("header."):
        assert answer["headers"][rest.removeprefix("header.")]["required"] is True
        return "b7c1f0d29a5e4c0d8f3e6a1b2c3d4e5f"
    (example,) = answer["content"]["application/json"]["examples"].values()
    found = example["value"]
    for step in rest.removeprefix("body#/").split("/"):
        found = found[int(step) if isinstance(found, list) else step]
    return found


def evaluate_body(body, source, answer):
    """Return a request body, its expressions evaluated."""
    if isinstance(body, dict):
        return {name: evaluate(each, source, answer) for name, each in body.items()}
    return evaluate(body, source, answer)


@every_link
def test_a_link_gives_the_next_call_what_it_takes(key):
    """Each parameter is one of that call and right, and none that must be there is left out."""
    source, link, answer = LINKS[key]
    _, target = OPERATIONS[link["operationId"]]
    wanted = {row["name"]: row for row in target.get("parameters", [])}
    given = link.get("parameters", {})
    assert {name for name, row in wanted.items() if row["required"]} <= given.keys()
    for name, expression in given.items():
        schema = wanted[name]["schema"]
        Draft202012Validator(schema).validate(evaluate(expression, source, answer))


@for_each("key", sorted(key for key, (_, link, _) in LINKS.items() if "requestBody" in link))
def test_the_body_that_a_link_gives_is_one_that_the_next_call_takes(key):
    """Made of the example of the answer, it satisfies the schema."""
    source, link, answer = LINKS[key]
    _, target = OPERATIONS[link["operationId"]]
    (schema, *_) = [each["schema"] for each in target["requestBody"]["content"].values()]
    body = evaluate_body(link["requestBody"], source, answer)
    validator = Draft202012Validator({**schema, "components": DOCUMENT["components"]})
    validator.validate(body)


def test_a_link_leads_to_every_call_that_takes_an_id():
    """Ids come from the gateway: whatever takes one in its path is where a link leads."""
    led_to = {link["operationId"] for _, link, _ in LINKS.values()}
    taking = {name for name, (path, _) in OPERATIONS.items() if "{id}" in path}
    assert taking
    assert taking <= led_to
    assert {name for name in OPERATIONS if name.startswith("webhooks-")} - led_to == {
        "webhooks-get",
        "webhooks-add",
    }


def test_all_models_lead_on_alike():
    """Each run of a model can be asked about, whichever way it was started."""
    for way in ("submit", "sync"):
        runs = [each for name, (_, each) in OPERATIONS.items() if name.startswith(f"{way}-")]
        led_to = {tuple(name for name, _, _ in find_links(run)) for run in runs}
        assert led_to == {("status", "result", "poll", "generations-get")}


@pytest.mark.fact("V2", "E5")
def test_the_headers_of_the_document_come():
    """Each that is told of is there, and as its schema says; and nothing more is told of."""
    client = Client(clock="auto")
    client.account(requests_per_minute=1)
    run, refused = client.post("/v1/ideogram-3"), client.post("/v1/ideogram-3")
    _, operation = OPERATIONS["sync-ideogram-3"]
    for status, answer in ((200, run), (429, refused)):
        declared = resolve(operation["responses"][str(status)])["headers"]
        assert answer.status == status
        own = {name for name in answer.headers if name.startswith("x-")}
        assert {name for name in own if not name.startswith("x-mock-")} == declared.keys()
        for name, header in declared.items():
            value = answer.headers[name]
            is_number = header["schema"]["type"] == "number"
            sent = json.loads(value) if is_number else value
            Draft202012Validator(header["schema"]).validate(sent)
