"""The HTML page that an error comes with, be it the gateway's own or a fault's."""

from __future__ import annotations

HTML = "text/html; charset=utf-8"

_PAGE = "<html>\n<head><title>{0}</title></head>\n<body>\n<h1>{0}</h1>\n</body>\n</html>\n"


def render_page(status: int, words: str) -> bytes:
    """Render the page of an error, of media type `HTML`: 405 (R8), 502 and 504 (E6)."""
    return _PAGE.format(f"{status} {words}").encode()
