"""The code under test: buys a picture, and where anything goes wrong tries the whole again.

This is how many clients begin: a loop around everything. It works on a good day, and on a bad one
every round that was accepted is paid for.
"""

from __future__ import annotations

import time

import httpx

ATTEMPTS = 3


class PictureError(Exception):
    """There is no picture; the message says why."""


def buy_picture(base_url: str, api_key: str, prompt: str) -> bytes:
    """Buy one picture and return its bytes."""
    for _ in range(ATTEMPTS):
        try:
            return _try_to_buy(base_url, {"x-api-key": api_key}, {"prompt": prompt})
        except (httpx.HTTPError, KeyError, ValueError):
            time.sleep(1)
    raise PictureError("the gateway does not answer")


def _try_to_buy(base_url: str, key: dict[str, str], order: dict[str, str]) -> bytes:
    job = httpx.post(f"{base_url}/v2/ideogram-3", json=order, headers=key).json()
    while True:
        status = httpx.get(job["status_url"], headers=key).json()
        if status["status"] == "FAILED":
            raise PictureError(status["error"])
        if status["status"] == "COMPLETED":
            break
        time.sleep(1)
    result = httpx.get(job["response_url"], headers=key).json()
    return httpx.get(result["output"]).content
