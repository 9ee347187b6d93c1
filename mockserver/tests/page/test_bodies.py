"""Requests and responses in the panel: each body as what it is."""

import json
from contextlib import suppress
from hashlib import sha256

import httpx
import pytest
from playwright.sync_api import expect

from mockserver.tests.page.exchange_panel import find_part, open_exchange
from mockserver.tests.page.hostile_texts import SHORT, find_shown

MARK = json.dumps({"binary": True, "bytes": 5, "sha256": "x"}).encode()
BODIES = {
    b"": "No body.",
    b"{}": "{}",
    b'""': '""',
    b'"abc"': '"abc"',
    b"abc": "abc",
    b"1.0": "1.0",
    b"[12345678901234567890123]": "12345678901234567890123",
    b"\xff\x00\xfe": f"Binary. 3 bytes, SHA-256 {sha256(bytes((255, 0, 254))).hexdigest()}",
    b"\xff\x00" * 200_000: "Binary, and too long for the journal. 400,000 bytes",
    MARK: '"binary": true',
    b'{"prompt":"' + b"y" * 70_000 + b'"}': "The journal kept its beginning alone.",
}


@pytest.mark.parametrize("body", BODIES)
def test_a_body_is_shown_as_what_it_is(server, open_view, body):
    """What looks like the journal's own marks is none."""
    server.ask("POST", "/v2/ideogram-3", content=body, headers={"content-type": "a/b"})
    shown = find_part(open_exchange(open_view, 1), "Request")
    expect(shown).to_contain_text(BODIES[body])


def test_hostile_texts_are_shown_as_texts(server, open_view):
    """In JSON, text, paths and headers: nothing of them runs, moves others or is unseen."""
    server.ask("POST", "/v2/ideogram-3", {"prompt": SHORT})
    text = "\n".join(SHORT)
    server.ask(
        "POST", "/v2/no\u202e<b>?q=<i>", content=text.encode(), headers={"x-odd": b"<b>\x80"}
    )
    shown = find_part(open_exchange(open_view, 1), "Request")
    for each in SHORT:
        expect(shown).to_contain_text(find_shown(json.dumps(each, ensure_ascii=False)))
    panel = open_exchange(open_view, 2)
    expect(panel.get_by_role("heading", level=2)).to_contain_text("/v2/no⟨U+202E⟩<b>")
    shown = find_part(panel, "Request")
    for each in SHORT:
        expect(shown).to_contain_text(find_shown(each))
    shown.get_by_text("headers").click()
    expect(shown.get_by_role("table")).to_contain_text("<b>⟨U+0080⟩")
    assert panel.locator("script, b, i, img[src=x]").count() == 0
    assert panel.page.evaluate("window.ran") is None


def test_what_joins_the_parts_of_an_emoji_stays(server, open_view):
    """It is one picture, though it has a character in it that nobody sees."""
    server.ask("POST", "/v2/ideogram-3", {"prompt": "👩\u200d🚀"})
    expect(find_part(open_exchange(open_view, 1), "Request")).to_contain_text("👩\u200d🚀")


def test_a_long_text_is_cut_until_somebody_asks(server, open_view):
    """The rest comes with a button."""
    server.ask("POST", "/v2/ideogram-3", {"prompt": "y" * 60_000})
    shown = find_part(open_exchange(open_view, 1), "Request")
    assert len(shown.inner_text()) < 5000
    shown.get_by_role("button", name="Show all 60,000 characters").click()
    expect(shown).to_contain_text("y" * 60_000)


def test_a_lost_answer_is_said_to_be(server, open_view):
    """And one that was damaged."""
    for effect in ({"reset": True}, {"malformed": True}):
        rule = {"do": effect, "on": {"route": "credits"}, "when": "after", "times": 1}
        server.steer("POST", "/_mock/faults", rule)
        with suppress(httpx.HTTPError):
            server.ask("GET", "/v1/get-user-credits")
    expect(open_exchange(open_view, 1)).to_contain_text("never arrived")
    expect(open_exchange(open_view, 2)).to_contain_text("arrived damaged")
