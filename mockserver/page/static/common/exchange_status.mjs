// The status of an answer, and what it says of how the exchange went.

import { h } from "../base/dom.mjs";

/** Return the class that tells how an answer with this status went. */
export function findStatusKind(status) {
  if (status >= 500) return "bad";
  if (status >= 400) return "warn";
  return status >= 300 ? "faint" : "good";
}

/** Show the status of an answer as a badge. */
export function showStatus(status) {
  if (status === null || status === undefined) return h("span", { class: "badge bad" }, "none was sent");
  return h("span", { class: ["badge", findStatusKind(status)] }, status);
}
