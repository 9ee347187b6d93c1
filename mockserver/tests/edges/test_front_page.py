"""The page of a first look, as text."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser

import pytest

from mockserver.edges.access import AccessRefusal
from mockserver.edges.front_page import (
    DOCS,
    LINKS,
    PAGE,
    Sight,
    list_page_headers,
    render_front_page,
)
from mockserver.edges.snippets import render_snippets
from mockserver.tests.pages import ROOT

URL = "http://127.0.0.1:8765"
EXCHANGE = {
    "seq": 1,
    "at_utc": "2026-01-01T12:03:04.000000Z",
    "api_key": "...cdef",
    "method": "GET",
    "path": "/v1/get-user-credits",
    "status": 200,
    "delivery": "intact",
}
OVERVIEW = {
    "name": "segmock",
    "status": "ok",
    "version": "1.2.3",
    "clock": {"now_utc": "2026-01-01T12:03:05.000000Z", "mode": "auto"},
    "accounts": 41,
    "jobs": 17,
    "models": ["ideogram-3", "lyria-2"],
    "requests": [EXCHANGE],
}
NO_TOKEN = AccessRefusal(401, "the admin token is missing or wrong", "send Authorization: Bearer …")
FOREIGN = AccessRefusal(403, "the control plane does not answer for the host 'x'", "ask elsewhere")
VOID = {"meta", "link"}


class Outline(HTMLParser):
    """The elements of a page, its texts, and whether each element was closed in its turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """See that it is the one opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data

    def find(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of each element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]


def outline(shown=OVERVIEW, url=URL, accept="any"):
    """Return the outline of a page, whose elements must be closed."""
    found = Outline(render_front_page(Sight(url, "1.2.3", accept, shown)))
    assert found.open == []
    return found


def test_the_page_says_what_is_here_and_where_to_go():
    """State, exchanges, models, links, the names of pages, and what points a client here."""
    page = outline()
    for text in ("1.2.3", "12:03:05", "auto", "41", "17", "ideogram-3", "lyria-2", "12:03:04"):
        assert text in page.text
    assert "GET /v1/get-user-credits" in page.text
    assert {link["href"] for link in page.find("a")} == {path for path, _ in LINKS.values()}
    for snippet in render_snippets(URL):
        assert snippet.text.rstrip() in page.text
    assert [name for name in DOCS if name not in page.text] == []


def test_names_of_models_are_shown_when_they_are_wanted():
    """There are hundreds; the page says at once how many, and how to list them."""
    slugs = [f"painter-{number}" for number in range(500)]
    page = render_front_page(Sight(URL, "1.2.3", "any", {**OVERVIEW, "models": slugs}))
    before, _, names = page.partition("<details>")
    assert "500 models" in before
    assert "segmock models list" in before
    assert [slug for slug in slugs if slug in before] == []
    assert [slug for slug in slugs if f"<code>{slug}</code>" not in names] == []


def test_the_pages_that_it_names_exist():
    """They are in the source, and in its distribution."""
    assert [name for name in DOCS if not (ROOT / name).is_file()] == []


def test_an_exchange_that_got_no_answer_says_what_became_of_it():
    """In place of a status."""
    lost = {**EXCHANGE, "status": None, "delivery": "lost", "api_key": None}
    page = outline({**OVERVIEW, "requests": [lost]})
    assert "lost" in page.text
    assert {"class": "bad"} in page.find("td")


def test_the_page_of_a_new_server_says_that_nothing_was_asked():
    """An empty table says nothing."""
    page = outline({**OVERVIEW, "requests": []})
    assert "Nothing has been asked yet." in page.text
    assert page.find("table") == []


@pytest.mark.parametrize("refusal", [NO_TOKEN, FOREIGN], ids=["no token", "foreign host"])
def test_whoever_may_not_steer_sees_nothing_of_the_state(refusal):
    """But why, what to do, and how to point a client here."""
    page = outline(refusal)
    assert refusal.error in page.text
    assert refusal.hint in page.text
    assert page.find("a") == ([{"href": PAGE}] if refusal.status == 401 else [])
    assert not re.search(r"12:0|41|17|lyria", page.text.replace(render_style(), ""))
    assert render_snippets(URL)[0].text.rstrip() in page.text
    assert ("$SEGMOCK_ADMIN_TOKEN" in page.text) is (refusal.status == 401)


def render_style():
    """Return the style of the page."""
    page = render_front_page(Sight(URL, "1.2.3", "any", NO_TOKEN))
    return re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]


HOSTILE = "</code></pre><script>alert(1)</script><img src=x onerror=alert(1)>\"'&$url"


def test_nothing_that_came_from_outside_becomes_markup():
    """Paths, methods, keys and hosts are shown as they are."""
    exchange = {**EXCHANGE, "path": HOSTILE, "method": HOSTILE[:30], "api_key": HOSTILE}
    plain, page = outline(), outline({**OVERVIEW, "requests": [exchange]}, f"http://{HOSTILE}")
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in plain.elements]
    assert [attrs for _, attrs in page.elements] == [attrs for _, attrs in plain.elements]
    assert HOSTILE in page.text


def test_a_long_path_is_cut():
    """One call does not make a page of megabytes."""
    page = outline({**OVERVIEW, "requests": [{**EXCHANGE, "path": "/x" * 100_000}]})
    assert len(page.text) < 20_000


@pytest.mark.parametrize(("accept", "words"), [("any", "Any key"), ("listed", "Only keys")])
def test_it_says_which_keys_are_valid(accept, words):
    """What can be copied has a key that may have to be another."""
    assert words in outline(accept=accept).text


def test_the_page_can_be_used_by_keyboard_and_by_ear():
    """Each section has a heading of its own, and what scrolls can be reached."""
    page = outline()
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {attrs["aria-labelledby"] for attrs in page.find("section")} == set(ids)
    assert all(attrs["tabindex"] == "0" for attrs in page.find("pre"))
    assert page.find("html") == [{"lang": "en"}]
    assert "width=device-width" in str(page.find("meta"))


def test_the_policy_allows_the_style_and_nothing_that_runs():
    """Its hash is that of the style in the page; there is no script, handler, frame or form."""
    policy = list_page_headers()["content-security-policy"]
    digest = b64encode(sha256(unescape(render_style()).encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    page = outline()
    assert not {"script", "iframe", "form", "object", "base"} & {tag for tag, _ in page.elements}
    assert [attrs for _, attrs in page.elements if "style" in attrs] == []
    assert {attrs["href"] for attrs in page.find("link")} == {"/favicon.ico"}
