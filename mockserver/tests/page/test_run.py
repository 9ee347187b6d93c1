"""Runs that somebody makes by the form of a model: submitted, polled, shown."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from mockserver.tests.page.hostile_texts import SHORT
from mockserver.tests.page.makers import list_outputs, make_outputs

KEY = "SG_page_0000"
MAKERS = {
    "ideogram-3": "img",
    "sora-2": "video",
    "lyria-2": "audio",
    "gpt-4o": "blockquote",
    "text-embedding-3-small": ".json",
}
"""A model of each kind, and what shows what it made."""


def open_form(open_view, slug, **query):
    """Open the form of a model; return the page and the panel."""
    page = open_view("models", model=slug, **query)
    panel = page.locator("#panel")
    if not query:
        panel.get_by_text("Run it").click()
    return page, panel


def press_run(panel):
    """Press the button, and return where the run is told of."""
    panel.get_by_role("button", name="Run", exact=True).click()
    return panel.get_by_role("region", name="The run")


def finish(panel, run):
    """Have the clock go on until the run has ended."""
    to_next = panel.get_by_role("button", name="To the next change of a job")
    expect(run).to_contain_text("It is QUEUED.")
    to_next.click()
    expect(run).to_contain_text("It is PROCESSING.")
    to_next.click()
    expect(run).to_contain_text("It is COMPLETED.")
    expect(to_next).to_be_hidden()


@pytest.mark.parametrize("slug", MAKERS)
def test_a_run_goes_from_the_form_to_the_journal_and_its_result(open_view, server, slug):
    """With the sample of the model: the journal has all that a client would ask."""
    _, panel = open_form(open_view, slug)
    run = press_run(panel)
    expect(run).to_contain_text("Its clock stands still")
    finish(panel, run)
    expect(run.locator(MAKERS[slug]).first).to_be_visible()
    exchanges = server.list_exchanges()
    routes = [each["route"] for each in exchanges]
    assert (routes[0], routes[-1]) == ("submit", "result")
    assert routes.count("status") == len(routes) - 2 <= 4
    assert {each["status"] for each in exchanges} == {200}
    assert exchanges[0]["request"]["body"] == server.steer("GET", f"/_mock/models/{slug}")["sample"]
    assert server.steer("GET", "/_mock/verdicts")["verdicts"] == []
    job = exchanges[0]["request_id"]
    expect(run.get_by_role("link", name="Its job")).to_have_attribute("href", re.compile(job))
    seq = exchanges[0]["seq"]
    link = run.get_by_role("link", name=f"Exchange #{seq}")
    expect(link).to_have_attribute("href", re.compile(f"exchange={seq}$"))


def test_a_run_on_v1_waits_for_its_answer(open_view, server):
    """The bytes of a picture, or JSON that names one."""
    for slug in ("flux-schnell", "ideogram-3"):
        _, panel = open_form(open_view, slug)
        panel.get_by_label("How").select_option("v1: wait for it")
        run = press_run(panel)
        expect(run).to_contain_text("Answered with 200.")
        expect(run.locator("img")).to_be_visible()
    assert [each["route"] for each in server.list_exchanges()] == ["sync", "sync"]


def test_fields_are_sent_as_they_are_set(open_view, server):
    """Numbers as numbers, and nothing for a field that is empty."""
    _, panel = open_form(open_view, "flux-schnell")
    panel.get_by_label("prompt").fill("A paper boat")
    panel.get_by_label("steps").fill("8")
    panel.get_by_label("denoise").fill("")
    panel.get_by_label("scheduler").select_option("karras")
    expect(press_run(panel)).to_contain_text("It is QUEUED.")
    [submit] = [each for each in server.list_exchanges() if each["route"] == "submit"]
    body = submit["request"]["body"]
    assert body == {**body, "prompt": "A paper boat", "steps": 8, "scheduler": "karras"}
    assert "denoise" not in body


def test_what_the_server_refuses_is_said_beside_the_form(visit, open_view, server):
    """In its own words; the exchange is linked, and the form stays as it is."""
    visit.accepted.append("status of 40")
    _, panel = open_form(open_view, "ideogram-3")
    panel.get_by_label("How").select_option("v1: wait for it")
    panel.get_by_label("prompt", exact=False).first.fill("")
    run = press_run(panel)
    expect(run).to_contain_text("Refused with 400.")
    [exchange] = server.list_exchanges()
    refusal = panel.get_by_role("alert").filter(has_text=exchange["response"]["body"]["error"])
    expect(refusal).to_be_visible()
    expect(run.get_by_role("link", name=f"Exchange #{exchange['seq']}")).to_be_visible()


def test_a_run_that_fails_says_why(visit, open_view, server):
    """As a client is told: by the 422 of a poll."""
    visit.accepted.append("status of 422")
    _, panel = open_form(open_view, "ideogram-3")
    run = press_run(panel)
    expect(run).to_contain_text("It is QUEUED.")
    [job] = server.steer("GET", "/_mock/jobs")["jobs"]
    path = f"/_mock/jobs/{job['request_id']}"
    server.steer("PATCH", path, {"state": "FAILED", "error": "<b>out of paper</b>"})
    expect(run).to_contain_text("It ended with 422.")
    expect(panel.get_by_role("alert").filter(has_text="<b>out of paper</b>")).to_be_visible()


UNREADABLE = {
    "malformed": ({"malformed": True}, "The answer is not JSON"),
    "cut": ({"truncate_bytes": 25}, "The answer broke off"),
    "without an id": ({"drop_fields": ["request_id"]}, "The answer names no request_id"),
}
"""What a fault makes of an answer, and what the page says of it."""


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_submission_whose_answer_cannot_be_read_is_told_of(visit, open_view, server, name):
    """The page does not wait for good, and does not say that nothing was done."""
    visit.accepted.append("ERR_")
    effect, words = UNREADABLE[name]
    _, panel = open_form(open_view, "flux-schnell")
    server.steer("POST", "/_mock/faults", {"do": effect, "on": {"route": "submit"}, "times": 1})
    run = press_run(panel)
    said = "not followed any longer" if name == "without an id" else "it may run all the same"
    expect(run).to_contain_text(said)
    expect(panel.get_by_role("alert").filter(has_text=words)).to_be_visible()
    expect(press_run(panel)).to_contain_text("It is QUEUED.")


@pytest.mark.parametrize("route", ["status", "result"])
def test_a_poll_whose_answer_cannot_be_read_is_told_of(visit, open_view, server, route):
    """At whatever place of the run."""
    _, panel = open_form(open_view, "flux-schnell")
    run = press_run(panel)
    expect(run).to_contain_text("Its clock stands still")
    rule = {"do": {"malformed": True}, "on": {"route": route}, "times": 1}
    server.steer("POST", "/_mock/faults", rule)
    for _ in range(2 if route == "result" else 1):
        server.steer("PATCH", "/_mock/clock", {"to_next": True})
    expect(run).to_contain_text("It is not followed any longer.")
    expect(panel.get_by_role("alert").filter(has_text="The answer is not JSON")).to_be_visible()
    assert visit.complaints == []


def test_a_run_of_a_clock_that_runs_ends_by_itself(replace_server, open_view):
    """Polled as a client polls."""
    replace_server(clock="x1000")
    _, panel = open_form(open_view, "ideogram-3")
    run = press_run(panel)
    expect(run).to_contain_text("It is COMPLETED.")
    expect(run.locator("img")).to_be_visible()


def test_nothing_is_polled_when_the_panel_is_closed(open_view, server):
    """Nobody is there to be told."""
    page, panel = open_form(open_view, "ideogram-3")
    expect(press_run(panel)).to_contain_text("Its clock stands still")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    count = len(server.list_exchanges())
    server.steer("PATCH", "/_mock/clock", {"advance_s": 1000})
    made = make_outputs(server, "image")["image"]
    page = open_view("outputs")
    expect(page.locator(f"[data-name='{made['name']}']")).to_be_visible()
    assert len(server.list_exchanges()) == count + 1


def test_an_output_is_made_again(open_view, server):
    """Its model's form opens with what it was made with."""
    made = make_outputs(server, "image")["image"]
    page = open_view("outputs", output=made["name"])
    page.get_by_role("link", name="Run again").click()
    panel = page.locator("#panel")
    expect(panel.get_by_label("prompt", exact=False).first).to_have_value(
        "A paper boat in a puddle"
    )
    run = press_run(panel)
    finish(panel, run)
    assert [each["params"]["prompt"] for each in list_outputs(server)] == [
        "A paper boat in a puddle"
    ] * 2


def test_hostile_values_arrive_as_they_were_typed(open_view, server):
    """And show as texts on the way back."""
    page, panel = open_form(open_view, "ideogram-3")
    for text in SHORT:
        panel.get_by_label("prompt", exact=False).first.fill(text)
        finish(panel, press_run(panel))
        assert page.evaluate("window.ran ?? null") is None
    sent = [
        each["request"]["body"]["prompt"]
        for each in server.list_exchanges()
        if each["route"] == "submit"
    ]
    assert sent == SHORT
