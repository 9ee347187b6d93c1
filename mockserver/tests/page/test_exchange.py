"""The panel that shows one exchange."""

import re

import pytest
from playwright.sync_api import expect

from mockserver.tests.conftest import KEY, OTHER_KEY
from mockserver.tests.page.browsing import NARROW, WIDE
from mockserver.tests.page.exchange_panel import find_part, find_value, open_exchange


def make_exchanges(server):
    """Make two jobs with polls between each other, and a call of another account."""
    one, two = server.submit(), server.submit()
    server.ask("GET", one["status_url"])
    server.ask("GET", "/v1/get-user-credits", key=OTHER_KEY)
    server.ask("GET", two["status_url"])
    server.steer("PATCH", f"/_mock/jobs/{one['request_id']}", {"state": "COMPLETED"})
    server.ask("GET", one["response_url"])
    return one, two


def test_an_exchange_says_whose_it_is_and_about_what(server, open_view):
    """With links to the job and the model, and the facts with their words."""
    job = server.submit()
    panel = open_exchange(open_view, 1)
    account = server.list_exchanges()[0]["account"]
    for name, value in {
        "Status": "200",
        "The answer": "arrived whole",
        "Route": "submit",
        "Model": "ideogram-3",
        "Job": job["request_id"],
        "Account": f"{account} key ...cdef",
        "Virtual time": "2026-01-01 00:00:00.000, took no time",
    }.items():
        expect(find_value(panel, name)).to_have_text(value)
    link = find_value(panel, "Job").get_by_role("link")
    assert link.get_attribute("href") == f"/_mock/#jobs?job={job['request_id']}"
    facts = {fact["id"]: fact for fact in server.steer("GET", "/_mock/behaviours")["behaviours"]}
    shown = find_part(panel, "Facts")
    expect(shown).to_contain_text(facts["S2"]["statement"])
    expect(shown).to_contain_text("outsiders' profile of the API")
    expect(shown).to_contain_text(facts["S2"]["source"])


def test_what_is_to_be_noticed_is_said_in_words(server, open_view):
    """The fault that struck, the rules broken, parameters that nobody knows, numbers as text."""
    rule = {"do": {"status": 503}, "on": {"route": "submit"}, "when": "after", "times": 1}
    fault = server.steer("POST", "/_mock/faults", rule)["id"]
    server.ask("POST", "/v2/ideogram-3", {"prompt": "a", "promt": "b", "seed": "123"})
    panel = open_exchange(open_view, 1)
    found = panel.locator(".findings")
    expect(found).to_contain_text(
        "On submit: answers with 503; after the work was done and charged; at most once"
    )
    expect(found).to_contain_text("passed on: promt")
    expect(found).to_contain_text("a number or a boolean: seed")
    expect(found).to_contain_text("SHOULD Send numbers and booleans as what they are")
    assert (
        found.get_by_role("link", name=fault).get_attribute("href")
        == f"/_mock/#faults?fault={fault}"
    )


def test_a_model_that_is_not_there_comes_with_a_hint(server, open_view):
    """What the client was not told."""
    server.ask("POST", "/v2/ideogram-33", {"prompt": "a"})
    (exchange,) = server.list_exchanges()
    panel = open_exchange(open_view, 1)
    expect(panel.locator(".findings")).to_contain_text(exchange["hint"].replace("`", ""))


def test_a_fault_that_is_gone_is_said_to_be(server, open_view, visit):
    """The exchange still names it."""
    visit.accepted.append("404")
    fault = server.steer("POST", "/_mock/faults", {"do": {"status": 503}})["id"]
    server.ask("GET", "/v1/get-user-credits")
    server.steer("DELETE", f"/_mock/faults/{fault}")
    panel = open_exchange(open_view, 1)
    expect(panel.locator(".findings")).to_contain_text(f"{fault}: it is armed no longer")


def test_buttons_go_from_one_exchange_to_the_next(server, open_view):
    """To any of the accounts chosen, or of the same job; the focus stays on the button."""
    make_exchanges(server)
    panel = open_exchange(open_view, 1)
    heading = panel.get_by_role("heading", level=2)
    expect(panel.locator("[data-step=previous]")).to_have_attribute("aria-disabled", "true")
    for step, seq in [
        ("next-of-job", 3),
        ("next", 4),
        ("next", 5),
        ("previous-of-job", 2),
        ("next-of-job", 5),
        ("next", 6),
        ("previous-of-job", 3),
        ("previous", 2),
    ]:
        panel.locator(f"[data-step={step}]").click()
        expect(heading).to_contain_text(f"#{seq} ")
        expect(panel.locator(f"[data-step={step}]")).to_be_focused()


