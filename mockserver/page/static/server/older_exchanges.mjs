// The exchanges that the journal had before the first ones that the stream tells of.

import { holdToRefusal } from "./api.mjs";
import { readBackwards } from "./journal_pages.mjs";

/**
 * Make what brings them, from the newest to the oldest.
 *
 * @param {() => number} findFirst Finds the number before which all are missing.
 * @param {(exchanges: object[]) => boolean} put Takes some, oldest first; tells whether there is room for more.
 * @param {() => void} end Called once no more are to be awaited.
 */
export function makeOlderExchanges(findFirst, put, end) {
  let missing = null;
  let isReading = false;
  let losses = 0;

  /** Expect those between two numbers; with null, none. */
  function expect(range) {
    missing = range;
  }

  /** Note that exchanges were forgotten: what was asked for before may still have them, and is asked for again. */
  function noteLoss() {
    losses += 1;
  }

  async function bring() {
    if (isReading || missing === null) return;
    isReading = true;
    try {
      while (missing !== null) await read(missing);
      end();
    } catch (error) {
      holdToRefusal(error);
      // Where nobody answered it is tried again once the stream is open.
      if (error.status !== 0) end();
    } finally {
      isReading = false;
    }
  }

  async function read({ after, before }) {
    const asked = losses;
    await readBackwards(after, Math.min(before, findFirst()), (some) => asked === losses && put(some));
    if (asked === losses) missing = null;
  }

  return { expect, noteLoss, bring };
}
