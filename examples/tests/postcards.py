"""The code under test: a small program that makes postcards. It knows nothing of segmock."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from segmind import SegmindClient  # type: ignore[import-untyped]

FINISHED = {"COMPLETED", "FAILED"}
TOO_MANY_REQUESTS, NOT_FOUND, FAILED = 429, 404, 422


class PostcardError(Exception):
    """There is no postcard; the message says why."""


@dataclass(frozen=True)
class Postcard:
    """A picture, where it came from, and what it cost in US dollars."""

    picture: bytes
    url: str
    cost: float


def postcard(client: SegmindClient, motif: str) -> Postcard:
    """Make a postcard with the vendor's SDK."""
    result = client.run("ideogram-3", prompt=f"A postcard of {motif}", aspect_ratio="3x2")
    picture = httpx.get(result["output"], timeout=60).raise_for_status().content
    return Postcard(picture, result["output"], result["metrics"]["cost"])


async def postcard_async(
    client: httpx.AsyncClient, base_url: str, api_key: str, motif: str, patience_s: float = 60
) -> Postcard:
    """Make a postcard with plain httpx: submit once, poll with patience, fetch the result."""
    key = {"x-api-key": api_key}
    order = {"prompt": f"A postcard of {motif}", "aspect_ratio": "3x2"}
    answer = await client.post(f"{base_url}/v2/ideogram-3", json=order, headers=key)
    if answer.is_error:  # never sent again: a second submit may be a second charge
        raise PostcardError(answer.json()["error"])
    job = answer.json()
    deadline = time.monotonic() + patience_s
    while (status := await _polled(client, job["status_url"], key))["status"] not in FINISHED:
        if time.monotonic() > deadline:
            raise PostcardError(f"not done after {patience_s:g} s")
        await asyncio.sleep(1)
    if status["status"] == "FAILED":
        raise PostcardError(status["error"])
    result = await _polled(client, job["response_url"], key)
    picture = await client.get(result["output"])  # public: the key stays at home
    return Postcard(picture.content, result["output"], result["metrics"]["cost"])


async def _polled(client: httpx.AsyncClient, url: str, key: dict[str, str]) -> dict[str, Any]:
    """Ask until there is an answer; a poll changes nothing, so it may be repeated."""
    for pause_s in (1, 2, 4, 8):
        try:
            answer = await client.get(url, headers=key)
        except httpx.TransportError:
            await asyncio.sleep(pause_s)
            continue
        if answer.status_code == TOO_MANY_REQUESTS:
            await asyncio.sleep(_until_reset_s(answer))
            continue
        if answer.is_server_error:
            await asyncio.sleep(pause_s)
            continue
        if answer.is_success or answer.status_code == FAILED:
            body: dict[str, Any] = answer.json()
            return body
        raise PostcardError(answer.json()["error"])
    raise PostcardError("the gateway does not answer")


def _until_reset_s(answer: httpx.Response) -> float:
    """Return how long to wait after a 429."""
    reset = datetime.fromisoformat(answer.headers["x-rate-limit-reset-at-utc"])
    return max((reset - datetime.now(UTC)).total_seconds(), 0.0)
