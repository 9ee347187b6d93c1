// Exchanges as they come.

import { h, replace } from "./dom.mjs";

/** Make the view of exchanges. */
export function makeLive({ exchanges, scope }) {
  const list = h("ul", {});
  const show = () => replace(list, exchanges.all.filter(({ account }) => scope.has(account)).slice(-50).reverse().map((exchange) =>
    h("li", {}, `${exchange.method} ${exchange.path} ${exchange.status ?? exchange.delivery}`)));
  exchanges.added.add(show);
  exchanges.forgotten.add(show);
  scope.changed.add(show);
  return { element: h("section", { "aria-labelledby": "live-title" }, h("h1", { id: "live-title" }, "Live"), list), show };
}
