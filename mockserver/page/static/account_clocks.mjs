// What time it is for each account: each has a clock of its own, or follows the default one.

import { getAll } from "./api.mjs";
import { parseInstant } from "./times.mjs";

/** Make the clocks; `load` reads them all, and returns the accounts as the control plane shows them. */
export function makeClocks() {
  const clocks = new Map();
  let latest = { instant: 0, rate: 0, readAt: 0 };

  async function load() {
    const accounts = await getAll("/_mock/accounts", "accounts");
    const readAt = performance.now();
    clocks.clear();
    for (const { account, clock } of accounts) {
      latest = { instant: parseInstant(clock.now_utc), rate: clock.rate, readAt };
      clocks.set(account, latest);
    }
    return accounts;
  }

  /** Return this instant of an account: it goes on from where it was read. */
  function readNow(account) {
    const { instant, rate, readAt } = clocks.get(account) ?? latest;
    return instant + rate * (performance.now() - readAt);
  }

  return {
    load,
    readNow,
    /** Tell whether an account's time goes on by itself. */
    isRunning: (account) => clocks.get(account)?.rate > 0,
  };
}
