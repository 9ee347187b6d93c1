// What time it is for each account: each has a clock of its own, or follows the default one.

import { parseInstant } from "../base/times.mjs";
import { followClock } from "../common/clock_text.mjs";
import { getAll } from "../server/api.mjs";

/** Make the clocks; `load` reads them all, and returns the accounts as the control plane shows them. */
export function makeClocks() {
  const clocks = new Map();
  let latest = { rate: 0, readNow: () => 0 };

  async function load() {
    const begun = performance.now();
    const accounts = await getAll("/_mock/accounts", "accounts");
    const took = performance.now() - begun;
    clocks.clear();
    let one = null;
    for (const { account, clock } of accounts) {
      if (one === null || !isSame(one, clock, took)) {
        one = { rate: clock.rate, told: parseInstant(clock.now_utc), readNow: followClock(clock) };
      }
      clocks.set(account, one);
    }
    latest = one ?? latest;
    return accounts;
  }

  /** Return this instant of an account, or that at a reading of `performance.now()`. */
  function readNow(account, at = undefined) {
    return (clocks.get(account) ?? latest).readNow(at);
  }

  return {
    load,
    readNow,
    /** Tell whether an account's time goes on by itself. */
    isRunning: (account) => clocks.get(account)?.rate > 0,
  };
}

/** Tell whether a clock is one with another: the server reads clocks one after the other, while they go on. */
function isSame({ rate, told }, clock, took) {
  return rate === clock.rate && Math.abs(parseInstant(clock.now_utc) - told) <= rate * took;
}
