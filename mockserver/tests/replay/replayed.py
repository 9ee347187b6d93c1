"""An account of an emulator that plays a recording, for tests."""

from __future__ import annotations

import httpx

from mockserver import Emulator
from mockserver.tests.replay.recording import record

MODEL = "/v2/ideogram-3"
ASKED = {"prompt": "A lighthouse", "seed": 300}


class Replayed:
    """A fresh account of an emulator that plays a recording, and a client of it."""

    def __init__(self, folder, *, clock="auto", key="SG_of_a_replay", **settings) -> None:
        self.emulator = Emulator(replay=folder, clock=clock, seed=1, **settings)
        self.account = self.emulator.account(key)
        self.http = self.make_client(key)

    def make_client(self, key: str | None) -> httpx.Client:
        """Return a client with this key."""
        headers = {"x-api-key": key} if key else {}
        return httpx.Client(
            transport=self.emulator.transport, base_url="http://segmock", headers=headers
        )

    def submit(self, **changed) -> httpx.Response:
        """Submit what was recorded."""
        return self.http.post(MODEL, json={**ASKED, **changed})

    def poll_to_the_end(self, url: str, most: int = 50) -> list[str]:
        """Poll until the run has ended; return its states."""
        states: list[str] = []
        while (not states or states[-1] not in {"COMPLETED", "FAILED"}) and len(states) < most:
            states.append(self.http.get(url).json()["status"])
        return states

    @property
    def told(self) -> list[str]:
        """What the journal says of each exchange."""
        return [each["behaviours"][-1] for each in self.account.requests]


def make_recording(folder, have) -> Replayed:
    """Record what a client does; return a replay of it."""
    with record(folder) as client:
        have(client)
    return Replayed(folder)
