// The history of an exchange's job: its states and the exchanges about it, in their order.

import { h, markCode, replace } from "../base/dom.mjs";
import { showTimeOfDay } from "../common/exchange_line.mjs";
import { showStatus } from "../common/exchange_status.mjs";
import { findStateKind } from "../common/job_states.mjs";
import { encodeName, get, holdToRefusal } from "../server/api.mjs";

/**
 * Show the history of the job of an exchange, if it has one.
 *
 * @param {object} exchange The exchange.
 * @param {(seq: number) => void} go Called with the number of an exchange that somebody wants to see.
 * @returns {{element: Node|null, update: () => void}} `update` asks for it again.
 */
export function showHistory(exchange, go) {
  if (!exchange.request_id) return { element: null, update: () => {} };
  const list = h("ol", { class: "history" });
  const status = h("p", { class: "faint" }, "Loading …");
  const element = h("section", { "aria-label": "History of the job" }, h("h3", {}, "History of the job"), status, list);

  async function update() {
    try {
      const job = await get(`/_mock/jobs/${encodeName(exchange.request_id)}`);
      replace(status, `${job.model} · ${job.state}`);
      replace(list, job.history.map((entry) => showEntry(entry, exchange.seq, go)));
    } catch (error) {
      holdToRefusal(error);
      replace(status, error.isGone ? "The job of this exchange is not kept, or no longer." : markCode(error.message));
      replace(list);
    }
  }

  update();
  return { element, update };
}

/** Show an entry of a history; `go` is called with the number of an exchange that somebody wants to see. */
export function showEntry(entry, here, go) {
  if (entry.state) {
    return h("li", { class: "state-entry", "data-state": entry.state }, h("span", { class: ["badge", findStateKind(entry.state)] }, entry.state), " ", showTimeOfDay(entry));
  }
  const text = [`#${entry.seq} ${entry.method} `, h("span", { class: "badge" }, entry.route), " ", showStatus(entry.status)];
  const isHere = entry.seq === here;
  return h(
    "li",
    {},
    h("button", { class: "plain entry", type: "button", "aria-current": isHere ? "true" : null, on: { click: () => go(entry.seq) } }, text),
    " ",
    showTimeOfDay(entry),
    isHere && h("span", { class: "faint" }, " this one"),
  );
}
