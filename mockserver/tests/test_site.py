"""The pages make a site, strictly built, of which nothing is loaded from elsewhere."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.pages import PAGES, ROOT

CONFIG = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


def build() -> subprocess.CompletedProcess[str]:
    """Build the site in the checkout, in the environment that `make docs` makes for itself."""
    return subprocess.run(
        ["make", "docs", f"PYTHON={sys.executable}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


@pytest.fixture(scope="module")
def site():
    """Return the folder of the site, built strictly."""
    done = build()
    assert done.returncode == 0, done.stdout + done.stderr
    return ROOT / CONFIG["site_dir"]


class Page(HTMLParser):
    """What a page of the site loads, links to, and can be linked to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the addresses and the id of an element."""
        found = dict(attrs)
        if found.get(LOADED.get(tag, "")):
            self.loaded.append(found[LOADED[tag]])
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        self.ids.add(found.get("id") or "")


def menu(entries: list) -> Iterator[str]:
    """Yield each page of the menu, and of the menus in it."""
    for entry in entries:
        for target in entry.values():
            yield from menu(target) if isinstance(target, list) else [target]


def test_every_page_is_in_the_menu_once():
    """Zensical does not tell of a page that no menu leads to; zensical.toml has the menu."""
    assert sorted(menu(CONFIG["nav"])) == sorted(PAGES)


def test_every_page_of_the_menu_is_built(site):
    """The README is the page that the site begins with."""
    wanted = [page.replace("README", "index").replace(".md", ".html") for page in PAGES]
    assert [page for page in wanted if not (site / page).is_file()] == []


def test_every_link_of_the_site_leads_to_a_page_and_an_element_of_it(site):
    """As a browser follows them, with the ids that the site has: not those of a code host."""
    pages = {path: Page(path) for path in site.rglob("*.html") if path.name != "404.html"}
    assert len(pages) == len(PAGES)
    for path, page in pages.items():
        inner = [link for link in page.links if not urlsplit(link).scheme]
        for link in map(urlsplit, inner):
            target = (path.parent / unquote(link.path)).resolve() if link.path else path
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), f"{path.name} links to {link.path}"
            if link.fragment and target in pages:
                ids = pages[target].ids | {"__top"}
                assert unquote(link.fragment) in ids, f"{path.name}: {link.path}#{link.fragment}"


def test_no_list_or_table_of_the_site_is_part_of_a_paragraph(site):
    """A code host begins one in the middle of a paragraph; the site wants an empty line above."""
    for path in site.rglob("*.html"):
        paragraphs = re.findall(r"<p>(.*?)</p>", path.read_text(encoding="utf-8"), re.DOTALL)
        assert [each for each in paragraphs if re.search(r"\n(- |\d+\. |\|)", each)] == [], (
            path.name
        )


def test_no_page_of_the_site_loads_anything_from_elsewhere(site):
    """No font, script or picture of another host: it can be read where there is no network."""
    for path in site.rglob("*.html"):
        hosts = [address for address in Page(path).loaded if urlsplit(address).netloc]
        assert hosts == [], path.name
    for path in site.rglob("*.css"):
        found = re.findall(r"(?:url\(|@import )[\"']?((?:https?:)?//[^\"')]+)", path.read_text())
        assert found == [], path.name


@pytest.mark.parametrize(
    ("good", "bad"),
    [("](testing.md)", "](tests.md)"), ("](#a-first-answer)", "](#a-frist-answer)")],
    ids=["link", "heading"],
)
@pytest.mark.usefixtures("site")
def test_a_broken_link_ends_the_build(good, bad, tmp_path):
    """The strictness is there: a slip in a copy of the pages is named, and nothing is built."""
    shutil.copy(ROOT / "zensical.toml", tmp_path)
    shutil.copytree(ROOT / CONFIG["docs_dir"], tmp_path / CONFIG["docs_dir"])
    page = tmp_path / "build" / "pages" / "docs" / "start.md"
    text = page.read_text(encoding="utf-8")
    assert good in text
    page.write_text(text.replace(good, bad, 1), encoding="utf-8")
    done = subprocess.run(
        [ROOT / ".venv-docs" / "bin" / "zensical", "build", "--strict", "--clean"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert done.returncode != 0
    assert "start.md" in done.stdout + done.stderr
