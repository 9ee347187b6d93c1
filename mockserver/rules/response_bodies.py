"""The gateway's JSON bodies. Field order is the order on the wire (S1: alphabetical there)."""

from __future__ import annotations

from base64 import b64encode
from decimal import Decimal
from typing import Any

import msgspec

from mockserver.base.clock import SECOND, render_iso
from mockserver.base.json_encoding import encode, encode_pretty
from mockserver.contract.texts import find_text
from mockserver.rules.jobs import Job, State
from mockserver.rules.wallet import Wallet, render_money


class Pending(msgspec.Struct):
    """T2, T8."""

    status: State
    request_id: str
    status_url: str
    response_url: str
    metrics: dict[str, Any] = {}


class Timing(msgspec.Struct, gc=False):
    """T4: seconds, and no cost fields (T11)."""

    inference_time: float
    queue_time: float
    total_time: float


class Metrics(msgspec.Struct, gc=False):
    """O3."""

    cost: Decimal
    remaining_credits: Decimal
    inference_time: float
    queue_time: float
    total_time: float


class CompletedStatus(msgspec.Struct, gc=False):
    """T3, T11."""

    status: State
    request_id: str
    metrics: Metrics


class Failed(msgspec.Struct, gc=False):
    """T4."""

    status: State
    error: str
    metrics: Timing


class File(msgspec.Struct, gc=False):
    """One member of `images`, or what `video` is, of a film perhaps with its last frame (O2)."""

    url: str
    content_type: str
    file_name: str
    file_size: int
    last_frame_url: str | msgspec.UnsetType = msgspec.UNSET


class ImageResult(msgspec.Struct):
    """O1, O2."""

    status: State
    request_id: str
    output: str
    images: list[File]
    seed: int | msgspec.UnsetType
    prompt: str | msgspec.UnsetType
    timings: dict[str, float]
    metrics: Metrics


class VideoResult(msgspec.Struct):
    """O1, O2."""

    status: State
    request_id: str
    output: str
    video: File
    seed: int | msgspec.UnsetType
    prompt: str | msgspec.UnsetType
    timings: dict[str, float]
    metrics: Metrics


class AudioResult(msgspec.Struct):
    """O1; laid out as a film's is (inferred)."""

    status: State
    request_id: str
    output: str
    audio: File
    seed: int | msgspec.UnsetType
    prompt: str | msgspec.UnsetType
    timings: dict[str, float]
    metrics: Metrics


class MeshResult(msgspec.Struct):
    """O6; laid out as a film's is (inferred)."""

    status: State
    request_id: str
    output: str
    model_mesh: File
    seed: int | msgspec.UnsetType
    prompt: str | msgspec.UnsetType
    timings: dict[str, float]
    metrics: Metrics


_RESULTS: dict[str, type[Any]] = {
    "image": ImageResult,
    "video": VideoResult,
    "audio": AudioResult,
    "3d": MeshResult,
}
"""The result of a model that makes files, by medium."""


class TextResult(msgspec.Struct, kw_only=True):
    """O1, O5."""

    status: State
    request_id: str
    output: str
    reasoning: str
    partial: bool
    metrics: Metrics


class Credits(msgspec.Struct, rename="kebab"):
    """R6."""

    credits: Decimal
    free_credits: Decimal


def render_submitted(origin: str, job: Job) -> bytes:
    """Return the answer to a submit (S1).

    Origin and ids are of characters that JSON has as they are, so nothing needs to be escaped.
    """
    path_id = job.path_id
    at = f"{origin}/v2/requests/{path_id}"
    return (
        f'{{"poll_url":"{origin}/v1/requests/{path_id}","request_id":"{job.request_id}",'
        f'"response_url":"{at}","status":"QUEUED","status_url":"{at}/status"}}'
    ).encode()


