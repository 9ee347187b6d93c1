"""What moves the clock: from the click to the control plane, with commands that do the same."""

from __future__ import annotations

import json
import subprocess

import pytest
from playwright.sync_api import expect

from mockserver.base.ids import name_account
from mockserver.tests.conftest import KEY, OTHER_KEY
from mockserver.tests.page.test_clock import open_clock

ACCOUNT = name_account(KEY)


def read_clock(server, **query):
    """Return what time it is, and the mode."""
    clock = server.steer("GET", "/_mock/clock", **query)
    return clock["now_utc"].removesuffix(".000000Z"), clock["mode"]


def find_move(page, text):
    """Return the line of the move whose button says so."""
    button = page.get_by_role("button", name=text, exact=True)
    return page.locator(".clock .move").filter(has=button)


def press(page, text):
    """Press the button of a move, and wait for what comes of it."""
    find_move(page, text).get_by_role("button", name=text).click()


def read_commands(line, language):
    """Return what a line has to copy, in a language."""
    if line.locator(".commands[open]").count() == 0:
        line.locator(".commands > summary").click()
    line.get_by_role("tab", name=language).click()
    return line.locator("pre").text_content()


@pytest.fixture
def page(open_view):
    """A page whose clock is open."""
    page = open_view("live")
    open_clock(page)
    return page


@pytest.fixture
def account_page(open_view, server):
    """The same, where one of two accounts is chosen."""
    for key in (KEY, OTHER_KEY):
        server.steer("PUT", f"/_mock/accounts/{key}", {})
    page = open_view("live", account=ACCOUNT)
    open_clock(page)
    return page


@pytest.mark.parametrize(
    ("text", "now"),
    [("Forward by a minute", "2026-01-01T00:01:00"), ("Forward by an hour", "2026-01-01T01:00:00")],
)
def test_a_button_moves_the_clock_on(page, server, text, now):
    """The header shows it at once, and a note says it."""
    press(page, text)
    expect(page.locator(".clock > summary")).to_contain_text(now.replace("T", " "))
    expect(page.locator("#notes")).to_contain_text(f"It is {now.replace('T', ' ')}.000 (frozen)")
    assert read_clock(server) == (now, "frozen")


def test_the_clock_moves_to_the_next_change_of_a_job(page, server):
    """Not further: of a job that waits it is the beginning of its run."""
    job = server.submit()
    press(page, "To the next change of a job")
    expect(page.locator(".fired")).to_contain_text("1 change of state on the way")
    expect(page.locator(".fired")).to_contain_text(f"PROCESSING{job['request_id']}")
    assert server.poll(job)["status"] == "PROCESSING"


def test_where_no_job_changes_the_next_change_is_refused_with_a_hint(page, server, visit):
    """The note stays, and the clock where it is."""
    visit.accepted.append("status of 400")
    before = read_clock(server)
    press(page, "To the next change of a job")
    expect(page.locator(".note.bad")).to_contain_text("no job")
    assert read_clock(server) == before


def test_the_clock_moves_by_any_number_of_seconds(page, server):
    """Decimals too, by Enter as well as by the button."""
    field = page.get_by_label("Seconds")
    field.fill("90.5")
    field.press("Enter")
    expect(page.locator(".clock .facts")).to_contain_text("00:01:30.500")
    press(page, "Forward")
    expect(page.locator(".clock .facts")).to_contain_text("00:03:01.000")
    assert read_clock(server) == ("2026-01-01T00:03:01", "frozen")


def test_the_clock_moves_to_an_instant(page, server):
    """Offsets are read, as the control plane reads them."""
    page.get_by_label("Instant (UTC)").fill("2026-02-01T12:00:00+02:00")
    press(page, "Move there")
    expect(page.locator(".clock > summary")).to_contain_text("2026-02-01 10:00:00")
    assert read_clock(server) == ("2026-02-01T10:00:00", "frozen")


@pytest.mark.parametrize(
    ("label", "value", "button"),
    [("Seconds", "-1", "Forward"), ("Instant (UTC)", "2025-01-01T00:00:00Z", "Move there")],
)
def test_time_cannot_go_back_and_the_page_says_what_to_do(page, visit, label, value, button):
    """The refusal stands in a note with its hint, until it is dismissed."""
    visit.accepted.append("status of 400")
    page.get_by_label(label).fill(value)
    press(page, button)
    note = page.locator(".note.bad")
    expect(note).to_contain_text("time cannot go back")
    expect(note).to_contain_text("reset to begin anew, or move on")
    note.get_by_role("button", name="Dismiss").click()
    expect(note).to_have_count(0)
    expect(page.locator(".clock .popover")).to_be_visible()


