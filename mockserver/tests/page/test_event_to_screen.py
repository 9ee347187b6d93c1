"""From an exchange to a screen that shows it, at 200 exchanges a second."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from mockserver.tests.page.screen_times import RATE, measure_bare_page, measure_page
from mockserver.tests.processes import serving

IS_STORM = bool(os.environ.get("SEGMOCK_STORM"))
MOST_MS = 200
MOST_TIMES = 5
SECONDS = 60 if IS_STORM else 2
TRIES = 1 if IS_STORM else 3


@pytest.fixture
def process(tmp_path):
    """A server in a process of its own."""
    with serving(cwd=tmp_path) as served:
        yield SimpleNamespace(url=served.url)


def test_an_exchange_is_on_the_screen_at_once(process, make_visit):
    """95 in 100 within 200 ms.

    On a busy machine some times what a page takes there that does nothing; the long tests ask for
    200 ms whatever the machine does.
    """
    for _ in range(TRIES):
        bare = measure_bare_page(make_visit(process), RATE * SECONDS)
        seen = measure_page(make_visit(process), RATE * SECONDS)
        print(  # noqa: T201
            f"\nevent to screen at {RATE} a second: {seen}; a page that does nothing: {bare}"
        )
        most_ms = MOST_MS if IS_STORM else max(MOST_MS, MOST_TIMES * bare.p95_ms)
        if seen.p95_ms < most_ms:
            return
    pytest.fail(f"{seen} is more than {most_ms:.0f} ms")
