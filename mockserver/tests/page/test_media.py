"""Pictures, films and sounds on the page: loaded while they are in sight."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from mockserver.tests.page.makers import SAMPLES, make_outputs, pass_time
from mockserver.tests.tables import for_each

TOKEN = "sesame"
HAS_SIZE = "node => node.naturalWidth > 0"
SEEKS = """async node => {
  const hear = event => new Promise(resolve => node.addEventListener(event, resolve));
  if (node.readyState < 1) await hear("loadedmetadata");
  node.currentTime = node.duration / 2;
  await hear("seeked");
  return node.currentTime > 0;
}"""
PLAYS = {"image": ("img", HAS_SIZE), "video": ("video", SEEKS), "audio": ("audio", SEEKS)}


@for_each("token", [None, TOKEN])
def test_pictures_show_and_players_seek(make_server, make_visit, token):
    """With an admin token as without; each has a name in words."""
    server = make_server(token=token)
    made = make_outputs(server)
    visit = make_visit(server)
    visit.accepted.append("status of 401")
    visit.context.add_init_script(f"sessionStorage.setItem('segmock-admin-token', '{token}')")
    page = visit.open_view("outputs")
    for kind, (tag, script) in PLAYS.items():
        media = page.locator(f"[data-name='{made[kind]['name']}'] {tag}")
        expect(media).to_be_visible()
        assert media.evaluate(script)
        words = media.get_attribute("alt" if tag == "img" else "aria-label")
        assert words.endswith(f"by {SAMPLES[kind][0]}: {SAMPLES[kind][1]['prompt']}")
    visit.page.close()


def test_only_what_is_in_sight_is_loaded(open_view, server):
    """And what was scrolled past is let go of."""
    for number in range(60):
        server.submit(body={"prompt": f"Boat {number}"})
    pass_time(server)
    page = open_view("outputs")
    cards = page.get_by_role("list", name="Outputs").get_by_role("listitem")
    expect(cards).to_have_count(60)
    expect(cards.first.locator("img")).to_be_visible()
    assert cards.locator("img").count() < 40
    cards.last.scroll_into_view_if_needed()
    expect(cards.last.locator("img")).to_be_visible()
    expect(cards.first.locator("img")).to_have_count(0)


def test_what_is_gone_says_so(visit, open_view, server):
    """As a file does that has expired since the gallery was loaded."""
    visit.accepted.append("status of 404")
    made = make_outputs(server, "image")["image"]
    page = visit.page
    page.route(
        "**/_mock/outputs/*.png",
        lambda route: route.continue_(url=f"{server.url}/_mock/outputs/{'0' * 32}.png"),
    )
    open_view("outputs")
    expect(page.locator(f"[data-name='{made['name']}'] .media")).to_have_text(
        "It is not kept any longer."
    )


@pytest.mark.parametrize("kind", ["3d"])
def test_what_is_neither_says_its_type(open_view, server, kind):
    """And how big it is."""
    made = make_outputs(server, kind)[kind]
    media = open_view("outputs").locator(f"[data-name='{made['name']}'] .media")
    expect(media).to_contain_text(made["content_type"])
    expect(media).to_contain_text("bytes")
