// A form that makes an account.

import { h } from "../base/dom.mjs";
import { encodeMoney, isMoney } from "../base/money.mjs";
import { makeButton, perform } from "../parts/actions.mjs";
import { makeControlCommands, refreshCommands, showCommands } from "../parts/commands.mjs";
import { makePlanList } from "./account_plans.mjs";

const KEY_BYTES = 8;
const LONGEST_KEY = 1024;

/**
 * Make the form.
 *
 * @param {(account: object) => void} made Called with the account when it is there.
 */
export function makeNewAccount(made) {
  const key = h("input", {
    id: "new-key",
    required: true,
    maxlength: LONGEST_KEY,
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "SG_0123456789abcdef",
    on: { input: checkKey },
  });
  const plan = makePlanList("new-plan", "as the server has it");
  const credits = h("input", {
    id: "new-credits",
    inputmode: "decimal",
    pattern: "[0-9]+([.][0-9]+)?",
    title: "US dollars, as 12 or 0.075",
    autocomplete: "off",
    placeholder: "as the server has it",
  });
  const commands = showCommands(() => makeControlCommands(makeRequest()));
  const form = h(
    "form",
    { class: "account-form", novalidate: true, on: { submit: (event) => event.preventDefault(), input: tellChanged, change: tellChanged } },
    h("p", { class: "faint" }, "The key is what a client sends as x-api-key. This page shows its end alone, once the account is there."),
    h("div", { class: "field" }, h("label", { for: key.id }, "Key"), h("div", { class: "bar" }, key, makeButton("Draw one", drawKey))),
    h("div", { class: "field" }, h("label", { for: plan.id }, "Plan"), plan),
    h("div", { class: "field" }, h("label", { for: credits.id }, "Credits in dollars"), credits),
    h("div", { class: "bar" }, makeButton("Make the account", make, { type: "submit", class: "primary" }), commands),
  );

  function makeRequest() {
    const body = {};
    if (plan.value) body.plan = plan.value;
    const amount = credits.value.trim();
    if (amount) body.credits = isMoney(amount) ? encodeMoney(amount) : amount;
    return { method: "PUT", path: `/_mock/accounts/${encodeURIComponent(key.value.toWellFormed())}`, body };
  }

  function checkKey() {
    const isPath = key.value === "." || key.value === "..";
    key.setCustomValidity(isPath || !key.value.isWellFormed() ? "No browser can say this key in an address." : "");
  }

  function drawKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
    key.value = `SG_${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    checkKey();
    tellChanged();
  }

  function tellChanged() {
    refreshCommands(commands);
  }

  async function make() {
    checkKey();
    if (!form.reportValidity()) return;
    const account = await perform(makeRequest(), ({ account: name }) => `${name} is there.`);
    if (account) made(account);
  }

  return form;
}
