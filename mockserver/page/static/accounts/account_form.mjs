// What can be said of an account, as a form: what somebody has changed is sent, and nothing else.

import { h } from "../base/dom.mjs";
import { renderPython } from "../base/literals.mjs";
import { encodeMoney, isMoney } from "../base/money.mjs";
import { makeButton, perform } from "../parts/actions.mjs";
import { makeControlCommands, refreshCommands, showCommands } from "../parts/commands.mjs";
import { tell } from "../parts/notes.mjs";
import { choosePlan, makePlanList } from "./account_plans.mjs";

const MONEY = { inputmode: "decimal", pattern: "[0-9]+([.][0-9]+)?", title: "US dollars, as 12 or 0.075", autocomplete: "off" };
const readMoney = (text) => (isMoney(text) ? encodeMoney(text) : text);

/** How each member of an account is edited: what the field is, how it shows a value, and what it says. */
const FIELDS = [
  { name: "plan", label: "Plan", make: (id) => makePlanList(id), render: ({ plan }) => plan, write: choosePlan },
  {
    name: "requests_per_minute",
    label: "Requests in a window (none: no limit)",
    make: (id) => h("input", { id, type: "number", min: 0, step: 1, placeholder: "no limit" }),
    render: ({ requests_per_minute: requests }) => (requests === null ? "" : String(requests)),
    read: (text) => (text === "" ? null : Number(text)),
  },
  {
    name: "window_s",
    label: "A window, in seconds",
    make: (id) => h("input", { id, type: "number", min: 0.001, max: 86_400, step: "any", required: true }),
    render: ({ window_s: window }) => String(window),
    read: Number,
  },
  {
    name: "credits",
    label: "Credits in dollars (none: no record)",
    make: (id) => h("input", { id, ...MONEY, placeholder: "no record" }),
    render: ({ credits }) => credits ?? "",
    read: (text) => (text === "" ? null : readMoney(text)),
  },
  {
    name: "free_credits",
    label: "Free credits in dollars",
    make: (id) => h("input", { id, ...MONEY, required: true }),
    render: ({ free_credits: free }) => free,
    read: readMoney,
  },
  {
    name: "denied_models",
    label: "Denied models, one a line (*: all)",
    make: (id) => h("textarea", { id, rows: 2, spellcheck: "false" }),
    render: ({ denied_models: denied }) => denied.join("\n"),
    read: (text) => text.split(/[\s,]+/).filter(Boolean),
  },
];

/** Make the form of the account at a path: `show` takes the account as it is. */
export function makeAccountForm(path) {
  const fields = FIELDS.map((field) => ({ write: setValue, ...field, id: `account-${field.name}`, shown: null }));
  for (const field of fields) field.input = field.make(field.id);
  const commands = showCommands(() => makeControlCommands(makeRequest()));
  const element = h(
    "form",
    { class: "account-form", novalidate: true, on: { submit: (event) => event.preventDefault(), input: tellChanged } },
    h("h3", {}, "Change the account"),
    h("div", { class: "fields" }, fields.map(({ id, label, input }) => h("div", { class: "field" }, h("label", { for: id }, label), input))),
    h("div", { class: "bar" }, makeButton("Save", save, { type: "submit", class: "primary" }), makeButton("Put back", putBack), commands),
  );

  function makeRequest() {
    const changed = fields.filter((field) => field.shown !== null && field.input.value.trim() !== field.shown);
    const body = Object.fromEntries(changed.map(({ name, input, read = String }) => [name, read(input.value.trim())]));
    const said = Object.entries(body).map(([name, value]) => `${name}=${renderPython(value)}`);
    return { method: "PUT", path, body, pytest: `segmock.configure(${said.join(", ")})` };
  }

  /** Commands that are open say what the form says now. */
  function tellChanged() {
    refreshCommands(commands);
  }

  async function save() {
    if (!element.reportValidity()) return;
    const request = makeRequest();
    const names = Object.keys(request.body);
    if (names.length === 0) return tell("Nothing was changed in the form.");
    const answer = await perform(request, `Saved: ${names.join(", ")}.`);
    // What was sent is no longer of the form alone: the next refresh shows what the server made of it.
    if (answer) for (const field of fields) if (names.includes(field.name)) field.shown = field.input.value.trim();
  }

  function putBack() {
    for (const field of fields) field.input.value = field.shown;
    tellChanged();
  }

  function show(account) {
    for (const field of fields) {
      const next = field.render(account);
      const isChanged = field.shown !== null && field.input.value.trim() !== field.shown;
      if (!isChanged && field.input.value !== next) field.write(field.input, next);
      field.shown = isChanged ? field.shown : next;
    }
  }

  return { element, show };
}

function setValue(input, text) {
  input.value = text;
}
