"""Every model of the catalogue, from the submission to the file that came of it."""

from __future__ import annotations

from base64 import b64decode
from decimal import Decimal

import pytest

from mockserver.base.clock import SECOND
from mockserver.rules.outputs import FORMATS
from mockserver.tests.conftest import Client
from mockserver.tests.models import MODELS

SIGNATURES = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/webp": b"RIFF",
    "image/gif": b"GIF89a",
    "video/mp4": b"ftyp",
    "audio/wav": b"RIFF",
    "model/gltf-binary": b"glTF",
}
"""What files of each media type begin with."""

SMALL = {"width": 64, "height": 64, "duration": 1}
"""What keeps pictures, films and sounds small, in models that may have such parameters."""


@pytest.fixture(scope="module")
def client():
    """Return a client that v1 makes wait for nothing and that has credits for all."""
    return Client(credits="100000", v1_limit="scaled")


def payload_of(model):
    """Return the first example of a model, made small where its parameters are not all known."""
    example = model.document["examples"][0]
    return {**{name: SMALL[name] for name in SMALL.keys() - model.properties.keys()}, **example}


def is_media(content_type, body):
    """Tell whether a body is what its media type says."""
    return SIGNATURES[content_type] in body[:16]


def test_every_model_runs_on_v2_and_its_file_can_be_had(client):
    """Each costs what its contract says, takes as long, and yields the medium of its kind."""
    for slug, model in MODELS.items():
        submitted = client.submit(slug, payload_of(model))
        job = client.store.find_job(client.key, submitted["request_id"])
        seconds = (job.finished_at - job.submitted_at) / SECOND
        client.advance(seconds + 1)
        result = client.get(f"/v2/requests/{job.request_id}").json
        assert (slug, result["status"]) == (slug, "COMPLETED"), result
        assert Decimal(str(result["metrics"]["cost"])) == job.price
        medium = model.terms.output.media
        if medium in FORMATS:
            answer = client.get(result["output"])
            assert is_media(answer.headers["content-type"], answer.body), slug
        else:
            assert result["output"], slug


def test_every_model_runs_on_v1(client):
    """With the bytes of its medium, or JSON, as which a payload may ask for a picture too."""
    for slug, model in MODELS.items():
        payload = payload_of(model)
        answer = client.post(f"/v1/{slug}", payload)
        assert (slug, answer.status) == (slug, 200), answer.body
        content_type = answer.headers["content-type"]
        is_json = model.terms.v1_returns == "json" or model.is_base64(payload)
        assert is_json == (content_type == "application/json"), slug
        assert answer.json if is_json else is_media(content_type, answer.body), slug


@pytest.mark.fact("V6")
@pytest.mark.parametrize("name", ["base64", "base_64"])
def test_a_listed_model_gives_its_picture_inside_json(client, name):
    """Under either name, as true or as the text of it."""
    slug = next(
        slug
        for slug, model in MODELS.items()
        if (model.terms.level, model.terms.output.media) == ("listed", "image")
    )
    for value in (True, "true"):
        answer = client.post(f"/v1/{slug}", {**SMALL, "prompt": "A fox", name: value})
        assert answer.json.keys() == {"image", "status", "infer_time"}
        assert is_media("image/png", b64decode(answer.json["image"]))
