// The history of a job: its states and the exchanges about it, each of which can be opened.

import { h, replace } from "../base/dom.mjs";
import { showEntry } from "../exchange/exchange_history.mjs";
import { makeJobKey } from "./job_polls.mjs";

const MOST_AT_ONCE = 60;
const SHOWN_OF_START = 20;

/**
 * Make the history.
 *
 * @param {(seq: number) => void} go Called with the number of an exchange that somebody wants to see.
 */
export function makeJobHistory(go) {
  const list = h("ol", { class: "history" });
  const note = h("p", { class: "faint" }, "Loading …");
  const element = h("section", { "aria-label": "History" }, h("h3", {}, "History"), note, list);
  let shown = "";
  let showsAll = false;

  /** Show entries of a job's `history`, and a word on them. */
  function show(entries, word = "") {
    const next = JSON.stringify([entries, word, showsAll]);
    if (next === shown) return;
    shown = next;
    replace(note, word);
    note.hidden = word === "";
    const here = [...list.querySelectorAll("button")].indexOf(document.activeElement);
    replace(list, cut(entries).map((entry) => (entry === null ? makeMore(entries, word) : showEntry(entry, null, go))));
    // Who is on an entry stays on it.
    if (here >= 0) list.querySelectorAll("button")[here]?.focus({ preventScroll: true });
  }

  function cut(entries) {
    if (showsAll || entries.length <= MOST_AT_ONCE) return entries;
    return [...entries.slice(0, SHOWN_OF_START), null, ...entries.slice(SHOWN_OF_START - MOST_AT_ONCE)];
  }

  function makeMore(entries, word) {
    const all = () => {
      showsAll = true;
      show(entries, word);
    };
    const button = h("button", { class: "small", type: "button", on: { click: all } }, `Show all ${entries.length}`);
    return h("li", {}, button);
  }

  return { element, show };
}

/** Return the history of a job as far as this page has seen it. */
export function listKnownHistory(job, now, exchanges) {
  const until = Math.min(now, job.expiresAt);
  const key = makeJobKey(job.id);
  const states = job.steps.filter(({ at }) => at <= until).map(({ state, at_utc: at }) => ({ state, at_utc: at }));
  const about = exchanges.filter(({ request_id: id }) => id && makeJobKey(id) === key);
  // The submit comes before the states that it brings about, which begin at the same instant.
  const rows = [...about.slice(0, 1), ...states, ...about.slice(1)];
  return rows.toSorted((one, other) => (one.at_utc < other.at_utc ? -1 : Number(one.at_utc > other.at_utc)));
}
