"""A keyword holds what it holds in some draft, wherever it stands."""

import pytest

from mockserver.base.errors import UnmetError
from mockserver.schema_samples.shapes import check_shape


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {},
        {"unheard-of": 5, "const": 5, "default": {"type": 5}},
        {"items": [{"type": "integer"}], "additionalItems": False, "exclusiveMinimum": True},
        {"properties": {"type": {"type": ["string", "null"]}, "required": {"enum": [1]}}},
        {"dependencies": {"a": ["b"], "c": {"required": ["d"]}}, "minItems": 2.0},
    ],
)
def test_what_some_draft_allows_is_a_schema(schema):
    """Keywords of every draft are known; values that are data are not looked at."""
    check_shape(schema)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("true", "the whole"),
        ({"prefixItems": 5}, "prefixItems"),
        ({"properties": {"a": {"minContains": "x"}}}, "properties/a/minContains"),
        ({"dependencies": {"a": 5}}, "dependencies"),
        ({"allOf": []}, "allOf"),
        ({"$dynamicRef": 5}, "$dynamicRef"),
        ({"type": "text"}, "type"),
        ({"not": 1}, "not"),
        ({"required": [1]}, "required"),
        ({"if": [], "unevaluatedItems": 7}, "JSON Schema"),
    ],
)
def test_what_no_draft_allows_is_told_with_its_place(schema, words):
    """Also where the draft that is named knows nothing of the keyword."""
    with pytest.raises(UnmetError) as unmet:
        check_shape(schema)
    assert str(unmet.value).startswith("it is no JSON Schema: ")
    assert words in str(unmet.value)
