"""Lists that are asked again: when, and what becomes of answers that do not come."""

from __future__ import annotations

SETTING = """
  const heard = [];
  const silent = { add: () => () => {} };
  const connection = { add: (hear) => (heard.push(hear), () => {}) };
  const exchanges = { added: silent, forgotten: silent, connection };
  const settle = () => new Promise((resolve) => setTimeout(resolve));
"""


def test_a_server_that_is_there_again_is_asked_at_once(run_module):
    """Whether or not what was asked before is ever answered; a late answer is not shown."""
    script = f"""async (m) => {{{SETTING}
      const answers = [];
      const shown = [];
      const load = () => new Promise((resolve) => answers.push(resolve));
      const refresh = m.makeRefresh(exchanges, load, (value) => shown.push(value));
      refresh.start();
      const states = ["open", "lost", "connecting", "lost", "connecting", "open"];
      states.forEach((state) => heard[0](state));
      answers[1]("new");
      await settle();
      answers[0]("old");
      await settle();
      refresh.stop();
      return [answers.length, shown];
    }}"""
    assert run_module("parts/refresh", script) == [2, ["new"]]


def test_what_took_long_is_asked_again_within_seconds(run_module):
    """Less often than what is quick, but never only after minutes."""
    script = f"""async (m, took) => {{{SETTING}
      const [own, readNow] = [window.setTimeout, performance.now];
      const delays = [];
      let now = 0;
      performance.now = () => now;
      window.setTimeout = (_work, delay) => delays.push(delay);
      const refresh = m.makeRefresh(exchanges, async () => (now += took), () => {{}});
      await refresh.start();
      refresh.stop();
      [window.setTimeout, performance.now] = [own, readNow];
      return delays.at(-1);
    }}"""
    delays = [run_module("parts/refresh", script, took) for took in (0, 1_000, 60_000)]
    assert delays == [3_000, 5_000, 10_000]


def test_who_comes_back_to_a_list_does_not_wait_for_what_was_asked_before(run_module):
    """It may never be answered."""
    script = f"""async (m) => {{{SETTING}
      const answers = [];
      const shown = [];
      const load = () => new Promise((resolve) => answers.push(resolve));
      const refresh = m.makeRefresh(exchanges, load, (value) => shown.push(value));
      refresh.start();
      refresh.stop();
      refresh.start();
      answers.at(-1)("new");
      await settle();
      refresh.stop();
      return [answers.length, shown];
    }}"""
    assert run_module("parts/refresh", script) == [2, ["new"]]
