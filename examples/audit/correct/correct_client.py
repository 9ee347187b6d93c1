"""The code under test: buys a picture, and does what the gateway asks of its clients.

A run is sent once, since a second one may be a second charge; whatever only asks may be repeated.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any, TypeAlias

import httpx

Document: TypeAlias = dict[str, Any]

TOO_MANY_REQUESTS = 429
POLL_S = 1
PAUSES_S = (1, 2, 4)


class PictureError(Exception):
    """There is no picture; the message says why."""


def buy_picture(base_url: str, api_key: str, prompt: str, patience_s: float = 120) -> bytes:
    """Buy one picture and return its bytes.

    Args:
        base_url: The gateway's root.
        api_key: Who pays.
        prompt: What is to be seen.
        patience_s: How long the run may take.

    Raises:
        PictureError: the gateway refused, the run failed, or it took too long.
    """
    with httpx.Client(timeout=20) as client:
        key = {"x-api-key": api_key}
        job = _submit(client, f"{base_url}/v2/ideogram-3", key, {"prompt": prompt})
        _wait(client, job["status_url"], key, patience_s)
        result = _ask(client, job["response_url"], key)
        return _download(client, result["output"])


def _submit(client: httpx.Client, url: str, key: dict[str, str], order: Document) -> Document:
    """Send a run once. Only a 429 is sent again: it was refused, so nothing was paid."""
    try:
        for _ in PAUSES_S:
            answer = client.post(url, json=order, headers=key)
            if answer.status_code != TOO_MANY_REQUESTS:
                return _read(answer)
            time.sleep(_count_seconds_to_reset(answer))
    except (httpx.TransportError, ValueError) as error:
        raise PictureError(f"it is not known whether the run was accepted: {error}") from error
    raise PictureError("the gateway has no room for this run")


def _wait(client: httpx.Client, url: str, key: dict[str, str], patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    while (state := _ask(client, url, key).get("status")) != "COMPLETED":
        if state == "FAILED":
            raise PictureError("the run failed")
        if time.monotonic() > deadline:
            raise PictureError(f"not done after {patience_s:g} s")
        time.sleep(POLL_S)


def _ask(client: httpx.Client, url: str, key: dict[str, str]) -> Document:
    """Ask until there is an answer that can be read."""
    for pause_s in PAUSES_S:
        try:
            answer = client.get(url, headers=key)
            if answer.status_code == TOO_MANY_REQUESTS:
                time.sleep(_count_seconds_to_reset(answer))
            elif not answer.is_server_error:
                return _read(answer)
        except (httpx.TransportError, ValueError):
            pass
        time.sleep(pause_s)
    raise PictureError("the gateway gives no answer that can be read")


def _read(answer: httpx.Response) -> Document:
    """Return the body of an answer.

    Raises:
        PictureError: it is a refusal, or the run failed.
        ValueError: it is no JSON.
    """
    body: Document = answer.json()
    if answer.is_error:
        raise PictureError(f"{answer.status_code}: {body.get('error')}")
    return body


def _download(client: httpx.Client, url: str) -> bytes:
    """Fetch a file whole; it is public, so the key stays at home."""
    for pause_s in PAUSES_S:
        try:
            return client.get(url).raise_for_status().content
        except httpx.HTTPError:
            time.sleep(pause_s)
    raise PictureError("the picture cannot be fetched")


def _count_seconds_to_reset(answer: httpx.Response) -> float:
    reset = datetime.fromisoformat(answer.headers["x-rate-limit-reset-at-utc"])
    return max((reset - datetime.now(UTC)).total_seconds(), 0)
