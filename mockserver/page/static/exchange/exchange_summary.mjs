// What one look at an exchange has to tell: whose, when, about what, and how it ended.

import { h } from "../base/dom.mjs";
import { showInstant } from "../base/instants.mjs";
import { renderDuration } from "../base/times.mjs";
import { showAccountName } from "../common/account_parts.mjs";
import { showStatus } from "../common/exchange_status.mjs";
import { makeFactList } from "../parts/fact_list.mjs";
import { makeLink } from "../parts/links.mjs";

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
    ["Model", exchange.model && makeLink(address, "models", { model: exchange.model }, exchange.model)],
    ["Job", exchange.request_id && makeLink(address, "jobs", { job: exchange.request_id }, exchange.request_id)],
    ["Account", showAccount(exchange)],
    ["Virtual time", showTime(exchange)],
    ["The client had slept", exchange.slept_s !== undefined && renderDuration(exchange.slept_s * 1000)],
    ["Cut in the journal", exchange.truncated && exchange.truncated.join(", ")],
  ];
  return makeFactList(rows);
}

function showTime({ at_utc: at, elapsed_ms: elapsed }) {
  const took = elapsed ? `, took ${renderDuration(elapsed)}` : ", took no time";
  return [showInstant(at), took];
}

function showAccount(exchange) {
  if (exchange.account || exchange.api_key) return showAccountName(exchange);
  return h("span", { class: "faint" }, "nobody's: no key that is known came with it");
}
