"""The HTML pages that errors come with: the gateway's own, and the shorter one of a fault."""

from __future__ import annotations

HTML = "text/html; charset=utf-8"
FAULT_HTML = "text/html"

_PAGE = "<html>\n<head><title>{0}</title></head>\n<body>\n<h1>{0}</h1>\n</body>\n</html>\n"
_FAULT_PAGE = "<html><body><h1>{0}</h1></body></html>\n"


def render_page(status: int, words: str) -> bytes:
    """Render the page of a refusal, of media type `HTML`: 405 (R8), 502 and 504 (E6)."""
    return _PAGE.format(f"{status} {words}").encode()


def render_fault_page(status: int, words: str) -> bytes:
    """Render the page that a `status` fault answers with, of media type `FAULT_HTML`.

    It is laid out in another way than the gateway's, as proxies on the way have pages of their own.
    """
    return _FAULT_PAGE.format(f"{status} {words}").encode()
