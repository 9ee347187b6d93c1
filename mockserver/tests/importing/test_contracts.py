"""Whole contracts, written from drafts."""

import pytest

from mockserver.importing.assumptions import Assumption
from mockserver.importing.contracts import make_contract
from mockserver.importing.drafts import Draft


def test_a_contract_is_whole_and_says_where_it_comes_from():
    """What was assumed is in its provenance as inferred."""
    draft = Draft(
        slug="tiny",
        task="text",
        v1_returns="json",
        seconds=1,
        schema={"properties": {"a": {}}},
        samples=[{"a": 1}],
        is_whole=True,
        assumptions=[Assumption("parameter a", "anything")],
    )
    made = make_contract(draft, "page.html", "2026-11-26")
    document = made.document
    assert [str(each) for each in made.assumptions] == [
        "parameter a: anything",
        "price: the source does not say; $0.0031 is assumed, as of most models of the task text",
    ]
    assert document["x-model"]["provenance"] == [
        {"what": "parameters", "evidence": "docs", "source": "page.html", "date": "2026-11-26"},
        *({"what": str(each), "evidence": "inferred"} for each in made.assumptions),
    ]
    assert document["x-model"]["level"] == "verified"
    assert (document["title"], document["type"]) == ("tiny", "object")
    assert document["description"]
    assert document["examples"] == [{"a": 1}, {}]


@pytest.mark.parametrize(
    ("schema", "level"),
    [
        ({"properties": {"a": {}}}, "verified"),
        ({"properties": {"a": True}}, "verified"),
        ({"properties": {"a": {"x-advice": {"type": "string"}}}}, "partial"),
        ({"properties": {"a": {}}, "x-advice": {"required": ["a"]}}, "partial"),
        ({"properties": {}}, "partial"),
        ({}, "partial"),
    ],
)
def test_what_only_advises_or_has_no_parameter_is_partial(schema, level):
    """Whatever the source is."""
    draft = Draft(slug="tiny", schema=schema, is_whole=True)
    assert make_contract(draft, "-", "2026-11-26").document["x-model"]["level"] == level


def test_a_part_that_is_not_seen_whole_makes_the_contract_partial():
    """Title and description are the source's."""
    draft = Draft(slug="tiny", title="Tiny", description="Paints.", schema={})
    document = make_contract(draft, "-", "2026-11-26").document
    assert document["x-model"]["level"] == "partial"
    assert (document["title"], document["description"]) == ("Tiny", "Paints.")
