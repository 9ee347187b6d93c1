// What is said about exchanges elsewhere: the verdicts that rest on them, and the rules that struck.

import { makeListeners } from "../base/listeners.mjs";
import { describeRule } from "../common/fault_words.mjs";
import { makeRefresh } from "../parts/refresh.mjs";
import { getAll } from "../server/api.mjs";

/** Make the marks of exchanges; they are kept up to date from `start` to `stop`. */
export function makeMarks(exchanges) {
  const changed = makeListeners();
  let verdicts = new Map();
  let rules = new Map();
  let known = "";

  async function load() {
    const [all, faults] = await Promise.all([getAll("/_mock/verdicts", "verdicts"), getAll("/_mock/faults", "faults")]);
    return { all, faults };
  }

  function take({ all, faults }) {
    rules = new Map(faults.map((rule) => [rule.id, rule]));
    const now = JSON.stringify([all.map(({ id, requests }) => [id, requests]), [...rules.keys()]]);
    if (now === known) return;
    known = now;
    verdicts = new Map();
    for (const verdict of all) {
      for (const seq of verdict.requests) verdicts.set(seq, [...(verdicts.get(seq) ?? []), verdict]);
    }
    changed.call();
  }

  const refresh = makeRefresh(exchanges, load, take);
  return {
    changed,
    start: refresh.start,
    stop: refresh.stop,
    /** The verdicts that rest on an exchange. */
    findVerdicts: (seq) => verdicts.get(seq) ?? [],
    /** The ids of all rules that were broken. */
    listBroken: () => [...new Set([...verdicts.values()].flat().map(({ id }) => id))].sort(),
    /** What a rule of faults does, in words. */
    describeFault(id) {
      const rule = rules.get(id);
      return rule ? `The rule ${id} struck: ${describeRule(rule)}` : `The rule ${id} struck; it is armed no longer`;
    },
  };
}
