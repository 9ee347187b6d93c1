// What the journal has from before the page was there.

import { get } from "./api.mjs";

const PAGE = 1000;

/**
 * Read the exchanges between two numbers, from the newest to the oldest, a page at a time.
 *
 * @param {number} after The number after which they begin.
 * @param {number} before The number before which they end.
 * @param {(exchanges: object[]) => boolean} put Takes a page, oldest first; tells whether to go on.
 */
export async function readBackwards(after, before, put) {
  for (let end = before; end > after + 1; end -= PAGE) {
    const some = await readBetween(Math.max(after, end - 1 - PAGE), end);
    if (!put(some)) return;
  }
}

/** Read all between two numbers: the server's pages are shorter where exchanges are long. */
async function readBetween(after, before) {
  const found = [];
  let next = after;
  while (next !== null && next < before - 1) {
    const page = await get("/_mock/requests", { after: next, limit: PAGE });
    found.push(...page.requests.filter(({ seq }) => seq < before));
    ({ next } = page);
  }
  return found;
}
