// What an account has paid for, newest first, a page at a time.

import { h, replace } from "../base/dom.mjs";
import { showInstant } from "../base/instants.mjs";
import { addMoney, renderMoney } from "../base/money.mjs";
import { makeButton } from "../parts/actions.mjs";
import { makeLink } from "../parts/links.mjs";

const PAGE = 50;
const COLUMNS = ["When", "Why", "Job", "Payload", "Amount"];

/** Make the ledger: `show` takes its entries, oldest first. */
export function makeLedger(address) {
  const element = h("section", { "aria-labelledby": "ledger-title" });
  let entries = [];
  let start = 0;
  let shown = null;

  function show(ledger) {
    const text = `${ledger.length} ${ledger[0]?.request_id} ${ledger.at(-1)?.request_id}`;
    if (text === shown) return;
    // Who reads an older page goes on reading it, though newer entries come.
    if (start > 0) start += Math.max(0, ledger.length - entries.length);
    shown = text;
    entries = [...ledger].reverse();
    if (start >= entries.length) start = 0;
    draw();
  }

  function draw() {
    const count = countPayloads(entries);
    const rows = entries.slice(start, start + PAGE).map((entry) => makeRow(address, entry, count.get(entry.payload)));
    const head = h("tr", {}, COLUMNS.map((title) => h("th", { scope: "col", class: title === "Amount" && "number" }, title)));
    replace(
      element,
      h("h3", { id: "ledger-title" }, "Ledger"),
      h("p", { class: "small faint" }, explain(entries)),
      rows.length > 0 && h("div", { class: "table" }, h("table", {}, h("thead", {}, head), h("tbody", {}, rows))),
      entries.length > PAGE && makePager(entries.length, start, turn),
    );
  }

  function turn(next) {
    start = next;
    draw();
    element.querySelector(".pager button:not(:disabled)")?.focus();
  }

  return { element, show };
}

function explain(entries) {
  if (entries.length === 0) return "Nothing was charged: a run is booked when it has succeeded.";
  const sum = renderMoney(addMoney(entries.map(({ amount }) => amount)));
  return `${entries.length === 1 ? "1 charge" : `${entries.length} charges`}, ${sum} in all, newest first. Equal payloads are the same run paid for again.`;
}

function countPayloads(entries) {
  const count = new Map();
  for (const { payload } of entries) count.set(payload, (count.get(payload) ?? 0) + 1);
  return count;
}

function makeRow(address, { at_utc: at, why, request_id: job, payload, amount }, times) {
  return h(
    "tr",
    {},
    h("td", {}, showInstant(at)),
    h("td", {}, why),
    h("td", {}, makeLink(address, "jobs", { job }, h("code", { title: job }, `${job.slice(0, 8)}…`))),
    h("td", {}, h("code", {}, payload), times > 1 && [" ", h("span", { class: "badge warn" }, `${times} times`)]),
    h("td", { class: "number" }, renderMoney(amount)),
  );
}

function makePager(total, start, turn) {
  const last = Math.min(start + PAGE, total);
  return h(
    "div",
    { class: "bar pager" },
    makeButton("Newer", () => turn(Math.max(0, start - PAGE)), { class: "small", disabled: start === 0 }),
    h("span", { class: "small number", role: "status" }, `${start + 1} to ${last} of ${total}`),
    makeButton("Older", () => turn(start + PAGE), { class: "small", disabled: last === total }),
  );
}
