// Those exchanges that a list shows, newest first, and those that came while it held still.

import { findPlace } from "../server/exchanges.mjs";

/**
 * Make the source of a list (see windowing.mjs) of exchanges, which are given oldest first.
 *
 * Held at a number it shows none that came later: these wait until it is released.
 */
export function makeMatches() {
  let all = [];
  let limit = Infinity;
  let shown = 0;

  function count() {
    shown = limit === Infinity ? all.length : findPlace(all, limit + 1);
  }

  return {
    get count() {
      return shown;
    },
    get waiting() {
      return all.length - shown;
    },
    get isHeld() {
      return limit !== Infinity;
    },
    at: (index) => all[shown - 1 - index],
    indexOf(seq) {
      const place = findPlace(all, seq);
      return place < shown && all[place].seq === seq ? shown - 1 - place : -1;
    },
    set(exchanges) {
      all = exchanges;
      count();
    },
    add(exchanges) {
      all.push(...exchanges);
      count();
    },
    hold(seq) {
      limit = seq;
      count();
    },
    release() {
      limit = Infinity;
      count();
    },
  };
}
