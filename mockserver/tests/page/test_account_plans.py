"""The list of plans."""

from __future__ import annotations

import pytest

from mockserver.tests.page.hostile_texts import HOSTILE, find_shown

MAKE = """async (m, [none, plan]) => {
  const select = m.makePlanList("plans", none);
  if (plan !== null) m.choosePlan(select, plan);
  const { loadPlans } = await import("/_mock/page/server/tables.mjs");
  await loadPlans();
  await null;
  const { value, options } = select;
  return [value, [...options].map((each) => each.value), select.selectedOptions[0].textContent];
}"""


@pytest.mark.parametrize(
    ("none", "plan", "chosen", "first"),
    [
        (None, None, "free", "free"),
        ("as the server has it", None, "", ""),
        (None, "pro", "pro", "free"),
        ("as the server has it", "pro", "pro", ""),
    ],
)
def test_what_is_chosen_stays_so_when_the_plans_come(run_module, none, plan, chosen, first):
    """Each is in the list once."""
    value, values, _ = run_module("accounts/account_plans", MAKE, [none, plan])
    assert (value, values[0]) == (chosen, first)
    assert len(values) == len(set(values)) > 1


def test_a_plan_that_is_not_listed_is_shown(run_module):
    """As text, whatever it is."""
    for text in HOSTILE.values():
        value, values, shown = run_module("accounts/account_plans", MAKE, [None, text])
        assert value == values[-1] == text
        assert shown.startswith(find_shown(text))
