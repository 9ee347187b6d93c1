"""The vendor's first Python SDK, 0.2.3 of 2023, unmodified, against a live server: all its models.

Each is a class that blocks on v1, sends its numbers as text, and reads `x-remaining-credits`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver import Emulator
from mockserver.tests import conftest
from mockserver.tests.conftest import KEY, PATIENCE_S, PROMPT
from mockserver.tests.processes import environment

FOLDER = Path(__file__).parents[2] / ".sdk" / "0.2.3"
DRIVER = Path(__file__).parent / "clients" / "first_sdk.py"
PRINTED = re.compile(r"Success! You have ([\d.]+) credits remaining\n")


def make_picture(url: str) -> str:
    """Return the address of a picture that the server has made, for those that take one."""
    with httpx.Client(base_url=url, headers={"x-api-key": KEY}, trust_env=False) as http:
        submitted = http.post("/v2/ideogram-3", json=PROMPT).json()
        while "output" not in (result := http.get(submitted["response_url"]).json()):
            assert result["status"] in {"QUEUED", "PROCESSING"}
        return str(result["output"])


@pytest.fixture(scope="module")
def played() -> tuple[dict[str, Any], list[Any]]:
    """What each class made, and the journal of the server, oldest first."""
    assert FOLDER.is_dir(), "the SDK is not there: run `make .sdk/0.2.3`"
    conftest._problems.clear()
    with Emulator(clock="auto").live() as server:
        done = subprocess.run(
            [sys.executable, str(DRIVER), server.url, make_picture(server.url)],
            env=environment(PYTHONPATH=str(FOLDER)),
            capture_output=True,
            check=False,
            text=True,
            timeout=PATIENCE_S,
        )
        asked = {"limit": 1000, "route": "sync"}
        journal = httpx.get(f"{server.url}/_mock/requests", params=asked, trust_env=False).json()
    assert done.returncode == 0, done.stderr
    assert conftest._problems == []
    return json.loads(done.stdout), journal["requests"]


@pytest.fixture
def made(played) -> dict[str, Any]:
    """What each class made."""
    return played[0]


@pytest.fixture
def journal(played) -> list[Any]:
    """Every run that was asked for."""
    return played[1]


@pytest.mark.fact("P1", "V1", "V2")
def test_every_class_of_the_first_sdk_gets_a_picture(made):
    """Pillow reads it to its last pixel, and the SDK prints what the headers say is left."""
    failed = {name: each for name, each in made.items() if "error" in each}
    codeformer = {name for name in made if name.startswith("Codeformer")}
    assert failed.keys() < codeformer, "it can decode two of three pictures, and others all of them"
    assert all(PRINTED.fullmatch(each["printed"]) for each in made.values()), made
    assert len(made) > 40


@pytest.mark.fact("P1")
def test_sdxl_is_asked_with_numbers_as_text(made, journal):
    """Samples, steps, scale, seed and strength; what is asked for is what comes."""
    assert tuple(made["SDXL with numbers"]["size"]) == (1024, 1024)
    [*_, last] = journal
    assert last["path"] == "/v1/sdxl1.0-txt2img"
    sent = last["request"]["body"]
    assert (sent["samples"], sent["seed"], sent["guidance_scale"]) == ("2", "4711", "7.5")
    assert last["response"]["headers"]["x-seed-value"] == "4711"
    assert {"samples", "seed", "guidance_scale", "strength"} <= set(last["numbers_as_text"])


@pytest.mark.fact("P3")
def test_pictures_are_sent_as_address_and_as_bare_base64(journal):
    """The SDK downloads some pictures and sends their bytes, and the address of others."""
    sent = [each["request"]["body"] for each in journal]
    assert any(body.get("imageUrl", "").startswith("http://") for body in sent)
    assert any(body.get("image", "").startswith("iVBORw0KGgo") for body in sent)


def test_what_each_run_cost_is_what_is_printed(made, journal):
    """In the order of the calls, down to what the account has left."""
    printed = [PRINTED.fullmatch(each["printed"])[1] for each in made.values()]
    headers = [each["response"]["headers"]["x-remaining-credits"] for each in journal]
    assert printed == headers
