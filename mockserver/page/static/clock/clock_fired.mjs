// Which jobs changed their state as the clock was moved.

import { h, replace } from "../base/dom.mjs";
import { parseInstant, renderDate, renderInstant, renderTime } from "../base/times.mjs";
import { findStateKind } from "../common/job_states.mjs";
import { makeLink } from "../parts/links.mjs";

const MOST_SHOWN = 50;

/** Make the list of changes of state: `show` takes what a move answers, `clear` empties the list. */
export function makeChangesOfState(address) {
  const element = h("div", { class: "fired", role: "status" });

  function show(changes) {
    if (changes.length === 0) return replace(element, h("p", { class: "faint" }, "No job changed its state on the way."));
    const title = changes.length === 1 ? "1 change of state on the way" : `${changes.length} changes of state on the way`;
    return replace(
      element,
      h("h3", {}, title),
      h("ol", {}, changes.slice(0, MOST_SHOWN).map((change) => makeLine(address, change, isOneDay(changes)))),
      changes.length > MOST_SHOWN && h("p", { class: "faint" }, `and ${changes.length - MOST_SHOWN} more.`),
    );
  }

  return { element, show, clear: () => replace(element) };
}

function isOneDay(changes) {
  return new Set(changes.map(({ at_utc: at }) => renderDate(parseInstant(at)))).size === 1;
}

function makeLine(address, { request_id: job, state, at_utc: at }, isBrief) {
  const instant = parseInstant(at);
  return h(
    "li",
    {},
    h("span", { class: ["badge", findStateKind(state)] }, state),
    makeLink(address, "jobs", { job }, h("code", {}, job)),
    h("span", { class: "small faint number", title: at }, isBrief ? renderTime(instant, 3) : renderInstant(instant)),
  );
}
