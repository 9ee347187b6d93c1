"""Schemathesis, which makes requests out of the document, against a running server."""

import json
import re

import httpx
import pytest

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.openapi import render_openapi
from mockserver.tests.conftest import KEY
from mockserver.tests.kinds import IS_STORM
from mockserver.tests.models import MODELS, TELLING, WHOLE
from mockserver.tests.openapi.tools import HERE, PYTHON_TOOLS, run
from mockserver.tests.processes import serving

EXAMPLES = 40 if IS_STORM else 25
"""Generated cases for each operation, beside the document's examples and the cases of coverage."""

SCENARIOS = 300 if IS_STORM else 60
"""Sequences of calls that follow links."""

PATIENCE_S = 3600
"""How long Schemathesis may take, which has what it makes counted and not timed."""

SEED = 9

FEW = ("ideogram-3", "ideogram-turbo-img-2-img", "gpt-5.5", "lyria-2")
"""Models whose runs links start from: of pictures in JSON and as bytes, of text and of sound."""

GROUPS = {
    "runs in the queue": "^(submit-.*|status|result|poll|output|generations-get)$",
    "runs that block": "^(sync-.*|status|result|poll|output|generations-get)$",
    "workflows": "^(pixelflows-.*|generations-get)$",
    "webhooks": "^webhooks-.*$",
    "uploads": "^(files-upload|asset|submit-ideogram-turbo-img-2-img|result|output)$",
    "fine-tunes": "^(finetune-.*|dataset.*)$",
    "history": "^(submit-ideogram-3|status|generations-.*)$",
}
"""Operations that links lead between; with all at once few sequences would be long."""

OWN_LINKS = {
    "submit-ideogram-3": ("generations-recent", {"model_name": "ideogram-3"}),
    "result": ("output", {"file": "$response.body#/output#regex:/outputs/([^/?]+)$"}),
    "generations-get": (
        "output",
        {"file": "$response.body#/generation_url#regex:/outputs/([^/?]+)$"},
    ),
    "files-upload": ("asset", {"file": "$response.body#/file_urls/0#regex:/assets/([^/?]+)$"}),
    "finetune-upload": (
        "dataset",
        {
            "file": "$response.body#/s3_url#regex:/datasets/([^/?]+)$",
            "signature": "$response.body#/presigned_url#regex:signature=([^&]+)",
        },
    ),
}
"""Links that the document lacks: those that start from one model, and those to files, since OpenAPI
cannot take a name out of an address, which Schemathesis can."""


@pytest.fixture
def url(tmp_path):
    """A server that knows one key, checks at submit, heeds no triggers, and has v1 wait for films.

    It takes the word of the schemas for types, as a document can say no other.
    """
    flags = ("--clock", "auto", "--accept", "listed", "--validation", "upfront", "--no-triggers")
    flags += ("--types", "strict", "--v1-limit", "scaled")
    with serving(*flags, cwd=tmp_path) as served:
        httpx.put(f"{served.url}/_mock/accounts/{KEY}", json={"credits": 10**8}).raise_for_status()
        yield served.url


def fuzz(document, url, folder, *options, examples=EXAMPLES):
    """Let Schemathesis try the operations of a document.

    Returns what it reports, what it says, and how often each link of the document was followed.
    """
    file, report, followed = (folder / f"{name}.json" for name in ("openapi", "report", "links"))
    file.write_text(json.dumps(document))
    done = run(
        PYTHON_TOOLS / "schemathesis",
        *("--config-file", HERE / "schemathesis.toml", "run", file, "--url", url),
        *("--header", f"x-api-key: {KEY}", "--seed", SEED, "--max-examples", examples),
        *("--continue-on-failure", "--no-shrink", "--suppress-health-check", "all"),
        *("--generation-database", "none", "--warnings", "off"),
        *("--report", "json", "--report-json-path", report, *options),
        patience_s=PATIENCE_S,
        SCHEMATHESIS_HOOKS="schemathesis_hooks",
        FOLLOWED_LINKS=str(followed),
    )
    assert report.exists(), done.stdout + done.stderr
    links = json.loads(followed.read_text())
    found = json.loads(report.read_text())
    calls, followed_times = found["test_cases"]["generated"], sum(links.values())
    told = f"{calls} calls, {followed_times} of them by {len(links)} links"
    print(f"\nschemathesis: {told}, {found['running_time']:.0f} s")  # noqa: T201
    return found, done.stdout, links


def select_operations(document, is_wanted):
    """Leave out operations of other names than wanted, and links to them."""
    for path, item in [*document["paths"].items()]:
        kept = {verb: each for verb, each in item.items() if is_wanted(each["operationId"])}
        document["paths"][path] = kept
        if not kept:
            del document["paths"][path]
    left = list_operations(document)
    for answer in (*document["components"]["responses"].values(), *find_answers(document).values()):
        links = answer.get("links", {})
        answer["links"] = {to: link for to, link in links.items() if link["operationId"] in left}
    return document


