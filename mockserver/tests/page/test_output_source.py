"""Outputs of several accounts as one list."""

from __future__ import annotations

from mockserver.tests.page.makers import list_outputs, pass_time

TAKE = """async ([accounts, count]) => {
  const { makeOutputSource } = await import("/_mock/page/outputs/output_source.mjs");
  const source = makeOutputSource(accounts, "");
  const taken = [];
  for (;;) {
    const { outputs, isEnd } = await source.take(count, () => true);
    taken.push(...outputs.map(({ name }) => name));
    if (isEnd) return taken;
  }
}"""


def test_accounts_are_merged_newest_first(visit, server):
    """Whose clocks differ as well; an account that is not there has none."""
    visit.accepted.append("status of 404")
    for number in range(6):
        server.submit(body={"prompt": f"Boat {number}"}, key=f"SG_{number % 2}")
        pass_time(server, 7)
    pass_time(server)
    rows = list_outputs(server)
    accounts = sorted({row["account"] for row in rows})
    page = visit.open_view("outputs")
    for given in ([], accounts, [*accounts, "account-000000000000"]):
        taken = page.evaluate(TAKE, [given, 4])
        assert taken == [row["name"] for row in rows]
    assert page.evaluate(TAKE, [accounts[:1], 1]) == [
        row["name"] for row in rows if row["account"] == accounts[0]
    ]
