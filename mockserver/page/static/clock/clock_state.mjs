// What time it is for the page: by the clock of the one account that is chosen, or by the default clock.

import { makeListeners } from "../base/listeners.mjs";
import { followClock } from "../common/clock_text.mjs";
import { makeRefresh } from "../parts/refresh.mjs";
import { get } from "../server/api.mjs";

/**
 * Keep a clock up to date.
 *
 * Its `account` is the account whose clock it is, null for the default clock; `clock` is as the server
 * told it, null while that is not known, and `error` says why; `changed` tells of changes.
 */
export function makeClockState(scope, exchanges) {
  const changed = makeListeners();
  const state = { account: findAccount(scope), clock: null, error: null, changed, start, take, readNow };
  let read = null;
  const refresh = makeRefresh(exchanges, load, ({ account, clock }) => take(account, clock), (error) => {
    state.clock = null;
    state.error = error;
    changed.call();
  });
  scope.changed.add(() => {
    if (findAccount(scope) === state.account) return;
    Object.assign(state, { account: findAccount(scope), clock: null, error: null });
    changed.call();
    refresh.start();
  });

  async function load() {
    const { account } = state;
    return { account, clock: await get("/_mock/clock", { api_key: account }) };
  }

  function start() {
    refresh.start();
  }

  /** Take what the server told of the clock of an account, unless the page is about another by now. */
  function take(account, clock) {
    if (account !== state.account) return;
    read = followClock(clock);
    Object.assign(state, { clock, error: null });
    changed.call();
  }

  /** Return this instant in milliseconds since 1970, or null if it is not known. */
  function readNow() {
    return state.clock && read();
  }

  return state;
}

function findAccount({ chosen }) {
  return chosen.length === 1 ? chosen[0] : null;
}
