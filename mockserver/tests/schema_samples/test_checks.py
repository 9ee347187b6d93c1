"""Parts of a schema are compiled once, and all that a validator does is paid for before."""

import jsonschema_rs
import pytest

from mockserver.base.errors import UnmetError
from mockserver.base.ids import SeededRandom
from mockserver.schema_samples import checks
from mockserver.schema_samples.budgets import Budget, SpentError
from mockserver.schema_samples.checks import Checks
from mockserver.schema_samples.generator import generate_document
from mockserver.tests.hostile_schemas import DAG


@pytest.fixture
def compiled(monkeypatch):
    """Return the schemas that are compiled from now on."""
    schemas = []
    original = jsonschema_rs.validator_for

    def counting(schema, **options):
        schemas.append(schema)
        return original(schema, **options)

    monkeypatch.setattr(checks.jsonschema_rs, "validator_for", counting)
    return schemas


@pytest.mark.parametrize(
    "schema",
    [
        {"enum": [*range(500)], "minimum": 499},
        {"type": "array", "minItems": 300, "items": {"type": "string", "pattern": "^a+b$"}},
        {"type": "array", "minItems": 300, "items": {"type": "integer", "not": {"const": -1}}},
        {"type": "object", "minProperties": 90, "propertyNames": {"pattern": "^[a-z]{9}$"}},
        {"type": "object", "required": list("abcdefgh"), "patternProperties": {"^[a-d]": {}}},
    ],
)
def test_each_part_is_compiled_once(compiled, schema):
    """However many values there are, there are as many validators as different parts."""
    generate_document(schema, SeededRandom(1))
    assert len(compiled) == len({repr(each) for each in compiled})
    assert len(compiled) <= 4


def test_formats_count_only_where_it_is_strict(compiled):
    """The second validator is compiled when somebody asks for it."""
    whole = Checks({"format": "date"}, Budget())
    assert not whole.is_satisfied("tomorrow", is_strict=True)
    assert len(compiled) == 1
    assert whole.is_satisfied("tomorrow", is_strict=False)
    assert len(compiled) == 2


def test_a_part_is_checked_as_far_as_it_can_be_seen():
    """A part may refer to definitions; where it refers elsewhere, nobody knows."""
    whole = Checks({"$defs": {"a": {"type": "integer"}}, "x": {}}, Budget())
    assert whole.is_valid({"$ref": "#/$defs/a"}, 1) is True
    assert whole.is_valid({"$ref": "#/$defs/a"}, "b") is False
    assert whole.is_valid({"$ref": "#/x"}, 1) is None
    assert whole.matches("^b", "bc")
    assert not whole.matches("^b", "cb")
    assert not whole.matches("(", "(")


def test_what_would_take_for_ever_is_not_even_begun():
    """The charge is made before the validator works, for the whole and for a part."""
    whole = Checks(DAG, Budget())
    with pytest.raises(SpentError, match="for validation"):
        whole.is_satisfied(1, is_strict=True)
    with pytest.raises(SpentError, match="for validation"):
        whole.is_valid({"not": {"$ref": "#/$defs/0"}}, 1)


def test_the_reason_is_short_whatever_is_in_the_schema():
    """What a validator says of a schema is told, but not all of what a client has written."""
    with pytest.raises(UnmetError) as unmet:
        Checks({"type": "x" * 10_000}, Budget())
    assert str(unmet.value).startswith("it is no JSON Schema: ")
    assert len(str(unmet.value)) < 200
