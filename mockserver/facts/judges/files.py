"""Outputs and uploads as files: who can have them, how long, and in which parts (R7, R10)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import (
    is_absolute_url,
    is_decided,
    is_kept,
    is_redirect,
    is_success,
    read_object,
)
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.observed import Observed, Story
from mockserver.facts.views import list_histories, read_state

WEEK_S = 7 * 24 * 3600.0
"""How long an output can be had (R7)."""

_SLACK_S = 60.0
_FEWEST_CHARACTERS = 16
"""Letters and digits of an address that nobody can guess."""

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.IGNORECASE)
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)", re.IGNORECASE)


class Output(msgspec.Struct, frozen=True):
    """A file that a result told of: the result, the address, and the submit of its run."""

    told: Observed
    address: str
    submitted: Observed


@judges("R7")
def judge_outputs(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """An output has an address that nobody can guess, and is there for anybody, for a week."""
    made = find_outputs(story)
    yield from map(_judge_name, made.values())
    for each in story.exchanges:
        output = made.get(find_name(each.url))
        if output is None or each.method not in {"GET", "HEAD"} or not is_decided(each):
            continue
        if is_redirect(each):
            continue  # where it leads to, the file may be
        ends_s = output.submitted.sent_s + WEEK_S - _SLACK_S
        ended_s = (output.told.answered_s or 0) + WEEK_S + _SLACK_S
        if output.told.sent_s <= each.sent_s and (each.answered_s or 0) < ends_s:
            yield _judge_presence(each, is_over=False)
        elif each.sent_s > ended_s:
            yield _judge_presence(each, is_over=True)


def find_name(url: str) -> str:
    """Return the last part of an address's path, without a query that may be a signature."""
    return urlsplit(url).path.rpartition("/")[2]


def find_outputs(story: Story) -> dict[str, Output]:
    """Return the outputs that results told of, by the last part of their addresses."""
    found: dict[str, Output] = {}
    for history in list_histories(story):
        for each in history.polls:
            address = (read_object(each) or {}).get("output")
            if history.submitted is None or read_state(each) != "COMPLETED":
                continue
            if isinstance(address, str) and is_absolute_url(address) and find_name(address):
                found.setdefault(find_name(address), Output(each, address, history.submitted))
    return found


def _judge_name(output: Output) -> Judgement:
    path = urlsplit(output.address).path
    return judge_place(
        "R7",
        output.told,
        "body.output",
        agrees=sum(letter.isalnum() for letter in path) >= _FEWEST_CHARACTERS,
        expected=f"an address of at least {_FEWEST_CHARACTERS} letters and digits",
        found=output.address,
    )


def _judge_presence(exchange: Observed, *, is_over: bool) -> Judgement:
    """Judge whether an output is there, with or without a key, or no longer."""
    is_there = is_success(exchange) or exchange.status in {304, 416}
    return judge_place(
        "R7",
        exchange,
        "status",
        agrees=is_there != is_over,
        expected="404, as it is over a week old"
        if is_over
        else "the file, for anybody, for a week",
        found=str(exchange.status),
    )


@judges("R10")
def judge_ranges(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A file says that it can be had in parts, and one range of bytes is answered with 206."""
    names = find_outputs(story).keys()
    for each in story.exchanges:
        is_file = each.route.serves is not None or find_name(each.url) in names
        if each.method not in {"GET", "HEAD"} or not is_file or not is_decided(each):
            continue
        if is_success(each):
            yield compare("R10", each, "header accept-ranges", "bytes", _find_units(each))
        if each.method != "GET" or not each.request_headers:
            continue  # headers that nobody kept may have asked for a part
        asked = each.find_request_header("range")
        if asked is None and is_success(each):
            yield compare("R10", each, "status", 200, each.status)
        elif asked is not None and (is_success(each) or each.status == 416):
            yield from _judge_range(each, asked)


def _find_units(exchange: Observed) -> str | None:
    return exchange.find_header("accept-ranges")


def _judge_range(exchange: Observed, asked: str) -> Iterator[Judgement]:
    """Judge the status that a Range is answered with, and the part that came."""
    match = _RANGE.fullmatch(asked.replace(" ", ""))
    is_whole = match is None or exchange.find_request_header("if-range") is not None
    if is_whole or not match or not any(match.groups()) or _is_backwards(*match.groups()):
        yield compare("R10", exchange, "status", 200, exchange.status)
        return
    yield judge_place(
        "R10",
        exchange,
        "status",
        agrees=exchange.status in {206, 416},
        expected="206, or 416 beyond the end",
        found=str(exchange.status),
    )
    if exchange.status == 206:
        yield _judge_part(exchange, match[1])


def _is_backwards(first: str, last: str) -> bool:
    return bool(first and last) and int(first) > int(last)


def _judge_part(exchange: Observed, first: str) -> Judgement:
    """Judge whether Content-Range tells the part that came."""
    told = exchange.find_header("content-range") or ""
    match = _CONTENT_RANGE.fullmatch(told)
    is_right = match is not None and (not first or int(match[1]) == int(first))
    if match and is_kept(exchange.body):
        is_right = is_right and int(match[2]) - int(match[1]) + 1 == exchange.body.size
    return judge_place(
        "R10",
        exchange,
        "header content-range",
        agrees=is_right,
        expected=f"bytes {first or 'FIRST'}-LAST/SIZE of the {exchange.body.size} that came",
        found=told or "nothing",
    )
