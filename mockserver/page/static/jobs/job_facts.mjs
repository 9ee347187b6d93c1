// What is to be said of a job, as a list of facts.

import { h, replace } from "../base/dom.mjs";
import { showInstant } from "../base/instants.mjs";
import { renderMoney } from "../base/money.mjs";
import { renderDuration } from "../base/times.mjs";
import { showAccountName } from "../common/account_parts.mjs";
import { showLongText } from "../parts/json_view.mjs";
import { makeStateBadge } from "./job_rows.mjs";
import { renderDistance } from "./job_words.mjs";

/** Make the facts of a job; `update` shows them as they are at another instant. */
export function makeJobFacts() {
  const element = h("dl", { class: "facts" });
  let shown = [];

  function update(life, polls) {
    const rows = listFacts(life, polls).filter(([, value]) => value);
    const next = rows.map(([name, value]) => ({ name: h("dt", {}, name), value: h("dd", {}, value) }));
    const texts = next.map(({ name, value }) => `${name.textContent}\n${value.textContent}`);
    // What stays as it is may be selected, or opened.
    if (texts.length !== shown.length) replace(element, next.map(({ name, value }) => [name, value]));
    else texts.forEach((text, index) => text !== shown[index] && putRow(element, index, next[index]));
    shown = texts;
  }

  return { element, update };
}

function putRow(element, index, { name, value }) {
  element.children[2 * index].replaceWith(name);
  element.children[2 * index + 1].replaceWith(value);
}

function listFacts(life, polls) {
  const { job, now } = life;
  const { error, cost } = job.document;
  return [
    ["State", [makeStateBadge(life), life.state === "EXPIRED" && ` was ${life.reached}`]],
    ["Error", error && showLongText(String(error))],
    ["Charged", cost !== undefined && renderMoney(cost)],
    ["Id", h("code", {}, job.id)],
    ["Account", showAccountName(job.document)],
    ["Now", showDistant(now)],
    ...life.stages.map((stage) => [nameStage(stage, now), showStage(stage, life)]),
    [life.expiry.isPlanned ? "Expires" : "Expired", showDistant(life.expiry.at, now)],
    ["Polled", polls === 0 ? "not yet" : polls === 1 ? "once" : `${polls} times`],
  ];
}

function nameStage({ state, from }, now) {
  return from > now ? `${state}, planned` : state;
}

function showStage({ state, from, to }, { now, end, isStalled, reached }) {
  const isEnd = state === end?.state;
  const length = isEnd || (isStalled && state === reached) ? "" : `, for ${renderDuration(to - from)}`;
  return [showDistant(from, from > now ? now : null), length, isStalled && state === reached && ", stalled"];
}

/** Show an instant, and how far it is from another. */
function showDistant(at, now = null) {
  return [
    showInstant(at),
    now !== null && h("span", { class: "faint" }, ` ${renderDistance(at, now)}`),
  ];
}
