// Tables of the emulator that nothing changes while it runs: each is asked for once.

import { get } from "./api.mjs";

const asked = new Map();

/** Return the plans that an account can be on: the rows of contracts/plans.json. */
export const loadPlans = () => load("plans");

/** Return the routes of the gateway, by the names that the journal uses. */
export const loadRoutes = () => load("routes");

function load(name) {
  if (!asked.has(name)) {
    const rows = get(`/_mock/${name}`).then((table) => table[name]);
    asked.set(name, rows);
    // Whoever wants it next asks again.
    rows.catch(() => asked.delete(name));
  }
  return asked.get(name);
}
