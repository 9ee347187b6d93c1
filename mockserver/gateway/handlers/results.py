"""What a completed run yields: the full result of v2, or the answer of a blocking run."""

from __future__ import annotations

from typing import TypeAlias

from mockserver.base.clock import SECOND
from mockserver.gateway.context import Context, Services
from mockserver.gateway.handlers.texts import parse_params, write_text
from mockserver.gateway.rendering import render_file
from mockserver.media.artefacts import CONTENT_TYPES, Artefact
from mockserver.media.images import Picture
from mockserver.rules import response_bodies
from mockserver.rules.outputs import (
    LAST_FRAME,
    make_artefacts,
    make_file_name,
    make_last_frame,
    make_output_id,
    make_url,
)

Facts: TypeAlias = tuple[str, ...]

_JSON = "application/json"


def render_result(services: Services, context: Context) -> tuple[Facts, bytes]:
    """Return the full result of a job, and the facts that it shows (R4, O1)."""
    job = context.require_job()
    output = job.model.terms.output
    if not output.is_file:
        text = write_text(services, context)
        body = response_bodies.render_text_result(job, text.content.decode())
        return ("R4", "O1", "O2", "O3", text.fact), body
    params = parse_params(job)
    made = make_artefacts(job.model, params, job.seed, job.thumbnail)
    files = [_describe(services, context, artefact, n) for n, artefact in enumerate(made, 1)]
    last = make_last_frame(job.model, params, made[0])
    if last is not None:
        files[0].last_frame_url = _make_url(services, context, last, LAST_FRAME)
    body = response_bodies.render_media_result(output.media, job, files, params.get("prompt"))
    return ("R4", "O1", "O2", "O3", *(["O6"] if output.media == "3d" else [])), body


def render_run(services: Services, context: Context) -> tuple[Facts, str, bytes]:
    """Return a run's facts, content type and body: JSON, or raw bytes (V1, V1b, V1c)."""
    job, model = context.require_job(), context.require_model()
    if not model.terms.output.is_file:
        text = write_text(services, context)
        if text.is_json:
            return ("R1", "V2", text.fact), _JSON, text.content
        body = response_bodies.render_v1_text_result(text.content.decode())
        return ("R1", "V2", text.fact), _JSON, body
    params = parse_params(job)
    made = make_artefacts(model, params, job.seed, job.thumbnail)
    if model.is_base64(params):
        pictures = [render_file(services, context, each) for each in made]
        body = response_bodies.render_v1_base64_result(pictures, context.run / SECOND)
        return ("R1", "V1c", "V2", "V6"), _JSON, body
    artefact = made[0]
    content_type = CONTENT_TYPES[artefact.format]
    returns = model.terms.v1_returns if services.options.v1 == "contract" else services.options.v1
    if returns != "json":
        return ("R1", "V1", "V1b", "V2"), content_type, render_file(services, context, artefact)
    urls = [_make_url(services, context, each, n) for n, each in enumerate(made, 1)]
    known = {**model.defaults, **params}
    if isinstance(artefact, Picture):
        size_px = (artefact.width_px, artefact.height_px)
        body = response_bodies.render_v1_image_result(context.now, job, urls, known, size_px)
    else:
        (url,) = urls
        body = response_bodies.render_v1_media_result(context.now, job, url, content_type, known)
    return ("R1", "V1", "V1d", "V2"), _JSON, body


def _describe(
    services: Services, context: Context, artefact: Artefact, number: int
) -> response_bodies.File:
    """Return what a result says of a file; it is rendered, because that tells its size."""
    url = _make_url(services, context, artefact, number)
    size = len(render_file(services, context, artefact))
    return response_bodies.File(url, CONTENT_TYPES[artefact.format], url.rpartition("/")[2], size)


def _make_url(services: Services, context: Context, artefact: Artefact, number: int) -> str:
    name = make_output_id(
        services.options.seed, context.require_account().api_key, context.require_job().ordinal
    )
    return make_url(context.request.origin, make_file_name(name, artefact.format, number))
