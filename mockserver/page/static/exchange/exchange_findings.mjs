// What is to be noticed about an exchange: the fault that struck it, the rules it broke, advice.

import { h, markCode, replace } from "../base/dom.mjs";
import { describeRule } from "../common/fault_words.mjs";
import { findLevelKind } from "../common/verdict_levels.mjs";
import { loadVerdicts } from "../common/verdict_list.mjs";
import { makeLink } from "../parts/links.mjs";
import { encodeName, get, holdToRefusal } from "../server/api.mjs";

/** Show what is to be noticed about an exchange. */
export function showFindings(context, exchange) {
  const list = h("ul", { class: "findings" });
  const struck = exchange.fault_id && addFault(list, context, exchange);
  list.append(...listWords(exchange).map(({ kind, text }) => makeFinding(kind, markCode(text))));
  const verdicts = addVerdicts(list, context, exchange);
  Promise.all([struck, verdicts]).catch(holdToRefusal);
  return list;
}

function listWords(exchange) {
  const { unknown_params: unknown, numbers_as_text: texts, advice, hint } = exchange;
  return [
    hint && { kind: "info", text: hint },
    unknown && { kind: "warn", text: `Not in the model's contract, and passed on: ${unknown.join(", ")}. A typing error looks just like it.` },
    texts && { kind: "warn", text: `Sent as text though it is a number or a boolean: ${texts.join(", ")}. It was read as what it spells.` },
    ...(advice ?? []).map((text) => ({ kind: "info", text })),
  ].filter(Boolean);
}

function makeFinding(kind, ...children) {
  return h("li", { class: `finding ${kind}` }, children);
}

async function addFault(list, { address }, { fault_id: id }) {
  const words = h("span", {}, "…");
  const link = makeLink(address, "faults", { fault: id }, id);
  list.prepend(makeFinding("bad", "Struck by the fault ", link, ": ", words));
  try {
    const rule = await get(`/_mock/faults/${encodeName(id)}`);
    replace(words, describeRule(rule));
  } catch (error) {
    if (!error.isGone) throw error;
    replace(words, "it is armed no longer");
  }
}

async function addVerdicts(list, { address, panel }, exchange) {
  const { verdicts } = await loadVerdicts(exchange.account, address.query.one_run === "true");
  for (const { id, level, title } of verdicts.filter(({ requests }) => requests.includes(exchange.seq))) {
    const link = makeLink(address, "verdicts", { rule: id, one_run: address.query.one_run }, title);
    // Where the panel covers the view it would hide what the link goes to.
    link.addEventListener("click", () => address.view === "verdicts" && panel.close());
    list.append(makeFinding(findLevelKind(level), h("strong", {}, level), " ", link, " ", h("code", {}, id)));
  }
}
