"""`files`: uploads in data URLs, and the files themselves, which are public (N1 to N3)."""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from typing import Any, NamedTuple

from mockserver.base.bounds import MAX_DATA_URLS, show
from mockserver.base.errors import ApiError
from mockserver.base.ids import make_id
from mockserver.base.json_encoding import encode
from mockserver.base.wire import Request
from mockserver.contract.texts import find_text
from mockserver.gateway import request_body
from mockserver.gateway.context import Context, Services
from mockserver.gateway.handlers.inference import JSON, Reply
from mockserver.gateway.source_pictures import make_thumbnail_of
from mockserver.rules import outputs
from mockserver.rules.ranges import select_range
from mockserver.rules.uploads import MAX_BYTES, Upload, make_file_name
from mockserver.state.changes import PutUpload

_PARAMETER = r";[A-Za-z0-9_.+-]{1,30}=[A-Za-z0-9_.+-]{1,60}"
_HEAD = re.compile(
    rf"[Dd][Aa][Tt][Aa]:(?P<media>[A-Za-z0-9_.+-]{{1,60}}/[A-Za-z0-9_.+-]{{1,100}}"
    rf"({_PARAMETER}){{0,4}});[Bb][Aa][Ss][Ee]64,"
)
"""What a data URL says before its data; the document of the routes has the same pattern."""

_MAX_HEAD = len("data:;base64,") + 60 + 1 + 100 + 4 * 92
_SAMPLE = "data:image/png;base64,iVBORw0…"
_MIB = 1024 * 1024

_MOST_SHOWN = 4
"""Of the files of an upload, so many have a thumbnail; more would take long."""

_UNTRUSTED = (
    (b"content-security-policy", b"sandbox"),
    (b"x-content-type-options", b"nosniff"),
)
"""An uploaded page must not act in the name of the emulator's own address."""


def answer_upload(services: Services, context: Context) -> Reply:
    """Keep every file of an upload, or none."""
    request = context.request
    if request.oversized:
        raise ApiError("too_large", limit_mib=services.options.max_body_mib)
    files = context.read(lambda: read_files(request))
    if sum(len(file.body) for file in files) > MAX_BYTES:
        raise ApiError("upload_too_large", limit_mib=MAX_BYTES // _MIB)
    urls = [_put_file(services, context, file) for file in files]
    context.facts = ("N1",)
    answer = {"file_urls": urls, "urls": urls, "message": find_text("files_uploaded")}
    return 200, JSON, encode(answer)


class UploadedFile(NamedTuple):
    """One file of an upload: its media type, its bytes, and its thumbnail if it is a picture."""

    media: str
    body: bytes
    thumbnail: bytes = b""


def read_files(request: Request) -> list[UploadedFile]:
    """Return the files that an upload holds.

    Raises:
        ApiError: it is no list of data URLs, or of too many.
    """
    document, _ = request_body.read_json(request)
    data_urls = document.get("data_urls")
    if not isinstance(data_urls, list) or not data_urls:
        came = "missing" if data_urls is None else show(data_urls)
        raise _make_refusal(f"'data_urls' is {came}; send a list of data URLs such as {_SAMPLE}")
    if len(data_urls) > MAX_DATA_URLS:
        raise _make_refusal(
            f"'data_urls' has {len(data_urls):,} files; send at most {MAX_DATA_URLS:,}"
        )
    files = [_parse_file(index, data_url) for index, data_url in enumerate(data_urls)]
    shown = [file._replace(thumbnail=make_thumbnail_of(file.body)) for file in files[:_MOST_SHOWN]]
    return shown + files[_MOST_SHOWN:]


def _parse_file(index: int, data_url: Any) -> UploadedFile:
    place = f"data_urls[{index}]"
    head = _HEAD.match(data_url[:_MAX_HEAD]) if isinstance(data_url, str) else None
    if head is None:
        raise _make_refusal(f"'{place}' is {show(data_url)}; send a data URL such as {_SAMPLE}")
    try:
        body = a2b_base64(data_url[head.end() :], strict_mode=True)
    except (Error, ValueError) as error:
        raise _make_refusal(f"'{place}' is not valid base64: {error}") from None
    if not body:
        raise _make_refusal(f"'{place}' is empty; send the bytes of a file")
    return UploadedFile(head["media"], body)


def _make_refusal(reason: str) -> ApiError:
    return ApiError("invalid_upload", reason=reason)


def _put_file(services: Services, context: Context, file: UploadedFile) -> str:
    """Keep a file, and return its URL."""
    api_key = context.require_account().api_key
    ordinal = services.store.accounts[api_key].uploads_made
    upload_id = make_id(services.options.seed, "asset", api_key, ordinal)
    upload = Upload(upload_id, api_key, file.media, file.body, thumbnail=file.thumbnail)
    services.store.commit(api_key, (PutUpload(upload, is_new=True),), context.now)
    return outputs.make_url(context.request.origin, make_file_name(upload_id, file.media), "assets")


def find_requested_upload(services: Services, context: Context) -> Upload:
    """Return the file that the path names, and let the exchange be about its owner.

    Raises:
        ApiError: there is none of the kind that the path says, or no longer.
    """
    upload = services.store.find_upload(context.subject.partition(".")[0])
    if upload is None or upload.kind != context.route.name:
        raise ApiError("unknown_asset")
    context.arrive(services.store.accounts[upload.owner].clock)
    return upload


def answer_file(services: Services, context: Context) -> Reply:
    """Answer with a file as it was given."""
    upload = find_requested_upload(services, context)
    if upload.body is None:
        raise ApiError("unknown_asset")
    context.facts = ("N2", "R10")
    headers = ((b"content-type", upload.content_type.encode()), *_UNTRUSTED)
    return select_range(context.request, headers, upload.body)
