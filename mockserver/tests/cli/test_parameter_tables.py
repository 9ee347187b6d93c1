"""Parameters as a table for people."""

import re

import pytest

from mockserver.cli.parameter_tables import render_parameters
from mockserver.tests.models import MODELS


def show(schema, **more):
    """Return the cells of the one parameter of this schema, by the heads of its columns."""
    head, row = render_parameters({"properties": {"it": schema}, **more})
    starts = [found.start() for found in re.finditer(r"(?:^|(?<=  ))\S", head)]
    ends = [*starts[1:], None]
    return {head[a:b].strip(): row[a:b].strip() for a, b in zip(starts, ends, strict=True)}


@pytest.mark.parametrize(
    ("schema", "cells"),
    [
        ({}, {}),
        ({"type": "integer", "default": 4}, {"type": "integer", "default": "4"}),
        (
            {"type": ["string", "null"], "default": None},
            {"type": "string or null", "default": "null"},
        ),
        ({"type": "string", "format": "uri"}, {"type": "address"}),
        ({"contentEncoding": "base64", "type": "string"}, {"type": "base64"}),
        ({"type": "array", "items": {"type": "number"}}, {"type": "array of number"}),
        (
            {"type": "array", "items": True, "minItems": 2},
            {"type": "array", "range": "at least 2 items"},
        ),
        (
            {"anyOf": [{"type": "integer"}, {"const": 1}, {"type": "string"}]},
            {"type": "integer or string"},
        ),
        ({"const": "on"}, {"values": "on"}),
        ({"minimum": 100, "maximum": 999999}, {"range": "100 to 999999"}),
        ({"maximum": 0.5}, {"range": "at most 0.5"}),
        ({"exclusiveMinimum": 0, "exclusiveMaximum": 2}, {"range": "more than 0, less than 2"}),
        ({"minLength": 1}, {"range": "at least 1 character"}),
        ({"minimum": 1, "x-evidence": "docs"}, {"range": "at least 1", "known from": "docs"}),
        ({"enum": ["a", "", 1, None]}, {"values": 'a, "", 1, null'}),
        ({"enum": list("abcdefgh")}, {"values": "a, b, c, d, e, f, … 2 more"}),
        ({"x-advice": {"enum": list("abcdefgh")}}, {"values": "a, b, c, d, e, f, … 2 more?"}),
        (
            {"x-advice": {"type": "boolean", "maximum": 3}},
            {"type": "boolean?", "range": "at most 3?"},
        ),
        (
            {"type": "boolean", "x-advice": {"default": True}},
            {"type": "boolean", "default": "true?"},
        ),
    ],
)
def test_a_row_says_what_a_schema_says(schema, cells):
    """What its advice says has a question mark; columns that say nothing are left out."""
    assert show(schema) == {"name": "it", **cells}


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({"required": ["it"]}, {"required": "yes"}),
        ({"x-advice": {"required": ["it"]}}, {"required": "yes?"}),
        ({"required": ["other"]}, {}),
    ],
)
def test_a_row_says_whether_a_parameter_is_required(more, shown):
    """As the schema at the top, or its advice, has it."""
    assert show({}, **more) == {"name": "it", **shown}


def test_every_model_has_a_table_that_shows_each_parameter():
    """A line for each, below the heads of the columns."""
    known = {slug: model for slug, model in MODELS.items() if model.properties}
    assert len(known) > 200
    for slug, model in known.items():
        head, *rows = render_parameters(model.schema)
        assert [row.split()[0] for row in rows] == list(model.properties), slug
        assert head.startswith("name")
