// Which accounts the page is about: all, or those that somebody chose.

import { h, replace } from "../base/dom.mjs";
import { makeListeners } from "../base/listeners.mjs";
import { showAccountName } from "../common/account_parts.mjs";
import { makePopover } from "../parts/popover.mjs";
import { makeRefresh } from "../parts/refresh.mjs";
import { get } from "../server/api.mjs";

const MOST_LISTED = 200;

/**
 * Make the scope: `chosen` has the names of accounts, none for all; `changed` tells of changes.
 *
 * It is in the page's address, as `account=account-1,account-2`.
 */
export function makeScope(address) {
  const changed = makeListeners();
  const scope = { chosen: read(address), changed, has, choose };
  address.changed.add(() => {
    const chosen = read(address);
    if (chosen.join() === scope.chosen.join()) return;
    scope.chosen = chosen;
    changed.call();
  });

  /** Tell whether an account, by its name or null for nobody's, is one of them. */
  function has(account) {
    return scope.chosen.length === 0 || scope.chosen.includes(account);
  }

  function choose(accounts) {
    address.set({ account: accounts.join(",") });
  }

  return scope;
}

/** Make what shows the scope, and lets somebody choose. */
export function makeScopeChooser(scope, exchanges) {
  const list = h("ul", { class: "choices" });
  let accounts = [];
  let isCut = false;
  const refresh = makeRefresh(exchanges, () => get("/_mock/accounts", { limit: MOST_LISTED }), (page) => {
    accounts = page.accounts;
    isCut = page.next !== null;
    show();
  });
  const { element, summary, content } = makePopover("scope", () => refresh.start(), () => refresh.stop());
  replace(content, list);
  scope.changed.add(show);
  show();

  function show() {
    const { chosen } = scope;
    replace(summary, chosen.length === 0 ? "All accounts" : chosen.length === 1 ? chosen[0] : `${chosen.length} accounts`);
    const gone = chosen.filter((name) => !accounts.some(({ account }) => account === name)).map((account) => ({ account }));
    const focused = list.contains(document.activeElement) ? document.activeElement.value : null;
    replace(list, makeChoice("", "All accounts", chosen.length === 0), [...gone, ...accounts].map(({ account, api_key: key }) =>
      makeChoice(account, showAccountName({ account, api_key: key }), chosen.includes(account))), isCut && makeRest());
    if (focused !== null) [...list.querySelectorAll("input")].find(({ value }) => value === focused)?.focus();
  }

  function makeChoice(name, label, isChosen) {
    const box = h("input", { type: "checkbox", value: name, checked: isChosen, on: { change: () => toggle(name, box.checked) } });
    return h("li", {}, h("label", {}, box, " ", label));
  }

  /** Say where the accounts are that are not listed here. */
  function makeRest() {
    return h("li", { class: "small faint" }, `These are the first ${MOST_LISTED}. To choose another, open it in Accounts and press “Show this account alone”.`);
  }

  function toggle(name, isChosen) {
    if (name === "") scope.choose([]);
    else scope.choose(isChosen ? [...scope.chosen, name] : scope.chosen.filter((each) => each !== name));
    show();
  }

  return element;
}

function read(address) {
  return (address.query.account ?? "").split(",").filter(Boolean);
}
