"""Workflows (N7 to N10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mockserver.base.ids import normalize_id
from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import is_absolute_url, is_decided, is_kept, read_object
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.members import judge_kind, judge_members
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_call

_PENDING = {"QUEUED", "PROCESSING"}


def _find_calls(story: Story, name: str) -> Iterator[Observed]:
    return (each for each in story.exchanges if each.route.name == name and is_call(each))


@judges("N7")
def judge_submit(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A workflow's run is confirmed with a message, where to poll, its id and QUEUED."""
    for each in _find_calls(story, "pixelflows-run"):
        if each.status != 200 or not is_kept(each.body):
            continue
        document = read_object(each) or {}
        names = ("message", "poll_url", "request_id", "status")
        yield judge_members("N7", each, "body", names, document)
        if "status" in document:
            yield compare("N7", each, "body.status", "QUEUED", document["status"])
        if "poll_url" in document and "request_id" in document:
            url, identifier = document["poll_url"], normalize_id(str(document["request_id"]))
            yield judge_place(
                "N7",
                each,
                "body.poll_url",
                agrees=is_absolute_url(url) and identifier in normalize_id(url),
                expected="an absolute address with the id of the request",
                found=repr(url),
            )


@judges("N8")
def judge_poll(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A poll has no output until the run completes, and then a list as a JSON string."""
    for each in _find_calls(story, "pixelflows-poll"):
        if each.known & {"id-unknown", "id-expired"} and is_decided(each) and each.status != 401:
            yield compare("N8", each, "status", 404, each.status)
        document = read_object(each) or {}
        state = document.get("status")
        if each.status == 200 and state in _PENDING:
            yield compare("N8", each, "body.output", "", document.get("output"))
        elif each.status == 200 and state == "COMPLETED":
            yield _judge_output(each, document.get("output"))


def _judge_output(exchange: Observed, output: Any) -> Judgement:
    return judge_place(
        "N8",
        exchange,
        "body.output",
        agrees=isinstance(output, str) and _is_output(output),
        expected="a JSON string: a list of keyname and value, of data and type",
        found=repr(output),
    )


def _is_output(text: str) -> bool:
    try:
        rows = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return False
    return isinstance(rows, list) and all(map(_is_row, rows))


def _is_row(row: Any) -> bool:
    value = row.get("value") if isinstance(row, dict) and "keyname" in row else None
    return isinstance(value, dict) and {"data", "type"} <= value.keys()


@judges("N9")
def judge_failure(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A run that has failed is 200, with an object that says why."""
    for each in _find_calls(story, "pixelflows-poll"):
        document = read_object(each) or {}
        if document.get("status") == "FAILED":
            yield compare("N9", each, "status", 200, each.status)
            yield judge_kind("N9", each, "body.error_message", dict, document.get("error_message"))


@judges("N10")
def judge_bearer(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A key that works in x-api-key works as Bearer, too."""
    working = {
        each.account
        for each in story.exchanges
        if each.key_place == "x-api-key" and each.status == 200 and each.route.key
    }
    for each in story.exchanges:
        if not each.route.bearer or each.key_place != "bearer" or not is_decided(each):
            continue
        if each.status == 200 or (each.status == 401 and each.account in working):
            yield judge_place(
                "N10",
                each,
                "status",
                agrees=each.status == 200,
                expected="not 401",
                found=str(each.status),
            )
