"""The vendor's own SDK, unmodified, against a live server: three releases, every outcome."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver import Emulator
from mockserver.tests import conftest
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.processes import environment

VERSIONS = ("1.1.0", "1.2.0", "1.3.0")
ROOT = Path(__file__).parents[2]
DRIVER = Path(__file__).with_name("sdk_driver.py")
PNG = b"\x89PNG\r\n\x1a\n".hex()


@dataclass(frozen=True)
class Release:
    """What a release of the SDK made of the scenarios of `sdk_driver`, and the server of it."""

    version: str
    scenarios: dict[str, Any]
    journal: list[Any]


def driven(version: str, url: str) -> Any:
    """Run the driver with this release; return what it printed."""
    folder = ROOT / ".sdk" / version
    assert folder.is_dir(), f"the SDK is not there: run `make .sdk/{version}`"
    done = subprocess.run(
        [sys.executable, str(DRIVER), url],
        env=environment(PYTHONPATH=str(folder)),
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module", params=VERSIONS)
def release(request) -> Release:
    """One release of the SDK, all of its scenarios played."""
    conftest._problems.clear()
    with Emulator(clock="auto").live() as server:
        report = driven(request.param, server.url)
        journal = httpx.get(f"{server.url}/_mock/requests").json()["requests"]
    assert conftest._problems == []
    assert report["version"] == request.param
    return Release(request.param, report["scenarios"], journal)


@pytest.fixture
def sdk(release) -> Callable[[str], Any]:
    """Look up what a scenario came to."""
    return release.scenarios.__getitem__


@pytest.mark.fact("S3")
def test_the_sdk_says_who_it_is(release):
    """Every request carries the SDK's name and version; only a body has a Content-Type."""
    inference = [exchange for exchange in release.journal if exchange["route"] != "output"]
    sent = [exchange["request"]["headers"] for exchange in inference]
    assert {headers["x-initiator"] for headers in sent} == {"SDK-PY"}
    assert {headers["user-agent"] for headers in sent} == {f"segmind-python-sdk/{release.version}"}
    types = {
        (exchange["method"], exchange["request"]["headers"].get("content-type"))
        for exchange in inference
    }
    assert types == {("POST", "application/json"), ("GET", None)}


@pytest.mark.fact("R2", "R3", "R4", "R7", "O1", "O2")
def test_run_ends_with_an_image(sdk):
    """`run` submits, polls once a second, and returns a result whose image can be fetched."""
    came = sdk("run")
    assert came["result"]["status"] == "COMPLETED"
    assert came["slept"] == [1.0, 1.0]
    assert came["media"] == "image/png"
    assert came["bytes"] == came["result"]["images"][0]["file_size"]


@pytest.mark.fact("S1", "T1", "T2")
def test_a_submitted_job_can_be_waited_for(sdk):
    """`submit_async` gives a job that is queued at first and completed after `wait`."""
    came = sdk("submit_and_wait")
    assert sorted(came["submit"]) == list(came["submit"])
    assert (came["submit"]["status"], came["first"]["status"]) == ("QUEUED", "QUEUED")
    assert came["result"]["status"] == "COMPLETED"
    assert came["result"]["request_id"] == came["submit"]["request_id"]


@pytest.mark.fact("R1", "V1", "V2")
def test_run_sync_returns_json(sdk):
    """`run_sync` of a model that returns JSON has it, with cost and seed in the headers."""
    came = sdk("run_sync_json")
    assert came["body"]["data"][0]["url"].startswith("http://127.0.0.1:")
    assert came["headers"]["content-type"] == "application/json"
    assert (came["headers"]["x-cost"], came["headers"]["x-seed-value"]) == ("0.075", "4711")


@pytest.mark.fact("R1", "V1", "V2")
def test_run_sync_returns_an_image(sdk):
    """`run_sync` of a model that returns an image has its bytes."""
    came = sdk("run_sync_image")
    assert (came["start"][:16], came["headers"]["content-type"]) == (PNG, "image/png")
    assert came["headers"]["x-remaining-credits"] == "99.937"


@pytest.mark.fact("T4", "T11", "E8")
def test_a_failed_job_raises_its_own_error(sdk):
    """`wait` for a job that fails raises InferenceFailed with the words of the job."""
    came = sdk("failed_job")
    assert came["raised"] == "InferenceFailed"
    assert came["detail"] == "The worker ran out of memory."
    assert came["status_body"] == came["result"]
    assert sorted(came["status_body"]["metrics"]) == ["inference_time", "queue_time", "total_time"]


@pytest.mark.fact("T1")
def test_a_stalled_job_times_out(sdk):
    """`wait` for a job that does not end raises InferenceTimeout, and the job is still running."""
    came = sdk("stalled_job")
    assert came["raised"] == "InferenceTimeout"
    assert came["last"]["status"] == "PROCESSING"


@pytest.mark.fact("T6", "T7")
@pytest.mark.parametrize("scenario", ["expired_job", "unknown_job"])
def test_a_job_that_is_not_there_is_404(sdk, scenario):
    """A job that expired and one that never was raise a 404 that names the id."""
    came = sdk(scenario)
    assert (came["raised"], came["status"]) == ("SegmindError", 404)
    assert came["detail"] == f"Request {came['request_id']} not found"


@pytest.mark.fact("A3", "A6", "E1", "E2", "E3", "E4", "E5", "L2", "L3")
@pytest.mark.parametrize(
    ("scenario", "status", "words"),
    [
        ("missing_parameter", 400, "prompt"),
        ("bad_key", 401, "Unauthorized. API key"),
        ("denied_model", 403, "ideogram-3"),
        ("unknown_model", 404, "nothing-1"),
        ("no_credits", 406, "credits"),
        ("refused_value", 406, "rendering_speed"),
        ("rate_limited", 429, "Rate limit"),
    ],
)
def test_a_refusal_raises_its_status_and_words(sdk, scenario, status, words):
    """A refused call raises SegmindError with the status and the words of the envelope."""
    came = sdk(scenario)
    assert (came["raised"], came["status"]) == ("SegmindError", status)
    assert words in came["detail"]


@pytest.mark.fact("E6")
def test_a_page_from_the_edge_raises_its_status_without_words(sdk):
    """A 502, which is HTML, raises SegmindError with the status and no detail."""
    came = sdk("broken_gateway")
    assert (came["raised"], came["status"], came["detail"]) == ("SegmindError", 502, None)
