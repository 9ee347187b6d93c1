"""Redocly and Spectral, which know what is usual in an OpenAPI document."""

import json

import pytest

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.openapi import render_openapi
from mockserver.tests.openapi.tools import HERE, NODE_TOOLS, run


def redocly(document):
    """Return what Redocly finds."""
    config = ("--config", HERE / "redocly.yaml")
    done = run(NODE_TOOLS / "redocly", "lint", document, "--format", "json", *config)
    return json.loads(done.stdout)["problems"]


def spectral(document):
    """Return what Spectral finds."""
    config = ("--ruleset", HERE / "spectral.yaml")
    done = run(NODE_TOOLS / "spectral", "lint", document, "--format", "json", *config)
    return json.JSONDecoder().raw_decode(done.stdout)[0]  # "No results" may follow the list


@pytest.mark.parametrize("lint", [redocly, spectral])
def test_the_document_is_as_linters_want_it(tmp_path, lint):
    """There is neither an error nor a warning; without its tags there is."""
    document = render_openapi(Catalogue())
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document))
    assert lint(file) == []
    document["paths"]["/v2/requests/{id}"]["get"]["parameters"] = []
    file.write_text(json.dumps(document))
    assert lint(file) != []