def render_pending(origin: str, job: Job, state: State) -> bytes:
    """Encode status or result of a request that has not ended."""
    at = f"{origin}/v2/requests/{job.path_id}"
    return encode(Pending(state, job.request_id, f"{at}/status", at))


def compute_timing(job: Job) -> Timing:
    """Return how long the job queued and ran."""
    return Timing(
        (job.finished_at - job.started_at) / SECOND,
        (job.started_at - job.submitted_at) / SECOND,
        (job.finished_at - job.submitted_at) / SECOND,
    )


def compute_metrics(job: Job) -> Metrics:
    """Return what a completed, booked job took and cost."""
    times = compute_timing(job)
    return Metrics(
        render_money(job.price),
        render_money(job.remaining or Decimal(0)),
        times.inference_time,
        times.queue_time,
        times.total_time,
    )


def render_completed_status(job: Job) -> bytes:
    """Encode the light poll of a completed request."""
    return encode(CompletedStatus("COMPLETED", job.request_id, compute_metrics(job)))


def render_failed(job: Job) -> bytes:
    """Encode a failed request."""
    return encode(Failed("FAILED", job.error or find_text("request_failed"), compute_timing(job)))


def render_media_result(media: str, job: Job, files: list[File], prompt: object) -> bytes:
    """Encode the full result of a model that makes files: images, a video, audio or a mesh."""
    numbers = compute_metrics(job)
    shown_as: Any = files if media == "image" else files[0]
    return encode(
        _RESULTS[media](
            "COMPLETED",
            job.request_id,
            files[0].url,
            shown_as,
            msgspec.UNSET if job.seed is None else job.seed,
            prompt if isinstance(prompt, str) else msgspec.UNSET,
            {"inference": numbers.inference_time},
            numbers,
        )
    )


def render_text_result(job: Job, text: str) -> bytes:
    """Encode the full result of a text model."""
    return encode(
        TextResult(
            status="COMPLETED",
            request_id=job.request_id,
            output=text,
            reasoning="",
            partial=False,
            metrics=compute_metrics(job),
        )
    )


def render_v1_image_result(
    now: int, job: Job, urls: list[str], params: dict[str, Any], size_px: tuple[int, int]
) -> bytes:
    """Encode a blocking image result: the provider's own body (V1d, inferred)."""
    data = [
        {
            "url": url,
            "prompt": params.get("prompt", ""),
            "resolution": f"{size_px[0]}x{size_px[1]}",
            "is_image_safe": True,
            "seed": None if job.seed is None else job.seed + index,
            "style_type": params.get("style_type"),
        }
        for index, url in enumerate(urls)
    ]
    known = [{name: value for name, value in each.items() if value is not None} for each in data]
    return encode({"created": render_iso(now), "data": known})


def render_v1_media_result(
    now: int, job: Job, url: str, content_type: str, params: dict[str, Any]
) -> bytes:
    """Encode a blocking result of what is no picture as JSON: like that of one (inferred)."""
    datum = {
        "url": url,
        "content_type": content_type,
        "prompt": params.get("prompt", ""),
        "seed": job.seed,
    }
    known = {name: value for name, value in datum.items() if value is not None}
    return encode({"created": render_iso(now), "data": [known]})


def render_v1_base64_result(pictures: list[bytes], seconds: float) -> bytes:
    """Encode pictures inside JSON: one alone, or a list (V1c; the word of `status` inferred).

    It is indented: the vendor's first SDK reads the base64 of a picture from the 15th byte on.
    """
    texts = [b64encode(each).decode() for each in pictures]
    image = texts if len(texts) > 1 else texts[0]
    return encode_pretty({"image": image, "status": "Success", "infer_time": seconds})


def render_v1_text_result(text: str) -> bytes:
    """Encode a blocking text result (inferred)."""
    return encode({"output": text, "reasoning": "", "partial": False})


def render_credits(wallet: Wallet) -> bytes:
    """Encode a balance."""
    return encode(Credits(render_money(wallet.credits), render_money(wallet.free_credits)))
