"""Error pages name the status and the words of the refusal, byte for byte the same each time."""

import pytest

from mockserver.base.error_pages import render_page
from mockserver.contract.catalogue import load_shipped_catalogue

PAGE = (
    b"<html>\n<head><title>502 Bad Gateway</title></head>\n"
    b"<body>\n<h1>502 Bad Gateway</h1>\n</body>\n</html>\n"
)


def test_a_page_is_these_bytes():
    """Clients that look for words in a page find them where they always were."""
    assert render_page(502, "Bad Gateway") == PAGE


@pytest.mark.fact("R8", "E6")
def test_the_statuses_with_a_page_are_those_of_the_error_table():
    """Refusals, triggers and faults read one set."""
    assert load_shipped_catalogue().page_statuses == {405, 502, 504}
