"""What the checker expects of faults is what `segmock faults plan` foretells."""

from __future__ import annotations

import msgspec
import pytest

from mockserver.cli.catalogue import load_catalogue
from mockserver.fault_files import list_injections, make_call
from mockserver.rules.fault_registry import FaultRegistry
from mockserver.rules.faults import FaultRequest, render_rule
from mockserver.tests.conftest import KEY
from mockserver.tests.histories.generator import ARMED, FAULTS
from mockserver.tests.histories.plans import plan_strikes

CALLS = 40


@pytest.mark.parametrize(
    "rules",
    [
        *[rules for rules in FAULTS if rules],
        *[({"on": {"route": "credits"}, "do": {"status": 500}, **each},) for each in ARMED],
        tuple(
            {"on": {"route": "status"}, "do": {"status": 500}, **each}
            for each in ({"skip": 3, "every": 2, "times": 4}, {"probability": 0.4, "skip": 1})
        ),
    ],
    ids=str,
)
def test_plans_are_those_of_the_emulator(rules):
    """Which calls are struck, by which rule, and how many each has counted and struck."""
    catalogue = load_catalogue()
    registry = FaultRegistry(catalogue, 0)
    made = [registry.add(msgspec.convert(rule, FaultRequest)) for rule in rules]
    shown = [render_rule(rule) for rule in made]
    route = rules[0]["on"]["route"]
    call = make_call(catalogue, api_key=KEY, route=route, model=None, state=None)
    foretold = [each and each.fault_id for each in list_injections(registry, call, CALLS)]
    plan = plan_strikes(shown, KEY, route, CALLS)
    assert plan.strikes == foretold
    assert any(foretold)
    counted = {rule["id"]: (rule["calls"], rule["hits"]) for rule in map(render_rule, made)}
    assert plan.counts == counted
