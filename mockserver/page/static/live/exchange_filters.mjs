// Which exchanges somebody wants to see. Nothing here touches the document.

import { makeWordMatcher } from "../base/search_words.mjs";
import { LEVELS } from "../common/verdict_levels.mjs";
import { findText } from "./exchange_text.mjs";

/** The parts of a filter, as they are named in the address. */
export const PARTS = ["text", "method", "route", "model", "status", "fault", "verdict"];

/** Read a filter out of the query of an address: every part is a text, empty if it is not there. */
export function readFilter(query) {
  return Object.fromEntries(PARTS.map((name) => [name, (query[name] ?? "").trim()]));
}

/**
 * Make a function that tells whether a filter lets an exchange through.
 *
 * @param {object} filter What `readFilter` read.
 * @param {(seq: number) => object[]} findVerdicts Finds the verdicts that rest on an exchange.
 */
export function makeMatcher(filter, findVerdicts) {
  const hasWords = makeWordMatcher(filter.text);
  const checks = [
    filter.method && ((exchange) => exchange.method === filter.method),
    filter.route && ((exchange) => exchange.route === filter.route),
    filter.model && ((exchange) => exchange.model === filter.model),
    filter.status && ((exchange) => matchesStatus(exchange, filter.status.toLowerCase())),
    filter.fault && ((exchange) => matchesFault(exchange, filter.fault)),
    filter.verdict && ((exchange) => findVerdicts(exchange.seq).some((verdict) => matchesVerdict(verdict, filter.verdict))),
    // The texts are read last: they take longest.
    hasWords && ((exchange) => hasWords(findText(exchange))),
  ].filter(Boolean);
  return (exchange) => checks.every((check) => check(exchange));
}

/** Make what has seen no exchange yet: the values by which some can be chosen. */
export function makeSeen() {
  return { method: new Set(), route: new Set(), model: new Set(), status: new Set(), fault: new Set() };
}

/** Note what these exchanges have; tell whether any of it is new. */
export function addSeen(seen, exchanges) {
  const before = countSeen(seen);
  for (const { method, route, model, status, fault_id: fault } of exchanges) {
    const values = { method, route, model, status: status && String(status), fault };
    for (const [name, value] of Object.entries(values)) {
      if (value) seen[name].add(value);
    }
  }
  return countSeen(seen) > before;
}

function countSeen(seen) {
  return Object.values(seen).reduce((sum, { size }) => sum + size, 0);
}

function matchesStatus({ status, delivery }, wanted) {
  if (/^\dxx$/.test(wanted)) return String(status ?? "")[0] === wanted[0];
  return delivery === wanted || String(status ?? "") === wanted;
}

function matchesFault({ fault_id: fault }, wanted) {
  return wanted === "any" ? Boolean(fault) : fault === wanted;
}

function matchesVerdict({ id, level }, wanted) {
  if (wanted === "any") return true;
  return LEVELS.includes(wanted) ? level === wanted : id === wanted;
}
