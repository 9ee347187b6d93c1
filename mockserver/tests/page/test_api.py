"""How the page asks the control plane, and what it makes of a refusal."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from mockserver.tests.tables import check_each

NAMES = [
    ("job-1", "job-1"),
    ("a/b?c#d", "a%2Fb%3Fc%23d"),
    (".", "%25."),
    ("..", "%25.."),
    ("...", "..."),
    ("\ud800", "%EF%BF%BD"),
]


def test_a_name_is_one_part_of_a_path_whatever_is_in_it(run_module):
    """Also dots, which a browser would take out of the path, and half of a character."""

    def check(row):
        name, part = row
        spelled = "".join(f"\\u{ord(each):04x}" for each in name)
        script = f'(m) => [m.encodeName("{spelled}"), new URL(m.encodeName("{spelled}"), "http://a/b/").pathname]'
        assert run_module("server/api", script) == [part, f"/b/{part}"]

    check_each(NAMES, check)


@pytest.mark.parametrize(("view", "name"), [("jobs", "job"), ("accounts", "open")])
def test_an_address_that_names_dots_is_told_that_there_is_nothing(visit, view, name):
    """A link may come from anywhere: the page says what it would of any name that is not there."""
    visit.accepted.append("status of 404")
    page = visit.open_view(view, **{name: ".."})
    expect(page.locator("#panel")).to_contain_text(
        "there is no" if view == "accounts" else "no job"
    )


@pytest.mark.parametrize("text", ["<html>Who are you?</html>", '{"jobs": ['])
def test_an_answer_that_is_no_json_is_told_of_as_a_refusal_is(open_view, text):
    """A proxy may answer in the place of the server, and anything break off."""
    page = open_view("jobs")
    expect(page.get_by_text("0 jobs", exact=True)).to_be_visible()
    page.route("**/_mock/reset", lambda route: route.fulfill(content_type="text/html", body=text))
    page.evaluate("location.hash = '#accounts'")
    page.get_by_role("button", name="Reset everything …").click()
    page.get_by_role("button", name="Reset everything", exact=True).click()
    expect(page.locator("#notes")).to_contain_text("The answer is not JSON")
    expect(page.locator("#notes")).to_contain_text(text)


@pytest.mark.parametrize("view", ["accounts", "outputs", "faults", "verdicts", "models", "jobs"])
def test_a_view_whose_list_is_no_json_says_so(open_view, view):
    """And goes on asking, as it does where it is refused."""
    page = open_view("live")
    page.route(
        "**/_mock/*",
        lambda route: route.fulfill(content_type="text/html", body="<html>Who are you?</html>"),
    )
    page.evaluate(f"location.hash = '#{view}'")
    expect(page.locator("main").get_by_text("The answer is not JSON").first).to_be_visible()


def test_the_form_of_faults_is_made_once_however_often_its_view_is_shown(visit, open_view):
    """Also when that is before the answer has come of which it is made."""
    page = open_view("live")
    asked = []
    visit.note_requests(lambda request: asked.append(request.url.split("/_mock/")[1]))
    page.evaluate(
        "location.hash = '#faults'; setTimeout(() => (location.hash = '#faults?fault=x'))"
    )
    expect(page.locator(".arm datalist option").first).to_be_attached()
    expect(page.locator(".arm")).to_have_count(1)
    assert asked.count("effects") == 1
