"""A server that test beds share: each begins with a reset of it."""

import pytest

from client_tests.running.kit_server import KitServer


@pytest.fixture(scope="session")
def url():
    """Where the kit's own server is, which no other process asks meanwhile."""
    server = KitServer()
    yield server.url
    server.close()
