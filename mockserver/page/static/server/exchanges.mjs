// The exchanges that this page knows, oldest first, and who is told of new ones.

import { makeListeners } from "../base/listeners.mjs";
import { makeKeptExchanges } from "./kept_exchanges.mjs";
import { makeOlderExchanges } from "./older_exchanges.mjs";
import { followJournal } from "./stream.mjs";

/** So many are kept; the oldest leave first. */
export const MOST_KEPT = 10_000;
/** And so many characters of JSON: bodies may be long. */
const MOST_CHARACTERS = 64 * 1024 * 1024;
/** So many of those that are there before are shown at once; the older ones follow. */
const MOST_AT_ONCE = 300;
/** So long after the connection stands its first exchanges may still be on their way. */
const FIRST_MS = 500;
/** New ones are told of together, once in so long: whoever looks sees no more. */
const EVERY_MS = 50;

/**
 * Make the store of exchanges.
 *
 * Its `all` has them, oldest first; `added` tells of new ones, some times a second, `older` of such as
 * were there before and now stand at the beginning, and `forgotten` of a
 * journal that was emptied; `connection` of its `state`, as stream.mjs tells it, and of the `refusal` for which
 * it was lost, if any; `settled`, once, that those
 * have come which the journal had at first, from when on `isSettled` holds. It keeps so many exchanges,
 * and so many characters of them, at the most; `dropped` says how many left for that.
 */
export function makeExchanges({ most = MOST_KEPT, mostCharacters = MOST_CHARACTERS } = {}) {
  const [added, older, forgotten, connection, settled] = Array.from({ length: 5 }, makeListeners);
  const kept = makeKeptExchanges(most, mostCharacters);
  const before = makeOlderExchanges(() => kept.all[0]?.seq ?? Infinity, putBefore, settle);
  let waiting = [];
  let toldAt = 0;
  let awaited = Infinity;
  const store = {
    get all() {
      return kept.all;
    },
    get dropped() {
      return kept.dropped;
    },
    state: "connecting",
    refusal: null,
    isSettled: false,
    ...{ added, older, forgotten, connection, settled, start, find, drop },
  };

  function receive(exchange, size) {
    // Numbers go on rising over resets: a smaller one comes of another server at this address.
    if (exchange.seq <= (waiting.at(-1)?.exchange ?? kept.all.at(-1))?.seq) forgetAll();
    waiting.push({ exchange, size });
    if (waiting.length === 1) setTimeout(flush, Math.max(0, toldAt + EVERY_MS - performance.now()));
  }

  function flush() {
    const some = waiting;
    waiting = [];
    toldAt = performance.now();
    kept.append(some);
    added.call(some.map(({ exchange }) => exchange));
    if (some.at(-1)?.exchange.seq >= awaited) before.bring();
  }

  function putBefore(some) {
    const isRoom = kept.putBefore(some);
    older.call();
    return isRoom;
  }

  function forgetAll() {
    before.noteLoss();
    waiting = [];
    kept.empty();
    forgotten.call();
  }

  async function start() {
    await followJournal(MOST_AT_ONCE, {
      receive,
      forget() {
        before.expect(null);
        forgetAll();
      },
      begin(newest, since) {
        awaited = newest;
        before.expect({ after: Math.max(0, newest - most), before: since + 1 });
        if (newest === 0) settle();
      },
      tell(state, refusal = null) {
        Object.assign(store, { state, refusal });
        connection.call(state);
        // The newest may have been forgotten meanwhile.
        if (state === "open") setTimeout(before.bring, FIRST_MS);
      },
    });
  }

  function settle() {
    if (store.isSettled) return;
    store.isSettled = true;
    settled.call();
  }

  function find(seq) {
    const exchange = kept.all[findPlace(kept.all, seq)];
    return exchange?.seq === seq ? exchange : undefined;
  }

  /** Drop those of an account, or all, since the server has forgotten them. */
  function drop(account = null) {
    if (account === null) return forgetAll();
    before.noteLoss();
    waiting = waiting.filter(({ exchange }) => exchange.account !== account);
    kept.keepOnly((exchange) => exchange.account !== account);
    forgotten.call();
  }

  return store;
}

/** Return where, oldest first, the first exchange is that has this number or a greater one. */
export function findPlace(exchanges, seq) {
  let [low, high] = [0, exchanges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (exchanges[middle].seq < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
