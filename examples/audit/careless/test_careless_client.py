"""A suite of good days: all of it passes, and it is silent about the client's expensive fault.

Its tests are marked `strict=False`, so that rules which the client breaks fail nothing.
`segmock audit -- pytest examples/audit/careless` says what it does not notice.
"""

from __future__ import annotations

import pytest
from careless_client import PictureError, buy_picture

pytestmark = pytest.mark.segmock(strict=False)


@pytest.fixture
def buy(segmock):
    """Buy pictures for the account of the test, in virtual time."""
    with segmock.env, segmock.sleepless():
        yield lambda prompt: buy_picture(segmock.url, segmock.api_key, prompt)


def test_a_picture_is_bought(buy):
    """The file is a picture."""
    assert buy("A lighthouse").startswith(b"\x89PNG")


def test_two_pictures_differ(buy):
    """Each order has its own."""
    assert buy("A ferry") != buy("A harbour")


def test_a_failed_run_is_told(buy):
    """The gateway's own words reach the caller."""
    with pytest.raises(PictureError, match="Under a stone"):
        buy("mock:fail=Under a stone")