def list_operations(document):
    """Return the operations by their names, each with what Schemathesis calls it."""
    return {
        operation["operationId"]: (f"{method.upper()} {path}", operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def find_answers(document):
    """Return the success of each operation that has one, by the operation's name."""
    shared = document["components"]["responses"]
    answers = {
        name: operation["responses"]["200"]
        for name, (_, operation) in list_operations(document).items()
        if "200" in operation["responses"]
    }
    return {
        name: shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        for name, answer in answers.items()
    }


def find_declared_links(document):
    """Return every link of the document, as Schemathesis names it."""
    labels = {name: label for name, (label, _) in list_operations(document).items()}
    return {
        f"{labels[name]} -> [200] {to} -> {labels[link['operationId']]}"
        for name, answer in find_answers(document).items()
        for to, link in answer["links"].items()
    }


def add_own_links(document):
    """Add what only Schemathesis understands, or what starts from one model."""
    answers = find_answers(document)
    for source, (target, parameters) in OWN_LINKS.items():
        if {source, target} <= answers.keys():
            link = {"operationId": target, "parameters": parameters}
            answers[source]["links"][target] = link
    return document


def leave_out_filters(document):
    """Leave out what may be in queries: lists of what has random names and dates are empty."""
    for name, (_, operation) in list_operations(document).items():
        if name.startswith("generations-"):
            given = operation["parameters"]
            operation["parameters"] = [each for each in given if each["required"]]
    return document


def runs_other(name, models):
    """Tell whether an operation runs a model other than these."""
    way, _, slug = name.partition("-")
    return way in {"sync", "submit"} and slug not in models


def assert_nothing_found(report, said):
    """Fail if anything was found, or if a phase did not run."""
    assert (report["failures"], report["errors"]) == ([], []), said
    ran = {phase["status"] for phase in report["phases"].values()} - {"skip"}
    assert ran == {"success"}, said


def test_everything_made_of_the_document_is_answered_as_it_says(tmp_path, url):
    """Right and wrong requests, one by one and in sequences, get answers that the document has.

    Of the models those with whole contracts are tried, and one of each task.
    """
    telling = {MODELS[slug].terms.task: slug for slug in TELLING}
    tried = {*WHOLE, *telling.values()}
    document = httpx.get(f"{url}/openapi.json").json()
    document = select_operations(document, lambda name: not runs_other(name, tried))
    report, said, _ = fuzz(document, url, tmp_path)
    assert_nothing_found(report, said)
    assert {phase["status"] for phase in report["phases"].values()} == {"success"}, said
    assert report["operations"]["tested"] == report["operations"]["selected"] > 50
    assert report["test_cases"]["generated"] > 5_000


@pytest.mark.parametrize("group", GROUPS)
def test_links_lead_to_what_they_promise(tmp_path, url, group):
    """Calls that follow links find what there is; in a storm each link is followed."""
    is_wanted = re.compile(GROUPS[group]).match
    document = httpx.get(f"{url}/openapi.json").json()
    document = select_operations(
        document, lambda name: is_wanted(name) and not runs_other(name, FEW)
    )
    document = leave_out_filters(add_own_links(document))
    report, said, links = fuzz(document, url, tmp_path, "--phases", "stateful", examples=SCENARIOS)
    assert_nothing_found(report, said)
    declared = find_declared_links(document)
    assert links.keys() - declared == set()
    assert declared - links.keys() == set() or not IS_STORM
    assert sum(links.values()) > SCENARIOS / 10


def test_schemathesis_finds_an_answer_that_the_document_does_not_have(tmp_path, url):
    """Held against a document that says something else of the balance, the server fails."""
    document = render_openapi(Catalogue())
    document["components"]["schemas"]["Body-credits"]["properties"]["credits"] = {"type": "string"}
    report, said, _ = fuzz(document, url, tmp_path, "--include-operation-id", "credits")
    assert [each["type"] for each in report["failures"]] == ["JsonSchemaError"], said


def test_schemathesis_finds_a_link_that_leads_to_nothing(tmp_path, url):
    """Where a document says that an id is what is none, whoever follows it gets 404."""
    document = httpx.get(f"{url}/openapi.json").json()
    document = select_operations(document, {"submit-ideogram-3", "status"}.__contains__)
    links = document["components"]["responses"]["submit-200"]["links"]
    links["status"]["parameters"]["id"] = "$response.body#/status"
    report, said, _ = fuzz(document, url, tmp_path, "--phases", "stateful", examples=20)
    assert [each["title"] for each in report["failures"]] == ["Custom check failed: `LinksLeadOn`"]
    assert "status -> GET /v2/requests/{id}/status leads to nothing" in said
