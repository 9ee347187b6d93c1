"""Verdicts: where a page of them begins, and which rules there are."""

import json

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.contract.files import find_data_dir
from mockserver.control.pages import VerdictFilter


@pytest.mark.parametrize("after", ["x", "-1", "1" * 5000, "1.5", "\u0661"])
def test_a_count_of_verdicts_that_is_none_is_refused(filled, after):
    """What no page has named is a mistake."""
    with pytest.raises(EmulatorError):
        filled.verdicts.show(VerdictFilter(after=after))


def test_every_rule_is_told_as_its_table_has_it(filled):
    """Also of a client that broke none."""
    rows = json.loads((find_data_dir("contracts") / "verdicts.json").read_text())["verdicts"]
    assert json.loads(json.dumps(filled.verdicts.list_rules())) == {"rules": rows}
