"""`finetune`: deprecated; what was trained once is still there (N16 to N19)."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from mockserver.base.bounds import show
from mockserver.base.clock import render_iso
from mockserver.base.errors import ApiError
from mockserver.base.ids import make_id, normalize_id
from mockserver.base.json_encoding import encode
from mockserver.contract.texts import find_text
from mockserver.gateway.context import Context, Services
from mockserver.gateway.handlers.inference import JSON, Reply
from mockserver.gateway.handlers.sdk.fields import (
    Fields,
    collect_fields,
    make_field_error,
    make_missing_error,
    read_query,
    require_text,
)
from mockserver.gateway.handlers.sdk.files import find_requested_upload
from mockserver.rules import outputs
from mockserver.rules.finetunes import Finetune, make_finetune
from mockserver.rules.uploads import BINARY, MAX_BYTES, Upload, parse_media_type
from mockserver.state.changes import PublishFinetune, PutUpload

TEXT = ((b"content-type", b"text/plain; charset=utf-8"),)
_SIGNATURE = "signature"
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,8})$")
_TRUE, _FALSE = {"true", "1"}, {"false", "0"}
_MIB = 1024 * 1024


def refuse_submit(_services: Services, _context: Context) -> Reply:
    """Refuse whatever is submitted: nothing is trained any longer."""
    raise ApiError("console_finetune_gone")


def list_finetunes(services: Services, context: Context) -> Reply:
    """List the fine-tunes of the account."""
    context.facts = ("N17",)
    return 200, JSON, encode([_render_finetune(_make_finetune(services, context))])


def show_finetune(services: Services, context: Context) -> Reply:
    """Show one fine-tune; the SDK asks with a GET that has a body."""
    context.facts = ("N17",)
    return 200, JSON, encode({"finetune": _render_finetune(_find_finetune(services, context))})


def update_access(services: Services, context: Context) -> Reply:
    """Say whether others may use a fine-tune."""
    fields = collect_fields(services, context)
    finetune = _find_finetune(services, context)
    is_public = _parse_boolean(fields, "segmind_public")
    services.store.commit(
        context.require_account().api_key, (PublishFinetune(is_public),), context.now
    )
    context.facts = ("N19",)
    answer = {
        "message": find_text("access_updated"),
        "finetune_id": finetune.finetune_id,
        "segmind_public": is_public,
    }
    return 200, JSON, encode(answer)


def promise_place(services: Services, context: Context) -> Reply:
    """Promise a place for a data set: where to put it, once, and where it is to be read then."""
    name = require_text(
        collect_fields(services, context), "name", "the name of a file such as dataset.zip"
    )
    account = context.require_account()
    upload_id, signature = (
        make_id(services.options.seed, use, account.api_key, account.uploads_made)
        for use in ("dataset", "signature")
    )
    place = Upload(upload_id, account.api_key, BINARY, None, kind="dataset", signature=signature)
    services.store.commit(account.api_key, (PutUpload(place, is_new=True),), context.now)
    suffix = _EXTENSION.search(name)
    file = f"{upload_id}.{suffix[1].lower() if suffix else 'zip'}"
    url = outputs.make_url(context.request.origin, file, "assets/datasets")
    context.facts = ("N18",)
    return 200, JSON, encode({"presigned_url": f"{url}?{_SIGNATURE}={signature}", "s3_url": url})


def fill_place(services: Services, context: Context) -> Reply:
    """Fill a place that was promised, once, for whoever holds its signed address.

    Raises:
        ApiError: 404 without the signature, 405 once it is filled, 413 for too large a file.
    """
    request, place = context.request, find_requested_upload(services, context)
    if read_query(context).get(_SIGNATURE) != place.signature:
        raise ApiError("unknown_asset")
    if place.body is not None:
        raise ApiError("method_not_allowed", headers=((b"allow", b"GET, HEAD"),))
    if request.oversized:
        raise ApiError("too_large", limit_mib=services.options.max_body_mib)
    if len(request.body) > MAX_BYTES:
        raise ApiError("upload_too_large", limit_mib=MAX_BYTES // _MIB)
    filled = msgspec.structs.replace(
        place,
        content_type=parse_media_type(request.headers.get(b"content-type", b"")),
        body=request.body,
    )
    services.store.commit(place.owner, (PutUpload(filled),), context.now)
    context.facts = ("N18",)
    return 200, TEXT, b""


def promise_download(services: Services, context: Context) -> Reply:
    """Answer with the address of a fine-tuned model's file, as plain text."""
    wanted = require_text(
        collect_fields(services, context), "cloud_storage_url", "the URL that details show"
    )
    finetune, account = _make_finetune(services, context), context.require_account()
    if wanted != finetune.cloud_storage_url:
        raise make_missing_error("File", wanted)
    upload_id = make_id(services.options.seed, "weights", account.api_key, 0)
    upload = Upload(upload_id, account.api_key, BINARY, finetune.weights)
    services.store.commit(account.api_key, (PutUpload(upload),), context.now)
    context.facts = ("N19",)
    url = outputs.make_url(context.request.origin, f"{upload_id}.safetensors", "assets")
    return 200, TEXT, url.encode("latin-1")


def _make_finetune(services: Services, context: Context) -> Finetune:
    account = context.require_account()
    return make_finetune(
        services.options.seed, account.api_key, is_public=account.is_finetune_public
    )


def _find_finetune(services: Services, context: Context) -> Finetune:
    wanted = require_text(collect_fields(services, context), "request_id", "the id of a fine-tune")
    finetune = _make_finetune(services, context)
    if normalize_id(wanted) != finetune.finetune_id:
        raise make_missing_error("Fine-tune", wanted)
    return finetune


def _render_finetune(finetune: Finetune) -> dict[str, Any]:
    return {
        "finetune_id": finetune.finetune_id,
        "name": finetune.name,
        "status": "AVAILABLE",
        "base_model": "FLUX",
        "train_type": "LORA",
        "machine_type": "NVIDIA_A100_40GB",
        "theme": "FLUX",
        "trigger_word": finetune.trigger_word,
        "instance_prompt": f"a photograph of {finetune.trigger_word}",
        "segmind_public": finetune.segmind_public,
        "cloud_storage_url": finetune.cloud_storage_url,
        "created_at": render_iso(finetune.created_at),
    }


def _parse_boolean(fields: Fields, name: str) -> bool:
    given = fields.get(name)
    word = str(given).lower()
    if word not in _TRUE | _FALSE:
        raise make_field_error(f"'{name}' is {show(given)}; send true or false.")
    return word in _TRUE
