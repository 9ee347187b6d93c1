// The exchanges that this page knows, oldest first, and who is told of new ones.

import { makeListeners } from "../base/listeners.mjs";
import { holdToRefusal } from "./api.mjs";
import { readBackwards } from "./journal_pages.mjs";
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
/** A list may grow by so many more before it is cut: each cut copies it. */
const SLACK = 1000;

/**
 * Make the store of exchanges.
 *
 * Its `all` has them, oldest first; `added` tells of new ones, some times a second, `older` of such as
 * were there before and now stand at the beginning, and `forgotten` of a
 * journal that was emptied; `connection` of its `state`, as stream.mjs tells it; `settled`, once, that those
 * have come which the journal had at first, from when on `isSettled` holds. It keeps so many exchanges,
 * and so many characters of them, at the most; `dropped` says how many left for that.
 */
export function makeExchanges({ most = MOST_KEPT, mostCharacters = MOST_CHARACTERS } = {}) {
  const added = makeListeners();
  const older = makeListeners();
  const forgotten = makeListeners();
  const connection = makeListeners();
  const settled = makeListeners();
  let waiting = [];
  let toldAt = 0;
  let awaited = Infinity;
  let range = null;
  let isReading = false;
  let losses = 0;
  let characters = 0;
  const sizes = new WeakMap();
  const store = { all: [], dropped: 0, state: "connecting", added, older, forgotten, connection, isSettled: false, settled, start, find, drop };

  function receive(exchange, size) {
    // Numbers go on rising over resets: a smaller one comes of another server at this address.
    if (exchange.seq <= (waiting.at(-1) ?? store.all.at(-1))?.seq) forgetAll();
    sizes.set(exchange, size);
    characters += size;
    waiting.push(exchange);
    if (waiting.length === 1) setTimeout(flush, Math.max(0, toldAt + EVERY_MS - performance.now()));
  }

  function flush() {
    const some = waiting;
    waiting = [];
    toldAt = performance.now();
    store.all.push(...some);
    dropOldest();
    added.call(some);
    if (some.at(-1)?.seq >= awaited) bringOlder();
  }

  function dropOldest() {
    const many = store.all.length > most + SLACK ? store.all.length - most : 0;
    let count = 0;
    while (count < many || (characters > mostCharacters && count < store.all.length - 1)) {
      characters -= sizes.get(store.all[count]);
      count += 1;
    }
    if (count === 0) return;
    store.dropped += count;
    store.all.splice(0, count);
  }

  /** Bring what the journal had before the first ones that the stream told of. */
  async function bringOlder() {
    if (isReading || range === null) return;
    isReading = true;
    try {
      let asked;
      do {
        asked = losses;
        const before = Math.min(range.before, store.all[0]?.seq ?? Infinity);
        // What was asked for before something was forgotten may still have that.
        await readBackwards(range.after, before, (some) => asked === losses && putBefore(some));
      } while (asked !== losses && range !== null);
      range = null;
      settle();
    } catch (error) {
      holdToRefusal(error);
      // Where nobody answered it is tried again once the stream is open.
      if (error.status !== 0) settle();
    } finally {
      isReading = false;
    }
  }

  /** Put exchanges before all others, as far as there is room; tell whether there was. */
  function putBefore(some) {
    let first = some.length;
    for (; first > 0 && store.all.length + some.length - first < most; first -= 1) {
      const exchange = some[first - 1];
      const size = JSON.stringify(exchange).length;
      if (characters + size > mostCharacters) break;
      sizes.set(exchange, size);
      characters += size;
    }
    store.all = [...some.slice(first), ...store.all];
    older.call();
    return first === 0;
  }

  function forgetAll() {
    losses += 1;
    waiting = [];
    characters = 0;
    store.all = [];
    store.dropped = 0;
    forgotten.call();
  }

  async function start() {
    await followJournal(MOST_AT_ONCE, {
      receive,
      forget() {
        range = null;
        forgetAll();
      },
      begin(newest, since) {
        awaited = newest;
        range = { after: Math.max(0, newest - most), before: since + 1 };
        if (newest === 0) settle();
      },
      tell(state) {
        store.state = state;
        connection.call(state);
        // The newest may have been forgotten meanwhile.
        if (state === "open") setTimeout(bringOlder, FIRST_MS);
      },
    });
  }

  function settle() {
    if (store.isSettled) return;
    store.isSettled = true;
    settled.call();
  }

  function find(seq) {
    const exchange = store.all[findPlace(store.all, seq)];
    return exchange?.seq === seq ? exchange : undefined;
  }

  /** Drop those of an account, or all, since the server has forgotten them. */
  function drop(account = null) {
    if (account === null) return forgetAll();
    losses += 1;
    const isKept = (exchange) => exchange.account !== account;
    waiting = waiting.filter(isKept);
    store.all = store.all.filter(isKept);
    characters = [...store.all, ...waiting].reduce((sum, exchange) => sum + sizes.get(exchange), 0);
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
