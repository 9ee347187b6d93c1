"""What is told of a model's level and provenance."""

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.contract.model_evidence import (
    EVIDENCE,
    LEVELS,
    describe_level,
    find_gaps,
    make_evidence,
)
from mockserver.contract.models import Model
from mockserver.tests.models import MODELS


def test_evidence_is_level_and_provenance():
    """As the contract has them."""
    model = MODELS["ideogram-3"]
    told = model.document["x-model"]
    assert make_evidence(model.terms) == {"level": "verified", "provenance": told["provenance"]}


def test_every_level_and_class_of_evidence_has_words():
    """Those of the schema of contracts, and no others."""
    schema = load_shipped_catalogue().schemas["urn:segmock:schema:model"]
    terms = schema["$defs"]["x-model"]["properties"]
    assert list(LEVELS) == terms["level"]["enum"]
    assert EVIDENCE.keys() == set(schema["$defs"]["evidence"]["enum"])


def test_a_level_is_told_in_words():
    """That of a model too which no list has."""
    assert describe_level("verified") == f"verified: {LEVELS['verified']}"
    assert describe_level("unknown") == "unknown: no list has it, and any JSON object runs"


def test_gaps_are_what_is_advised_and_what_is_bare(tmp_path):
    """A phrase for each kind of gap, with the parameters that it is about."""
    document = {
        **MODELS["mock-inference"].document,
        "x-advice": {"required": ["a"]},
        "properties": {
            "a": {"type": "string"},
            "b": {"x-evidence": "samples"},
            "c": {"x-advice": {"enum": [1], "type": "integer"}},
            "d": {"x-advice": {"type": "integer", "minimum": 1, "maximum": 2}},
            "e": {"type": "integer", "x-advice": {"default": 2}},
        },
    }
    model = Model(tmp_path, document, load_shipped_catalogue().schemas)
    assert list(find_gaps(model)) == [
        "what it takes beside 5 parameters",
        "whether it can do without a",
        "type and values of b",
        "the other values of c",
        "whether another type is refused for c, d",
        "whether bounds and form hold for d",
        "whether the default holds for e",
    ]


def test_what_a_listed_model_takes_is_not_known():
    """And of a verified one nothing is left open."""
    assert list(find_gaps(MODELS["ace-step-music"])) == ["what it takes"]
    assert list(find_gaps(MODELS["ideogram-3"])) == []
