// One account in full: how it stands, what can be said of it, and what it paid for.

import { h, markCode, replace } from "../base/dom.mjs";
import { parseMoney, renderMoney } from "../base/money.mjs";
import { makeCredits, makeStatus, makeWindow, renderDenied } from "../common/account_parts.mjs";
import { makeClockText } from "../common/clock_text.mjs";
import { makeButton, perform } from "../parts/actions.mjs";
import { makeControlCommands, showCommands } from "../parts/commands.mjs";
import { confirmAction } from "../parts/confirm.mjs";
import { makeFactList, makeFactRows } from "../parts/fact_list.mjs";
import { makeLink } from "../parts/links.mjs";
import { makeRefresh } from "../parts/refresh.mjs";
import { encodeName, get } from "../server/api.mjs";
import { makeAccountForm } from "./account_form.mjs";
import { makeLedger } from "./account_ledger.mjs";
import { renderLimit } from "./account_plans.mjs";

/** Show an account: `start` keeps its `element` up to date, until `stop`. */
export function showAccount({ address, exchanges, scope, panel }, name) {
  const path = `/_mock/accounts/${encodeName(name)}`;
  const facts = makeFactList([]);
  const problem = h("p", { class: "bad", role: "alert", hidden: true });
  const actions = makeAccountActions(scope, name, path);
  const end = h("div", { class: "bar" }, makeButton("Forget this account", forget, { class: "danger" }));
  const form = makeAccountForm(path);
  const ledger = makeLedger(address);
  const clock = makeClockText();
  const known = h("div", { hidden: true }, facts, actions.element, form.element, ledger.element, end);
  let shown = "";
  const refresh = makeRefresh(exchanges, () => get(path, {}, parseMoney), (account) => {
    known.hidden = false;
    problem.hidden = true;
    clock.show(account.clock);
    const text = JSON.stringify({ ...account, ledger: null, clock: account.clock.mode });
    if (text !== shown) replaceFacts(facts, makeFacts(address, account, clock.element));
    shown = text;
    actions.show(account);
    form.show(account);
    ledger.show(account.ledger);
  }, (error) => {
    known.hidden = true;
    problem.hidden = false;
    replace(problem, markCode(error.words));
  });

  async function forget() {
    if (!(await confirmForgetting(name, path))) return;
    // It is not asked for while it goes.
    refresh.stop();
    if ((await perform(makeForgetting(path), `${name} was forgotten.`)) === undefined) {
      refresh.start();
      return;
    }
    panel.close();
    exchanges.drop(name);
  }

  return { element: h("div", { class: "account-details" }, problem, known), start: refresh.start, stop: refresh.stop };
}

/** Show facts anew, with the focus where it was. */
function replaceFacts(element, facts) {
  const focused = element.contains(document.activeElement);
  replace(element, makeFactRows(facts));
  if (focused) element.querySelector("a")?.focus();
}

function makeFacts(address, account, clock) {
  const { api_key: key, plan, requests_per_minute: requests, window_s: window, free_credits: free, held, jobs } = account;
  return [
    ["Key", h("code", {}, key)],
    ["Status", makeStatus(account)],
    ["Plan", `${plan}: ${renderLimit(requests, window)}`],
    ["Window", makeWindow(account)],
    ["Credits", makeCredits(account)],
    ["Free credits", renderMoney(free)],
    ["Held for jobs", renderMoney(held)],
    ["Denied models", renderDenied(account)],
    ["Jobs", makeLink(address, "jobs", { account: account.account }, jobs)],
    ["Clock", [clock, " ", h("span", { class: "badge" }, account.clock.mode)]],
  ];
}

/** Make what can be done with an account beside what its form changes. */
function makeAccountActions(scope, name, path) {
  let status = null;
  const change = () => {
    const next = status === "active" ? "revoked" : "active";
    return { method: "PUT", path, body: { status: next }, pytest: `segmock.configure(status="${next}")` };
  };
  const toggle = makeButton("Revoke the key", () => perform(change(), ({ status: now }) => `The key of ${name} is ${now}.`));
  const element = h(
    "div",
    { class: "bar account-actions" },
    makeButton("Show this account alone", () => scope.choose([name])),
    toggle,
    showCommands(() => makeControlCommands(change()), "As code"),
  );

  function show(account) {
    status = account.status;
    const text = status === "active" ? "Revoke the key" : "Activate the key";
    if (toggle.textContent !== text) replace(toggle, text);
  }

  return { element, show };
}

function makeForgetting(path) {
  return { method: "DELETE", path, pytest: "segmock.reset()" };
}

function confirmForgetting(name, path) {
  const details = [
    "Its jobs, ledger, journal, files and faults are forgotten, and its clock begins anew. ",
    "One of the configuration begins as that describes it; any other with its next call, or by hand.",
  ];
  const code = showCommands(() => makeControlCommands(makeForgetting(path)));
  return confirmAction(`Forget ${name}?`, details, "Forget it", code);
}
