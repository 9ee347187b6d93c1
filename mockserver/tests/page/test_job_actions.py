"""What can be done to a job on the page, from the click to the control plane and the journal."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from mockserver.tests.conftest import KEY
from mockserver.tests.page.hostile_texts import HOSTILE, find_shown

ERROR = "It ran out of memory."


@pytest.fixture
def open_job(open_view, server):
    """Submit a run, and open it: `open_job(seconds)` so long after its submission."""

    def open_job(seconds=0):
        job = server.submit()
        if seconds:
            server.steer("PATCH", "/_mock/clock", {"advance_s": seconds})
        page = open_view("jobs", job=job["request_id"])
        expect(page.locator("#panel .facts")).to_be_visible()
        return page, job

    return open_job


def press(page, name):
    """Press the button of an action."""
    page.locator(f'[data-action="{name}"]').click()


def list_offered(page):
    """Return the names of the actions that are offered."""
    buttons = page.locator("[data-action]:visible").all()
    return [button.get_attribute("data-action") for button in buttons]


def check_badge(page, job, words):
    """Wait until the panel, and the job's row, say this of its state."""
    row = page.locator(f'[data-job="{job["request_id"]}"]')
    expect(page.locator("#panel .badge").first).to_have_text(words)
    expect(row.locator(".badge")).to_have_text(words)


def show(server, job):
    """Return the job as the control plane has it."""
    return server.steer("GET", f"/_mock/jobs/{job['request_id']}")


def test_a_job_is_completed_by_a_click(open_job, server):
    """The client's next poll hears of it, as the journal says, and it is charged."""
    page, job = open_job()
    press(page, "complete")
    check_badge(page, job, "COMPLETED")
    shown = show(server, job)
    assert shown["state"] == "COMPLETED"
    expect(page.locator("#panel .facts")).to_contain_text(f"${shown['cost']}")
    assert server.poll(job)["status"] == "COMPLETED"
    assert server.list_exchanges()[-1]["response"]["body"]["status"] == "COMPLETED"
    expect(page.locator("#panel .history")).to_contain_text("status")


def test_a_job_fails_with_the_text_that_was_written(open_job, server):
    """The client is told that text."""
    page, job = open_job()
    page.get_by_label("Error text").fill(ERROR)
    press(page, "fail")
    check_badge(page, job, "FAILED")
    expect(page.locator("#panel .facts")).to_contain_text(ERROR)
    assert show(server, job)["error"] == ERROR
    server.poll(job)
    assert ERROR in str(server.list_exchanges()[-1]["response"]["body"])


def test_a_queued_job_starts_when_it_is_told_to(open_job, server):
    """It is the one action that is offered while it is queued alone."""
    page, job = open_job()
    press(page, "start")
    check_badge(page, job, "PROCESSING")
    assert show(server, job)["state"] == "PROCESSING"
    assert server.poll(job)["status"] == "PROCESSING"
    expect(page.locator('[data-action="start"]')).to_be_hidden()


def test_a_job_stalls_until_something_else_is_done_to_it(open_job, server):
    """No time ends it, and a click on another action does."""
    page, job = open_job()
    press(page, "stall")
    check_badge(page, job, "QUEUED, stalled")
    server.steer("PATCH", "/_mock/clock", {"advance_s": 600})
    assert server.poll(job)["status"] == "QUEUED"
    expect(page.locator('[data-action="stall"]')).to_be_hidden()
    press(page, "complete")
    check_badge(page, job, "COMPLETED")
    assert server.poll(job)["status"] == "COMPLETED"


def test_a_job_expires_by_a_click_and_its_row_stays(open_job, server):
    """The control plane and the client find it no more; nothing more is offered."""
    page, job = open_job()
    press(page, "expire")
    check_badge(page, job, "EXPIRED")
    expect(page.get_by_text("It has expired: nothing can be done")).to_be_visible()
    assert list_offered(page) == []
    assert server.steer("GET", "/_mock/jobs")["jobs"] == []
    assert server.ask("GET", job["status_url"]).status_code == 404


