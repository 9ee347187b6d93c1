// What the programs that send an exchange again are made of.

import { loadWhole } from "../common/exchange_source.mjs";
import { encodeName, get } from "../server/api.mjs";
import { loadRoutes } from "../server/tables.mjs";

/**
 * Load what is known of an exchange: itself with every number as it was spelled, the rule that struck
 * it, the exchange that submitted its job, and its route. What is not known any longer is null.
 */
export async function loadSources(exchange) {
  const { seq, fault_id: fault, request_id: job } = exchange;
  const [whole, rule, submit, routes] = await Promise.all([
    attempt(loadWhole(seq)),
    fault ? attempt(get(`/_mock/faults/${encodeName(fault)}`)) : null,
    job && exchange.route !== "submit" ? attempt(findSubmit(job, seq)) : null,
    attempt(loadRoutes()),
  ]);
  const route = routes?.find(({ name }) => name === exchange.route) ?? null;
  return { exchange: whole ?? exchange, rule, submit, route };
}

async function findSubmit(job, seq) {
  const { requests } = await get("/_mock/requests", { request_id: job, route: "submit", limit: 1 });
  return requests.length && requests[0].seq < seq ? (await loadWhole(requests[0].seq)) ?? null : null;
}

async function attempt(promise) {
  try {
    return (await promise) ?? null;
  } catch {
    // A program says what it does without.
    return null;
  }
}
