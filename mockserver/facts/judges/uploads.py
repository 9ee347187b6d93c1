"""Files that a client brings (N1 to N3, N18)."""

from __future__ import annotations

from binascii import Error, a2b_base64
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from mockserver.base.content_types import parse_content_type
from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import is_absolute_url, is_decided, is_kept, read_error, read_object
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.members import judge_kind, judge_members
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_call

_LISTS = ("file_urls", "urls")
_CLOSED = {401, 403}
_PUT_BEFORE = 405


class _Sent(msgspec.Struct, frozen=True):
    """A file as it was sent: its media type, and the digest of its bytes."""

    media: str
    digest: str


def _find_uploads(story: Story, status: int) -> Iterator[tuple[Observed, Any]]:
    """Return the uploads with such an answer, and the `data_urls` that each brought, if kept."""
    for each in story.exchanges:
        document = each.request_body.document
        if each.route.name != "files-upload" or not is_call(each) or each.status != status:
            continue
        yield each, document.get("data_urls") if isinstance(document, dict) else None


@judges("N1")
def judge_upload(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """An upload is answered with a URL for each file.

    The SDK reads them under one name and the documentation shows another: either will do.
    """
    for each, data_urls in _find_uploads(story, 200):
        if not is_kept(each.body):
            continue
        document = read_object(each) or {}
        named = [name for name in _LISTS if name in document]
        yield judge_members("N1", each, "body", named or _LISTS[:1], document)
        for name in named:
            urls = document[name]
            is_right = isinstance(urls, list) and all(map(is_absolute_url, urls))
            count = len(data_urls) if isinstance(data_urls, list) else "as many as files came"
            if is_right and isinstance(count, int):
                is_right = len(urls) == count
            yield judge_place(
                "N1",
                each,
                f"body.{name}",
                agrees=is_right,
                expected=f"a list of absolute addresses: {count}",
                found=repr(urls),
            )


@judges("N2")
def judge_uploaded_file(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """An uploaded file is at its address for anybody, unchanged and of its own kind."""
    sent = _find_sent(story)
    for each in story.exchanges:
        file = sent.get(each.path)
        if each.method != "GET" or file is None or each.find_request_header("range"):
            continue
        if each.status == 200:
            header = (each.find_header("content-type") or "").encode("utf-8", "replace")
            kind = parse_content_type(header)[0]
            yield compare("N2", each, "header content-type", file.media, kind)
            if is_kept(each.body) and not each.find_header("content-encoding"):
                yield compare("N2", each, "digest of body", file.digest, each.body.digest)
        elif each.status in _CLOSED:
            yield compare("N2", each, "status", 200, each.status)


def _find_sent(story: Story) -> dict[str, _Sent]:
    """Return the files that were sent, by the path of the address that each was given."""
    found: dict[str, _Sent] = {}
    for each, data_urls in _find_uploads(story, 200):
        document = read_object(each) or {}
        urls = document.get("file_urls") or document.get("urls")
        if isinstance(urls, list) and isinstance(data_urls, list) and len(urls) == len(data_urls):
            for url, data_url in zip(urls, data_urls, strict=True):
                file = _read_data_url(data_url)
                if is_absolute_url(url) and file is not None:
                    found[unquote(urlsplit(url).path)] = file
    return found


def _read_data_url(data_url: Any) -> _Sent | None:
    """Return the file inside a data URL; None where that is none, or no longer whole."""
    head, mark, text = data_url.partition(",") if isinstance(data_url, str) else ("", "", "")
    if not mark or not head.startswith("data:") or not head.endswith(";base64"):
        return None
    try:
        content = a2b_base64(text, strict_mode=True)
    except (Error, ValueError):
        return None
    media = parse_content_type(head.removeprefix("data:").removesuffix(";base64").encode())[0]
    return _Sent(media, sha256(content).hexdigest())


@judges("N3")
def judge_wrong_upload(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """What is no list of data URLs is refused with 400 in the ordinary envelope."""
    for each in story.exchanges:
        if each.route.name != "files-upload" or not is_call(each) or not is_decided(each):
            continue
        document = each.request_body.document
        if isinstance(document, dict) and _is_wrong(document.get("data_urls")):
            if each.status in _CLOSED:
                continue
            yield compare("N3", each, "status", 400, each.status)
        if each.status == 400 and is_kept(each.body):
            yield judge_kind("N3", each, "body.error", str, read_error(each))


def _is_wrong(data_urls: Any) -> bool:
    """Tell whether that cannot be a list of data URLs, whatever redaction has left of it."""
    return (
        not isinstance(data_urls, list)
        or not data_urls
        or not all(isinstance(each, str) for each in data_urls)
    )


@judges("N18")
def judge_promised_place(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A place for a data set has two addresses; at the signed one a PUT works, and only once."""
    filled: dict[str, bool] = {}
    for each in story.exchanges:
        if each.route.name == "finetune-upload" and each.status == 200 and is_kept(each.body):
            document = read_object(each) or {}
            yield judge_members("N18", each, "body", ("presigned_url", "s3_url"), document)
            if isinstance(url := document.get("presigned_url"), str):
                filled.setdefault(url, False)
        elif each.method == "PUT" and each.url in filled and is_decided(each):
            expected = _PUT_BEFORE if filled[each.url] else 200
            yield compare("N18", each, "status", expected, each.status)
            filled[each.url] = True
