"""Which addresses that a result names are asked for."""

from __future__ import annotations

import pytest

from mockserver.verifier.outputs import may_be_asked


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://images.segmind.com/a.png", True),
        ("http://service.test/a.png", True),
        ("http://169.254.169.254/latest/meta-data", False),
        ("file:///etc/passwd", False),
        ("http://[", False),
        ("a.png", False),
    ],
)
def test_a_server_sends_nobody_to_other_machines_without_tls(url, may):
    """It could name what only the visitor can reach."""
    assert may_be_asked(url, "http://service.test") is may
