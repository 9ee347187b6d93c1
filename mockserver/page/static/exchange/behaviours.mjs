// The facts behind an answer: their words, what they rest on, and where that can be read.

import { h, markCode, replace } from "../base/dom.mjs";
import { explainEvidence } from "../common/evidence.mjs";
import { holdToRefusal } from "../server/api.mjs";
import { loadBehaviours } from "../server/tables.mjs";

/** Show the facts of these ids under a heading. */
export function showFacts(ids) {
  if (!ids?.length) return null;
  return h("section", { "aria-label": "Facts" }, h("h3", {}, "Facts behind the answer"), listFacts(ids));
}

/** List facts with their words; an id without a fact says by itself what it is. */
export function listFacts(ids) {
  const list = h("dl", { class: "fact-list" }, ids.map((id) => showFact(id)));
  loadBehaviours().then(
    (facts) => replace(list, ids.map((id) => showFact(id, facts.find((fact) => fact.id === id)))),
    holdToRefusal,
  );
  return list;
}

function showFact(id, fact) {
  const words = fact
    ? [markCode(fact.statement), h("p", { class: "faint small" }, `${showEvidence(fact.evidence)} – ${fact.source}`)]
    : h("span", { class: "faint" }, explainOther(id));
  return h("div", {}, h("dt", {}, h("code", {}, id)), h("dd", {}, words));
}

/** Return kinds of evidence in words. */
function showEvidence(kinds) {
  return kinds.map((kind) => `${kind} (${explainEvidence(kind)})`).join(", ");
}

function explainOther(id) {
  if (id.startsWith("recorded:")) return "The answer was played from a recording.";
  if (id === "replay-miss") return "The recording that is played has no answer to this.";
  if (id === "emulated") return "The recording had no answer: the emulator gave its own.";
  return "";
}
