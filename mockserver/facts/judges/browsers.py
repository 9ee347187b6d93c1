"""What pages in browsers may read (C*)."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import is_decided
from mockserver.facts.judgement import Judgement, judge_place, judges
from mockserver.facts.observed import Observed, Story

_ORIGIN = "access-control-allow-origin"
_METHODS = "access-control-allow-methods"
_HEADERS = "access-control-allow-headers"
_ASKS_METHOD = "access-control-request-method"
_ASKS_HEADERS = "access-control-request-headers"
_SIMPLE = {"get", "head", "post"}
"""Verbs that need no permission (the Fetch standard)."""

_DONE = {200, 204}
"""Browsers take every success alike."""


@judges("C1")
def judge_sharing(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A page of any origin may read every answer, and a preflight allows what it asks for."""
    for each in story.exchanges:
        origin = each.find_request_header("origin")
        if origin is None or not is_decided(each):
            continue
        if each.method == "OPTIONS" and each.find_request_header(_ASKS_METHOD):
            yield from _judge_preflight(each)
        yield _judge_origin(each, origin)


def _judge_origin(exchange: Observed, origin: str) -> Judgement:
    found = exchange.find_header(_ORIGIN)
    return judge_place(
        "C1",
        exchange,
        f"header {_ORIGIN}",
        agrees=found in {"*", origin},
        expected="* or the origin that asked",
        found=found or "none",
    )


def _judge_preflight(exchange: Observed) -> Iterator[Judgement]:
    yield judge_place(
        "C1",
        exchange,
        "status",
        agrees=exchange.status in _DONE,
        expected="204",
        found=str(exchange.status),
    )
    if exchange.status in _DONE:
        yield _judge_allowance(exchange, _METHODS, _ASKS_METHOD, _SIMPLE)
        yield _judge_allowance(exchange, _HEADERS, _ASKS_HEADERS, set())


def _judge_allowance(exchange: Observed, allows: str, asks: str, granted: set[str]) -> Judgement:
    """Judge whether all that a preflight asks for is in the list that allows it."""
    wanted = _split(exchange.find_request_header(asks)) - granted
    allowed = _split(exchange.find_header(allows))
    return judge_place(
        "C1",
        exchange,
        f"header {allows}",
        agrees="*" in allowed or wanted <= allowed,
        expected=", ".join(sorted(wanted)) or "anything",
        found=", ".join(sorted(allowed)) or "none",
    )


def _split(header: str | None) -> set[str]:
    return {name.strip().lower() for name in (header or "").split(",")} - {""}
