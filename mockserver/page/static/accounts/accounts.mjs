// Every account, side by side: cards of some, a table of many, and one of them in full in the panel.

import { h, markCode, replace } from "../base/dom.mjs";
import { parseMoney } from "../base/money.mjs";
import { inflect } from "../base/text.mjs";
import { perform, makeButton } from "../parts/actions.mjs";
import { makeControlCommands, showCode, showCommands } from "../parts/commands.mjs";
import { confirmAction } from "../parts/confirm.mjs";
import { makeNoMatch } from "../parts/no_match.mjs";
import { makeRefresh } from "../parts/refresh.mjs";
import { encodeName, get } from "../server/api.mjs";
import { showAccount } from "./account_details.mjs";
import { makeAccountList } from "./account_list.mjs";
import { makeNewAccount } from "./account_new.mjs";

const MOST_LOADED = 1000;
const KEY = "SG_0123456789abcdef";
const MAKING = { method: "PUT", path: `/_mock/accounts/${KEY}`, body: { plan: "free", credits: 1 } };
const RESET = { method: "POST", path: "/_mock/reset" };

/** Make the view of accounts. */
export function makeAccounts(context) {
  const { address, exchanges, scope } = context;
  const filter = h("input", {
    type: "search",
    "data-filter": true,
    "aria-label": "Filter accounts by name, key, plan or status",
    placeholder: "Name, key, plan, status …",
    on: { input: () => show() },
  });
  const count = h("p", { class: "faint number count", role: "status" }, "Loading …");
  const list = makeAccountList(context);
  const hint = h("div", {});
  let page = null;
  let isShown = false;
  const refresh = makeRefresh(exchanges, () => loadAccounts(scope), (loaded) => {
    page = loaded;
    show();
  }, (error) => {
    page = null;
    replace(hint, h("p", { class: "bad", role: "alert" }, markCode(error.words)));
  });
  const opened = makeOpened(context);
  scope.changed.add(() => isShown && refresh.start());

  function clear() {
    filter.value = "";
    show();
    filter.focus();
  }

  function show() {
    if (!page) return;
    const wanted = filter.value.trim().toLowerCase();
    const found = page.accounts.filter((account) => isFound(account, wanted));
    list.show(found);
    replace(count, explainCount(page, found));
    const isNone = found.length === 0 && page.accounts.length > 0;
    replace(hint, page.accounts.length === 0 && makeEmpty(scope, page.missing), isNone && h("div", { class: "empty" }, makeNoMatch("account", clear)));
  }

  return {
    element: h("section", { "aria-labelledby": "accounts-title" }, makeHead(context, count), h("search", { class: "filters", "aria-label": "Filters" }, filter), hint, list.element),
    show: ({ open }) => {
      opened.show(open || null);
      if (!isShown) refresh.start();
      isShown = true;
    },
    hide: () => {
      isShown = false;
      refresh.stop();
      opened.leave();
    },
  };
}

function makeHead(context, count) {
  const make = () => context.panel.open("Make an account", makeNewAccount(({ account }) => context.address.set({ open: account })));
  return h(
    "div",
    { class: "view-head" },
    h("h1", { id: "accounts-title" }, "Accounts"),
    count,
    h(
      "div",
      { class: "bar" },
      makeButton("Make an account", make),
      makeButton("Reset everything …", () => resetAll(context.exchanges), { class: "danger" }),
    ),
  );
}

async function resetAll(exchanges) {
  const details = [
    h("span", {}, "All accounts, jobs, ledgers, faults and the journal are forgotten, and clocks begin anew. "),
    "Accounts of the configuration are as it describes them.",
  ];
  const code = showCommands(() => makeControlCommands(RESET));
  if (!(await confirmAction("Reset everything?", details, "Reset everything", code))) return;
  const answer = await perform(RESET, "Everything was reset.");
  if (answer !== undefined) exchanges.drop();
}

/** Load the accounts that are chosen, or the first of all; `missing` names those that are not there. */
async function loadAccounts({ chosen }) {
  if (chosen.length === 0) {
    const { accounts, next } = await get("/_mock/accounts", { limit: MOST_LOADED }, parseMoney);
    return { accounts, isCut: next !== null, missing: [] };
  }
  const found = await Promise.all(chosen.map(loadAccount));
  return { accounts: found.filter(Boolean), isCut: false, missing: chosen.filter((_, index) => found[index] === null) };
}

async function loadAccount(name) {
  try {
    return await get(`/_mock/accounts/${encodeName(name)}`, {}, parseMoney);
  } catch (error) {
    if (error.isGone) return null;
    throw error;
  }
}

function isFound({ account, api_key: key, plan, status }, wanted) {
  return [account, key, plan, status].some((text) => text.toLowerCase().includes(wanted));
}

function explainCount({ accounts, isCut, missing }, found) {
  const all = isCut ? `the first ${accounts.length}` : String(accounts.length);
  const counted = found.length === accounts.length ? all : `${found.length} of ${all}`;
  const gone = missing.length ? `; not there: ${missing.join(", ")}` : "";
  return `${counted} ${inflect("account", accounts.length)}${gone}`;
}

function makeEmpty(scope, missing) {
  if (missing.length) {
    return h(
      "div",
      { class: "empty" },
      h("h2", {}, "No chosen account is there"),
      h("p", {}, "It was never there, or was reset or forgotten."),
      makeButton("Show all accounts", () => scope.choose([])),
    );
  }
  return h(
    "div",
    { class: "empty" },
    h("h2", {}, "No accounts yet"),
    h("p", {}, "A server that accepts any key makes an account with the first call that bears its key:"),
    showCode(`curl -H 'x-api-key: ${KEY}' ${location.origin}/v1/get-user-credits\n`, "A first call"),
    h("p", {}, "One that was started with ", h("code", {}, "--accept listed"), " knows the accounts of its configuration, and those that are made here or by this:"),
    showCode(makeControlCommands(MAKING)[0].text, "An account made by hand"),
  );
}

/** Keep in the panel the account that the address names. */
function makeOpened({ address, exchanges, panel, scope }) {
  let shown = null;

  function show(name) {
    if (name === shown) return;
    if (name === null) {
      panel.close();
      return;
    }
    const details = showAccount({ address, exchanges, scope, panel }, name);
    shown = name;
    panel.open(h("code", {}, name), details.element, () => {
      details.stop();
      if (shown === name) shown = null;
      if (address.view === "accounts" && address.query.open === name) address.set({ open: "" });
    });
    details.start();
  }

  return { show, leave: () => { shown = null; } };
}
