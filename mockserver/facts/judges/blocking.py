"""Synchronous runs, on v1 (V*)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import find_media_type, is_kept, read_error, read_object
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.members import judge_kind, judge_members
from mockserver.facts.numerals import parse_amount
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import is_blocking
from mockserver.facts.windows import RESET

_JSON, _HTML = "application/json", "text/html"

_SENDS_PICTURE = "ideogram-turbo-img-2-img"
_SENDS_JSON = frozenset(
    {"ideogram-turbo-txt-2-img", "ideogram-2a-txt-2-img", "ideogram-txt-2-img", "ideogram-3"}
)
_DIFFUSION = re.compile(r"sdxl|(?:^|[^a-z])sd[-0-9]|stable-diffusion|codeformer")
_DATUM = {"url", "prompt", "resolution", "is_image_safe", "seed"}
_UTC = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:?00)")
_RESOLUTION = re.compile(r"[1-9]\d*x[1-9]\d*")
_NEVER_SEEN_S = 100
"""No client was ever answered by v1 after more than that."""

_GIVEN_UP = "Internal Polling Error"
"""What clients read where v1 gave up a run without a page of the edge's; its status is unknown."""


def _find_successes(story: Story) -> Iterator[Observed]:
    return (each for each in story.exchanges if is_blocking(each) and each.status == 200)


def _asks_base64(exchange: Observed) -> bool:
    """Tell whether a picture inside JSON was asked for, under either name, or may have been."""
    params = exchange.request_body.document
    if not isinstance(params, dict):
        return not is_kept(exchange.request_body) or bool(exchange.request_body.size)
    return any(str(params.get(name)).lower() == "true" for name in ("base64", "base_64"))


