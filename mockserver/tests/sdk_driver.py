"""Drives the vendor's SDK against a server and prints, as JSON, what each scenario came to.

Run as a program, with the root of the server's URL: which release of the SDK it drives is decided
by PYTHONPATH, so it imports nothing of the emulator.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import httpx
import segmind
from segmind import v2

MODEL = "ideogram-3"
IMAGE_MODEL = "ideogram-turbo-img-2-img"
PROMPT = "A paper boat in a puddle"
TIMING = {"timeout": 30, "interval": 0.01}
NEVER_SUBMITTED = "0123456789abcdef0123456789abcdef"

Outcome = dict[str, Any]


class Driver:
    """A client of the SDK with a key of its own, and the server's root."""

    def __init__(self, root: str, key: str) -> None:
        self.root = root
        self.key = key
        self.client = segmind.SegmindClient(api_key=key, base_url=f"{root}/v1")

    def refusal(self, call: Callable[[], Any]) -> Outcome:
        """Return the error that a call raises."""
        try:
            return {"raised": None, "returned": repr(call())}
        except segmind.exceptions.SegmindError as error:
            return {"raised": type(error).__name__, **error.to_dict()} | vars(error)

    def submitted(self, prompt: str = PROMPT) -> Any:
        """Submit a job."""
        return self.client.submit_async(MODEL, prompt=prompt)


def run(driver: Driver) -> Outcome:
    """Run a model with `run`, and note how long it wanted to sleep between polls."""
    slept: list[float] = []
    with patch("segmind.v2.time.sleep", slept.append):
        result = driver.client.run(MODEL, prompt=PROMPT)
    image = httpx.get(result["output"])
    return {
        "result": result,
        "slept": slept,
        "media": image.headers["content-type"],
        "bytes": len(image.content),
    }


def submit_and_wait(driver: Driver) -> Outcome:
    """Submit a job, look at it, and wait for its end."""
    job = driver.submitted()
    first = job.status()
    return {"submit": job.submit_response, "first": first, "result": job.wait(**TIMING)}


def run_sync_json(driver: Driver) -> Outcome:
    """Run a model that answers v1 with JSON."""
    response = driver.client.run_sync(MODEL, prompt=PROMPT, seed=4711)
    return {"body": response.json(), "headers": dict(response.headers)}


def run_sync_image(driver: Driver) -> Outcome:
    """Run a model that answers v1 with an image."""
    response = driver.client.run_sync(
        IMAGE_MODEL, prompt=PROMPT, image_file="https://example.com/boat.png"
    )
    return {"start": response.content[:8].hex(), "headers": dict(response.headers)}


def failed_job(driver: Driver) -> Outcome:
    """Wait for a job that fails, and read its result all the same."""
    job = driver.submitted("mock:fail=The worker ran out of memory.")
    return driver.refusal(lambda: job.wait(**TIMING)) | {"result": job.result()}


def stalled_job(driver: Driver) -> Outcome:
    """Wait for a job that does not end."""
    job = driver.submitted("mock:stall")
    return driver.refusal(lambda: job.wait(timeout=0.05, interval=0.01)) | {"last": job.status()}


def expired_job(driver: Driver) -> Outcome:
    """Ask for a job an hour after its submission."""
    job = driver.submitted()
    change = {"api_key": driver.key, "advance_s": 3600}
    httpx.patch(f"{driver.root}/_mock/clock", json=change).raise_for_status()
    return driver.refusal(job.status) | {"request_id": job.request_id}


def unknown_job(driver: Driver) -> Outcome:
    """Ask for a job that was never submitted."""
    url = f"{driver.root}/v2/requests/{NEVER_SUBMITTED}"
    job = v2.AsyncJob(NEVER_SUBMITTED, f"{url}/status", url, {}, driver.client)
    return driver.refusal(job.result) | {"request_id": NEVER_SUBMITTED}


def refused_value(driver: Driver) -> Outcome:
    """Call v1 with a value outside of its set."""
    return driver.refusal(
        lambda: driver.client.run_sync(MODEL, prompt=PROMPT, rendering_speed="WARP")
    )


def missing_parameter(driver: Driver) -> Outcome:
    """Call v1 without what it needs."""
    return driver.refusal(lambda: driver.client.run_sync(MODEL))


def unknown_model(driver: Driver) -> Outcome:
    """Submit to a model that there is not."""
    return driver.refusal(lambda: driver.client.submit_async("nothing-1", prompt=PROMPT))


def refused_submit(driver: Driver) -> Outcome:
    """Submit with a key that asks for an error."""
    return driver.refusal(driver.submitted)


def second_submit(driver: Driver) -> Outcome:
    """Submit twice in a minute that has room for one."""
    driver.submitted()
    return driver.refusal(driver.submitted)


SCENARIOS: dict[str, tuple[Callable[[Driver], Outcome], str]] = {
    "run": (run, "SG_a000000000000001"),
    "submit_and_wait": (submit_and_wait, "SG_a000000000000002"),
    "run_sync_json": (run_sync_json, "SG_a000000000000003"),
    "run_sync_image": (run_sync_image, "SG_a000000000000004"),
    "failed_job": (failed_job, "SG_a000000000000005"),
    "stalled_job": (stalled_job, "SG_a000000000000006"),
    "expired_job": (expired_job, "SG_a000000000000007"),
    "unknown_job": (unknown_job, "SG_a000000000000008"),
    "refused_value": (refused_value, "SG_a000000000000009"),
    "missing_parameter": (missing_parameter, "SG_a00000000000000a"),
    "unknown_model": (unknown_model, "SG_a00000000000000b"),
    "bad_key": (refused_submit, "SG_0000000000000401"),
    "denied_model": (refused_submit, "SG_0000000000000403"),
    "no_credits": (refused_submit, "SG_0000000000000406"),
    "rate_limited": (second_submit, "SG_0000000000000429"),
    "broken_gateway": (refused_submit, "SG_0000000000000502"),
}


def main() -> None:
    """Play every scenario."""
    root = sys.argv[1]
    report = {name: play(Driver(root, key)) for name, (play, key) in SCENARIOS.items()}
    json.dump({"version": segmind.__version__, "scenarios": report}, sys.stdout, default=str)


if __name__ == "__main__":
    main()
