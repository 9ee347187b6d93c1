"""What a form for rules of faults is made of."""

import json
from contextlib import nullcontext

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.base.json_encoding import encode
from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.contract.files import find_data_dir
from mockserver.control.effects import list_effects
from mockserver.rules.fault_registry import FaultRegistry
from mockserver.rules.faults import FaultRequest, On
from mockserver.tests.tables import for_each

CATALOGUE = load_shipped_catalogue()


def test_every_effect_is_told_as_its_table_has_it():
    """Word, description, routes, when it can strike, example and schema."""
    rows = json.loads((find_data_dir("contracts") / "faults.json").read_text())["faults"]
    shown = json.loads(encode(list_effects(CATALOGUE)))["effects"]
    assert shown == [{"sets_state": False, "takes_time": False, **row} for row in rows]


SHOWN = list_effects(CATALOGUE)
ROUTES = {row["name"]: row for row in SHOWN["routes"]}


def test_every_route_that_can_be_struck_is_told():
    """With the verbs, the path and a sentence by which people know it."""
    assert ROUTES.keys() == {name for row in SHOWN["effects"] for name in row["routes"]}
    assert (ROUTES["submit"]["methods"], ROUTES["submit"]["path"]) == (("POST",), "/v2/{slug}")
    assert all(row["summary"] for row in SHOWN["routes"])


@for_each("name", ROUTES)
def test_a_rule_can_name_what_a_route_has(name):
    """`model` and `state` go with those that say so, and with no others."""
    effect = next(row["example"] for row in SHOWN["effects"] if name in row["routes"])
    for word, value in {"model": "ideogram-3", "state": "QUEUED"}.items():
        rule = FaultRequest(does=effect, on=On(route=name, **{word: value}))
        with nullcontext() if ROUTES[name][f"has_{word}"] else pytest.raises(EmulatorError):
            FaultRegistry(CATALOGUE, 0).add(rule)