@judges("V1")
def judge_kind_of_answer(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """One of the five Ideogram models sends the picture's bytes, the other four send JSON."""
    for each in _find_successes(story):
        if _asks_base64(each):
            continue
        kind = find_media_type(each)
        if each.subject in _SENDS_JSON:
            yield compare("V1", each, "header content-type", _JSON, kind)
        elif each.subject == _SENDS_PICTURE:
            yield judge_place(
                "V1",
                each,
                "header content-type",
                agrees=kind.startswith("image/"),
                expected="a kind of image",
                found=kind or "none",
            )


@judges("V1c")
def judge_diffusion_base64(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """A picture of Stable Diffusion's inside JSON comes with a status and a time.

    That the members have an order and are indented is not judged: no reader of JSON can tell.
    """
    for each in _find_base64(story, catalogue):
        if _DIFFUSION.search(each.subject):
            document = read_object(each)
            yield judge_members("V1c", each, "body", ("image", "infer_time", "status"), document)


@judges("V6")
def judge_base64(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """A picture that is asked for as base64 is a text under image, several are a list of them."""
    for each in _find_base64(story, catalogue):
        yield compare("V6", each, "header content-type", _JSON, find_media_type(each))
        image = (read_object(each) or {}).get("image")
        yield judge_kind("V6", each, "body.image", (str, list), image)


def _find_base64(story: Story, catalogue: Catalogue) -> Iterator[Observed]:
    """Return the successes of picture models that were asked for base64, as far as kept."""
    for each in _find_successes(story):
        model, params = catalogue.models.get(each.subject), each.request_body.document
        if model is None or not isinstance(params, dict) or not is_kept(each.body):
            continue
        if model.terms.output.media == "image" and model.is_base64(params):
            yield each


@judges("V1d")
def judge_ideogram_json(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """The JSON of an Ideogram model is the provider's: an instant, and the pictures' data."""
    for each in _find_successes(story):
        document = read_object(each)
        if each.subject not in _SENDS_JSON or document is None or _asks_base64(each):
            continue
        yield judge_members("V1d", each, "body", ("created", "data"), document)
        if "created" in document:
            yield _judge_text(each, "body.created", _UTC, "UTC", document["created"])
        data = document.get("data")
        for number, datum in enumerate(data if isinstance(data, list) else ()):
            yield judge_members("V1d", each, f"body.data[{number}]", _DATUM, datum)
            if isinstance(datum, dict) and "resolution" in datum:
                where, size = f"body.data[{number}].resolution", datum["resolution"]
                yield _judge_text(each, where, _RESOLUTION, "like 1024x1024", size)


def _judge_text(
    exchange: Observed, where: str, pattern: re.Pattern[str], says: str, found: Any
) -> Judgement:
    is_right = isinstance(found, str) and pattern.fullmatch(found) is not None
    return judge_place("V1d", exchange, where, agrees=is_right, expected=says, found=repr(found))


def _is_amount(value: str) -> bool:
    return parse_amount(value) is not None


def _is_time(value: str) -> bool:
    amount = parse_amount(value)
    return amount is not None and amount >= 0


_HEADERS: Mapping[str, tuple[str, Callable[[str], bool]]] = {
    "x-cost": ("an amount in dollars", _is_time),
    "x-remaining-credits": ("an amount in dollars", _is_amount),
    "x-request-id": ("an id", bool),
    "x-generation-time": ("a number of seconds", _is_time),
}
"""What each header of a success is."""


@judges("V2")
def judge_headers(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """A success tells its cost, balance, id, seconds and seed in headers.

    When the window ends is told where there is a limit, which shows where it was ever told.
    """
    limited = {each.account for each in story.exchanges if each.find_header(RESET)}
    for each in _find_successes(story):
        for name, (expected, is_right) in _HEADERS.items():
            yield _judge_header(each, name, expected, is_right)
        model = catalogue.models.get(each.subject)
        if model is not None and model.terms.seed:
            yield _judge_header(each, "x-seed-value", "a whole number", _is_whole)
        if each.account is not None and each.account in limited:
            yield _judge_header(each, RESET, "an instant", bool)


def _is_whole(value: str) -> bool:
    return value.removeprefix("-").isdecimal()


def _judge_header(
    exchange: Observed, name: str, expected: str, is_right: Callable[[str], bool]
) -> Judgement:
    found = exchange.find_header(name)
    return judge_place(
        "V2",
        exchange,
        f"header {name}",
        agrees=found is not None and is_right(found),
        expected=expected,
        found="none" if found is None else repr(found),
    )


@judges("V3")
def judge_patience(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A run that v1 gives up is 504."""
    for each in story.exchanges:
        if is_blocking(each) and each.status in {200, 504} and _is_given_up(each):
            yield compare("V3", each, "status", 504, each.status)


def _is_given_up(exchange: Observed) -> bool:
    return exchange.status == 504 or _says_given_up(exchange)


def _says_given_up(exchange: Observed) -> bool:
    return _GIVEN_UP.encode() in (exchange.body.content or b"")


@judges("V5")
def judge_limit(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """What v1 gives up is a page of the edge's; no success took far more than a minute."""
    for each in story.exchanges:
        if is_blocking(each) and each.status == 504 and not _says_given_up(each):
            yield compare("V5", each, "header content-type", _HTML, find_media_type(each))
    for each in _find_successes(story):
        seconds = parse_amount(each.find_header("x-generation-time") or "")
        if seconds is not None:
            yield judge_place(
                "V5",
                each,
                "header x-generation-time",
                agrees=seconds <= _NEVER_SEEN_S,
                expected=f"at most {_NEVER_SEEN_S} s",
                found=f"{seconds} s",
            )


@judges("V4")
def judge_failure(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A run that fails is 500 with the ordinary envelope, and has no cost."""
    for each in story.exchanges:
        if not is_blocking(each):
            continue
        document = read_object(each)
        if document is not None and document.get("status") == "FAILED":
            yield compare("V4", each, "status", 500, each.status)
        elif each.status == 500 and document is not None:
            yield judge_kind("V4", each, "body.error", str, read_error(each))
        if each.status == 500 and document is not None:
            cost = each.find_header("x-cost")
            yield judge_place(
                "V4",
                each,
                "header x-cost",
                agrees=cost is None or not parse_amount(cost),
                expected="none",
                found="none" if cost is None else repr(cost),
            )
