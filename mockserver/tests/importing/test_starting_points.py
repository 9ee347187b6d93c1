"""Contracts to begin with."""

import pytest

from mockserver.cli.models_new import KINDS as OFFERED
from mockserver.contract.schemas import DIALECT
from mockserver.importing.starting_points import KINDS, make_starting_point


def test_every_kind_is_offered():
    """The command has the same kinds."""
    assert OFFERED == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_starting_point_is_whole_and_commented(kind):
    """Comments teach at the top and at parameters; nothing of the vendor's takes minutes."""
    document = make_starting_point("tiny", kind)
    assert document["$schema"] == DIALECT
    assert "segmock models lint" in document["$comment"]
    assert any("$comment" in schema for schema in document["properties"].values())
    assert document["x-model"]["slug"] == "tiny"
    assert document["x-model"]["typical_s"] < 60
    assert len(document["examples"]) == 2
