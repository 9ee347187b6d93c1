"""A job in the panel: its history, what leads on from it, and jobs that are not there."""

from __future__ import annotations

from playwright.sync_api import expect

from mockserver.tests.page.jobs_view import find_row, steer_job


def test_an_exchange_of_the_history_opens_and_closes_to_the_job(open_view, server):
    """By keyboard: Enter on the submit, Escape back to the job, Escape once more to the list."""
    job = server.submit()
    server.poll(job)
    page = open_view("jobs", job=job["request_id"])
    history = page.get_by_role("region", name="History")
    expect(history.get_by_role("button")).to_have_count(2)
    history.get_by_role("button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_contain_text("POST /v2/ideogram-3")
    page.keyboard.press("Escape")
    expect(page.locator("#panel h2")).to_contain_text(job["request_id"][:8])
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    assert "job=" not in page.url


def test_another_job_takes_the_place_of_the_one_that_is_open(open_view, server):
    """And the address goes along."""
    one, other = server.submit(), server.submit()
    page = open_view("jobs", job=one["request_id"])
    expect(page.locator("#panel h2")).to_contain_text(one["request_id"][:8])
    find_row(page, other).click()
    expect(page.locator("#panel h2")).to_contain_text(other["request_id"][:8])
    assert f"job={other['request_id']}" in page.url
    page.get_by_role("link", name="Live").click()
    expect(page.locator("#panel")).to_be_hidden()
    assert "job=" not in page.url


def test_a_job_that_is_not_there_is_said_not_to_be(visit, open_view):
    """Whatever the address names, as text."""
    visit.accepted.append("404")
    page = open_view("jobs", job="<b>none</b>")
    expect(page.locator("#panel")).to_contain_text("There is no job <b>none</b>")


def test_a_job_that_a_reset_took_is_said_to_have_been(visit, open_view, server):
    """Its actions go, as there is nothing to act on; another of the same id has them again."""
    visit.accepted.append("status of 404")
    page = open_view("jobs", job=server.submit()["request_id"])
    panel = page.locator("#panel")
    complete = panel.get_by_role("button", name="Complete", exact=True)
    complete.focus()
    server.steer("POST", "/_mock/reset", {})
    told = panel.get_by_text("The server does not know this job any more")
    expect(told).to_be_focused()
    expect(complete).to_be_hidden()
    server.submit()
    expect(complete).to_be_visible()
    expect(told).to_be_hidden()


def test_a_job_opens_by_an_id_with_dashes(open_view, server):
    """As clients may spell it."""
    job = server.submit()
    plain = job["request_id"]
    dashed = f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}".upper()
    page = open_view("jobs", job=dashed)
    expect(page.locator("#panel h2")).to_contain_text(plain[:8])
    assert f"job={plain}" in page.url


def test_a_job_that_has_completed_leads_to_its_outputs(open_view, server):
    """And nothing does before."""
    job = server.submit()
    page = open_view("jobs", job=job["request_id"])
    link = page.get_by_text("Outputs of this job")
    expect(page.locator("#panel .facts")).to_be_visible()
    expect(link).to_be_hidden()
    steer_job(server, job, {"state": "COMPLETED"})
    expect(link).to_be_visible()
    assert link.get_attribute("href") == f"/_mock/#outputs?request_id={job['request_id']}"


def test_a_long_history_is_cut_until_somebody_wants_all_of_it(open_view, server):
    """Its beginning and its end are there."""
    job = server.submit()
    for _ in range(80):
        server.poll(job)
    page = open_view("jobs", job=job["request_id"])
    entries = page.get_by_role("region", name="History").get_by_role("listitem")
    expect(entries).to_have_count(61)
    page.get_by_role("button", name="Show all 82").click()
    expect(entries).to_have_count(82)
