"""Answers are completed with the headers that every answer has, and those that were asked for."""

import pytest

from mockserver.tests.conftest import Client
from mockserver.tests.models import MODELS

CONTRACT = "x-mock-contract"


def find_slug(level):
    """Return a model of this level that makes pictures within a minute."""
    return next(
        slug
        for slug, model in MODELS.items()
        if (model.terms.level, model.terms.task) == (level, "text-to-image")
        and model.terms.typical_s < 60
    )


@pytest.mark.parametrize("level", ["verified", "partial", "listed"])
def test_each_answer_about_a_run_says_how_much_is_known_of_its_model(client, level):
    """Where it is submitted, asked about and fetched, as well as where it is refused."""
    slug = find_slug(level)
    submitted = client.post(f"/v2/{slug}", MODELS[slug].document["examples"][0])
    status, result, refused = (
        client.get(submitted.json["status_url"]),
        client.get(submitted.json["response_url"]),
        client.post(f"/v1/{slug}", b"{"),
    )
    for answer in (submitted, status, result, refused):
        assert answer.headers[CONTRACT] == level
    assert (submitted.status, refused.status) == (200, 400)


def test_an_answer_about_no_model_says_nothing_of_one(client):
    """Neither about an account, nor about a slug that nobody knows."""
    for answer in (client.get("/v1/get-user-credits"), client.post("/v2/midjourney")):
        assert CONTRACT not in answer.headers
        assert answer.facts


def test_headers_of_ours_come_when_they_are_asked_for():
    """Without --explain answers have what the gateway's have."""
    client = Client(explain=False)
    answer = client.post("/v2/ideogram-3")
    assert answer.status == 200
    assert [name for name in answer.headers if name.startswith("x-mock")] == []
