"""What a rule for faults does, in words."""

import pytest

from client_tests.reports.exchange_text import describe_rule
from mockserver.contract.catalogue import Catalogue
from mockserver.emulator import Emulator
from mockserver.rules.faults import FaultRequest, On

FAULTS = Catalogue().faults


@pytest.mark.parametrize("row", FAULTS, ids=[row.effect for row in FAULTS])
def test_every_effect_is_described_as_the_control_plane_shows_it(row):
    """By its word; of a list nothing is said, since nobody knows which of its effects struck."""
    control = Emulator().control
    for does in (row.example, [None, row.example]):
        control.faults.add(FaultRequest(does=does, on=On(route=row.routes[0])))
    alone, in_a_list = control.faults.list()["faults"]
    assert describe_rule(alone).startswith(row.effect.removesuffix("_s").replace("_", " "))
    assert describe_rule(in_a_list) is None


def test_a_rule_that_is_gone_does_nothing_that_is_known():
    """It may have been cleared since it struck."""
    assert describe_rule({}) is None
