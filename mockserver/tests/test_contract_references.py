"""References inside of a schema are followed, and those without an end are known."""

from math import inf

import pytest

from mockserver.contract.references import References
from mockserver.core.errors import UnmetError

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
REFERENCES = References(ROOT)


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
    assert REFERENCES.named(reference) == node


@pytest.mark.parametrize("reference", ["other.json", "#/nothing", "#/oneOf/9", "#/oneOf/x"])
def test_a_reference_to_nothing_is_told(reference):
    """What leads outside, or nowhere, is named."""
    with pytest.raises(UnmetError, match="is not in it"):
        REFERENCES.named(reference)


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
    assert References({**ROOT, "not": schema}).height(schema) == height
