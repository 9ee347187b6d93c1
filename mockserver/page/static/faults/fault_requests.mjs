// What arms and disarms faults: requests to the control plane, with the line of a test that does the same.

import { renderPython } from "../base/literals.mjs";
import { encodeName, makeAddress } from "../server/api.mjs";

const COUNTS = ["when", "times", "skip", "every", "probability"];

/** Return what was asked for of a rule that the control plane shows: without counts, id and account. */
export function pickRule(rule) {
  const { route, ...on } = rule.on ?? {};
  if (route !== undefined && route !== "*") on.route = route;
  const picked = { do: rule.do };
  if (Object.keys(on).length) picked.on = on;
  for (const name of COUNTS) if (rule[name] !== undefined && rule[name] !== null) picked[name] = rule[name];
  return picked;
}

/** Return the request that arms a rule, for one account or, without one, for all. */
export function armRule(rule, account = "") {
  const body = account ? { api_key: account, ...rule } : rule;
  return { method: "POST", path: "/_mock/faults", body, pytest: renderTestLine(rule) };
}

/** Return the request that disarms one rule. */
export function disarmRule(id) {
  return { method: "DELETE", path: `/_mock/faults/${encodeName(id)}` };
}

/** Return the request that disarms the rules of one account or, without one, all. */
export function disarmAll(account = "") {
  return { method: "DELETE", path: makeAddress("/_mock/faults", { api_key: account }) };
}

/** Return the line of a test that arms a rule for the test's own account. */
function renderTestLine({ do: deed, on = {}, ...others }) {
  const names = Object.keys(on);
  const where = names.length === 1 && names[0] === "route" ? on.route : on;
  const words = [renderPython(deed ?? null)];
  if (names.length) words.push(`on=${renderPython(where)}`);
  for (const [name, value] of Object.entries(others)) words.push(`${name}=${renderPython(value)}`);
  return `segmock.faults.add(${words.join(", ")})`;
}