OFFERED = {
    0: ["complete", "fail", "start", "stall", "expire"],
    2: ["complete", "fail", "stall", "expire"],
    60: ["expire"],
}


@pytest.mark.parametrize("seconds", OFFERED)
def test_what_is_offered_is_possible_in_the_state(replace_server, open_view, seconds):
    """While it is queued, processing, completed."""
    server = replace_server(speed=1)
    job = server.submit()
    server.steer("PATCH", "/_mock/clock", {"advance_s": seconds})
    page = open_view("jobs", job=job["request_id"])
    expect(page.locator('[data-action="expire"]')).to_be_visible()
    assert list_offered(page) == OFFERED[seconds]


def test_a_refusal_is_shown_with_its_hint(open_job, server, visit):
    """Somebody else was quicker: the page says what the control plane said, and goes on."""
    visit.accepted.append("400")
    page, job = open_job()
    path = f"**/_mock/jobs/{job['request_id']}"
    page.route(path, lambda route: _complete_first(server, job, route))
    press(page, "start")
    note = page.locator("#notes .note.bad")
    expect(note).to_contain_text("the job is COMPLETED and cannot become PROCESSING")
    expect(note).to_contain_text("both are final")
    page.unroute(path)
    check_badge(page, job, "COMPLETED")


def _complete_first(server, job, route):
    if route.request.method == "PATCH":
        server.steer("PATCH", f"/_mock/jobs/{job['request_id']}", {"state": "COMPLETED"})
    route.continue_()


COMMANDS = {
    "complete": 'segmock.complete("{id}")',
    "fail": 'segmock.fail("{id}", "It ran out of memory.")',
    "stall": 'segmock.stall("{id}")',
    "expire": 'segmock.expire("{id}")',
}


def test_each_action_tells_how_to_do_it_in_a_test(open_job):
    """As the handle of the fixture has it; what is written into a field is in it at once."""
    page, job = open_job()
    for name, line in COMMANDS.items():
        action = page.locator(f'.job-action:has([data-action="{name}"])')
        action.get_by_text("As code").click()
        action.get_by_role("tab", name="pytest").click()
        if name == "fail":
            action.get_by_label("Error text").fill(ERROR)
        expect(action.locator("pre")).to_contain_text(line.format(id=job["request_id"]))
    action = page.locator('.job-action:has([data-action="start"])')
    action.get_by_text("As code").click()
    action.get_by_role("tab", name="curl").click()
    expect(action.locator("pre")).to_contain_text('{"state":"PROCESSING"}')


def test_the_focus_stays_in_the_panel_when_a_button_goes(open_job):
    """By keyboard alone: the action that is done is offered no longer."""
    page, job = open_job()
    page.locator('[data-action="complete"]').focus()
    page.keyboard.press("Enter")
    check_badge(page, job, "COMPLETED")
    expect(page.get_by_role("heading", name="Actions")).to_be_focused()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_error_text_is_sent_and_shown_as_text(open_job, server, name):
    """What was written is what the client is told, and nothing of it runs."""
    text = HOSTILE[name]
    page, job = open_job()
    page.get_by_label("Error text").fill(text)
    written = page.get_by_label("Error text").input_value()
    press(page, "fail")
    check_badge(page, job, "FAILED")
    assert show(server, job)["error"] == written
    expect(page.locator("#panel .facts")).to_contain_text(find_shown(written))
    assert page.evaluate("window.ran") is None


def test_an_action_on_one_account_leaves_others_alone(open_job, server):
    """The job of another client goes on."""
    other = server.submit(key=f"{KEY}-other")
    page, job = open_job()
    press(page, "complete")
    check_badge(page, job, "COMPLETED")
    assert show(server, other)["state"] == "QUEUED"
    expect(page.locator(f'[data-job="{other["request_id"]}"] .badge')).to_have_text(
        re.compile("QUEUED")
    )
