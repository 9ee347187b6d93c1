"""The form that runs a model: its key, its body by hand, its programs."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from mockserver.tests.page.test_run import KEY, open_form, press_run

TOKEN = "sesame"


def test_the_body_can_be_written_by_hand(open_view, server, check_accessibility):
    """And what was written goes back into the fields."""
    page, panel = open_form(open_view, "flux-schnell")
    panel.get_by_label("steps").fill("7")
    panel.get_by_role("button", name="As JSON").click()
    box = panel.get_by_label("The body, as JSON")
    assert json.loads(box.input_value())["steps"] == 7
    box.fill('{"prompt": "by hand", "steps": 99, "unknown": [1]}')
    check_accessibility(page)
    expect(press_run(panel)).to_contain_text("It is QUEUED.")
    [submit] = [each for each in server.list_exchanges() if each["route"] == "submit"]
    assert submit["request"]["body"] == {"prompt": "by hand", "steps": 99, "unknown": [1]}
    panel.get_by_role("button", name="As JSON").click()
    expect(panel.get_by_label("steps")).to_have_value("99")
    expect(panel.get_by_label("A JSON object with what has no field above")).to_have_value(
        '{\n  "unknown": [\n    1\n  ]\n}'
    )


def test_a_form_is_as_it_was_left_when_somebody_comes_back(open_view):
    """What was written, and the run: its job, say, was looked at meanwhile."""
    page, panel = open_form(open_view, "flux-schnell")
    before = panel.get_by_label("steps").input_value()
    panel.get_by_label("steps").fill("7")
    run = press_run(panel)
    expect(run).to_contain_text("It is QUEUED.")
    run.get_by_role("link", name="Its job").click()
    expect(panel.get_by_role("heading", name="Actions")).to_be_visible()
    page.go_back()
    expect(panel.get_by_label("steps")).to_have_value("7")
    expect(run).to_contain_text("It is not followed any longer.")
    expect(run.get_by_role("link", name="Its job")).to_be_visible()
    panel.get_by_role("button", name="Put back").click()
    expect(panel.get_by_label("steps")).to_have_value(before)
    expect(press_run(panel)).to_contain_text("It is QUEUED.")


def test_what_is_no_json_is_not_sent(open_view, server):
    """It is said what is wrong, and nothing is lost."""
    _, panel = open_form(open_view, "flux-schnell")
    panel.get_by_role("button", name="As JSON").click()
    box = panel.get_by_label("The body, as JSON")
    box.fill('{"prompt": ')
    panel.get_by_role("button", name="Run", exact=True).click()
    expect(panel.get_by_role("alert").filter(has_text="is no JSON")).to_be_visible()
    panel.get_by_role("button", name="As JSON").click()
    expect(box).to_have_value('{"prompt": ')
    assert server.list_exchanges() == []


def test_the_key_is_remembered_for_the_tab(visit, open_view, server):
    """Plainly none of the service's before; another tab begins with that again."""
    page, panel = open_form(open_view, "ideogram-3")
    expect(panel.get_by_label("Key")).to_have_value(KEY)
    panel.get_by_label("Key").fill("SG_méin")
    expect(press_run(panel)).to_contain_text("It is QUEUED.")
    [account] = server.steer("GET", "/_mock/accounts")["accounts"]
    assert account["account"] == server.steer("GET", "/_mock/accounts/SG_m%C3%A9in")["account"]
    page.reload()
    panel.get_by_text("Run it").click()
    expect(panel.get_by_label("Key")).to_have_value("SG_méin")
    other = visit.context.new_page()
    other.goto(f"{server.url}/_mock/#models?model=ideogram-3")
    other.get_by_text("Run it").click()
    expect(other.get_by_label("Key")).to_have_value(KEY)


def test_the_admin_token_stays_out_of_runs(make_server, make_visit):
    """They are calls of a client, with its key alone."""
    server = make_server(token=TOKEN)
    visit = make_visit(server)
    visit.context.add_init_script(f"sessionStorage.setItem('segmock-admin-token', '{TOKEN}')")
    _, panel = open_form(visit.open_view, "ideogram-3")
    run = press_run(panel)
    expect(run).to_contain_text("It is QUEUED.")
    panel.get_by_role("button", name="To the next change of a job").click()
    expect(run).to_contain_text("It is PROCESSING.")
    for exchange in server.list_exchanges():
        assert exchange["request"]["headers"]["x-api-key"]
        assert "authorization" not in exchange["request"]["headers"]


def test_programs_make_the_same_run(open_view):
    """With the key and the body as they stand."""
    page, panel = open_form(open_view, "ideogram-3")
    panel.get_by_label("prompt", exact=False).first.fill("A boat")
    panel.get_by_text("This run as code").click()
    rows = {
        "curl": [f"SEGMIND_API_KEY={KEY}", "/v2/ideogram-3", '"prompt":"A boat"'],
        "Python": ["SegmindClient(", "submit_async(", "A boat"],
        "Node": ["await fetch(", "A boat"],
        "pytest": ["def test_a_run_of_ideogram_3(segmock)", "segmock.sleepless()", "A boat"],
    }
    for title, words in rows.items():
        page.get_by_role("tab", name=title).click()
        for word in words:
            expect(page.get_by_role("tabpanel")).to_contain_text(word)
