"""Tables of the emulator as the page asks for them."""

from __future__ import annotations

from mockserver.contract.catalogue import load_shipped_catalogue

ASK = """async (m, names) => {
  const lists = [];
  for (const name of names) lists.push(await m[name]().catch(({ message }) => message));
  return lists;
}"""


def test_a_table_is_asked_for_once(run_module, visit):
    """Whoever wants it later gets the same rows."""
    asked = []
    visit.note_requests(lambda request: asked.append(request.url.rpartition("/")[2]))
    plans, again, routes = run_module(
        "server/tables", ASK, ["loadPlans", "loadPlans", "loadRoutes"]
    )
    known = load_shipped_catalogue()
    assert [row["name"] for row in plans] == [row["name"] for row in again] == list(known.plans)
    assert [row["name"] for row in routes] == [row.name for row in known.routes]
    assert (asked.count("plans"), asked.count("routes")) == (1, 1)


def test_a_table_that_was_not_answered_is_asked_for_again(run_module, page, visit):
    """By whoever wants it next."""
    visit.accepted.append("ERR_FAILED")
    page.route("**/_mock/plans", lambda route: route.abort(), times=1)
    (refused, plans) = run_module("server/tables", ASK, ["loadPlans", "loadPlans"])
    assert refused == "The server does not answer"
    assert len(plans) == len(load_shipped_catalogue().plans)
