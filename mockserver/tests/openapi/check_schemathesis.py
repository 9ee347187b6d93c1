"""Schemathesis, which makes requests out of the document, against a running server."""

import json

import httpx
import pytest

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.openapi import render_openapi
from mockserver.tests.conftest import KEY
from mockserver.tests.models import MODELS, TELLING, WHOLE
from mockserver.tests.openapi.tools import HERE, PYTHON_TOOLS, run
from mockserver.tests.processes import serving

EXAMPLES = 25
"""Generated cases for each operation, beside the document's examples and the cases of coverage."""

SEED = 9


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


def fuzz(document, url, report, *options):
    """Let Schemathesis try the operations of a document; return what it reports."""
    done = run(
        PYTHON_TOOLS / "schemathesis",
        *("--config-file", HERE / "schemathesis.toml", "run", document, "--url", url),
        *("--header", f"x-api-key: {KEY}", "--seed", SEED, "--max-examples", EXAMPLES),
        *("--continue-on-failure", "--no-shrink", "--suppress-health-check", "all"),
        *("--generation-database", "none", "--warnings", "off"),
        *("--report", "json", "--report-json-path", report, *options),
        SCHEMATHESIS_HOOKS="schemathesis_hooks",
    )
    assert report.exists(), done.stdout + done.stderr
    return json.loads(report.read_text()), done.stdout


def select_operations(document):
    """Leave out what runs the many models of which one of the same task is there."""
    telling = {MODELS[slug].terms.task: slug for slug in TELLING}
    left_out = MODELS.keys() - {*WHOLE, *telling.values()}
    for path in [f"/{version}/{slug}" for version in ("v1", "v2") for slug in left_out]:
        del document["paths"][path]
    return document


def test_everything_made_of_the_document_is_answered_as_it_says(tmp_path, url):
    """Right and wrong requests, one by one and in sequences, get answers that the document has.

    Of the models those with whole contracts are tried, and one of each task.
    """
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(select_operations(httpx.get(f"{url}/openapi.json").json())))
    report, said = fuzz(document, url, tmp_path / "report.json")
    counted = report["test_cases"]
    print(f"\nschemathesis: {counted['generated']} cases, {report['running_time']:.0f} s")  # noqa: T201
    assert (report["failures"], report["errors"]) == ([], []), said
    assert {phase["status"] for phase in report["phases"].values()} == {"success"}, said
    assert report["operations"]["tested"] == report["operations"]["selected"] > 50
    assert counted["generated"] > 5_000


def test_schemathesis_finds_an_answer_that_the_document_does_not_have(tmp_path, url):
    """Held against a document that says something else of the balance, the server fails."""
    document = render_openapi(Catalogue())
    document["components"]["schemas"]["Body-credits"]["properties"]["credits"] = {"type": "string"}
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(document))
    only = ("--include-operation-id", "credits")
    report, said = fuzz(wrong, url, tmp_path / "report.json", *only)
    assert [each["type"] for each in report["failures"]] == ["JsonSchemaError"], said
