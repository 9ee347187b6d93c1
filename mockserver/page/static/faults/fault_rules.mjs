// The rules that are armed: what each does, where, how often it has struck, and what can be done with it.

import { h, replace } from "../base/dom.mjs";
import { showAccountName } from "../common/account_parts.mjs";
import { describeCounts, describeDeed, describePlace, describeWhen } from "../common/fault_words.mjs";
import { makeButton, perform } from "../parts/actions.mjs";
import { makeControlCommands, showCode, showCommands } from "../parts/commands.mjs";
import { makeLink } from "../parts/links.mjs";
import { armRule, disarmRule, pickRule } from "./fault_requests.mjs";

/** So many are shown at first, and so many more when somebody asks. */
const PAGE = 100;

/**
 * Make the list: `show(rules)` brings it up to date, and leaves alone what somebody has opened or reached.
 *
 * @param {object} address The address of the page.
 * @param {(rule: object) => void} copy Begins another rule like one.
 */
export function makeRules(address, copy) {
  const list = h("ul", { class: "armed-rules" });
  const more = h("button", { type: "button", hidden: true, on: { click: showMore } });
  const element = h("div", {}, list, more);
  let made = new Map();
  let all = [];
  let most = PAGE;

  function show(rules) {
    all = rules;
    const next = new Map();
    for (const rule of rules.slice(0, most)) {
      // After a reset ids begin again: another rule may have one that was seen.
      const key = `${rule.id} ${rule.account ?? ""} ${JSON.stringify(pickRule(rule))}`;
      next.set(key, made.get(key) ?? makeRule(address, rule, copy));
      next.get(key).update(rule);
    }
    for (const [key, { element: line }] of made) if (!next.has(key)) line.remove();
    made = next;
    let place = list.firstElementChild;
    for (const { element: line } of made.values()) {
      if (line === place) place = place.nextElementSibling;
      else list.insertBefore(line, place);
    }
    more.hidden = rules.length <= most;
    replace(more, `Show ${Math.min(PAGE, rules.length - most)} of ${rules.length - most} more`);
  }

  function showMore() {
    most += PAGE;
    show(all);
  }

  /** Show a rule by its id, if it is armed. */
  function reveal(id) {
    const index = all.findIndex((rule) => rule.id === id);
    if (index < 0) return;
    if (index >= most) {
      most = index + 1;
      show(all);
    }
    const line = list.children[index];
    line.scrollIntoView({ block: "center" });
    line.querySelector("h3").focus({ preventScroll: true });
  }

  return { element, show, reveal };
}

function makeRule(address, rule, copy) {
  const picked = pickRule(rule);
  const { account } = rule;
  const [calls, hits, state] = [h("dd", {}), h("dd", {}), h("span", { class: "badge" })];
  const how = [describeWhen(rule), describeCounts(rule)].filter(Boolean).join(", ");
  const facts = [
    ["calls", calls],
    ["hits", hits],
    how && ["strikes", h("dd", {}, how)],
    ["for", h("dd", {}, account ? showAccountName(rule) : "every account")],
  ].filter(Boolean);
  const element = h(
    "li",
    { class: "card armed-rule" },
    h(
      "div",
      { class: "armed-head" },
      h("h3", { tabindex: "-1" }, h("span", { class: "place" }, `${describePlace(rule)}: `), describeDeed(rule)),
      h("span", { class: "badge" }, rule.id),
      state,
    ),
    h(
      "dl",
      { class: "facts" },
      facts.map(([name, value]) => h("div", {}, h("dt", {}, name), value)),
    ),
    h(
      "div",
      { class: "bar" },
      makeLink(address, "live", { fault: rule.id }, "Which exchanges it struck"),
      h("button", { class: "small", type: "button", on: { click: () => copy(rule) } }, "Arm a copy"),
      makeButton("Disarm", () => perform(disarmRule(rule.id), `Disarmed ${rule.id}.`), {
        class: "small danger",
        "aria-label": `Disarm ${rule.id}`,
      }),
    ),
    h(
      "div",
      { class: "bar armed-more" },
      h("details", {}, h("summary", {}, "As JSON"), showCode(JSON.stringify(picked, null, 2), `${rule.id} as JSON`)),
      showCommands(() => makeControlCommands(armRule(picked, account ?? "")), `Arm ${rule.id} as code`),
      showCommands(() => makeControlCommands(disarmRule(rule.id)), `Disarm ${rule.id} as code`),
    ),
  );

  function update(now) {
    replace(calls, now.calls);
    replace(hits, now.hits);
    replace(state, now.spent ? "spent" : now.hits ? "striking" : "waiting");
    state.className = `badge ${now.spent ? "" : now.hits ? "warn" : "info"}`;
  }
  return { element, update };
}
