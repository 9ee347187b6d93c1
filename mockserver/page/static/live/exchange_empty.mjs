// What stands where there is no exchange to show, and what to do about it.

import { h, replace } from "../base/dom.mjs";
import { showCode, showTabs } from "../parts/commands.mjs";
import { makeNoMatch } from "../parts/no_match.mjs";
import { get, holdToRefusal } from "../server/api.mjs";

/**
 * Make what is shown in place of the exchanges.
 *
 * @param {{clearFilters: () => void, showAll: () => void}} actions What its buttons do.
 */
export function makeEmpty(actions) {
  const element = h("div", { class: "empty", hidden: true });
  const ways = h("div", {});
  let shown = null;
  let isLoaded = false;

  async function loadWays() {
    if (isLoaded) return;
    isLoaded = true;
    try {
      const { snippets } = await get("/_mock/snippets");
      replace(ways, showTabs(snippets, "Ways to point a client here"));
    } catch (error) {
      holdToRefusal(error);
      isLoaded = false;
    }
  }

  /** Show the words for a reason of `findReason`; none for null. */
  function show(reason) {
    element.hidden = reason === null;
    if (reason === shown) return;
    shown = reason;
    replace(element, reason && WORDS[reason]({ ...actions, ways }));
    if (reason === "nothing") loadWays();
  }

  return { element, show };
}

/**
 * Return why a list shows nothing, or null if it shows something.
 *
 * @param {{inScope: number, matching: number}} counts How many exchanges there are of its accounts,
 *   and how many of them get through the filters.
 */
export function findReason({ inScope, matching }) {
  if (matching > 0) return null;
  return inScope > 0 ? "filtered" : "scope";
}

const WORDS = {
  // Who does not know yet says nothing.
  unknown: () => [],
  nothing: ({ ways }) => [
    h("h2", {}, "No exchanges yet"),
    h("p", {}, "Point a client at this server, and every exchange shows up here as it happens."),
    showCode(location.origin, "The address of this server"),
    ways,
  ],
  filtered: ({ clearFilters }) => makeNoMatch("exchange", clearFilters),
  scope: ({ showAll }) => [
    h("h2", {}, "No exchanges of this account yet"),
    h("p", {}, "Others have asked for something: this page shows those accounts alone that are chosen in its header."),
    h("button", { type: "button", on: { click: showAll } }, "Show all accounts"),
  ],
  gone: () => [
    h("h2", {}, "The server does not answer"),
    h("p", {}, "Nothing is listening at ", h("code", {}, location.origin), " any more. Start it again, and this page goes on by itself:"),
    showCode(`segmock serve --port ${location.port || "80"}\n`, "How to start it"),
  ],
};
