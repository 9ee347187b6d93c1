"""Where a path is asked for."""

from __future__ import annotations

import pytest

from mockserver.verifier.places import find_url


@pytest.mark.parametrize(
    ("root", "target", "url"),
    [
        ("https://api.segmind.com", "/v2/a", "https://api.segmind.com/v2/a"),
        ("https://api.segmind.com", "/webhook/get", "https://api.spotprod.segmind.com/webhook/get"),
        ("http://127.0.0.1:8765", "/webhook/get", "http://127.0.0.1:8765/webhook/get"),
        ("http://127.0.0.1:8765", "https://images.test/a", "https://images.test/a"),
    ],
)
def test_the_vendors_other_routes_are_at_its_other_hosts(root, target, url):
    """Anywhere else all are at one."""
    assert find_url(root, target) == url
