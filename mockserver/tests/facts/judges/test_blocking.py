"""Judges of synchronous runs: an emulator agrees, and each change is found."""

import pytest

from mockserver.facts.observed import Body
from mockserver.tests.facts.changing import (
    change,
    find_agreed,
    find_differing,
    with_document,
    with_header,
    with_members,
)
from mockserver.tests.facts.stories import CATALOGUE, Witness

TURBO, REMIX, SDXL, SLOW = (
    "ideogram-turbo-txt-2-img",
    "ideogram-turbo-img-2-img",
    "sdxl1.0-txt2img",
    "seedance-2.0",
)
FACTS = {"V1", "V1c", "V1d", "V2", "V3", "V4", "V5", "V6"}
WINDOW = "x-rate-limit-reset-at-utc"


def _run(witness, slug, **params):
    return witness.ask(
        "POST", f"/v1/{slug}", CATALOGUE.models[slug].document["examples"][0] | params
    )


@pytest.fixture(scope="module")
def witness():
    """JSON, a picture, a picture inside JSON, a failure, and a run that is given up."""
    seen = Witness(plan="pro")
    _run(seen, TURBO)
    _run(seen, REMIX)
    seen.ask("POST", f"/v1/{SDXL}", {"prompt": "A tin whistle", "base64": True})
    _run(seen, TURBO, prompt="mock:fail=The sky fell down")
    _run(seen, SLOW)
    return seen


def test_an_emulators_answers_agree(witness):
    """Each fact of synchronous runs is seen, and none differs."""
    assert find_agreed(witness.story) >= FACTS
    assert find_differing(witness.story) == set()


CHANGES = [
    ("V1", 1, lambda one: {"headers": with_header(one, "content-type", "image/png")}),
    ("V1", 2, lambda one: {"headers": with_header(one, "content-type", "application/json")}),
    ("V1c", 3, lambda one: {"body": with_members(one, infer_time=None)}),
    ("V1d", 1, lambda one: {"body": with_members(one, created=None)}),
    ("V1d", 1, lambda one: {"body": with_members(one, created="2026-11-26 20:00 +02:00")}),
    ("V1d", 1, lambda one: {"body": with_members(one, data=[{"url": "https://a.example"}])}),
    ("V2", 1, lambda one: {"headers": with_header(one, "x-cost", None)}),
    ("V2", 1, lambda one: {"headers": with_header(one, "x-cost", "$0.06")}),
    ("V2", 2, lambda one: {"headers": with_header(one, "x-remaining-credits", None)}),
    ("V2", 2, lambda one: {"headers": with_header(one, "x-request-id", None)}),
    ("V2", 1, lambda one: {"headers": with_header(one, "x-generation-time", "12 s")}),
    ("V2", 1, lambda one: {"headers": with_header(one, "x-seed-value", None)}),
    ("V2", 1, lambda one: {"headers": with_header(one, WINDOW, None)}),
    (
        "V3",
        5,
        lambda _one: {"status": 200, "body": with_document({"error": "Internal Polling Error"})},
    ),
    ("V4", 4, lambda _one: {"body": with_document({"message": "No"})}),
    ("V4", 4, lambda one: {"headers": with_header(one, "x-cost", "0.063")}),
    (
        "V4",
        4,
        lambda _one: {"status": 422, "body": with_document({"status": "FAILED", "error": ""})},
    ),
    ("V5", 5, lambda one: {"headers": with_header(one, "content-type", "application/json")}),
    ("V5", 1, lambda one: {"headers": with_header(one, "x-generation-time", "163.2")}),
    ("V6", 3, lambda one: {"body": with_members(one, image=None)}),
    ("V6", 3, lambda one: {"headers": with_header(one, "content-type", "image/png")}),
]


@pytest.mark.fact(*FACTS)
@pytest.mark.parametrize(("fact", "number", "make"), CHANGES)
def test_a_change_is_found(witness, fact, number, make):
    """The fact that is broken is named at the exchange that breaks it."""
    exchange = witness.exchanges[number - 1]
    changed = change(witness.story, exchange, **make(exchange))
    assert (fact, number) in find_differing(changed)


def test_nothing_is_said_of_what_was_not_kept(witness):
    """Bodies that were dropped, of requests or answers, accuse nobody."""
    story = witness.story
    for each in story.exchanges:
        dropped = Body(size=each.body.size, digest=each.body.digest)
        asked = Body(size=each.request_body.size, digest=each.request_body.digest)
        story = change(story, each, body=dropped, request_body=asked)
    assert find_differing(story) == set()


def test_an_account_without_a_limit_is_told_of_no_window():
    """The header that tells when the window ends is missed only where there is one."""
    seen = Witness()
    _run(seen, TURBO)
    assert seen.exchanges[0].find_header(WINDOW) is None
    assert find_differing(seen.story) == set()
