"""What is told of a workflow's run: in answers to polls (N8) and to webhooks (N5)."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.base.clock import render_iso
from mockserver.base.json_encoding import encode
from mockserver.contract.texts import find_text
from mockserver.rules.jobs import Job, State
from mockserver.rules.webhooks import RunEvent

NODE = "image"
"""The name of the one node that every workflow of the emulator has."""

_LONGEST_ERROR = 1_000


def render_outputs(job: Job, url: str) -> list[dict[str, Any]]:
    """Return what a run has yielded: a picture, and the inputs as they are kept."""
    return [
        _render_picture(url),
        {"keyname": "inputs", "value": {"data": _render_compact(job.payload), "type": "text"}},
    ]


def _render_picture(url: str) -> dict[str, Any]:
    return {"keyname": NODE, "value": {"data": url, "type": "image"}}


def _render_compact(payload: bytes) -> str:
    return msgspec.json.format(payload, indent=-1).decode()


def render_error(job: Job) -> dict[str, str]:
    """Return why a run has failed."""
    return {"error": job.error or find_text("workflow_failed")}


def render_submitted(origin: str, job: Job) -> bytes:
    """Encode the answer to a submit."""
    return encode(
        {
            "message": find_text("workflow_queued"),
            "poll_url": f"{origin}/workflows/request/{job.request_id}",
            "request_id": job.request_id,
            "status": "QUEUED",
        }
    )


def render_state(job: Job, state: State, url: str) -> bytes:
    """Encode the answer to a poll: a finished run's output is JSON as a string."""
    if state == "FAILED":
        return encode({"error_message": render_error(job), "status": state})
    output = encode(render_outputs(job, url)).decode() if state == "COMPLETED" else ""
    return encode({"output": output, "status": state})


def find_events(job: Job, url: str) -> list[RunEvent]:
    """Return the events of a workflow that has ended, in their order (N5)."""
    error = render_error(job)["error"][:_LONGEST_ERROR] if job.ends == "FAILED" else None
    names = ("NODE_RUN", "GRAPH_RUN") if error is None else ("GRAPH_RUN",)
    about = (job.model.slug, job.request_id, job.finished_at, url, error)
    return [RunEvent(name, *about) for name in names]


def render_event(event: RunEvent) -> bytes:
    """Encode what a receiver is sent of an event."""
    body: dict[str, Any] = {
        "event": event.name,
        "workflow_id": event.workflow_id,
        "request_id": event.request_id,
        "status": "COMPLETED" if event.error is None else "FAILED",
        "at": render_iso(event.at),
    }
    if event.name == "NODE_RUN":
        body["node"] = {"id": "node-1", "name": NODE, "output": event.output_url}
    elif event.error is None:
        body["outputs"] = [_render_picture(event.output_url)]
    else:
        body |= {"outputs": [], "error_message": {"error": event.error}}
    return encode(body)
