"""A model whose pictures have the format that a parameter chooses: the same wherever they show."""

from __future__ import annotations

import json
from io import BytesIO

import httpx
import pytest
from PIL import Image

from mockserver.contract.catalogue import Catalogue
from mockserver.emulator import Emulator
from mockserver.tests.conftest import HOST, KEY

RECENT = "/inference-request/recent-generations"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A client of a gateway that has such a model."""
    folder = tmp_path_factory.mktemp("models")
    document = json.loads(Catalogue().models["ideogram-3"].file.read_text())
    document["x-model"] |= {"slug": "chosen", "v1_returns": "image"}
    document["x-model"]["output"] |= {"format": "webp", "format_parameter": "image_format"}
    document["properties"]["image_format"] = {
        "enum": ["png", "jpg", "webp", "gif"],
        "default": "jpg",
    }
    (folder / "chosen.json").write_text(json.dumps(document))
    emulator = Emulator(clock="auto", models=folder)
    headers = {"x-api-key": KEY}
    with httpx.Client(
        transport=emulator.transport, base_url="https://api.segmind.com", headers=headers
    ) as made:
        yield made


@pytest.mark.parametrize(
    ("asked", "fmt", "suffix"),
    [
        ({}, "JPEG", "jpg"),
        ({"image_format": "png"}, "PNG", "png"),
        ({"image_format": "gif"}, "GIF", "gif"),
    ],
    ids=str,
)
def test_a_run_yields_the_format_that_was_asked_for(client, asked, fmt, suffix):
    """v1 answers with it, v2 links to it, and lists of the console name the same file."""
    params = {"prompt": "A boat", **asked}
    bare = client.post("/v1/chosen", json=params)
    assert bare.headers["content-type"] == f"image/{fmt.lower()}"
    assert Image.open(BytesIO(bare.content)).format == fmt
    job = client.post("/v2/chosen", json=params).json()
    states = (client.get(job["status_url"]).json()["status"] for _ in range(100))
    assert "COMPLETED" in states
    url = client.get(job["response_url"]).json()["output"]
    assert url.endswith(f".{suffix}")
    assert Image.open(BytesIO(client.get(url).content)).format == fmt
    listed = client.get(f"https://{HOST}{RECENT}?model_name=chosen").json()
    rows = next(iter(listed.values()))
    names = [row["generation_url"].rpartition("/")[2] for row in rows]
    assert url.rpartition("/")[2] in names
