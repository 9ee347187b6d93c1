"""What a model that makes no file yields: a provider's JSON, vectors, or plain text."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from mockserver.base.clock import SECOND
from mockserver.gateway.context import Context, Services
from mockserver.gateway.handlers import chat_completions, embeddings, transcriptions
from mockserver.gateway.handlers.captions import write_caption
from mockserver.rules.jobs import Job


class Text(NamedTuple):
    """The output of a run, the fact that it shows, and whether it is JSON, bare on v1."""

    content: bytes
    fact: str
    is_json: bool = True


def write_text(services: Services, context: Context) -> Text:
    """Return the output of a completed job whose model makes no file (O4, O5, O7, O8)."""
    job = context.require_job()
    output = job.model.terms.output
    if output.media == "embedding":
        return Text(embeddings.render_embedding(job, parse_params(job)), "O7")
    if output.provider:
        where = (services.options.seed, context.require_account().api_key)
        params = parse_params(job)
        return Text(chat_completions.render_completion(output.provider, job, params, where), "O4")
    if output.kind == "transcription":
        return Text(transcriptions.render_transcription(job, parse_params(job)), "O8")
    if output.kind == "caption":
        return Text(write_caption(job, parse_params(job)).encode(), "O8", is_json=False)
    seconds = (job.finished_at - job.submitted_at) / SECOND
    return Text(f"{job.model.slug} finished after {seconds:g} s.".encode(), "O5", is_json=False)


def parse_params(job: Job) -> dict[str, Any]:
    """Return the parameters of a job."""
    params: dict[str, Any] = msgspec.json.decode(job.payload)
    return params
