// Faults: rules that are armed, and what arms more.

import { makeButton, perform } from "./actions.mjs";
import { get, getAll } from "./api.mjs";
import { makeControlCommands, showCommands } from "./commands.mjs";
import { h, replace } from "./dom.mjs";
import { makeLoader, saveRules } from "./fault_files.mjs";
import { makeFaultForm } from "./fault_form.mjs";
import { makePresets } from "./fault_presets.mjs";
import { armRule, disarmAll } from "./fault_requests.mjs";
import { makeRules } from "./fault_rules.mjs";
import { makeTarget } from "./fault_target.mjs";
import { describeRule } from "./fault_words.mjs";
import { tellError } from "./notes.mjs";
import { makeRefresh } from "./refresh.mjs";

/** Make the view of faults. */
export function makeFaults({ address, exchanges, scope }) {
  const empty = makeEmpty();
  const trouble = h("p", { class: "bad", role: "alert", hidden: true });
  const loader = makeLoader();
  const target = makeTarget(scope, () => form?.refresh());
  const aside = h("div", { class: "arming" }, target.element);
  const toForm = h("button", { class: "to-form", type: "button", on: { click: () => form?.focus() } }, "Arm a fault");
  const rulesTitle = h("h2", { class: "visually-hidden" }, "Armed rules");
  const presets = h("section", { class: "presets", hidden: true });
  const save = h("button", { type: "button", on: { click: () => saveRules(shown) } }, "Save as a file");
  const disarm = makeButton("Disarm all", disarmShown, { class: "danger" });
  const disarmCode = h("div", {});
  const count = h("span", { class: "faint number" });
  const list = makeRules(address, copyRule);
  const element = h(
    "div",
    { class: "faults" },
    h(
      "div",
      { class: "view-head" },
      h("h1", {}, "Faults"),
      count,
      h("div", { class: "bar" }, toForm, loader.button, save, disarm),
    ),
    loader.report,
    trouble,
    h(
      "div",
      { class: "faults-columns" },
      h("div", { class: "armed" }, empty, rulesTitle, list.element, disarmCode, presets),
      aside,
    ),
  );
  const refresh = makeRefresh(exchanges, () => getAll("/_mock/faults", "faults"), showAll, fail);
  let form = null;
  let loading = null;
  let all = [];
  let shown = [];
  let wanted = null;
  scope.changed.add(() => showAll(all));

  function showAll(rules) {
    trouble.hidden = true;
    all = rules;
    shown = rules.filter(({ account }) => !account || scope.has(account));
    list.show(shown);
    empty.hidden = shown.length > 0;
    rulesTitle.hidden = shown.length === 0;
    save.disabled = shown.length === 0;
    disarmCode.hidden = shown.length === 0;
    disarm.disabled = shown.length === 0;
    replace(count, shown.length ? `${shown.length} armed` : "");
    if (wanted) list.reveal(wanted);
    wanted = null;
  }

  function fail(error) {
    replace(trouble, error.words);
    trouble.hidden = false;
  }

  function showDisarm() {
    const accounts = scope.chosen;
    replace(
      disarm,
      accounts.length
        ? `Disarm all of ${accounts.length === 1 ? "this account" : `${accounts.length} accounts`}`
        : "Disarm all",
    );
    replace(
      disarmCode,
      showCommands(() => makeControlCommands(disarmAll(scope.chosen[0])), `${disarm.textContent} as code`),
    );
  }
  scope.changed.add(showDisarm);
  showDisarm();

  async function disarmShown() {
    const accounts = scope.chosen.length ? scope.chosen : [""];
    for (const account of accounts) {
      await perform(disarmAll(account), account ? `Disarmed all rules of ${account} alone.` : "Disarmed all rules.");
    }
  }

  function copyRule(rule) {
    target.choose(rule.account);
    form?.write(rule);
    form?.focus();
  }

  async function load() {
    // The view may be shown again before the first answer is there.
    loading ??= loadForm().finally(() => {
      loading = null;
    });
    await loading;
    await target.refresh();
  }

  async function loadForm() {
    if (form) return;
    const table = await get("/_mock/effects");
    form = makeFaultForm(table, target);
    aside.append(form.element);
    showPresets(table.effects);
    const models = await getAll("/_mock/models", "models");
    form.setModels(models.map(({ slug }) => slug));
  }

  function showPresets(effects) {
    presets.hidden = false;
    replace(
      presets,
      h("h2", {}, "Common troubles"),
      h("p", { class: "hint" }, "Armed at once, for the account that is chosen for the form."),
      h(
        "ul",
        { class: "preset-list" },
        makePresets(effects).map(({ title, why, rule }) =>
          h(
            "li",
            { class: "card" },
            h("h3", {}, title),
            h("p", {}, why),
            h(
              "div",
              { class: "bar" },
              makeButton(
                "Arm",
                () => perform(armRule(rule, target.value), (armed) => `Armed ${armed.id}: ${describeRule(armed)}`),
                { class: "small primary", "aria-label": `Arm ${title}` },
              ),
              h(
                "button",
                {
                  class: "small",
                  type: "button",
                  "aria-label": `Edit ${title}`,
                  on: {
                    click: () => {
                      form.write(rule);
                      form.focus();
                    },
                  },
                },
                "Edit",
              ),
            ),
          ),
        ),
      ),
    );
  }

  return {
    element,
    show(query) {
      wanted = query.fault ?? null;
      refresh.start();
      load().catch(tellError);
    },
    hide: refresh.stop,
  };
}

function makeEmpty() {
  return h(
    "div",
    { class: "empty card", hidden: true },
    h("h2", {}, "No fault is armed"),
    h(
      "p",
      {},
      "Every call is answered as the gateway answers it. A fault says which calls are struck, and with what: a 503 on the second poll, ",
      "a connection that is lost after the run was charged, a job that fails or never ends.",
    ),
    h(
      "p",
      {},
      "Arm one to see what your client makes of it. Whether it paid twice, gave up too soon or asked too often is told by the verdicts.",
    ),
  );
}
