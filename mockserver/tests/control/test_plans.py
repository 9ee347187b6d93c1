"""The plans that an account can be on, as the control plane lists them."""

import json

from mockserver.base.json_encoding import encode
from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.contract.files import find_data_dir
from mockserver.control.plans import list_plans


def test_every_plan_is_told_as_its_table_has_it():
    """Name, limit, source, facts and description."""
    rows = json.loads((find_data_dir("contracts") / "plans.json").read_text())["plans"]
    assert json.loads(encode(list_plans(load_shipped_catalogue()))) == {"plans": rows}
