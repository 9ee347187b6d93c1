"""The exchanges that the page keeps: the newest, within bounds."""

from __future__ import annotations

KEEP = """async (exchanges, mostCharacters) => {
  const store = exchanges.makeExchanges({ mostCharacters });
  store.start();
  await new Promise((resolve) => store.settled.add(resolve));
  return [store.all.length, store.all.at(-1).seq, store.dropped];
}"""


def test_of_long_exchanges_fewer_are_kept(server, run_module):
    """A page that is open for days does not grow with the bodies that it is told of."""
    for _ in range(20):
        server.submit(body={"prompt": "x" * 10_000})
    kept, newest, dropped = run_module("server/exchanges", KEEP, 60_000)
    assert 1 <= kept <= 6
    assert (newest, dropped) == (20, 20 - kept)
