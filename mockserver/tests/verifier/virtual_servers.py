"""Sound and changed servers in this process, on a virtual clock, and verifications of them."""

from __future__ import annotations

from mockserver.tests.broken_servers.exchange import Asked
from mockserver.tests.broken_servers.server import SETTINGS
from mockserver.tests.facts.witness import Witness
from mockserver.tests.verifier.verifications import CATALOGUE, make_context
from mockserver.verifier.calls import Reply
from mockserver.verifier.verifying import verify


class VirtualServer:
    """A server that is asked as a transport is, and whose clock moves as the verifier sleeps.

    Args:
        defect: How it differs.
    """

    leeway_s = 0.0

    def __init__(self, defect):
        self._witness = Witness(defect.make, **{**SETTINGS, **defect.settings})

    def explain(self):
        """Say why nothing came."""
        return "nothing came"

    def send(self, request):
        """Answer a request."""
        self._witness.advance(0.02)
        path, _, query = ("/" + request.url.split("/", 3)[3]).partition("?")
        host = (("host", request.url.split("/", 3)[2]),)
        asked = Asked(request.method, path, host + request.headers, query, request.body)
        answer = self._witness._answer(asked)
        headers = tuple((name.lower(), value) for name, value in answer.headers)
        return Reply(status=answer.status, headers=headers, body=answer.body)

    def now_s(self):
        """Return the seconds since it began."""
        return self._witness.now_s

    def read_utc_s(self):
        """Return seconds since 1970."""
        return 1_800_000_000 + self.now_s()

    def sleep(self, seconds):
        """Let virtual time pass."""
        if seconds > 0:
            self._witness.advance(seconds)


def verify_virtually(defect, budget, **flags):
    """Return what comes of verifying a server that differs so."""
    server = VirtualServer(defect)
    context = make_context(server, server, budget, lambda _line: None, key=defect.key)
    return verify(context, CATALOGUE, **flags)