@pytest.mark.parametrize(
    ("label", "button"), [("Seconds", "Forward"), ("Instant (UTC)", "Move there")]
)
def test_an_empty_field_sends_nothing(visit, page, label, button):
    """The browser says what is missing."""
    asked = []
    visit.note_requests(lambda request: asked.append(request.method))
    page.get_by_label(label).fill("")
    press(page, button)
    assert page.get_by_label(label).evaluate("field => field.matches(':invalid')")
    expect(page.locator(".note")).to_have_count(0)
    assert "PATCH" not in asked


@pytest.mark.parametrize("mode", ["real", "auto", "frozen"])
def test_the_mode_of_the_clock_changes(page, server, mode):
    """The header shows it."""
    server.steer("PATCH", "/_mock/clock", {"mode": "x2"})
    expect(page.locator(".clock > summary")).to_contain_text("x2")
    page.get_by_label("Mode", exact=True).select_option(mode)
    press(page, "Change")
    expect(page.locator(".clock > summary .badge")).to_have_text(mode)
    assert read_clock(server)[1] == mode


def test_the_mode_may_be_any_number_of_times_as_fast(page, server):
    """Its number is asked for where it is one, and the popover says what it is."""
    expect(page.get_by_label("N: how many")).not_to_be_visible()
    page.get_by_label("Mode", exact=True).select_option("xN")
    page.get_by_label("N: how many").fill("2.5")
    press(page, "Change")
    expect(page.locator(".clock > summary .badge")).to_have_text("x2.5")
    expect(page.locator(".clock .facts")).to_contain_text("a second is 2.5 seconds")
    assert read_clock(server)[1] == "x2.5"


def test_a_mode_that_somebody_is_choosing_stays_chosen(page, server):
    """Though the clock is looked at again meanwhile."""
    page.get_by_label("Mode", exact=True).select_option("auto")
    server.steer("PATCH", "/_mock/clock", {"advance_s": 60})
    expect(page.locator(".clock > summary")).to_contain_text("00:01:00")
    expect(page.get_by_label("Mode", exact=True)).to_have_value("auto")


def test_the_clock_of_one_account_moves_alone(account_page, server):
    """Forward, to the next change, and in its mode."""
    server.submit()
    server.submit(key=OTHER_KEY)
    press(account_page, "To the next change of a job")
    expect(account_page.locator(".fired li")).to_have_count(1)
    press(account_page, "Forward by a minute")
    account_page.get_by_label("Mode", exact=True).select_option("auto")
    press(account_page, "Change")
    expect(account_page.locator(".clock > summary .badge")).to_have_text("auto")
    assert read_clock(server, api_key=ACCOUNT)[1] == "auto"
    assert read_clock(server, api_key=OTHER_KEY) == ("2026-01-01T00:00:00", "frozen")
    states = {job["account"]: job["state"] for job in server.steer("GET", "/_mock/jobs")["jobs"]}
    assert states == {ACCOUNT: "COMPLETED", name_account(OTHER_KEY): "QUEUED"}


PYTEST = {
    "Forward by a minute": "segmock.clock.advance(60)",
    "Forward by an hour": "segmock.clock.advance(3600)",
    "To the next change of a job": "segmock.clock.advance_to_next()",
    "Forward": "segmock.clock.advance(90)",
    "Move there": 'segmock.clock.set(utc="2026-01-01T12:00:00Z")',
    "Change": 'segmock.clock.set("frozen")',
}


def test_every_move_has_a_line_for_a_test(page):
    """In the words of the fixture."""
    found = {text: read_commands(find_move(page, text), "pytest") for text in PYTEST}
    assert {text: line.splitlines()[-1].strip() for text, line in found.items()} == PYTEST


def test_the_commands_of_a_move_do_what_its_button_does(account_page, server):
    """As curl does, copied as it stands."""
    text = read_commands(find_move(account_page, "Forward by an hour"), "curl")
    done = subprocess.run(["sh", "-c", text], check=True, capture_output=True, timeout=60)
    assert json.loads(done.stdout)["now_utc"] == "2026-01-01T01:00:00.000000Z"
    assert read_clock(server, api_key=ACCOUNT)[0] == "2026-01-01T01:00:00"
    assert read_clock(server)[0] == "2026-01-01T00:00:00"
