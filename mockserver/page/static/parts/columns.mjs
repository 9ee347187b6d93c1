// One list for all accounts, or one beside another for each of a few.

import { h, replace } from "../base/dom.mjs";

const MOST = 4;

/**
 * Make the lists; `arrange` makes them anew for those accounts that were chosen.
 *
 * @param {(accounts: string[], name: string) => object} makeList Makes the list of some accounts,
 *   or of all if there are none; `name` ends its label where it is one of several. A list has its
 *   `element` and its `counts`, `{matching, total}`, and can `show` and `stop`.
 */
export function makeColumns(makeList) {
  const element = h("div", { class: "columns" });
  let columns = [];

  function arrange(accounts) {
    for (const { list } of columns) list.stop();
    const isMany = accounts.length > 1 && accounts.length <= MOST;
    columns = isMany ? accounts.map((account) => makeColumn(makeList, account)) : [makeOnly(makeList, accounts)];
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

function makeOnly(makeList, accounts) {
  const list = makeList(accounts, "");
  return { list, element: list.element, count: null };
}

function makeColumn(makeList, account) {
  const list = makeList([account], ` of ${account}`);
  const count = h("span", { class: "faint number" });
  const head = h("h2", {}, h("code", {}, account), " ", count);
  return { list, count, element: h("section", { class: "column", "aria-label": account }, head, list.element) };
}
