"""Types in the words of pages and clients."""

import pytest

from mockserver.importing.type_words import URI, parse_type


@pytest.mark.parametrize(
    ("words", "schema"),
    [
        ("string", {"type": "string"}),
        ("float", {"type": "number"}),
        ("String", {"type": "string"}),
        ("string (uri)", URI),
        ("string (base64, no data URL)", {"type": "string", "contentEncoding": "base64"}),
        ("string (uri) | string (base64)", {"type": "string"}),
        ("string | integer", {"type": ["string", "integer"]}),
        (
            "string (uri) | string[]",
            {"anyOf": [URI, {"type": "array", "items": {"type": "string"}}]},
        ),
        ("object[]", {"type": "array", "items": {"type": "object"}}),
        ("string[][]", {"type": "array", "items": {"type": "array", "items": {"type": "string"}}}),
        ("any[]", {"type": "array"}),
        ("Array", {"type": "array"}),
        ("any | any", {}),
        ("string | any", {}),
        ("any (one of: preset {name}, custom {members})", {}),
        ("vec3", None),
        ("vec3[]", None),
        ("string | vec3", None),
        ("", None),
    ],
)
def test_words_name_a_schema(words, schema):
    """A union takes what its members take; one word that is not known makes it unknown."""
    assert parse_type(words) == schema
