"""The list of models."""

import json

import pytest

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.tests.conftest import Client
from mockserver.tests.snippets.guard import find_foreign_hosts

LIST = "/inference-model-information/list"


@pytest.mark.fact("N11")
def test_every_model_is_listed_with_its_parameters(client):
    """There is one key, and under it a row for each model, made from its contract."""
    [(key, rows)] = client.get(LIST).json.items()
    assert key == "Inference Segmind Model Information List With Details"
    models = client.emulator.catalogue.models
    assert [row["slug"] for row in rows] == list(models)
    for row in rows:
        model = models[row["slug"]]
        assert row["parameters"]["properties"] == model.properties
        assert row["parameters"]["required"] == model.schema.get("required", [])
        assert row["type"] == model.terms.task
        assert row["title"]


def test_each_row_says_how_much_is_known_of_the_model_and_from_where(client):
    """Under a key that nobody else has; the body is made once, and is the same after that."""
    first, second = client.get(LIST), client.get(LIST)
    assert first.body is second.body
    [rows] = first.json.values()
    for row in rows:
        terms = client.emulator.catalogue.models[row["slug"]].terms
        assert row["x-evidence"] == {"level": terms.level, "provenance": terms.provenance}
    assert {row["x-evidence"]["level"] for row in rows} == {"verified", "partial", "listed"}


def test_a_row_names_no_address_but_its_sources(client):
    """Nothing in it would send a client to the vendor."""
    [rows] = client.get(LIST).json.values()
    bare = [{key: value for key, value in row.items() if key != "x-evidence"} for row in rows]
    assert find_foreign_hosts(json.dumps(bare)) == []
    assert find_foreign_hosts(json.dumps(rows)) != []


def test_a_retired_model_is_not_listed(tmp_path):
    """What is 410 is not offered."""
    source = load_shipped_catalogue().models["mock-inference"].file.read_text()
    (tmp_path / "gone.json").write_text(source.replace('"retired": false', '"retired": true'))
    client = Client(models=tmp_path)
    [rows] = client.get(LIST).json.values()
    listed = {row["slug"] for row in rows}
    assert listed == client.emulator.catalogue.models.keys() - {"mock-inference"}
