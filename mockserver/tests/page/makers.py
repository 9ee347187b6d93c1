"""Runs that tests of the page look at the files of."""

from __future__ import annotations

from typing import Any

from mockserver.tests.page.servers import PageServer

SAMPLES = {
    "image": ("ideogram-3", {"prompt": "A paper boat in a puddle"}),
    "video": ("sora-2", {"prompt": "A paper kite above red roofs"}),
    "audio": ("lyria-2", {"prompt": "A slow waltz for accordion"}),
    "3d": ("hunyuan-3d-2", {"image": "https://example.com/boat.png"}),
}
"""A model and a body for each kind of file."""


def make_outputs(server: PageServer, *kinds: str) -> dict[str, dict[str, Any]]:
    """Have runs make files of these kinds, or of all; return their rows by kind."""
    jobs = {}
    for kind in kinds or SAMPLES:
        slug, body = SAMPLES[kind]
        jobs[kind] = server.submit(slug, body)["request_id"]
    pass_time(server)
    return {kind: list_outputs(server, request_id=job)[0] for kind, job in jobs.items()}


def pass_time(server: PageServer, seconds: float = 1000) -> None:
    """Let virtual seconds pass, in which runs end."""
    server.steer("PATCH", "/_mock/clock", {"advance_s": seconds})


def list_outputs(server: PageServer, **query: Any) -> list[dict[str, Any]]:
    """Return what the control plane lists."""
    rows: list[dict[str, Any]] = server.steer("GET", "/_mock/outputs", **query)["outputs"]
    return rows
