"""The programs that the vendor's pages of the five Ideogram models print, with words of our own.

Each page has the same calls: `segmind.run`, then `submit_async` and `wait` with both of its
exceptions; the oldest page has `requests.post` to v1. Nothing but the key is set.
"""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import patch

import httpx
import pytest
import requests
import segmind
from segmind import InferenceFailed, InferenceTimeout, SegmindClient

from mockserver import Emulator
from mockserver.tests.clients.first_sdk import Rerouted
from mockserver.tests.conftest import KEY

PROMPT = "A bakery on a canal barge, early light"
PAYLOADS: dict[str, dict[str, Any]] = {
    "ideogram-turbo-txt-2-img": {
        "magic_prompt_option": "AUTO",
        "negative_prompt": "blurry, dull",
        "prompt": PROMPT,
        "resolution": "RESOLUTION_1024_1024",
        "seed": 56698,
        "style_type": "GENERAL",
    },
    "ideogram-turbo-img-2-img": {
        "prompt": PROMPT,
        "image_file": "https://example.com/barge.jpg",
        "magic_prompt_option": "AUTO",
        "seed": 965220,
        "style_type": "GENERAL",
        "resolution": "RESOLUTION_1024_1024",
        "image_weight": 50,
    },
    "ideogram-2a-txt-2-img": {
        "magic_prompt_option": "AUTO",
        "prompt": PROMPT,
        "resolution": "RESOLUTION_1024_1024",
        "seed": 56698,
        "style_type": "GENERAL",
    },
    "ideogram-txt-2-img": {
        "magic_prompt_option": "AUTO",
        "negative_prompt": "blurry, dull",
        "prompt": PROMPT,
        "resolution": "RESOLUTION_1024_1024",
        "seed": 56698,
        "style_type": "GENERAL",
    },
    "ideogram-3": {
        "prompt": PROMPT,
        "resolution": "1024x1024",
        "rendering_speed": "DEFAULT",
        "magic_prompt": "AUTO",
        "negative_prompt": "crowds",
        "style_codes": [],
        "style_type": "GENERAL",
    },
}
"""What each page sends."""


def submit_and_wait(slug: str, payload: dict[str, Any]) -> tuple[str, Any]:
    """Submit and poll as the pages do; return the request's id and what came of it."""
    client = SegmindClient()
    job = client.submit_async(slug, **payload)
    name = job.request_id
    try:
        result = job.wait(timeout=600, interval=1.0)
    except InferenceTimeout as error:
        return name, ("still running:", error.request_id)
    except InferenceFailed as error:
        return name, ("failed:", error.detail)
    return name, result


@pytest.fixture
def world(segmock_respx):
    """Return an account at the vendor's host names, with its key set and pauses that pass."""
    with segmock_respx.sleepless():
        yield segmock_respx


@pytest.mark.fact("R2", "R3", "R4", "O1")
@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("slug", PAYLOADS)
def test_run_of_a_page_ends_with_its_picture(slug):
    """Status, link and seconds are where the page prints them; the link has a picture."""
    result = segmind.run(slug, **PAYLOADS[slug])
    assert result["status"] == "COMPLETED"
    assert result["metrics"]["inference_time"] > 0
    picture = httpx.get(result.get("output"))
    assert picture.headers["content-type"] == "image/png"
    assert result.get("output").startswith("https://images.segmind.com/")


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("slug", PAYLOADS)
def test_a_page_s_job_can_be_submitted_and_waited_for(slug):
    """Its id is there at once, and the result is of that request."""
    name, result = submit_and_wait(slug, PAYLOADS[slug])
    assert result["status"] == "COMPLETED"
    assert result["request_id"] == name


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("slug", PAYLOADS)
def test_a_page_s_program_is_told_why_its_job_failed(slug):
    """The SDK raises what the page catches, and it has the reason."""
    wrong = {"prompt": "mock:fail=The oven is cold."}
    _, outcome = submit_and_wait(slug, PAYLOADS[slug] | wrong)
    assert outcome == ("failed:", "The oven is cold.")


@pytest.mark.usefixtures("world")
def test_a_page_s_program_gives_up_after_ten_minutes():
    """Of virtual time, and it knows the id of the request that it gave up."""
    name, outcome = submit_and_wait("ideogram-3", PAYLOADS["ideogram-3"] | {"prompt": "mock:stall"})
    assert outcome == ("still running:", name)


@pytest.mark.fact("V1")
@pytest.mark.parametrize("slug", PAYLOADS)
def test_requests_of_the_oldest_page_has_its_answer(slug):
    """As JSON where the model answers in JSON; the page of ideogram-txt-2-img prints this."""
    with (
        Emulator(clock="auto").live() as server,
        patch("requests.sessions.HTTPAdapter", Rerouted),
        patch.object(Rerouted, "target", server.url),
    ):
        url = f"https://api.segmind.com/v1/{slug}"
        headers = {"x-api-key": KEY, "Content-Type": "application/json"}
        response = requests.post(url, headers=headers, json=PAYLOADS[slug], timeout=600)
    assert response.status_code == 200, response.text
    if response.headers["content-type"] == "application/json":
        assert json.dumps(response.json(), indent=2)
        assert response.json()["data"][0]["url"].startswith("http://images.segmind.com/")
    else:
        assert response.content.startswith(b"\x89PNG")
