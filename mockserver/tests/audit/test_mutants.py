"""The table of the server's mutants."""

from __future__ import annotations

import msgspec
import pytest

from mockserver.audit.mutants import MUTANTS
from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.rules.fault_checks import parse_effects
from mockserver.rules.faults import FaultRequest

CATALOGUE = load_shipped_catalogue()
each_mutant = pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.id)


@each_mutant
def test_each_mutant_can_be_armed_and_strikes_exactly_its_routes(mutant):
    """A rule without a key: the mutant is for whatever accounts there are."""
    rules = [msgspec.convert(rule, FaultRequest) for rule in mutant.rules]
    assert all(parse_effects(rule, CATALOGUE) for rule in rules)
    assert {rule.api_key for rule in rules} == {None}
    assert tuple(rule.on.route for rule in rules) == mutant.routes


@each_mutant
def test_each_mutant_stands_on_facts_of_the_register(mutant):
    """Whoever reads a finding can look up why the server may do so."""
    known = {row.id for row in CATALOGUE.behaviours}
    assert mutant.facts
    assert set(mutant.facts) <= known


def test_no_two_mutants_have_one_id_or_arm_the_same():
    """Each is a question of its own."""
    assert len({mutant.id for mutant in MUTANTS}) == len(MUTANTS)
    assert len({repr(mutant.rules) for mutant in MUTANTS}) == len(MUTANTS)


def test_what_may_pay_twice_is_played_first():
    """Where time runs out, it runs out for the others."""
    assert [mutant.id for mutant in MUTANTS[:2]] == ["answer-lost-after-submit", "answer-lost-v1"]
