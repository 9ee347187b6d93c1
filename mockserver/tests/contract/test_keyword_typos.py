"""Misspelt keywords are found wherever a schema stands, and nowhere else."""

import pytest
from jsonschema import Draft202012Validator

from mockserver.contract.keyword_typos import find_keyword_typos, list_keywords

TYPO = {"minLenght": 1}


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        (TYPO, "$"),
        ({"properties": {"a": TYPO}}, "$.properties.a"),
        ({"$defs": {"a": {"items": TYPO}}}, "$.$defs.a.items"),
        ({"anyOf": [{}, {"not": TYPO}]}, "$.anyOf[1].not"),
        ({"properties": {"a": {"x-advice": TYPO}}}, "$.properties.a.x-advice"),
    ],
)
def test_a_keyword_that_is_like_one_is_told(schema, place):
    """With its place, and what was meant."""
    reason = "'minLenght' is no keyword and checks nothing: did you mean `minLength`?"
    assert list(find_keyword_typos(schema)) == [(f"{place}.minLenght", reason)]


@pytest.mark.parametrize(
    "schema",
    [
        {"x-model": TYPO, "x-items": 1, "x-advise": TYPO},
        {"nullable": True, "example": 1, "discriminator": {}},
        {"default": TYPO, "const": TYPO, "enum": [TYPO], "examples": [TYPO]},
        {"properties": {"minLenght": {"type": "integer"}}},
        {"properties": [TYPO], "anyOf": TYPO, "items": [TYPO]},
        True,
        dict.fromkeys(list_keywords()),
    ],
)
def test_own_keywords_values_and_names_of_parameters_are_left_alone(schema):
    """What is like no keyword may be anybody's; what is no schema has no keywords."""
    assert list(find_keyword_typos(schema)) == []


def test_every_keyword_that_a_validator_heeds_is_known():
    """And those that only tell something."""
    assert set(Draft202012Validator.VALIDATORS) | {"title", "default", "format"} <= list_keywords()
