"""Operations of the control plane over HTTP that read what no request changes."""

import httpx
import pytest

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.control.effects import list_effects
from mockserver.edges.snippets import render_snippets
from mockserver.emulator import Emulator
from mockserver.tests.models import MODELS


@pytest.fixture(scope="module")
def client():
    """A client of an emulator without a socket."""
    emulator = Emulator(clock="frozen")
    with httpx.Client(transport=emulator.transport, base_url="http://127.0.0.1:8765") as client:
        yield client


def test_models_are_listed_as_a_query_narrows_them(client):
    """A field or a value that is not known is refused, with those that are."""
    page = client.get("/_mock/models?makes=video&level=partial&text=kling&limit=2").json()
    assert len(page["models"]) == 2
    after = client.get("/_mock/models", params={"after": page["next"], "limit": 1}).json()
    assert after["models"][0]["slug"] > page["next"]
    assert client.get("/_mock/models?level=low").status_code == 400
    refused = client.get("/_mock/models?made=video")
    assert (refused.status_code, refused.json()["hint"]) == (
        400,
        "fields: level, makes, text, limit, after",
    )


def test_a_model_is_shown_by_its_slug(client):
    """With its schema; 404 where there is none."""
    shown = client.get("/_mock/models/ideogram-3").json()
    assert shown["schema"]["properties"].keys() == MODELS["ideogram-3"].properties.keys()
    refused = client.get("/_mock/models/ideogram-33")
    assert refused.status_code == 404
    assert "`ideogram-3`" in refused.json()["hint"]


def test_effects_are_shown(client):
    """Those of the table, and the routes that a rule can name."""
    shown, known = client.get("/_mock/effects").json(), list_effects(load_shipped_catalogue())
    assert [row["effect"] for row in shown["effects"]] == [
        row["effect"] for row in known["effects"]
    ]
    assert [row["name"] for row in shown["routes"]] == [row["name"] for row in known["routes"]]


def test_routes_and_plans_are_shown(client):
    """All that there are, by their names."""
    known = load_shipped_catalogue()
    routes, plans = client.get("/_mock/routes").json(), client.get("/_mock/plans").json()
    assert [row["name"] for row in routes["routes"]] == [row.name for row in known.routes]
    assert [row["name"] for row in plans["plans"]] == list(known.plans)


def test_rules_for_clients_are_shown(client):
    """With their levels."""
    levels = {rule["level"] for rule in client.get("/_mock/verdicts/rules").json()["rules"]}
    assert levels == {"MUST", "SHOULD"}


@pytest.mark.parametrize(
    ("headers", "url"),
    [({}, "http://127.0.0.1:8765"), ({"host": "localhost:99"}, "http://localhost:99")],
)
def test_snippets_point_a_client_at_the_url_that_was_asked(client, headers, url):
    """As whoever asks sees the server."""
    shown = client.get("/_mock/snippets", headers=headers).json()["snippets"]
    assert shown == [each._asdict() for each in render_snippets(url)]
    assert all(url in each["text"] for each in shown)


def test_what_is_read_here_is_in_no_journal(client):
    """The control plane leaves no trace."""
    for path in ("models", "models/ideogram-3", "routes", "effects", "plans", "snippets"):
        client.get(f"/_mock/{path}")
    assert client.get("/_mock/requests").json()["requests"] == []
