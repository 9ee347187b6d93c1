"""Submitting a run (S*)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from mockserver.base.ids import normalize_id
from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import is_kept, is_success, read_object
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.judges.places import PATHS, judge_address
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_submit
from mockserver.facts.views import (
    CLOCK_SLACK_S,
    HOUR_S,
    History,
    list_histories,
    read_request_id,
)

MEMBERS = {"request_id", "status", *PATHS}

_HEXADECIMAL = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_DASHED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_VERSION_4 = re.compile(r".{14}4.{4}[89ab].{16}", re.IGNORECASE)


@judges("S1")
def judge_confirmation(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A queued run is confirmed with five members and no other; the addresses are absolute."""
    for each in story.exchanges:
        if not is_submit(each) or not is_success(each) or not is_kept(each.body):
            continue
        document = read_object(each) or {}
        yield compare("S1", each, "status", 200, each.status)
        yield compare("S1", each, "members of body", sorted(MEMBERS), sorted(document))
        if "status" in document:
            yield compare("S1", each, "body.status", "QUEUED", document["status"])
        for name in (name for name in PATHS if name in document):
            identifier = str(document.get("request_id"))
            yield judge_address("S1", each, name, document[name], identifier)
        yield _judge_origins(each, document)


def _judge_origins(exchange: Observed, document: dict[str, object]) -> Judgement:
    """Judge whether the addresses are of one host, and all of http or all of https."""
    splits = [urlsplit(str(document[name])) for name in PATHS if name in document]
    origins = sorted({f"{each.scheme}://{each.netloc}" for each in splits})
    return judge_place(
        "S1",
        exchange,
        "hosts of the addresses",
        agrees=len(origins) <= 1,
        expected="one for all of them",
        found=", ".join(origins),
    )


@judges("S1b")
def judge_id(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """An id is 32 hexadecimal digits or a dashed UUID, and both spellings find the request."""
    for each in story.exchanges:
        document = read_object(each) or {}
        if is_submit(each) and is_success(each) and "request_id" in document:
            yield judge_place(
                "S1b",
                each,
                "body.request_id",
                agrees=_is_new_id(document["request_id"]),
                expected="32 hexadecimal digits, or a UUID of version 4 with dashes",
                found=repr(document["request_id"]),
            )
    for history in list_histories(story):
        yield from _judge_spellings(history)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and bool(
        _HEXADECIMAL.fullmatch(value) or _DASHED.fullmatch(value)
    )


def _is_new_id(value: object) -> bool:
    """Tell whether a value has the shape of the ids that the service makes."""
    return _is_id(value) and ("-" not in str(value) or bool(_VERSION_4.fullmatch(str(value))))


def _judge_spellings(history: History) -> Iterator[Judgement]:
    """Judge polls of a request under the spelling that it was not given, within its hour."""
    submitted = history.submitted
    given = None if submitted is None else read_request_id(submitted)
    if submitted is None or given is None or not _is_id(given):
        return
    for each in history.polls:
        is_other = each.subject != given and each.subject.replace("-", "") == given.replace("-", "")
        is_early = (each.answered_s or 0) < submitted.sent_s + HOUR_S - CLOCK_SLACK_S
        if is_other and _is_id(each.subject) and is_early:
            yield judge_place(
                "S1b",
                each,
                "status",
                agrees=each.status in {200, 422},
                expected=f"200 or 422, as for {given}",
                found=str(each.status),
            )


@judges("S2")
def judge_repetition(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A POST that is like an earlier one has an id of its own all the same."""
    numbers: dict[str, int] = {}
    asked: set[tuple[str, str]] = set()
    for each in story.exchanges:
        identifier = read_request_id(each) if is_submit(each) else None
        if identifier is None:
            continue
        earlier = numbers.setdefault(normalize_id(identifier), each.number)
        call = (each.path, each.request_body.digest)
        if call in asked or earlier != each.number:
            yield _judge_fresh_id(each, identifier, earlier)
        asked.add(call)


def _judge_fresh_id(exchange: Observed, identifier: str, earlier: int) -> Judgement:
    is_fresh = earlier == exchange.number
    return judge_place(
        "S2",
        exchange,
        "body.request_id",
        agrees=is_fresh,
        expected="an id that no other submit got",
        found=identifier if is_fresh else f"{identifier}, which exchange {earlier} got",
    )
