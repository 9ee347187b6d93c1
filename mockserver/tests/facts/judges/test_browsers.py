"""The judge of what pages may read: an emulator agrees, and each change is found."""

import pytest

from mockserver.tests.facts.changing import change, find_agreed, find_differing, with_header
from mockserver.tests.facts.stories import UNKNOWN_ID, Witness

PAGE = {"origin": "https://app.example"}
PREFLIGHT = PAGE | {
    "access-control-request-method": "PUT",
    "access-control-request-headers": "content-type, x-api-key",
}
ORIGIN, METHODS, HEADERS, ASKED = (
    "access-control-allow-origin",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-request-headers",
)


@pytest.fixture(scope="module")
def witness():
    """A preflight, a submit and a refusal, all from a page, and a call that is from none."""
    seen = Witness()
    seen.ask("OPTIONS", "/v2/ideogram-3", key=None, headers=PREFLIGHT)
    seen.submit("ideogram-3", headers=PAGE)
    seen.ask("GET", f"/v2/requests/{UNKNOWN_ID}", headers=PAGE)
    seen.submit("ideogram-3")
    return seen


@pytest.mark.fact("C1")
def test_an_emulators_answers_agree(witness):
    """A page may read all of them."""
    assert "C1" in find_agreed(witness.story)
    assert find_differing(witness.story) == set()


@pytest.mark.fact("C1")
@pytest.mark.parametrize(
    ("number", "make"),
    [
        (1, lambda _one: {"status": 405}),
        (1, lambda one: {"headers": with_header(one, ORIGIN, None)}),
        (1, lambda one: {"headers": with_header(one, METHODS, "GET, POST")}),
        (1, lambda one: {"headers": with_header(one, HEADERS, "content-type")}),
        (2, lambda one: {"headers": with_header(one, ORIGIN, "https://segmind.com")}),
        (3, lambda one: {"headers": with_header(one, ORIGIN, None)}),
    ],
)
def test_a_change_is_found(witness, number, make):
    """It is named at the exchange that a page could not make use of."""
    exchange = witness.exchanges[number - 1]
    changed = change(witness.story, exchange, **make(exchange))
    assert ("C1", number) in find_differing(changed)


@pytest.mark.parametrize(
    ("number", "make"),
    [
        (1, lambda _one: {"status": 200}),
        (1, lambda one: {"headers": with_header(one, HEADERS, "*")}),
        (2, lambda one: {"headers": with_header(one, ORIGIN, "https://app.example")}),
        (2, lambda one: {"headers": with_header(one, ORIGIN, None), "status": 502}),
        (4, lambda one: {"headers": with_header(one, ORIGIN, None)}),
    ],
)
def test_what_is_the_same_to_a_page_is_no_difference(witness, number, make):
    """Browsers take every success and every way to allow alike, and an edge's page is nobody's."""
    exchange = witness.exchanges[number - 1]
    assert find_differing(change(witness.story, exchange, **make(exchange))) == set()
