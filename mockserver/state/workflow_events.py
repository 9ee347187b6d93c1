"""What is told of a workflow's run: in answers to polls (N8) and to webhooks (N5)."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.base.clock import render_iso
from mockserver.base.json_encoding import encode
from mockserver.contract.texts import find_text
from mockserver.rules.jobs import Job, State

NODE = "image"
"""The name of the one node that every workflow of the emulator has."""

_LONGEST_ERROR = 1_000


def outputs(job: Job, url: str) -> list[dict[str, Any]]:
    """Return what a run has yielded: a picture, and the inputs as they are kept."""
    return [
        _picture(url),
        {"keyname": "inputs", "value": {"data": _compact(job.payload), "type": "text"}},
    ]


def _picture(url: str) -> dict[str, Any]:
    return {"keyname": NODE, "value": {"data": url, "type": "image"}}


def _compact(payload: bytes) -> str:
    return msgspec.json.format(payload, indent=-1).decode()


def error_of(job: Job) -> dict[str, str]:
    """Return why a run has failed."""
    return {"error": job.error or find_text("workflow_failed")}


def submitted(origin: str, job: Job) -> bytes:
    """Encode the answer to a submit."""
    return encode(
        {
            "message": find_text("workflow_queued"),
            "poll_url": f"{origin}/workflows/request/{job.request_id}",
            "request_id": job.request_id,
            "status": "QUEUED",
        }
    )


def polled(job: Job, state: State, url: str) -> bytes:
    """Encode the answer to a poll: a finished run's output is JSON as a string."""
    if state == "FAILED":
        return encode({"error_message": error_of(job), "status": state})
    output = encode(outputs(job, url)).decode() if state == "COMPLETED" else ""
    return encode({"output": output, "status": state})


def node_run(job: Job, url: str) -> bytes:
    """Encode the event of a node that has run."""
    node = {"id": "node-1", "name": NODE, "output": url}
    return encode({**_head("NODE_RUN", job), "node": node})


def graph_run(job: Job, url: str) -> bytes:
    """Encode the event of a workflow that has ended; it stays short, as many may be waiting."""
    head = _head("GRAPH_RUN", job)
    if job.ends == "FAILED":
        error = {name: text[:_LONGEST_ERROR] for name, text in error_of(job).items()}
        return encode({**head, "outputs": [], "error_message": error})
    return encode({**head, "outputs": [_picture(url)]})


def _head(event: str, job: Job) -> dict[str, Any]:
    return {
        "event": event,
        "workflow_id": job.model.slug,
        "request_id": job.request_id,
        "status": job.ends,
        "at": render_iso(job.finished_at),
    }
