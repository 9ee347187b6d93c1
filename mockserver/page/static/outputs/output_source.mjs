// Outputs of the accounts that the page is about, newest first, a page after another.

import { get } from "../server/api.mjs";

const PAGE = 200;
/** So many outputs are looked at for those that somebody wants, before the page says what it has. */
const MOST_LOOKED_AT = 2000;

/**
 * Make a source of outputs.
 *
 * @param {string[]} accounts Whose, none for everybody's.
 * @param {string} requestId Those of one job alone, empty for all.
 */
export function makeOutputSource(accounts, requestId) {
  const feeds = (accounts.length ? accounts : [null]).map((account) => makeFeed({ api_key: account, request_id: requestId }));

  /** Take the next outputs that match, at most so many: `{outputs, isEnd}`. */
  async function take(count, matches) {
    const outputs = [];
    for (let looked = 0; outputs.length < count && looked < MOST_LOOKED_AT; looked += 1) {
      const output = await takeNewest();
      if (output === undefined) return { outputs, isEnd: true };
      if (matches(output)) outputs.push(output);
    }
    return { outputs, isEnd: feeds.every((feed) => feed.isEmpty()) };
  }

  async function takeNewest() {
    await Promise.all(feeds.map((feed) => feed.fill()));
    const [first] = feeds.filter((feed) => feed.first()).sort(compareFirst);
    return first?.shift();
  }

  return { take };
}

function compareFirst(one, other) {
  return other.first().created_utc.localeCompare(one.first().created_utc);
}

/** Make what has the outputs of one account. */
function makeFeed(query) {
  let waiting = [];
  let place = 0;
  let after;

  async function fill() {
    if (place < waiting.length || after === null) return;
    try {
      const page = await get("/_mock/outputs", { ...query, limit: PAGE, after });
      waiting = page.outputs;
      after = page.next;
    } catch (error) {
      // Neither an account nor an output stays for ever.
      if (!error.isGone) throw error;
      waiting = [];
      after = null;
    }
    place = 0;
  }

  return {
    fill,
    first: () => waiting[place],
    shift: () => waiting[place++],
    isEmpty: () => place >= waiting.length && after === null,
  };
}
