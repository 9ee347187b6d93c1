"""Which exchanges are polls of which job."""

from __future__ import annotations

from mockserver.tests.page.job_documents import AT, render_instant
from mockserver.tests.tables import check_each

ID = "c76eb5023ba2204f920cd4a494401842"
DASHED = "C76EB502-3BA2-204F-920C-D4A494401842"
COUNT = """async (m, [some, later, id]) => {
  const { makeListeners } = await import("/_mock/page/base/listeners.mjs");
  const [added, older, forgotten] = [makeListeners(), makeListeners(), makeListeners()];
  const exchanges = { all: some, added, older, forgotten };
  const polls = m.makePolls(exchanges);
  await polls.load();
  exchanges.added.call(later);
  const seen = polls.of(id).map((at) => at - AT);
  exchanges.all = [];
  exchanges.forgotten.call();
  return [seen, polls.of(id)];
}""".replace("AT", str(AT))


def make_exchange(request_id, route, at=0):
    """Make what matters of an exchange."""
    return {"request_id": request_id, "route": route, "at_utc": render_instant(at)}


POLLS = {
    "a status": ([make_exchange(ID, "status", 5)], [], [5]),
    "all that ask after a job": (
        [make_exchange(ID, route) for route in ("status", "result", "poll", "pixelflows-poll")],
        [],
        [0, 0, 0, 0],
    ),
    "the submit is none": ([make_exchange(ID, "submit"), make_exchange(ID, "sync")], [], []),
    "of another job": ([make_exchange("a" * 32, "status")], [], []),
    "of no job": ([{"route": "credits", "at_utc": render_instant(0)}], [], []),
    "an id with dashes": ([make_exchange(DASHED, "status", 1)], [], [1]),
    "an id with a token": ([make_exchange(f"{ID}-0123abcd", "status", 1)], [], [1]),
    "some that come later": (
        [make_exchange(ID, "status", 1)],
        [make_exchange(ID, "result", 2)],
        [1, 2],
    ),
}


def test_polls_are_found_by_the_job_that_they_name(run_module):
    """However its id is spelled; a journal that was emptied has none."""

    def check(name):
        some, later, expected = POLLS[name]
        assert run_module("jobs/job_polls", COUNT, [some, later, ID]) == [expected, []]

    check_each(POLLS, check)


def test_which_routes_ask_after_a_job_is_what_the_server_says(run_module, page):
    """Before that is known there are no polls, and the next view asks again."""
    rows = [{"name": "credits", "polls_job": True}, {"name": "status", "polls_job": False}]
    page.route("**/_mock/routes", lambda route: route.fulfill(json={"routes": rows}))
    some = [make_exchange(ID, "status", 1), make_exchange(ID, "credits", 2)]
    assert run_module("jobs/job_polls", COUNT, [some, [], ID]) == [[2], []]
