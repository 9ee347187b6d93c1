// Accounts beside each other: a card for each of some, a line for each of many.

import { h, replace } from "../base/dom.mjs";
import { renderMoney } from "../base/money.mjs";
import { makeCredits, makeStatus, makeWindow, renderDenied } from "../common/account_parts.mjs";
import { makeClockText } from "../common/clock_text.mjs";
import { makeFactList } from "../parts/fact_list.mjs";
import { makeLink } from "../parts/links.mjs";

/** So many are shown as cards. */
const MOST_CARDS = 12;
/** The columns of the table, each with its classes; `wide` ones are left out where there is little room. */
const COLUMNS = [
  ["Account", ""],
  ["Key", "wide"],
  ["Plan", "wide"],
  ["Window", ""],
  ["Credits", "number"],
  ["Free", "number wide"],
  ["Held", "number wide"],
  ["Status", ""],
  ["Jobs", "number wide"],
  ["Clock", "wide"],
];

/** Make the list: `show` takes the accounts, and leaves alone what has not changed. */
export function makeAccountList({ address }) {
  const element = h("div", {});
  const body = h("tbody", {});
  const cards = h("div", { class: "cards" });
  const head = h("tr", {}, COLUMNS.map(([title, kind]) => h("th", { scope: "col", class: kind }, title)));
  const table = h("div", { class: "table card accounts" }, h("table", {}, h("thead", {}, head), body));
  let items = new Map();
  let isTable = false;

  function show(accounts) {
    if (accounts.length > MOST_CARDS !== isTable) items = new Map();
    isTable = accounts.length > MOST_CARDS;
    const next = new Map(accounts.map((account) => [account.account, items.get(account.account) ?? makeItem(address, isTable)]));
    for (const account of accounts) next.get(account.account).update(account);
    const isSame = [...items.keys()].join() === [...next.keys()].join() && element.hasChildNodes() && items.size > 0;
    items = next;
    if (isSame) return;
    replace(isTable ? body : cards, [...items.values()].map((item) => item.element));
    replace(element, accounts.length > 0 && (isTable ? table : cards));
  }

  return { element, show };
}

/** Make what shows one account: `update` shows it anew if more than its time has changed. */
function makeItem(address, isLine) {
  const element = isLine ? h("tr", {}) : h("article", { class: "card account" });
  const clock = makeClockText();
  let shown = "";

  function update(account) {
    clock.show(account.clock);
    const text = JSON.stringify({ ...account, ledger: null, clock: account.clock.mode });
    if (text === shown) return;
    shown = text;
    const focused = element.contains(document.activeElement) ? document.activeElement.textContent : null;
    replace(element, isLine ? makeCells(address, account, clock.element) : makeCardContent(address, account, clock.element));
    if (focused) [...element.querySelectorAll("a")].find((link) => link.textContent === focused)?.focus();
  }

  return { element, update };
}

function makeOpener(address, { account }) {
  return makeLink(address, "accounts", { open: account }, h("code", {}, account));
}

function makeJobsLink(address, { account, jobs }) {
  const link = makeLink(address, "jobs", { account }, jobs);
  link.setAttribute("aria-label", `${jobs} jobs of ${account}`);
  return link;
}

function makeClockCell({ clock: { mode } }, clock) {
  return [clock, " ", h("span", { class: "badge" }, mode)];
}

function makeCells(address, account, clock) {
  const { api_key: key, plan, free_credits: free, held } = account;
  return [
    h("th", { scope: "row" }, makeOpener(address, account)),
    h("td", { class: "wide" }, h("code", {}, key)),
    h("td", { class: "wide" }, plan),
    h("td", {}, makeWindow(account)),
    h("td", { class: "number" }, makeCredits(account)),
    h("td", { class: "number wide" }, renderMoney(free)),
    h("td", { class: "number wide" }, renderMoney(held)),
    h("td", {}, makeStatus(account)),
    h("td", { class: "number wide" }, makeJobsLink(address, account)),
    h("td", { class: "wide" }, makeClockCell(account, clock)),
  ];
}

function makeCardContent(address, account, clock) {
  const { api_key: key, plan, free_credits: free, held, denied_models: denied } = account;
  const facts = [
    ["Plan", plan],
    ["Window", makeWindow(account)],
    ["Credits", makeCredits(account)],
    ["Free credits", renderMoney(free)],
    ["Held", renderMoney(held)],
    ["Denied models", denied.length > 0 && renderDenied(account)],
    ["Jobs", makeJobsLink(address, account)],
    ["Clock", makeClockCell(account, clock)],
  ];
  return [
    h("div", { class: "account-head" }, h("h2", {}, makeOpener(address, account)), h("code", { class: "faint" }, key), makeStatus(account)),
    makeFactList(facts),
  ];
}
