// What a view says where its filters let nothing through.

import { h } from "../base/dom.mjs";

/**
 * Make what is said.
 *
 * @param {string} what What the view shows, one of them, as `job`.
 * @param {() => void} clear Clears the filters.
 */
export function makeNoMatch(what, clear) {
  return [
    h("h2", {}, `No ${what} matches the filters`),
    h("button", { type: "button", on: { click: clear } }, "Show them without filters"),
  ];
}
