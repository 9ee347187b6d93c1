"""unittest: `segmock()` is a context manager, so `enterContext` does it.

Run it with `python -m unittest discover -s examples/tests -p 'test_with_unittest.py'`.
"""

from __future__ import annotations

import unittest

from postcards import postcard
from segmind import InferenceFailed, SegmindClient

from mockserver.testing import segmock


class PostcardTest(unittest.TestCase):
    """Each test has an account of its own; at its end the client is held to the rules."""

    def setUp(self) -> None:
        """Give the test an account, and a client for it."""
        self.world = self.enterContext(segmock())
        self.enterContext(self.world.env)
        self.enterContext(self.world.sleepless())
        self.client = SegmindClient(api_key=self.world.api_key, base_url=self.world.base_url)
        self.addCleanup(self.client._client.close)  # noqa: SLF001

    def test_a_postcard_is_a_picture(self) -> None:
        """What comes back is a PNG."""
        self.assertTrue(postcard(self.client, "a harbour").picture.startswith(b"\x89PNG"))

    def test_a_blocked_motif_raises(self) -> None:
        """A run that the content policy stops is a failed run."""
        with self.assertRaises(InferenceFailed):
            self.client.run("ideogram-3", prompt="mock:block")


if __name__ == "__main__":
    unittest.main()
