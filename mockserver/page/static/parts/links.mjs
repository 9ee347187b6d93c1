// Links from one view of the page to another.

import { renderAddress } from "../base/address.mjs";
import { h } from "../base/dom.mjs";

/**
 * Make a link to a view; the accounts that the page is about stay.
 *
 * @param {object} address The address of the page.
 * @param {string} view The name of the view.
 * @param {object} query What of it, by name.
 * @param {...(Node|string)} children What the link says.
 */
export function makeLink(address, view, query, ...children) {
  const go = (event) => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    address.go(view, query);
  };
  // With its path, as a link within the page is taken for one that skips something.
  const href = `${location.pathname}#${renderAddress(view, { account: address.query.account, ...query })}`;
  return h("a", { href, on: { click: go } }, children);
}

/** Tell whether a click is to go there, and not to open another tab or window. */
export function isPlainClick(event) {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
}
