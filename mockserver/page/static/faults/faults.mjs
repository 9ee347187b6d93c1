// Faults: rules that are armed, and what arms more.

import { h, markCode, replace } from "../base/dom.mjs";
import { tellError } from "../parts/notes.mjs";
import { makeRefresh } from "../parts/refresh.mjs";
import { get, getAll } from "../server/api.mjs";
import { makeDisarming } from "./fault_disarming.mjs";
import { makeLoader, saveRules } from "./fault_files.mjs";
import { makeFaultForm } from "./fault_form.mjs";
import { makePresetList } from "./fault_preset_list.mjs";
import { makeRules } from "./fault_rules.mjs";
import { makeTarget } from "./fault_target.mjs";

/** Make the view of faults. */
export function makeFaults({ address, exchanges, scope }) {
  const empty = makeEmpty();
  const trouble = h("p", { class: "bad", role: "alert", hidden: true });
  const loader = makeLoader();
  const target = makeTarget(scope, () => form?.refresh());
  const aside = h("div", { class: "arming" }, target.element);
  const toForm = h("button", { class: "to-form", type: "button", on: { click: () => form?.focus() } }, "Arm a fault");
  const rulesTitle = h("h2", { class: "visually-hidden" }, "Armed rules");
  const presets = h("div", {});
  const save = h("button", { type: "button", on: { click: () => saveRules(shown) } }, "Save as a file");
  const disarming = makeDisarming(scope);
  const count = h("p", { class: "faint number count" }, "Loading …");
  const list = makeRules(address, copyRule);
  const element = h(
    "div",
    { class: "faults" },
    h(
      "div",
      { class: "view-head" },
      h("h1", {}, "Faults"),
      count,
      h("div", { class: "bar" }, toForm, loader.button, save, disarming.button),
    ),
    loader.report,
    trouble,
    h(
      "div",
      { class: "faults-columns" },
      h("div", { class: "armed" }, empty, rulesTitle, list.element, disarming.code, presets),
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
    disarming.show(shown.length > 0);
    replace(count, shown.length ? `${shown.length} armed` : "None armed");
    if (wanted) list.reveal(wanted);
    wanted = null;
  }

  function fail(error) {
    replace(trouble, markCode(error.words));
    trouble.hidden = false;
  }

  function copyRule(rule) {
    target.choose(rule.account);
    if (form) editRule(rule);
  }

  function editRule(rule) {
    form.write(rule);
    form.focus();
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
    replace(presets, makePresetList(table.effects, target, editRule));
    const models = await getAll("/_mock/models", "models");
    form.setModels(models.map(({ slug }) => slug));
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
    { class: "empty", hidden: true },
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
