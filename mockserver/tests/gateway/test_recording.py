"""Whose journal an exchange is in."""

from __future__ import annotations

from mockserver.control.journal import JournalFilter
from mockserver.tests.conftest import KEY
from mockserver.tests.fault_calls import arm


def test_the_first_call_of_a_key_is_in_its_journal_though_a_fault_struck_it(client):
    """A call that was struck before anything was done belongs to the key that made it."""
    arm(client, {"status": 503}, times=1)
    answers = [client.post("/v2/ideogram-3").status for _ in range(2)]
    wanted = JournalFilter(api_key=KEY)
    told = [exchange["status"] for exchange in client.control.journal.show(wanted)["requests"]]
    assert told == answers == [503, 200]
