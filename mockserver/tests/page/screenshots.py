"""The pictures of the documentation: `python -m mockserver.tests.page.screenshots [NAME …]`.

Each shows one state of the page, as Chromium paints it, in a palette of few colours.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image
from playwright.sync_api import sync_playwright

from mockserver.tests.page.browsing import FLAGS, NARROW, WIDE, Visit, make_context
from mockserver.tests.page.scene import play_scene
from mockserver.tests.page.servers import PageServer, serve_page
from mockserver.tests.tools import find_tool

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parents[3] / "docs" / "pictures"
_COLOURS, _ROUNDS = 256, 3
_SETTLING_MS = 2000


class Shot(NamedTuple):
    """A picture.

    Attributes:
        name: Its file's name, without the ending.
        view: The view that it shows.
        prepare: What is done on the page before.
        seen: Texts that are waited for.
        query: What else is in the address.
        width: Of the window, in pixels.
        scheme: `light` or `dark`.
        is_empty: Whether nothing has happened on the server.
    """

    name: str
    view: str
    prepare: Callable[[Page], None] = lambda _page: None
    seen: tuple[str, ...] = ()
    query: Mapping[str, str] = {}
    width: int = WIDE
    scheme: str = "light"
    is_empty: bool = False


def take_all(names: list[str]) -> None:
    """Take the pictures of these names, or all."""
    FOLDER.mkdir(exist_ok=True)
    path = find_tool("chromium-headless-shell")
    with sync_playwright() as playwright, serve_page() as empty, serve_page() as full:
        play_scene(full)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for shot in SHOTS:
            if not names or shot.name in names:
                server = empty if shot.is_empty else full
                (FOLDER / f"{shot.name}.png").write_bytes(_take(browser, server, shot))
        browser.close()


def _take(browser: Browser, server: PageServer, shot: Shot) -> bytes:
    context = make_context(browser, shot.width, color_scheme=shot.scheme)
    with context, Visit(context, server) as visit:
        page = visit.open_view(shot.view, **shot.query)
        for text in shot.seen:
            page.get_by_text(text).filter(visible=True).first.wait_for()
        shot.prepare(page)
        picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    small = BytesIO()
    picture.quantize(
        _COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=_ROUNDS, dither=Image.Dither.NONE
    ).save(small, "PNG", optimize=True)
    return small.getvalue()


def _open_lost_answer(page: Page) -> None:
    page.get_by_role("row").filter(has_text="lost").first.click()
    page.get_by_role("heading", name="Response").wait_for()


def _open_first_job(page: Page) -> None:
    page.get_by_role("row").filter(has_text="FAILED").first.click()


def _see_all_pictures(page: Page) -> None:
    pictures = page.locator("main img")
    for number in range(pictures.count()):
        pictures.nth(number).evaluate("picture => picture.decode()")
    # Chromium goes on showing that it loads a film for a moment after it has it.
    page.wait_for_timeout(_SETTLING_MS)


def _move_clock(page: Page) -> None:
    page.locator("header details").filter(has_text="frozen").locator("summary").first.click()


SHOTS = (
    Shot("live", "live", seen=("lost", "MUST")),
    Shot("exchange", "live", _open_lost_answer, seen=("MUST",)),
    Shot("jobs", "jobs", _open_first_job, seen=("ace-step-music",)),
    Shot("clock", "jobs", _move_clock, seen=("ace-step-music",)),
    Shot("accounts", "accounts", seen=("business",)),
    Shot("faults", "faults", seen=("fault-2",)),
    Shot("verdicts", "verdicts", seen=("resubmitted-after-lost-answer",)),
    Shot("outputs", "outputs", _see_all_pictures, seen=("ace-step-music",)),
    Shot("models", "models", query={"model": "ideogram-3"}, seen=("rendering_speed",)),
    Shot("empty", "live", is_empty=True, seen=("curl",)),
    Shot("live-narrow", "live", seen=("MUST",), width=NARROW, scheme="dark"),
    Shot("jobs-narrow", "jobs", seen=("ace-step-music",), width=NARROW),
)

if __name__ == "__main__":
    take_all(sys.argv[1:])
