// The plans that an account can be on: as a list to choose from, and in words.

import { h, replace } from "../base/dom.mjs";
import { tellError } from "../parts/notes.mjs";
import { loadPlans } from "../server/tables.mjs";

const MINUTE_S = 60;

/**
 * Make the list of plans.
 *
 * @param {string} id The id of the list.
 * @param {string|null} none What is said where no plan is chosen, null where one has to be.
 */
export function makePlanList(id, none = null) {
  const first = none !== null && h("option", { value: "" }, none);
  const select = h("select", { id }, first);
  loadPlans().then((plans) => {
    const { value } = select;
    replace(select, first, plans.map(makeOption));
    // The plan of an account may have been shown before the others were known.
    if (value) choosePlan(select, value);
  }, tellError);
  return select;
}

/** Have a plan chosen, even one that is not in the list. */
export function choosePlan(select, plan) {
  const isListed = [...select.options].some(({ value }) => value === plan);
  if (!isListed) select.append(h("option", { value: plan }, plan));
  select.value = plan;
}

/** Return what a limit says: `5 requests in 60 s`, or `no limit`. */
export function renderLimit(requests, window_s) {
  return requests === null ? "no limit" : `${requests} requests in ${window_s} s`;
}

function makeOption({ name, requests_per_minute: requests }) {
  return h("option", { value: name }, `${name}: ${renderLimit(requests, MINUTE_S)}`);
}
