// What cards, the table and the panel show of an account alike.

import { h } from "../base/dom.mjs";
import { renderMoney } from "../base/money.mjs";
import { parseInstant, renderTime } from "../base/times.mjs";

/** Where a window is no longer nearly empty. */
const LOW = 0.75;

/** Show whose something is: the name of an account, and the end of its key. */
export function showAccountName({ account, api_key: key }) {
  return [account && h("code", {}, account), key && ` key ${key}`];
}

/** Show whether an account is active. */
export function makeStatus({ status }) {
  return h("span", { class: ["badge", status === "active" ? "good" : "bad"] }, status);
}

/** Show how much of its window an account has used, and when that ends. */
export function makeWindow({ account, requests_per_minute: limit, window }) {
  if (limit === null) return h("span", { class: "faint" }, "no limit");
  const used = window?.used ?? 0;
  const bounds = { min: 0, max: Math.max(limit, 1), low: limit * LOW, high: Math.max(limit - 0.5, 0), optimum: 0 };
  const meter = h("meter", { ...bounds, value: limit ? used : 1, "aria-label": `Window of ${account}` });
  const words = `${used} of ${limit}`;
  return h("span", { class: "account-window" }, meter, h("span", { class: "number" }, words), window && makeReset(window));
}

function makeReset({ resets_utc: at }) {
  return h("span", { class: "faint small", title: at }, `until ${renderTime(parseInstant(at))}`);
}

/** Show the credits of an account. */
export function makeCredits({ credits }) {
  return credits === null ? h("span", { class: "warn" }, "no record") : h("span", { class: "number" }, renderMoney(credits));
}

/** Return which models an account may not call. */
export function renderDenied({ denied_models: denied }) {
  if (denied.length === 0) return "none";
  return denied.includes("*") ? "all" : denied.join(", ");
}
