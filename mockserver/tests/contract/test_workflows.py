"""One contract stands for every workflow."""

from decimal import Decimal

import pytest

from mockserver.base.errors import ContractError
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.workflows import load_workflow

CATALOGUE = Catalogue()


@pytest.mark.fact("N7")
def test_a_workflow_is_a_model_of_its_own_name():
    """It has the name, the price and the size of the contract, and leaves the contract alone."""
    workflow = CATALOGUE.workflow.make_named("my-flow")
    assert workflow.slug == "my-flow"
    assert CATALOGUE.workflow.slug == "workflow"
    assert workflow.compute_price({}) == Decimal("0.05")
    assert workflow.compute_size({"resolution": "9000x9000"}) == (1024, 1024)
    assert workflow.find_unknown({"anything": 1}) == []
    assert "workflow" not in CATALOGUE.models


def test_a_broken_contract_is_refused(tmp_path):
    """A file that is no model's contract is told by its name."""
    path = tmp_path / "workflow.json"
    path.write_text("{}")
    with pytest.raises(ContractError, match=r"workflow\.json"):
        load_workflow(path, CATALOGUE.schemas)
