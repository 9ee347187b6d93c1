"""What is told of a model's level and provenance."""

from mockserver.contract.model_evidence import make_evidence
from mockserver.tests.models import MODELS


def test_evidence_is_level_and_provenance():
    """As the contract has them."""
    model = MODELS["ideogram-3"]
    told = model.document["x-model"]
    assert make_evidence(model.terms) == {"level": "verified", "provenance": told["provenance"]}
