// One list of exchanges for all accounts, or one beside another for each of a few.

import { h, replace } from "./dom.mjs";
import { makeEmpty } from "./empty.mjs";
import { makeExchangeList } from "./exchange_list.mjs";

const MOST = 4;

/**
 * Make the lists; `arrange` makes them anew for those accounts that were chosen.
 *
 * @param {object} options What each list is made of (see exchange_list.mjs), but for what its own
 *   account makes of it, and `emptyActions`, what the buttons of an empty list do.
 */
export function makeColumns(options) {
  const element = h("div", { class: "columns" });
  let columns = [];

  function arrange(accounts) {
    for (const { list } of columns) list.stop();
    const isMany = accounts.length > 1 && accounts.length <= MOST;
    columns = isMany ? accounts.map((account) => makeColumn(options, account)) : [makeOnly(options, accounts)];
    element.classList.toggle("is-many", isMany);
    replace(element, columns.map((column) => column.element));
    for (const { list } of columns) list.show();
  }

  function showCounts() {
    for (const { list, count } of columns) {
      if (count) replace(count, renderCounts(list.counts));
    }
  }

  return { element, arrange, showCounts, each: (work) => columns.forEach(({ list }) => work(list)) };
}

/** Say how many of how many are shown. */
export function renderCounts({ matching, total }) {
  const [some, all] = [matching, total].map((count) => count.toLocaleString("en"));
  return matching === total ? all : `${some} of ${all}`;
}

function makeOnly(options, accounts) {
  const isOurs = ({ account }) => accounts.length === 0 || accounts.includes(account);
  const empty = makeEmpty(options.emptyActions);
  const list = makeExchangeList({ ...options, label: "Exchanges", isOurs, hasAccount: accounts.length !== 1, empty });
  return { list, element: list.element, count: null };
}

function makeColumn(options, account) {
  const isOurs = (exchange) => exchange.account === account;
  const empty = makeEmpty(options.emptyActions);
  const list = makeExchangeList({ ...options, label: `Exchanges of ${account}`, isOurs, hasAccount: false, empty });
  const count = h("span", { class: "faint number" });
  const head = h("h2", {}, h("code", {}, account), " ", count);
  return { list, count, element: h("section", { class: "column", "aria-label": account }, head, list.element) };
}
