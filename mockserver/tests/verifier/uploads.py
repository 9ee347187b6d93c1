"""A service that says the same to all, and a run that it has had."""

from __future__ import annotations

import json

from mockserver.facts.observed import Observed
from mockserver.tests.verifier.verifications import ROOT
from mockserver.verifier.calls import Reply
from mockserver.verifier.runs import Ended


class Uploads:
    """Says where an upload is, and when it was asked for what.

    Args:
        clock: The time.
        told: What it answers.
    """

    def __init__(self, clock, told=None):
        self.clock = clock
        self.told = told
        self.asked = []

    def send(self, request):
        """Answer a request."""
        self.asked.append((self.clock.now_s(), request))
        return Reply(status=200, headers=(), body=json.dumps(self.told).encode())


def make_run(begun_s=0.0, answered_s=2.0):
    """Return a run that has ended."""
    submitted = Observed(
        number=1, sent_s=begun_s, answered_s=answered_s, method="POST", url=f"{ROOT}/v2/a"
    )
    return Ended("f" * 32, submitted, "COMPLETED")
