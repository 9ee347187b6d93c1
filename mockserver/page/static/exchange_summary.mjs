// What one look at an exchange has to tell: whose, when, about what, and how it ended.

import { h } from "./dom.mjs";
import { parseInstant, renderDuration, renderInstant } from "./times.mjs";

const DELIVERIES = {
  intact: { text: "arrived whole", kind: "good" },
  damaged: { text: "arrived damaged", kind: "bad" },
  lost: { text: "never arrived", kind: "bad" },
};

/** Show what an exchange was, as a list of facts. */
export function showSummary(context, exchange) {
  const { address } = context;
  const delivery = DELIVERIES[exchange.delivery] ?? { text: exchange.delivery, kind: "warn" };
  const rows = [
    ["Status", showStatus(exchange.status)],
    ["The answer", h("span", { class: `badge ${delivery.kind}` }, delivery.text)],
    ["Route", h("code", {}, exchange.route)],
    ["Model", exchange.model && h("a", { href: makeLink(address, "models", { model: exchange.model }) }, exchange.model)],
    ["Job", exchange.request_id && h("a", { href: makeLink(address, "jobs", { job: exchange.request_id }) }, exchange.request_id)],
    ["Account", showAccount(exchange)],
    ["Virtual time", showTime(exchange)],
    ["The client had slept", exchange.slept_s !== undefined && renderDuration(exchange.slept_s * 1000)],
    ["Cut in the journal", exchange.truncated && exchange.truncated.join(", ")],
  ];
  return h("dl", { class: "facts" }, rows.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

/** Show the status of an answer as a badge. */
export function showStatus(status) {
  if (status === null || status === undefined) return h("span", { class: "badge bad" }, "none was sent");
  const kind = status < 300 ? "good" : status < 500 ? "warn" : "bad";
  return h("span", { class: `badge ${kind}` }, String(status));
}

/** Return the address of a view that keeps what the page is about. */
export function makeLink(address, view, query) {
  const { account } = address.query;
  const pairs = Object.entries({ account, ...query }).filter(([, value]) => value);
  return `#${view}?${new URLSearchParams(pairs)}`;
}

function showTime({ at_utc: at, elapsed_ms: elapsed }) {
  const took = elapsed ? `, took ${renderDuration(elapsed)}` : ", took no time";
  return [h("time", { datetime: at }, renderInstant(parseInstant(at))), took];
}

function showAccount({ account, api_key: key }) {
  if (!account && !key) return h("span", { class: "faint" }, "nobody's: no key that is known came with it");
  return [account && h("code", {}, account), key && ` key ${key}`];
}
