"""One output in the panel: large, with what it was made of."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from mockserver.tests.page.hostile_texts import HOSTILE, find_shown
from mockserver.tests.page.makers import list_outputs, make_outputs, pass_time

COPY = ["clipboard-read", "clipboard-write"]


def test_a_click_shows_what_is_behind_an_output(make_visit, server):
    """Its file, parameters, model, job, account, its URL to copy; the address names it."""
    made = make_outputs(server, "image")["image"]
    page = make_visit(server, permissions=COPY).open_view("outputs")
    page.locator(f"[data-name='{made['name']}'] img").click()
    panel = page.locator("#panel")
    expect(panel.locator("img")).to_be_visible()
    for text in (made["model"], made["request_id"], made["account"], made["content_type"]):
        expect(panel.get_by_text(text).first).to_be_visible()
    for name in ("created_utc", "expires_utc"):
        expect(panel.locator(f"time[datetime='{made[name]}']")).to_be_visible()
    expect(panel).to_contain_text('"A paper boat in a puddle"')
    job = panel.get_by_role("link", name=made["request_id"])
    expect(job).to_have_attribute("href", re.compile(rf"#jobs\?job={made['request_id']}"))
    panel.get_by_role("button", name="Copy", exact=True).click()
    assert page.evaluate("navigator.clipboard.readText()") == made["url"]
    expect(page).to_have_url(re.compile(f"output={made['name']}"))
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page).not_to_have_url(re.compile("output="))


def test_an_address_opens_its_output(open_view, server):
    """From wherever it was copied; one that is gone is told of."""
    made = make_outputs(server, "video")["video"]
    page = open_view("outputs", output=made["name"])
    expect(page.locator("#panel video")).to_be_visible()
    page.goto("about:blank")
    open_view("outputs", output=f"{'0' * 32}.png")
    expect(page.get_by_text("This output is not kept any longer.")).to_be_visible()


def test_a_file_can_be_saved(open_view, server):
    """Under its name, as the emulator serves it."""
    made = make_outputs(server, "3d")["3d"]
    page = open_view("outputs", output=made["name"])
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download").click()
    assert saved.value.suggested_filename == made["name"]
    content = server.ask("GET", f"/outputs/{made['name']}", key=None).content
    assert saved.value.path().read_bytes() == content


def test_programs_save_it_too(open_view, server):
    """A tab for each language."""
    made = make_outputs(server, "image")["image"]
    page = open_view("outputs", output=made["name"])
    page.get_by_text("Download as code").click()
    for tab, word in (("curl", "curl -s -o"), ("Python", "write_bytes"), ("Node", "writeFile")):
        page.get_by_role("tab", name=tab).click()
        code = page.get_by_role("tabpanel")
        expect(code).to_contain_text(word)
        expect(code).to_contain_text(made["url"])


def test_hostile_prompts_show_as_texts(open_view, server):
    """On the cards, in what readers of screens are told, and in the panel."""
    for text in HOSTILE.values():
        server.submit(body={"prompt": text})
    pass_time(server)
    shown = set(map(find_shown, HOSTILE.values()))
    page = open_view("outputs")
    expect(page.locator(".output-card")).to_have_count(len(HOSTILE))
    for output in list_outputs(server):
        prompt = output["params"]["prompt"]
        seen = find_shown(prompt)
        assert seen in shown
        card = page.locator(f"[data-name='{output['name']}']")
        expect(card.locator(".prompt")).to_contain_text(seen)
        expect(card.locator("img")).to_have_attribute("alt", re.compile(re.escape(seen)))
        assert len(card.inner_text()) < 1000
        card.get_by_role("button").click()
        escaped = seen.replace('"', r"\"").replace("␛", r"\u001b").replace("␇", r"\u0007")
        expect(page.locator("#panel .json")).to_contain_text(escaped)
        assert len(page.locator("#panel").inner_text()) < 10_000
    assert page.evaluate("window.ran ?? null") is None