def test_the_button_to_the_next_comes_alive_when_there_is_one(server, open_view):
    """While somebody looks at the last."""
    server.submit()
    panel = open_exchange(open_view, 1)
    expect(panel.locator("[data-step=next]")).to_have_attribute("aria-disabled", "true")
    server.submit()
    expect(panel.locator("[data-step=next]")).to_have_attribute("aria-disabled", "false")


def test_the_next_exchange_is_one_of_the_accounts_chosen(server, open_view):
    """Those of others are passed over."""
    make_exchanges(server)
    mine = server.list_exchanges()[0]["account"]
    page = open_view("live", exchange=3, account=mine)
    panel = page.locator("#panel")
    panel.locator("[data-step=next]").click()
    expect(panel.get_by_role("heading", level=2)).to_contain_text("#5 ")


def test_the_history_of_a_job_grows_while_it_is_shown(server, open_view):
    """States and exchanges in order; a click goes to that exchange."""
    job = server.submit()
    panel = open_exchange(open_view, 1)
    entries = find_part(panel, "History of the job").get_by_role("listitem")
    expect(entries).to_have_count(2)
    server.steer("PATCH", f"/_mock/jobs/{job['request_id']}", {"state": "FAILED", "error": "no"})
    server.ask("GET", job["status_url"])
    expect(entries).to_have_count(5)
    texts = [re.sub(r"\d\d:.*", "", text).strip() for text in entries.all_text_contents()]
    assert [text.split(" ")[0] for text in texts] == ["#1", "QUEUED", "PROCESSING", "FAILED", "#2"]
    entries.last.get_by_role("button").click()
    expect(panel.get_by_role("heading", level=2)).to_contain_text("#2 GET")
    expect(find_value(panel, "Status")).to_have_text("422")


def test_an_output_is_shown_as_a_picture(server, open_view):
    """Where it was downloaded, and where a result names it."""
    job = server.submit()
    server.steer("PATCH", f"/_mock/jobs/{job['request_id']}", {"state": "COMPLETED"})
    url = server.ask("GET", job["response_url"]).json()["output"]
    server.ask("GET", url, key=None)
    for seq in (2, 3):
        picture = open_exchange(open_view, seq).get_by_role("img")
        expect(picture).to_be_visible()
        assert picture.evaluate("async (each) => { await each.decode(); return each.naturalWidth }")


def test_programs_are_shown_in_tabs(server, open_view):
    """Each language of them; the key is in none."""
    server.submit()
    panel = open_exchange(open_view, 1)
    panel.get_by_text("Again as …").click()
    for title, word in {
        "curl": "curl -sSi",
        "Python": "client.submit_async(",
        "Node": "await fetch(",
        "pytest": "def test_exchange_1_again(segmock):",
    }.items():
        panel.get_by_role("tab", name=title).click()
        code = panel.get_by_role("tabpanel")
        expect(code).to_contain_text(word)
        assert KEY not in code.inner_text()


def test_numbers_are_shown_as_they_were_spelled(server, open_view):
    """Also those of an exchange that came by the stream of events."""
    server.submit()
    panel = open_exchange(open_view, 1)
    content = b'{"prompt": "a", "seed": 12345678901234567890123}'
    server.ask("POST", "/v2/ideogram-3", content=content)
    panel.locator("[data-step=next]").click()
    expect(find_part(panel, "Request")).to_contain_text('"seed": 12345678901234567890123')


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_panel_has_no_barrier(server, visit, check_accessibility, width, scheme):
    """With everything in it that an exchange can have, opened."""
    server.steer("POST", "/_mock/faults", {"do": {"status": 503}, "when": "after", "times": 1})
    server.ask(
        "POST", "/v2/ideogram-3", {"prompt": "a" * 5000, "promt": [1, {"b": None}], "seed": "123"}
    )
    visit.look(width=width, scheme=scheme)
    panel = open_exchange(visit.open_view, 1)
    expect(panel.locator(".finding")).to_have_count(4)
    panel.evaluate(
        "each => each.querySelectorAll('details').forEach((one) => { one.open = true; })"
    )
    expect(panel.get_by_role("tabpanel")).to_be_visible()
    check_accessibility(visit.page)
