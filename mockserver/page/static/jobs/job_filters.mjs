// Which jobs somebody wants to see. Nothing here touches the document.

import { makeWordMatcher } from "../base/search_words.mjs";
import { STATES } from "../common/job_states.mjs";
import { findState, isStalled } from "./job_life.mjs";

/** The parts of a filter, as they are named in the address. */
export const PARTS = ["text", "state", "model"];
const STALLED = "stalled";
/** The filters that are chosen from a list, as `makeFilterBar` takes them. */
export const LISTS = [
  { name: "state", label: "State", any: "Any state", fixed: [...STATES, "EXPIRED", STALLED] },
  { name: "model", label: "Model", any: "Any model" },
];

/** Read a filter out of the query of an address: every part is a text, empty if it is not there. */
export function readFilter(query) {
  return Object.fromEntries(PARTS.map((name) => [name, (query[name] ?? "").trim()]));
}

/**
 * Make a function that tells whether a filter lets a job through.
 *
 * @param {object} filter What `readFilter` read.
 * @param {(account: string) => number} readNow Returns the present of an account.
 */
export function makeMatcher({ text, state, model }, readNow) {
  const hasWords = makeWordMatcher(text);
  return (job) =>
    (model === "" || job.model === model) &&
    (state === "" || matchesState(job, state, readNow(job.account))) &&
    (!hasWords || hasWords(readText(job)));
}

function matchesState(job, state, now) {
  const here = findState(job, now);
  return state === STALLED ? here !== "EXPIRED" && isStalled(job, now) : here === state;
}

/** Return all words by which a job can be found; made once, as long as it does not change. */
function readText(job) {
  if (job.textOf !== job.document) {
    const { request_id: id, model, account, api_key: key, error, params } = job.document;
    job.text = [id, model, account, key, error, JSON.stringify(params)].filter(Boolean).join("\n").toLowerCase();
    job.textOf = job.document;
  }
  return job.text;
}
