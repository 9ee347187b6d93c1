"""References inside of a schema are followed, and those without an end are known."""

from itertools import pairwise
from math import inf

import pytest

from mockserver.base.errors import UnmetError
from mockserver.schema_samples.budgets import Budget
from mockserver.schema_samples.references import References

ROOT = {
    "$defs": {
        "leaf": {"type": "integer"},
        "tree": {
            "type": "object",
            "required": ["kids"],
            "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/tree"}}},
        },
        "loop": {
            "type": "object",
            "required": ["x"],
            "properties": {"x": {"$ref": "#/$defs/loop"}},
        },
        "named": {"$anchor": "here", "type": "null"},
        "row": {"prefixItems": [{"$ref": "#/$defs/loop"}], "type": "array", "minItems": 1},
        "a/b~c": {"const": {"$ref": "#/$defs/loop"}},
    },
    "oneOf": [{"$ref": "#/$defs/leaf"}, {"$ref": "#/$defs/loop"}],
}
REFERENCES = References(ROOT, Budget())


@pytest.mark.parametrize(
    ("reference", "node"),
    [
        ("#", ROOT),
        ("#/$defs/leaf", ROOT["$defs"]["leaf"]),
        ("#/oneOf/1", ROOT["oneOf"][1]),
        ("#here", ROOT["$defs"]["named"]),
        ("#/$defs/a~1b~0c", ROOT["$defs"]["a/b~c"]),
        ("#/$defs/row/prefixItems/0", {"$ref": "#/$defs/loop"}),
    ],
)
def test_a_reference_names_a_place(reference, node):
    """Pointers and anchors lead to a part of the schema."""
    assert REFERENCES.resolve(reference) == node


@pytest.mark.parametrize("reference", ["other.json", "#/nothing", "#/oneOf/9", "#/oneOf/x"])
def test_a_reference_to_nothing_is_told(reference):
    """What leads outside, or nowhere, is named."""
    with pytest.raises(UnmetError, match="is not in it"):
        REFERENCES.resolve(reference)


@pytest.mark.parametrize(
    ("schema", "height"),
    [
        (True, 0),
        ({"$ref": "#/$defs/leaf"}, 0),
        ({"$ref": "#/$defs/tree"}, 1),
        ({"$ref": "#/$defs/loop"}, inf),
        ({"$ref": "#/$defs/row"}, inf),
        ({"$ref": "#/$defs/a~1b~0c"}, 0),
        ({"anyOf": [{"$ref": "#/$defs/loop"}, {"$ref": "#/$defs/tree"}]}, 1),
        ({"allOf": [{"$ref": "#/$defs/loop"}, {}]}, inf),
        ({"type": ["null", "object"], **ROOT["$defs"]["tree"]}, 1),
        ({"type": "array", "contains": {"$ref": "#/$defs/tree"}}, 2),
        ({"type": "array", "contains": {"$ref": "#/$defs/loop"}, "minContains": 0}, 0),
        ({"required": ["a"], "properties": {"a": {"type": "array", "minItems": 1}}}, 2),
    ],
)
def test_the_least_depth_of_a_document_is_known(schema, height):
    """What can end has a height, and what cannot has none that is finite."""
    assert References({**ROOT, "not": schema}, Budget()).find_height(schema) == height


@pytest.mark.parametrize("order", [1, -1])
def test_a_long_chain_of_names_is_settled_in_step_with_its_length(order):
    """Whichever name comes first, each is looked at about twice."""
    names = [f"{place:04}" for place in range(500)][::order]
    parts = {one: {"$ref": f"#/$defs/{following}"} for one, following in pairwise(names)}
    root = {
        "$defs": {**parts, names[-1]: {"type": "null"}},
        "$ref": f"#/$defs/{names[0]}",
    }
    budget = Budget()
    assert References(root, budget).find_height(root) == 0
    assert budget.spent < 500 * 12


def test_a_pointer_is_read_as_a_part_of_an_address():
    """Percent signs spell what an address cannot hold, so no name hides behind another."""
    root = {"$defs": {"%61": True, "a": {"type": "null"}}, "$ref": "#/$defs/%61"}
    assert References(root, Budget()).resolve("#/$defs/%61") == {"type": "null"}
