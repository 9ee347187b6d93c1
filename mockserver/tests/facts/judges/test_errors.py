"""Judges of refusals: each can say no."""

import pytest

from mockserver.facts.observed import Body
from mockserver.tests.facts.changing import find_differing
from mockserver.tests.facts.stories import LIMITED, POOR, STRANGE
from mockserver.tests.facts.tables import (
    find_changed,
    find_first,
    make_body,
    set_error,
    set_fields,
    set_header,
    set_members,
    set_sent_header,
    set_status,
)
from mockserver.tests.facts.witness import Witness, change_story

REFUSED, BODIES, EDGE = "refusals", "bodies", "an edge"
TORN = {"route": "sync", "status": 400}
ENCODED = {"route": "sync", "status": 400, "skip": 2}
WRONG_TYPE = {"route": "sync", "status": 406}
VALUE = {"route": "sync", "status": 406, "skip": 2}
MISSING = {"route": "sync", "status": 400, "skip": 4}
UNKNOWN = {"route": "submit", "status": 404}
FULL = {"route": "submit", "status": 429, "account": LIMITED}
EMPTY = {"route": "submit", "status": 406, "account": POOR}
PAGE = Body.of(b"<html>No</html>")
ELSEWHERE = [
    "/inference-request/request-history?per_page=101",
    "/webhook/get",
    "/finetune/request/list",
    "/api/auth/authenticate",
    f"/workflows/request/{'0' * 32}",
    "/v2/none/of/these",
]


@pytest.mark.fact("E1", "E2", "E2b", "E3", "E4", "E5", "E6")
@pytest.mark.parametrize(
    ("fact", "story", "where", "make"),
    [
        ("E1", REFUSED, UNKNOWN, set_header("content-type", "text/plain")),
        ("E1", REFUSED, UNKNOWN, set_members(error=None, message="No such model")),
        ("E1", REFUSED, UNKNOWN, set_members(error={"message": "No such model"})),
        ("E1", REFUSED, {"route": "credits", "status": 401}, set_fields(body=PAGE)),
        ("E1", REFUSED, FULL, set_members(error=None)),
        ("E2", BODIES, TORN, set_status(200)),
        ("E2", BODIES, TORN, set_status(422)),
        ("E2", BODIES, TORN, set_status(500)),
        ("E2", BODIES, TORN, set_status(406)),
        ("E2", BODIES, MISSING, set_status(422)),
        ("E2", BODIES, MISSING, set_status(406)),
        ("E2b", BODIES, ENCODED, set_status(200)),
        ("E2b", BODIES, ENCODED, set_status(415)),
        ("E3", BODIES, WRONG_TYPE, set_status(415)),
        ("E3", BODIES, WRONG_TYPE, set_status(404)),
        ("E3", BODIES, WRONG_TYPE, set_status(200)),
        ("E3", BODIES, WRONG_TYPE, set_error("Not acceptable")),
        ("E3", BODIES, WRONG_TYPE, set_sent_header("content-type", "application/json")),
        ("E3", BODIES, VALUE, set_status(400)),
        ("E3", BODIES, VALUE, set_status(422)),
        ("E3", REFUSED, EMPTY, set_status(403)),
        ("E4", REFUSED, UNKNOWN, set_status(400)),
        ("E4", REFUSED, UNKNOWN, set_status(200)),
        ("E4", REFUSED, UNKNOWN, set_fields(body=PAGE)),
        ("E5", REFUSED, FULL, set_header("x-rate-limit-reset-at-utc", None)),
        ("E5", REFUSED, FULL, set_header("retry-after", "30")),
        ("E5", REFUSED, FULL, set_header("x-rate-limit-limit", "1")),
        ("E5", REFUSED, FULL, set_header("x-ratelimit-remaining", "0")),
        ("E5", REFUSED, FULL, set_status(503)),
        ("E6", EDGE, {"route": "sync", "status": 500}, set_header("content-type", "text/html")),
        ("E6", EDGE, {"route": "sync", "status": 502}, set_header("content-type", "image/png")),
    ],
)
def test_a_change_is_found_by_the_judge_of_its_fact(fact, story, where, make):
    """At the exchange that was changed."""
    assert fact in find_changed(story, find_first(story, **where), make)


@pytest.mark.fact("E2", "E3")
@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "Unauthorized"), (403, "Forbidden"), (406, "Insufficient credits"), (429, "Full")],
)
def test_what_is_refused_before_the_body_is_read_says_nothing_of_bodies(status, words):
    """Key, model, wallet and window come first, whatever the body is."""
    refused = set_fields(status=status, body=make_body({"error": words}))
    assert not find_changed(BODIES, find_first(BODIES, **TORN), refused) & {"E2", "E3"}


@pytest.mark.fact("E2", "E3")
@pytest.mark.parametrize("status", [400, 406, 422, 500])
def test_which_status_a_number_beyond_its_range_gets_nobody_says(status):
    """400 is for a parameter that is left out, and 406 for a value that no list has."""
    seen = Witness()
    seen.run("sdxl1.0-txt2img", {"samples": 100_000})
    (exchange,) = seen.exchanges
    assert exchange.status == 400
    story = change_story(seen.story, 1, status=status)
    assert not {fact for fact, _ in find_differing(story)} & {"E2", "E3"}


@pytest.mark.fact("E1", "A2", "A3", "N13", "N20")
@pytest.mark.parametrize("path", ELSEWHERE)
@pytest.mark.parametrize("owner", [{}, {"key": None}, {"key": STRANGE, "known": ["key-unknown"]}])
def test_a_page_about_a_route_that_is_at_another_host_says_nothing(path, owner):
    """The gateway's host need not serve the SDK's other namespaces, nor what there is not."""
    seen = Witness()
    seen.ask("GET", path, **owner)
    page = {"body": PAGE, "headers": (("content-type", "text/html"),)}
    assert find_differing(change_story(seen.story, 1, status=404, **page)) == set()


@pytest.mark.fact("E1")
def test_a_page_about_a_route_of_the_gateway_is_no_envelope():
    """404 for an id is JSON."""
    seen = Witness()
    seen.ask("GET", f"/v2/requests/{'0' * 32}/status")
    page = {"body": PAGE, "headers": (("content-type", "text/html"),)}
    assert "E1" in {fact for fact, _ in find_differing(change_story(seen.story, 1, **page))}


@pytest.mark.fact("E3")
def test_headers_that_nobody_kept_are_no_wrong_content_type():
    """A recording may be without them."""
    good = find_first("failures", "submit")
    assert find_changed("failures", good, set_fields(request_headers=())) == set()


@pytest.mark.fact("E1", "E5")
def test_a_page_of_a_proxy_that_limits_has_its_own_headers():
    """It is HTML, and no answer of the gateway's."""
    headers = (("content-type", "text/html"), ("retry-after", "30"))
    full = find_first(REFUSED, **FULL)
    assert find_changed(REFUSED, full, set_fields(body=PAGE, headers=headers)) == set()
