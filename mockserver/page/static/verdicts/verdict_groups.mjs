// Verdicts by their rules: what each rule says, and which exchanges broke it.

import { h, markCode, replace } from "../base/dom.mjs";
import { inflect } from "../base/text.mjs";
import { showAccountName } from "../common/account_parts.mjs";
import { makeLine, showTimeOfDay } from "../common/exchange_line.mjs";
import { makeLevelBadge } from "../common/verdict_levels.mjs";
import { listFacts } from "../exchange/behaviours.mjs";
import { goTo } from "../exchange/exchange.mjs";

const MOST_SHOWN = 10;

/**
 * Make what shows groups of verdicts in a list.
 *
 * @returns {{update: Function}} `update(groups, {rules, level, rule})` shows them, and goes to the one
 *   that the address names. What is the same as before stays as it is, with what was opened in it.
 */
export function showGroups(context, list) {
  const shown = new Map();
  const opened = new Set();
  let arrived = null;

  function update(groups, { rules, level, rule }) {
    if (groups.length === 0) {
      shown.clear();
      replace(list, showNothing(rules, level));
      return;
    }
    for (const id of shown.keys()) if (!groups.some((group) => group.id === id)) shown.delete(id);
    const cards = groups.map((group) => {
      const { text, card } = shown.get(group.id) ?? {};
      const next = describe(context, group);
      if (next === text) return card;
      const updated = updateCard(context, group, opened, card);
      shown.set(group.id, { text: next, card: updated });
      return updated;
    });
    const isSame = list.children.length === cards.length && cards.every((card, place) => list.children[place] === card);
    if (!isSame) list.replaceChildren(...cards);
    if (rule && rule !== arrived) arrive(shown.get(rule)?.card);
    arrived = rule ?? null;
  }

  return { update };
}

/** Return what a card depends on: the verdicts, and how much the page knows of their exchanges. */
function describe({ exchanges }, group) {
  const known = group.accounts.map(({ requests }) => requests.filter((seq) => exchanges.find(seq)).length);
  return JSON.stringify([group, known, exchanges.isSettled]);
}

function arrive(card) {
  if (!card) return;
  card.scrollIntoView({ block: "start" });
  card.querySelector("h2").focus({ preventScroll: true });
}

/** Make the card of a rule, or bring up to date what one has of its exchanges. */
function updateCard(context, group, opened, card) {
  const parts = group.accounts.map((each) => showAccount(context, each, opened, `${group.id} ${each.account}`));
  if (!card) return makeCard(group, parts);
  const held = card.querySelector(".broken");
  const seq = held.contains(document.activeElement) ? document.activeElement.dataset.seq : undefined;
  replace(held, parts);
  if (seq) held.querySelector(`[data-seq="${seq}"]`)?.focus({ preventScroll: true });
  return card;
}

function makeCard({ id, level, title, explanation, facts }, parts) {
  return h(
    "article",
    { class: "card verdict-card", "data-rule": id, "aria-labelledby": `rule-${id}` },
    h(
      "div",
      { class: "rule-words" },
      h("p", { class: "bar" }, makeLevelBadge(level), h("code", { class: "faint" }, id)),
      h("h2", { id: `rule-${id}`, tabindex: "-1" }, title),
      h("p", {}, markCode(explanation)),
      h("details", { class: "small" }, h("summary", {}, `Rests on ${facts.join(", ")}`), listFacts(facts)),
    ),
    h("div", { class: "broken" }, parts),
  );
}

function showAccount(context, { account, key, requests }, opened, name) {
  const whose = account ? showAccountName({ account, api_key: key }) : "Calls of nobody's: no key that is known came with them";
  const count = `${requests.length.toLocaleString("en")} ${inflect("exchange", requests.length)}`;
  const most = opened.has(name) ? requests.length : MOST_SHOWN;
  const rows = h("ul", { class: "lines" }, requests.slice(0, most).map((seq) => showRow(context, seq)));
  const rest = requests.length - most;
  const showAll = () => {
    opened.add(name);
    button.remove();
    rows.append(...requests.slice(most).map((seq) => showRow(context, seq)));
    rows.children[most].querySelector("button").focus();
  };
  const button = rest > 0 ? h("button", { class: "small", type: "button", on: { click: showAll } }, `Show ${rest.toLocaleString("en")} more`) : null;
  return h("div", {}, h("p", { class: "whose" }, whose, " · ", count), rows, button);
}

function showRow(context, seq) {
  const exchange = context.exchanges.find(seq);
  const unknown = isToCome(context, seq) ? "…" : "of earlier";
  return h("li", {}, makeLine(seq, exchange, () => goTo(context, seq), unknown), exchange && showTimeOfDay(exchange));
}

/** Tell whether an exchange is still on its way to the page. */
function isToCome({ exchanges }, seq) {
  return !exchanges.isSettled || seq > (exchanges.all.at(-1)?.seq ?? 0);
}

/** Say that nothing is broken, and what is looked at. */
function showNothing(rules, level) {
  const looked = rules.filter((rule) => !level || rule.level === level);
  return h(
    "div",
    { class: "empty" },
    h("h2", {}, level ? `No ${level} rule is broken` : "No rule is broken"),
    h("p", {}, "Every exchange in the journal is held against these rules; a client that breaks one is listed here, with the exchanges that show it."),
    h("ul", { class: "rules" }, looked.map(({ id, level: each, title, explanation }) =>
      h("li", {}, h("details", {}, h("summary", {}, makeLevelBadge(each), ` ${title} `, h("code", { class: "faint" }, id)), h("p", {}, markCode(explanation)))))),
  );
}
