"""Clients for processes of the kit, which import of the tests no more than these."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

import httpx

from client_tests.clients.reference import InProcess


class Moody:
    """The reference, which answers wrongly to some of its calls, counted over all processes."""

    def __init__(self):
        self.act = InProcess()
        self.wrong = set(os.environ["MOODY_CALLS"].split())
        self.counter = Path(os.environ["MOODY_COUNTER"])

    def __call__(self, call):
        """Answer, or say that it failed."""
        with self.counter.open("a+") as file:
            file.write(".")
            number = str(file.tell())
        right = self.act(call)
        return right if number not in self.wrong else {"id": call["id"], "outcome": "timeout"}


class Undead:
    """A client whose call has ended, and that goes on submitting."""

    def __init__(self):
        self.act = InProcess()

    def __call__(self, call):
        """Answer, and leave a thread behind."""
        answer = self.act(call)
        threading.Thread(target=self.submit_on, args=(call,), daemon=True).start()
        return answer

    def submit_on(self, call):
        """Submit again and again, until there is no server any more."""
        url, key = f"{call['base_url']}/v2/ideogram-3", {"x-api-key": call["api_key"]}
        with suppress(httpx.HTTPError), httpx.Client(trust_env=False) as client:
            while True:
                client.post(url, json=call["params"], headers=key)
                threading.Event().wait(0.05)
