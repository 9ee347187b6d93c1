// Tables of the emulator that nothing changes while it runs: each is asked for once.

import { getAll } from "./api.mjs";

const asked = new Map();

/** Return the plans that an account can be on: the rows of contracts/plans.json. */
export const loadPlans = () => load("plans");

/** Return the routes of the gateway, by the names that the journal uses. */
export const loadRoutes = () => load("routes");

/** Return the facts of the gateway. */
export const loadBehaviours = () => load("behaviours");

/** Return the rules that clients can break, in their order. */
export const loadRules = () => load("rules", "/_mock/verdicts/rules");

function load(name, path = `/_mock/${name}`) {
  if (!asked.has(name)) {
    const rows = getAll(path, name);
    asked.set(name, rows);
    // Whoever wants it next asks again.
    rows.catch(() => asked.delete(name));
  }
  return asked.get(name);
}
