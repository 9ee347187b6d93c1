// When clients asked after their jobs, as far as this page knows the exchanges.

import { parseInstant } from "../base/times.mjs";
import { loadRoutes } from "../server/tables.mjs";

const MOST_KEPT = 50_000;
const ID_LENGTH = 32;

/**
 * Make the store of polls: `of(id)` returns the instants of a job's polls, in their order.
 *
 * There are none before `load()` has learnt which routes ask after a job.
 */
export function makePolls(exchanges) {
  let byJob = new Map();
  let count = 0;
  let routes = new Set();

  function add(some) {
    for (const { request_id: id, route, at_utc: at } of some) {
      if (!id || !routes.has(route)) continue;
      const key = makeJobKey(id);
      const known = byJob.get(key);
      if (known) known.push(parseInstant(at));
      else byJob.set(key, [parseInstant(at)]);
      count += 1;
    }
    if (count > MOST_KEPT) addAll();
  }

  /** Begin anew with what the store of exchanges has. */
  function addAll() {
    byJob = new Map();
    count = 0;
    add(exchanges.all);
  }

  async function load() {
    if (routes.size > 0) return;
    const rows = await loadRoutes();
    routes = new Set(rows.filter(({ polls_job: asks }) => asks).map(({ name }) => name));
    addAll();
  }

  exchanges.added.add(add);
  exchanges.older.add(addAll);
  exchanges.forgotten.add(addAll);
  return { load, of: (id) => byJob.get(makeJobKey(id)) ?? [] };
}

/** Return one spelling of a job's id: clients may write dashes, and a token may follow it. */
export function makeJobKey(id) {
  const plain = id.replaceAll("-", "").toLowerCase();
  return /^[0-9a-f]{32}/.test(plain) ? plain.slice(0, ID_LENGTH) : plain;
}
