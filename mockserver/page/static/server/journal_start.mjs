// Where the journal begins by now: others may have emptied it, and the page still shows what was in it.

import { makeListeners } from "../base/listeners.mjs";
import { get, holdToRefusal } from "./api.mjs";
import { findPlace } from "./exchanges.mjs";

const EVERY_MS = 3000;

/**
 * Make what knows where the journal begins, from `start` until `stop`.
 *
 * `countGone` tells how many exchanges of the page stand before that; `changed` tells of changes.
 */
export function makeJournalStart(exchanges) {
  const changed = makeListeners();
  let first = 0;
  let timer = null;
  exchanges.forgotten.add(() => {
    first = 0;
  });

  async function look() {
    try {
      const { requests: [oldest], newest } = await get("/_mock/requests", { limit: 1 });
      const next = oldest?.seq ?? newest + 1;
      if (next === first || timer === null) return;
      first = next;
      changed.call();
    } catch (error) {
      // That the server does not answer is said elsewhere.
      holdToRefusal(error);
    }
  }

  /** Tell how many of the exchanges of the accounts chosen the journal has no longer. */
  function countGone(scope) {
    const place = findPlace(exchanges.all, first);
    return place === 0 ? 0 : exchanges.all.slice(0, place).filter(({ account }) => scope.has(account)).length;
  }

  return {
    changed,
    countGone,
    start() {
      timer ??= setInterval(look, EVERY_MS);
    },
    stop() {
      clearInterval(timer);
      timer = null;
    },
  };
}
