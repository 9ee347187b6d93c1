"""Refusals: their envelope, and what each status is for (E1 to E6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import (
    find_media_type,
    is_decided,
    is_elsewhere,
    is_kept,
    is_success,
    names_encoding,
    read_error,
)
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_blocking, is_submit
from mockserver.facts.views import find_model, find_violation, read_params

JSON = "application/json"
RESET = "x-rate-limit-reset-at-utc"

_ENVELOPED = {400, 401, 402, 403, 404, 406, 409, 410, 415, 416, 422, 500}
"""Statuses that come from the gateway; 405 is a page of its own (R8), the rest are the edge's."""

_WRONG_TYPE = "invalid content type"

_POOR = re.compile(r"insufficient (credits|balance|funds)", re.IGNORECASE)

_OTHER_HINT = re.compile(r"retry-after|(x-)?rate-?limit-(limit|remaining|policy).*")
"""Headers of a 429 that the gateway does not send."""


@judges("E1")
def judge_envelope(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """An error is application/json with a message under `error`."""
    for each in story.exchanges:
        is_json = find_media_type(each) == JSON or read_error(each) is not None
        is_enveloped = each.status in _ENVELOPED or (each.status == 429 and is_json)
        if not is_enveloped or each.route.serves or each.method == "HEAD" or is_elsewhere(each):
            continue
        yield compare("E1", each, "header content-type", JSON, find_media_type(each))
        if is_kept(each.body):
            yield judge_place(
                "E1",
                each,
                "body.error",
                agrees=bool(read_error(each)),
                expected="a JSON object with a message under error",
                found=(each.body.content or b"")[:80].decode("utf-8", "replace") or "nothing",
            )


@judges("E2")
def judge_bad_request(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """400 is for a body that cannot be understood, on v1 for one that breaks the contract too."""
    for each in story.exchanges:
        is_internal = each.status == 500 and read_error(each) is not None
        is_known = runs_model(each) and is_kept(each.request_body)
        if not is_known or not (is_decided(each) or is_internal):
            continue
        if names_encoding(each) and not _is_torn(each):
            continue
        if _is_torn(each):
            if is_success(each) or each.status in {400, 415, 422, 500} or _is_for_values(each):
                yield _judge_torn(each)
        elif is_submit(each) and each.status == 400 and read_params(each) is not None:
            if not find_violation(each, catalogue) and "too " not in (read_error(each) or ""):
                yield _judge_whole(each)
        elif _is_for_parameters(each) and _lacks_parameter(each, catalogue):
            yield compare("E2", each, "status", 400, each.status)


def _is_for_parameters(exchange: Observed) -> bool:
    """Tell whether a blocking run was refused for what was asked of the model."""
    is_refused = exchange.status in {400, 422} or _is_for_values(exchange)
    return is_refused and is_blocking(exchange)


def _is_for_values(exchange: Observed) -> bool:
    """Tell whether a run was refused with 406, and for none of its causes but a value."""
    words = (read_error(exchange) or "").lower()
    others = ("credit", "balance", "content type", "limit", "budget", "spend")
    return exchange.status == 406 and words != "" and not any(each in words for each in others)


def runs_model(exchange: Observed) -> bool:
    """Tell whether a request would run a model, on v1 or on v2."""
    return is_submit(exchange) or is_blocking(exchange)


def _lacks_parameter(exchange: Observed, catalogue: Catalogue) -> bool:
    """Tell whether a run leaves out what its model requires, with nothing else against it.

    Of a value of another type, or beyond a range, nobody says which status it gets.
    """
    model, params = find_model(exchange, catalogue), read_params(exchange)
    if model is None or params is None or find_violation(exchange, catalogue) is None:
        return False
    return any(params.get(name) is None for name in model.schema.get("required", ()))


def _is_torn(exchange: Observed) -> bool:
    """Tell whether a body that is said to be JSON is none, or no object."""
    media = (exchange.find_request_header("content-type") or "").partition(";")[0].strip()
    return media.lower() == JSON and not isinstance(exchange.request_body.document, dict)


def _judge_torn(exchange: Observed) -> Judgement:
    return compare("E2", exchange, "status", 400, exchange.status)


def _judge_whole(exchange: Observed) -> Judgement:
    return judge_place(
        "E2",
        exchange,
        "status",
        agrees=False,
        expected="no 400, as the body is a JSON object",
        found=f"400: {read_error(exchange)}",
    )


@judges("E2b")
def judge_encoded_body(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A body that is compressed, or in UTF-16 or UTF-32, cannot be understood."""
    for each in story.exchanges:
        if not runs_model(each) or not is_decided(each) or not _is_encoded(each):
            continue
        if is_success(each) or each.status in {400, 415, 422}:
            yield compare("E2b", each, "status", 400, each.status)


def _is_encoded(exchange: Observed) -> bool:
    encoding = (exchange.find_request_header("content-encoding") or "identity").strip().lower()
    starts = (exchange.request_body.content or b"")[:2]
    return encoding != "identity" or starts in {b"\xff\xfe", b"\xfe\xff"}


@judges("E3")
def judge_not_acceptable(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """406 is for the content type, the wallet, a team's cap, and on v1 a value not listed."""
    for each in story.exchanges:
        if not runs_model(each) or not is_decided(each):
            continue
        if has_wrong_content_type(each):
            yield from _judge_content_type(each)
        elif is_poor(each):
            yield judge_place(
                "E3",
                each,
                "status",
                agrees=each.status in {402, 406},
                expected="406, or 402 (E3b)",
                found=str(each.status),
            )
        elif each.status == 406 and is_kept(each.body) and each.request_headers:
            yield _judge_other_cause(each)
        elif is_blocking(each) and each.status in {400, 415, 422} and not names_encoding(each):
            violation = find_violation(each, catalogue)
            if violation and violation.row == "value_not_allowed":
                yield compare("E3", each, "status", 406, each.status)


def is_poor(exchange: Observed) -> bool:
    """Tell whether a run was refused for want of credits, as its words say."""
    return _POOR.search(read_error(exchange) or "") is not None


def has_wrong_content_type(exchange: Observed) -> bool:
    """Tell whether a body came that is neither said to be JSON nor multipart.

    Headers that nobody kept say nothing, so there have to be some.
    """
    media = (exchange.find_request_header("content-type") or "").partition(";")[0].strip().lower()
    return bool(exchange.request_headers) and media not in {JSON, "multipart/form-data"}


def _judge_content_type(exchange: Observed) -> Iterator[Judgement]:
    """Judge a refusal for the content type, unless something else was refused before."""
    message = read_error(exchange)
    is_told = (message or "").lower() == _WRONG_TYPE
    if is_success(exchange) or exchange.status in {400, 406, 415, 422} or is_told:
        yield compare("E3", exchange, "status", 406, exchange.status)
    if exchange.status == 406 and message is not None:
        yield judge_place(
            "E3",
            exchange,
            "body.error",
            agrees="content type" in message.lower() or "credit" in message.lower(),
            expected="'Invalid content type'",
            found=repr(message),
        )


def _judge_other_cause(exchange: Observed) -> Judgement:
    message = read_error(exchange)
    return judge_place(
        "E3",
        exchange,
        "body.error",
        agrees=message is not None and "content type" not in message.lower(),
        expected="another cause than the content type, which is right",
        found=repr(message),
    )


@judges("E4")
def judge_unknown_model(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A slug that no model has is 404 in JSON, a model that was withdrawn 410."""
    for each in story.exchanges:
        if not runs_model(each) or not is_decided(each) or each.status == 401:
            continue
        if "slug-unknown" in each.known:
            yield compare("E4", each, "status", 404, each.status)
        if each.status in {404, 410} and is_kept(each.body):
            yield judge_place(
                "E4",
                each,
                "body",
                agrees=bool(read_error(each)),
                expected="JSON with a message under error",
                found=(each.body.content or b"")[:80].decode("utf-8", "replace") or "nothing",
            )


@judges("E5")
def judge_full_window(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """429 tells when the window ends, and gives no other hint."""
    for each in story.exchanges:
        # A page of a proxy's, which may have any header, is no JSON.
        if each.route.serves or read_error(each) is None:
            continue
        if each.status != 429:
            if each.find_header(RESET) and "rate limit" in (read_error(each) or "").lower():
                yield compare("E5", each, "status", 429, each.status)
            continue
        reset = each.find_header(RESET)
        yield judge_place(
            "E5",
            each,
            f"header {RESET}",
            agrees=bool(reset),
            expected="when the window ends",
            found=repr(reset) if reset is not None else "nothing",
        )
        hints = sorted(name for name, _ in each.headers if _OTHER_HINT.fullmatch(name))
        yield compare("E5", each, "headers", [], hints)


@judges("E6")
def judge_pages_of_the_edge(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """502 and 504 may be pages; 500 comes from the gateway, as JSON."""
    for each in story.exchanges:
        if each.status == 500 and is_blocking(each):
            yield compare("E6", each, "header content-type", JSON, find_media_type(each))
        elif each.status in {502, 504}:
            yield judge_place(
                "E6",
                each,
                "header content-type",
                agrees=find_media_type(each) in {"", "text/html", "text/plain", JSON},
                expected="text/html, or another kind of text",
                found=find_media_type(each),
            )
