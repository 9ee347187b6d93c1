// What the page shows is in its address, `#view?name=value`: it can be copied, and gone back to.

import { makeListeners } from "./listeners.mjs";

/** Make the address: `view` and `query` say what it names, `changed` tells of changes. */
export function makeAddressState(first) {
  const changed = makeListeners();
  const state = { view: first, query: {}, changed, go, set };

  function read() {
    const [view, ...query] = location.hash.slice(1).split("?");
    state.view = view || first;
    state.query = Object.fromEntries(new URLSearchParams(query.join("?")));
  }

  /** Show a view with a query of its own; what the page is about, the accounts, stays. */
  function go(view, query = {}) {
    const { account } = state.query;
    location.hash = renderAddress(view, { account, ...query });
  }

  /** Change some of the query, in place of the last entry of the history. */
  function set(changes) {
    history.replaceState(null, "", `#${renderAddress(state.view, { ...state.query, ...changes })}`);
    read();
    changed.call();
  }

  addEventListener("hashchange", () => {
    read();
    changed.call();
  });
  read();
  return state;
}

/** Return the part of an address that names a view and what of it. */
export function renderAddress(view, query) {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return pairs.length ? `${view}?${new URLSearchParams(pairs)}` : view;
}
