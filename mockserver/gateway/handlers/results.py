"""What a completed run yields: the full result of v2, or the answer of a blocking run."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from mockserver.base.clock import SECOND
from mockserver.gateway.context import Exchange, World
from mockserver.gateway.handlers import chat_completions
from mockserver.media.artefacts import CONTENT_TYPES, Artefact
from mockserver.media.images import Picture
from mockserver.rules import response_bodies
from mockserver.rules.jobs import Job
from mockserver.rules.outputs import artefact_of, file_name, url_of

Facts: TypeAlias = tuple[str, ...]

_JSON = "application/json"


def completed(world: World, exchange: Exchange) -> tuple[Facts, bytes]:
    """Return the full result of a job, and the facts that it shows (R4, O1)."""
    job = exchange.found
    output = job.model.terms.output
    if output.media == "text":
        said = _said(world, exchange)
        fact = "O4" if output.provider else "O5"
        return ("R4", "O1", "O2", "O3", fact), response_bodies.text_result(job, said.decode())
    params = _params(job)
    artefact = artefact_of(job.model, params, job.seed)
    url = _url(world, exchange, artefact)
    name = url.rpartition("/")[2]
    size = len(world.images.get(artefact))
    file = response_bodies.File(url, CONTENT_TYPES[artefact.format], name, size)
    body = response_bodies.media_result(output.media, job, file, params.get("prompt"))
    return ("R4", "O1", "O2", "O3"), body


def blocking(world: World, exchange: Exchange) -> tuple[Facts, str, bytes]:
    """Return a run's facts, content type and body: JSON, or raw bytes (V1, V1b, V1c)."""
    job, model = exchange.found, exchange.called
    output = model.terms.output
    if output.media == "text":
        said = _said(world, exchange)
        if output.provider:
            return ("R1", "V2", "O4"), _JSON, said
        return ("R1", "V2", "O5"), _JSON, response_bodies.v1_text_result(said.decode())
    params = _params(job)
    if model.is_base64(params):
        return ("R1", "V1c", "V2"), _JSON, _inside_json(world, exchange, params)
    artefact = artefact_of(model, params, job.seed)
    content_type = CONTENT_TYPES[artefact.format]
    returns = model.terms.v1_returns if world.rules.v1 == "contract" else world.rules.v1
    if returns != "json":
        return ("R1", "V1", "V1b", "V2"), content_type, world.images.get(artefact)
    url = _url(world, exchange, artefact)
    known = {**model.defaults, **params}
    if isinstance(artefact, Picture):
        size_px = (artefact.width_px, artefact.height_px)
        body = response_bodies.v1_image_result(exchange.now, job, url, known, size_px)
    else:
        body = response_bodies.v1_media_result(exchange.now, job, url, content_type, known)
    return ("R1", "V1", "V1d", "V2"), _JSON, body


def _inside_json(world: World, exchange: Exchange, params: dict[str, Any]) -> bytes:
    """Return as many pictures as were asked for: each further one has the next seed (V1c)."""
    job, model = exchange.found, exchange.called
    seeds = range(job.seed or 0, (job.seed or 0) + model.count_of(params))
    pictures = [world.images.get(artefact_of(model, params, seed)) for seed in seeds]
    return response_bodies.v1_base64_result(pictures, exchange.run / SECOND)


def _said(world: World, exchange: Exchange) -> bytes:
    """Return the output of a text model: a provider's JSON (O4), or a plain line (O5, inferred)."""
    job = exchange.found
    provider = job.model.terms.output.provider
    if provider:
        where = (world.rules.seed, exchange.owner.api_key)
        return chat_completions.completion(provider, job, _params(job), where)
    seconds = (job.finished_at - job.submitted_at) / SECOND
    return f"{job.model.slug} finished after {seconds:g} s.".encode()


def _url(world: World, exchange: Exchange, artefact: Artefact) -> str:
    output_id = world.store.output_id(exchange.owner, exchange.found)
    return url_of(exchange.request.origin, file_name(output_id, artefact.format))


def _params(job: Job) -> dict[str, Any]:
    params: dict[str, Any] = msgspec.json.decode(job.payload)
    return params
