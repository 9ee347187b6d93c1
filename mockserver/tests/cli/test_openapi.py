"""`segmock openapi`: one document in two formats."""

from __future__ import annotations

import json

import yaml

from mockserver.tests.cli.results import make_models_folder


def test_openapi_is_the_same_in_both_formats(run, tmp_path):
    """`openapi` prints one document as JSON and as YAML, with one's own models in it."""
    folder = make_models_folder(tmp_path)
    as_json, as_yaml = (
        run("openapi", "--models", folder, *options).stdout
        for options in ([], ["--format", "yaml"])
    )
    document = json.loads(as_json)
    assert document == yaml.load(as_yaml, yaml.CSafeLoader)
    assert "/v2/mine" in document["paths"]
