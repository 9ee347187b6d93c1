"""The hooks through which faults act, and the classes that take them."""

from __future__ import annotations

import ast
from pathlib import Path

from mockserver.gateway import decision, fault_injection, gateway, opening, recording, waits
from mockserver.gateway.effect import EFFECTS, Effect
from mockserver.tests.fault_calls import CATALOGUE

HOOKS = ("before", "alter", "after")
ROUTE_NAMES = {row.name for row in CATALOGUE.routes}


def test_every_word_of_the_catalogue_has_an_effect_and_every_effect_a_word():
    """An effect is a row of contracts/faults.json and a class: neither stands alone."""
    assert EFFECTS.keys() == {row.effect for row in CATALOGUE.faults}


def test_every_effect_strikes_on_the_sides_that_its_row_names():
    """A hook before the commit is there for `before`, one after it for `after`."""
    for row in CATALOGUE.faults:
        effect = EFFECTS[row.effect]
        overridden = {name for name in HOOKS if getattr(effect, name) is not getattr(Effect, name)}
        assert overridden, row.effect
        assert "before" not in row.when or overridden & {"before", "alter"}, row.effect
        assert "after" not in row.when or overridden & {"alter", "after"}, row.effect


def test_the_gateway_knows_no_effect_by_name():
    """No word of the catalogue, and no class of an effect, stands in the modules around it."""
    words = EFFECTS.keys() - ROUTE_NAMES
    classes = {effect.__name__ for effect in EFFECTS.values()}
    for module in (gateway, fault_injection, decision, recording, waits, opening):
        nodes = list(ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))))
        texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
        names = {node.id for node in nodes if isinstance(node, ast.Name)}
        assert (texts & words, names & classes) == (set(), set()), module.__name__
