// Common troubles as cards, each of which can be armed at once, or begun with in the form.

import { h } from "../base/dom.mjs";
import { describeRule } from "../common/fault_words.mjs";
import { makeButton, perform } from "../parts/actions.mjs";
import { makePresets } from "./fault_presets.mjs";
import { armRule } from "./fault_requests.mjs";

/**
 * Make the list.
 *
 * @param {object[]} effects The rows of contracts/faults.json.
 * @param {object} target For which account: see fault_target.mjs.
 * @param {(rule: object) => void} edit Begins a rule like one in the form.
 */
export function makePresetList(effects, target, edit) {
  return h(
    "section",
    { class: "presets" },
    h("h2", {}, "Common troubles"),
    h("p", { class: "hint" }, "Armed at once, for the account that is chosen for the form."),
    h("ul", { class: "preset-list" }, makePresets(effects).map((preset) => makeCard(preset, target, edit))),
  );
}

function makeCard({ title, why, rule }, target, edit) {
  const arm = () => perform(armRule(rule, target.value), (armed) => `Armed ${armed.id}: ${describeRule(armed)}`);
  const attributes = { class: "small", type: "button", "aria-label": `Edit ${title}`, on: { click: () => edit(rule) } };
  return h(
    "li",
    { class: "card" },
    h("h3", {}, title),
    h("p", {}, why),
    h(
      "div",
      { class: "bar" },
      makeButton("Arm", arm, { class: "small primary", "aria-label": `Arm ${title}` }),
      h("button", attributes, "Edit"),
    ),
  );
}
