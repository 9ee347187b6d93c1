"""What tests of replays share."""

from __future__ import annotations

import pytest

from mockserver.tests.replay.recording import record, record_picture


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    """A recording of a picture, of one of v1 and of balances; with what the client was told."""
    folder = tmp_path_factory.mktemp("picture")
    with record(folder) as client:
        client.call("GET", "/v1/get-user-credits")
        told = record_picture(client)
        client.call("GET", "/v1/get-user-credits")
        client.call("POST", "/v1/ideogram-3", json={"prompt": "At once"}, takes_s=8)
    return folder, told
