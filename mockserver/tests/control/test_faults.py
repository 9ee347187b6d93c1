"""Faults as the control plane keeps them: what is shown of one, and what disarms it."""

import pytest

from mockserver.control.control import ResetScope
from mockserver.rules.faults import FaultRequest, On
from mockserver.tests.conftest import KEY, OTHER_KEY
from mockserver.tests.control.conftest import CREDITS


def arm(client, status, route="*", **fields):
    """Arm a fault that answers with a status, and return its id."""
    wanted = FaultRequest(does={"status": status}, on=On(route=route), **fields)
    return client.control.faults.add(wanted)["id"]


def test_a_struck_call_is_a_hit(client):
    """The rule counts, is spent, and strikes no more."""
    fault = arm(client, 503, "submit", api_key=KEY, times=1)
    assert [client.post("/v2/ideogram-3").status for _ in range(2)] == [503, 200]
    shown = client.control.faults.show(fault)
    assert (shown["hits"], shown["spent"], shown["api_key"]) == (1, True, "...cdef")


def test_disarmed_faults_strike_no_more(client):
    """Removing one leaves the other; clearing an account's leaves those of all."""
    first = arm(client, 503, api_key=KEY)
    arm(client, 500)
    client.control.faults.remove(first)
    assert client.get(CREDITS).status == 500
    arm(client, 503, api_key=KEY)
    client.control.faults.clear(KEY)
    assert len(client.control.faults.list()["faults"]) == 1
    client.control.faults.clear(None)
    assert client.control.faults.list() == {"faults": [], "next": None}
    client.account()
    assert client.get(CREDITS).status == 200


@pytest.mark.parametrize(("key", "left"), [(None, 0), (KEY, 1)])
def test_a_reset_disarms(client, key, left):
    """A reset of an account takes its rules, a reset of everything takes all."""
    arm(client, 503, api_key=KEY)
    arm(client, 503, api_key=OTHER_KEY)
    client.control.reset(ResetScope(api_key=key))
    assert len(client.control.faults.list()["faults"]) == left
