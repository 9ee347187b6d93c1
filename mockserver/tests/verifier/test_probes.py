"""Questions that are free, whoever answers them."""

from __future__ import annotations

from decimal import Decimal

from mockserver.tests.verifier.service import VirtualClock
from mockserver.tests.verifier.verifications import make_context
from mockserver.verifier.calls import SAFE_METHODS, Reply
from mockserver.verifier.probes import ask_probes, list_probes
from mockserver.verifier.verifier_context import BALANCE


class Listener:
    """Answers nothing in particular, and remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def send(self, request):
        """Answer a request."""
        self.asked.append(request)
        return Reply(status=404, headers=(), body=b"{}")


def make(transport=None):
    """Return a context that has no budget at all."""
    return make_context(transport or Listener(), VirtualClock(), Decimal(0), [].append)


def test_no_free_question_could_cost():
    """Even at a server that is broken: what is posted never bears the user's key."""
    assert not [probe for probe in list_probes(make(), "model-1") if probe.call.may_cost]


def test_each_free_question_names_the_facts_that_it_is_for():
    """In brackets, as they are told on stderr."""
    assert all("(" in probe.about for probe in list_probes(make(), "model-1"))


def test_read_only_asks_no_other_verb_and_the_balance_last():
    """So that a charge for any of them shows."""
    seen = Listener()
    ask_probes(make(seen), "model-1", is_read_only=True)
    assert {each.method for each in seen.asked} <= SAFE_METHODS
    assert seen.asked[-1].url.endswith(BALANCE)
    everything = Listener()
    ask_probes(make(everything), "model-1", is_read_only=False)
    assert len(everything.asked) > len(seen.asked)
