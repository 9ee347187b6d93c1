"""`segmock serve --open` opens the page in a browser, and never waits for it."""

from __future__ import annotations

import os
import webbrowser
from threading import Event

import pytest

from mockserver.cli.page_opening import open_page
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.processes import serving

ROOT, PAGE = "http://127.0.0.1:8765", "http://127.0.0.1:8765/_mock/"


class Browser(webbrowser.BaseBrowser):
    """One that opens nothing, or fails to."""

    def __init__(self, *, outcome=True):
        super().__init__("browser")
        self.outcome = outcome
        self.opened = []

    def open(self, url, **_):
        """Take an address."""
        self.opened.append(url)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def have(monkeypatch):
    """Have a default browser, or what asking for one raises."""
    monkeypatch.delenv("BROWSER", raising=False)

    def have(browser):
        def get():
            if isinstance(browser, Exception):
                raise browser
            return browser

        monkeypatch.setattr(webbrowser, "get", get)

    return have


def test_the_page_is_opened_in_the_default_browser(have, capsys):
    """And nothing is said."""
    browser = Browser()
    have(browser)
    open_page(ROOT).join(PATIENCE_S)
    assert browser.opened == [PAGE]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "browser",
    [
        webbrowser.Error("could not locate runnable browser"),
        Browser(outcome=False),
        Browser(outcome=OSError("it is no program")),
        webbrowser.GenericBrowser("w3m"),
        webbrowser.Elinks("elinks"),
    ],
    ids=["none", "one that fails", "one that cannot be started", "of the terminal", "elinks"],
)
def test_where_no_browser_can_be_opened_stderr_says_where_the_page_is(have, capsys, browser):
    """A browser of the terminal would write over the log, and runs no script."""
    have(browser)
    open_page(ROOT).join(PATIENCE_S)
    told = f"segmock: no browser could be opened; the page is at {PAGE}\n"
    assert capsys.readouterr() == ("", told)


def test_a_server_does_not_wait_for_its_browser(have):
    """Some end when their window is closed."""
    is_closed = Event()

    class Slow(Browser):
        def open(self, url, **_):
            is_closed.wait()
            return super().open(url)

    browser = Slow()
    have(browser)
    thread = open_page(ROOT)
    assert browser.opened == []
    is_closed.set()
    thread.join(PATIENCE_S)
    assert len(browser.opened) == 1


def test_a_server_that_is_ready_opens_its_page(tmp_path):
    """`BROWSER` names a program; it is given the address of this very server."""
    program, seen = tmp_path / "browser", tmp_path / "seen"
    os.mkfifo(seen)
    program.write_text(f'#!/bin/sh\necho "$1" >{seen}\n')
    program.chmod(0o755)
    with serving("--open", cwd=tmp_path, env={"BROWSER": f"{program} %s"}) as served:
        assert seen.read_text() == f"{served.url}/_mock/\n"
        code, _, errors = served.stop()
    assert (code, errors) == (0, "")
