"""Whatever the address of the page names, nothing runs, breaks or leads elsewhere."""

from __future__ import annotations

from urllib.parse import quote

from playwright.sync_api import expect

from mockserver.tests.tables import check_each

NAMES = [
    *("..", ".", "../..", "", "%2e%2e", "__proto__", "constructor", "toString", "?", "%", "1e400"),
    *("<script>window.ran = true</script>", "\u202e\x00\x1b[31m", "x" * 5000),
]
PLACES = [
    *("jobs?job={}", "accounts?open={}", "outputs?output={}", "outputs?request_id={}"),
    *(
        "models?model={}",
        "models?level={}&makes={}",
        "verdicts?rule={}&level={}",
        "faults?fault={}",
    ),
    *(
        "live?exchange={}",
        "live?text={}&status={}&verdict={}",
        "live?account={}",
        "jobs?account={}",
    ),
    *("accounts?account={}", "outputs?account={}", "verdicts?account={}", "live?{}=1", "{}"),
]


def test_no_name_in_the_address_breaks_a_view(server, visit):
    """A name that is a step in a path leads nowhere, and those of JavaScript are like others."""
    server.submit()
    visit.accepted.append("status of 40[04]")
    page = visit.open_view("live")

    def check(place):
        for name in NAMES:
            address = place.replace("{}", quote(name, safe=""))
            page.evaluate("address => { location.hash = address; }", address)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
        # Whatever the view asked for has been answered.
        page.evaluate("() => fetch('/_mock/health').then((answer) => answer.text())")

    check_each(PLACES, check)
    assert page.evaluate("window.ran") is None
