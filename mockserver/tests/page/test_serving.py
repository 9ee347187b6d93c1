"""The page as a browser has it: what may run in it, and who may have anything to do with it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from mockserver.tests.page.browsing import LONGEST_MS, NARROW, WIDE
from mockserver.tests.tables import for_each

TOKEN = "sesame"


def test_the_page_opens_and_leaves_no_trace(open_view, server):
    """It connects, has a name, and the journal has nothing of it."""
    page = open_view("live")
    expect(page).to_have_title(re.compile("Live .* segmock"))
    assert server.list_exchanges() == []
    assert server.steer("GET", "/_mock/health")["accounts"] == 0


def list_views(page):
    """Return the names of the views, as the page links to them."""
    links = page.get_by_role("navigation", name="Views").get_by_role("link").all()
    return [link.get_attribute("href").removeprefix("#") for link in links]


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_every_view_of_an_empty_server_opens_without_a_barrier(
    visit, check_accessibility, width, scheme
):
    """At both widths and in both schemes; nothing is wider than the window."""
    visit.look(width=width, scheme=scheme)
    for name in list_views(visit.open_view("live")):
        page = visit.open_view(name)
        expect(page.get_by_role("main")).to_be_visible()
        check_accessibility(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, name


def test_the_icon_of_the_page_is_there(open_view, server):
    """Where the page says that it is."""
    href = open_view("live").locator("link[rel=icon]").get_attribute("href")
    icon = server.ask("GET", href, key=None)
    assert (icon.status_code, icon.headers["content-type"]) == (200, "image/png")


# What may run


FORBIDDEN = {
    "a script in the page": ("add('script').append('window.ran = true')", "require-trusted"),
    "a script of elsewhere": ("add('script').src = ELSEWHERE", "require-trusted"),
    "a text that is run": ("eval('window.ran = true')", "require-trusted"),
    "a function made of a text": ("new Function('window.ran = true')()", "require-trusted"),
    "a timer with a text": ("setTimeout('window.ran = true')", "require-trusted"),
    "markup": ("document.body.innerHTML = '<img src=x onerror=\"ran = true\">'", "require-trusted"),
    "a handler": ("document.body.setAttribute('onclick', 'ran = true')", "require-trusted"),
    "an address that is a script": (
        "Object.assign(add('a'), {href: 'javascript:window.ran = true'}).click()",
        "script-src",
    ),
    "a module of elsewhere": ("import(ELSEWHERE).catch(() => {})", "script-src"),
    "a policy that trusts": ("trustedTypes.createPolicy('own', {})", "trusted-types"),
    "a style in the page": ("add('style').append('body {color: red}')", "style-src"),
    "a picture of elsewhere": ("add('img').src = ELSEWHERE", "img-src"),
    "a picture in its address": ("add('img').src = 'data:image/gif;base64,AA=='", "img-src"),
    "a film of elsewhere": ("add('video').src = ELSEWHERE", "media-src"),
    "a font": ("new FontFace('own', `url(${ELSEWHERE})`).load().catch(() => {})", "font-src"),
    "a frame": ("add('iframe').src = ELSEWHERE", "frame-src"),
    "a form": ("Object.assign(add('form'), {action: ELSEWHERE}).submit()", "form-action"),
    "another base": ("add('base').href = ELSEWHERE", "base-uri"),
    "a request elsewhere": ("fetch(ELSEWHERE).catch(() => {})", "connect-src"),
    "a message that stays": ("navigator.sendBeacon(ELSEWHERE, 'x')", "connect-src"),
    "a socket": ("new WebSocket('ws://127.0.0.1:9')", "connect-src"),
}
"""What a page might be made to do, and the beginning of the directive that forbids it."""

TRY = """async script => {
  const forbidden = new Promise((resolve, reject) => {
    const tell = event => resolve(event.effectiveDirective);
    document.addEventListener("securitypolicyviolation", tell);
    setTimeout(reject, LONGEST, "nothing was forbidden");
  });
  // In a task of its own, in which the browser's debugger allows nothing.
  setTimeout(() => {
    const ELSEWHERE = "http://127.0.0.1:9/x.mjs";
    const add = tag => document.body.appendChild(document.createElement(tag));
    try {
      SCRIPT
    } catch (error) {
      if (!["TypeError", "EvalError", "SecurityError"].includes(error.name)) throw error;
    }
  });
  return [await forbidden, window.ran ?? null];
}"""


@for_each("row", FORBIDDEN)
def test_what_the_policy_forbids_does_not_happen(page, server, visit, row):
    """Even if somebody had found a way to have the page try.

    It does nothing else: its first module is empty here.
    """
    visit.accepted.append("Content Security Policy|Trusted|violates|127.0.0.1:9")
    script, directive = FORBIDDEN[row]
    page.route("**/app.mjs", lambda route: route.fulfill(content_type="text/javascript", body=""))
    page.goto(f"{server.url}/_mock/")
    trying = TRY.replace("SCRIPT", script).replace("LONGEST", str(LONGEST_MS))
    forbidden, ran = page.evaluate(trying)
    assert forbidden.startswith(directive)
    assert ran is None


def is_elsewhere(request):
    """Tell whether a request asked for a page where nobody answers."""
    return request.url == "http://127.0.0.1:9/"


def test_what_a_page_asks_elsewhere_would_be_seen(make_visit, server):
    """As would an error in it: no test would pass with either."""
    visit = make_visit(server)
    page = visit.open_view("live")
    page.evaluate("setTimeout(() => { throw new Error('a mistake'); })")
    with page.expect_event("requestfailed", is_elsewhere):
        page.evaluate(
            "fetch('http://127.0.0.1:9/fetched').catch(() => location.assign('http://127.0.0.1:9/'))"
        )
    told = "\n".join(visit.complaints)
    assert "a mistake" in told
    assert "Content Security Policy" in told
    assert "asks elsewhere: http://127.0.0.1:9/" in told
    visit.accepted.append("")
