"""`segmock serve --open`: the page in the user's own browser, once it can be served."""

from __future__ import annotations

import os
from threading import Thread
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from webbrowser import BaseBrowser

_PAGE = "/_mock/"


def open_page(root: str) -> Thread:
    """Open the page of the server at `root`; return the thread that sees to it.

    Some browsers let whoever starts them wait, and a server cannot.
    """
    thread = Thread(target=_open, args=(root + _PAGE,), daemon=True)
    thread.start()
    return thread


def _open(url: str) -> None:
    """Open an address, or tell on stderr where it is."""
    import webbrowser  # kept out of start-up

    try:
        browser = webbrowser.get()
        is_opened = _can_show(browser) and browser.open(url)
    except (webbrowser.Error, OSError):
        is_opened = False
    if not is_opened:
        click.echo(f"segmock: no browser could be opened; the page is at {url}", err=True)


def _can_show(browser: BaseBrowser) -> bool:
    """Tell whether a browser is not one of the terminal, which is the log's.

    These run no script either. Whoever names one in `BROWSER` has it.
    """
    import webbrowser

    is_named = bool(os.environ.get("BROWSER"))
    return is_named or type(browser) not in {webbrowser.GenericBrowser, webbrowser.Elinks}
