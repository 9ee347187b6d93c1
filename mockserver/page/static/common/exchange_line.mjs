// An exchange in one line, which opens it in the panel.

import { h } from "../base/dom.mjs";
import { cutText } from "../base/text.mjs";
import { parseInstant, renderTime } from "../base/times.mjs";
import { showStatus } from "./exchange_status.mjs";

const LONGEST_PATH = 90;

/**
 * Make a button that has an exchange in a line.
 *
 * @param {number} seq Its number.
 * @param {object|undefined} exchange The exchange, or what is known of it; undefined for nothing.
 * @param {(seq: number) => void} open Called when somebody wants to see it.
 * @param {string} unknown What is said in place of nothing.
 */
export function makeLine(seq, exchange, open, unknown) {
  const words = exchange
    ? [` ${exchange.method} `, h("code", {}, cutText(exchange.path, LONGEST_PATH)), " ", showStatus(exchange.status)]
    : ` ${unknown}`;
  return h("button", { class: "plain entry", type: "button", "data-seq": seq, on: { click: () => open(seq) } }, h("span", { class: "number" }, `#${seq}`), words);
}

/** Show the time of day of something that the journal has. */
export function showTimeOfDay({ at_utc: at }) {
  return h("time", { class: "faint number small", datetime: at }, renderTime(parseInstant(at), 3));
}
