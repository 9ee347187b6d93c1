// What time it is for each account: each has a clock of its own, or follows the default one.

import { getAll } from "./api.mjs";
import { followClock } from "./clock_text.mjs";

/** Make the clocks; `load` reads them all, and returns the accounts as the control plane shows them. */
export function makeClocks() {
  const clocks = new Map();
  let latest = { rate: 0, readNow: () => 0 };

  async function load() {
    const accounts = await getAll("/_mock/accounts", "accounts");
    clocks.clear();
    for (const { account, clock } of accounts) {
      latest = { rate: clock.rate, readNow: followClock(clock) };
      clocks.set(account, latest);
    }
    return accounts;
  }

  /** Return this instant of an account: it goes on from where it was read. */
  function readNow(account) {
    return (clocks.get(account) ?? latest).readNow();
  }

  return {
    load,
    readNow,
    /** Tell whether an account's time goes on by itself. */
    isRunning: (account) => clocks.get(account)?.rate > 0,
  };
}
