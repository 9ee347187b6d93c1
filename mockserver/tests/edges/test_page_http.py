"""The files of the page, as a browser asks for them."""

from __future__ import annotations

import json
from http.client import HTTPConnection

import httpx
import pytest

from mockserver import Emulator
from mockserver.page import files
from mockserver.page.files import HEADERS, SHELL, find_file, list_files
from mockserver.tests.base.test_accept import CHROMIUM

BROWSER = {"accept": CHROMIUM}
FILES = [f"/_mock/page/{name}" for name in list_files() if name != SHELL]


@pytest.fixture(scope="module")
def live():
    """A client of an emulator, over a socket."""
    with Emulator(clock="frozen").live() as server, httpx.Client(base_url=server.url) as client:
        yield client


def open_page(live):
    """Open the page; return under which prefix its shell names its files."""
    shell = live.get("/_mock/", headers=BROWSER).text
    return shell.partition('src="')[2].partition("app.mjs")[0]


def test_each_file_of_the_page_is_there_with_its_type_and_policy(live):
    """Whatever is accepted: a browser asks for modules and styles with other words."""
    for path in FILES:
        answer, file = live.get(path), find_file(path.removeprefix("/_mock/page/"))
        assert (answer.status_code, answer.content) == (200, file.content)
        assert answer.headers["content-type"] == file.content_type
        assert HEADERS.items() <= dict(answer.headers).items()
        assert "vary" not in answer.headers


@pytest.mark.parametrize("path", ["/_mock/", FILES[0]])
def test_a_browser_that_has_a_file_is_not_sent_it_again(live, path):
    """Be its tag weak, among others or any; another tag is not that of this file."""
    tag = live.get(path, headers=BROWSER).headers["etag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}'):
        answer = live.get(path, headers=BROWSER | {"if-none-match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
        assert answer.headers["cache-control"] == "no-cache"
    assert live.get(path, headers=BROWSER | {"if-none-match": '"x"'}).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        *("", "x.mjs", SHELL + "/", "../files.py", "..%2Ffiles.py", "%2e%2e%2ffiles.py"),
        *("../__init__.py", "static/app.mjs", "%2Fetc%2Fpasswd", "app.mjs%00", "app.mjs/.", "."),
        *("..%5Cfiles.py", "APP.MJS", "app.mjs%20", "..%252Ffiles.py", "%ff"),
    ],
)
def test_no_name_leads_out_of_the_files_of_the_page(live, name):
    """Neither by dots, however they are spelled, nor by what a file system takes for the same."""
    connection = HTTPConnection(live.base_url.host, live.base_url.port)
    connection.request("GET", f"/_mock/page/{name}")
    answer = connection.getresponse()
    assert (answer.status, set(json.loads(answer.read()))) == (404, {"error", "hint"})
    connection.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_files_of_the_page_are_only_read(live, method):
    """By other methods there is nothing."""
    assert live.request(method, FILES[0]).status_code == 405


def test_the_shell_names_files_that_a_browser_may_keep(live):
    """They are the same, and need not be asked for again when the page is loaded once more."""
    prefix = open_page(live)
    for path in FILES:
        name = path.removeprefix("/_mock/page/")
        answer = live.get(prefix + name)
        assert (answer.status_code, answer.content) == (200, find_file(name).content)
        assert answer.headers["cache-control"] == "max-age=31536000, immutable"


def test_a_version_is_known_wherever_it_is_asked_for(live):
    """The page may have been opened at another worker, or before the server was started again."""
    with Emulator().live() as other:
        answer = httpx.get(other.url + open_page(live) + "app.mjs")
    assert answer.headers["cache-control"] == "max-age=31536000, immutable"


def test_a_file_that_was_changed_since_is_not_kept(live, tmp_path, monkeypatch):
    """It is served as it is now; who loads the page again gets another version."""
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    for name in (SHELL, "app.mjs"):
        (tmp_path / name).write_text('<script src="/_mock/page/app.mjs">')
    before = open_page(live)
    assert "immutable" in live.get(before + "app.mjs").headers["cache-control"]
    (tmp_path / "app.mjs").write_text("2")
    after = open_page(live)
    assert after != before
    old, new = live.get(before + "app.mjs"), live.get(after + "app.mjs")
    assert (old.text, old.headers["cache-control"]) == ("2", "no-cache")
    assert (new.text, "immutable" in new.headers["cache-control"]) == ("2", True)
