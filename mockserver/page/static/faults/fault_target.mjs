// For which account rules are armed: one, or all.

import { h, replace } from "../base/dom.mjs";
import { makeId } from "../forms/field_words.mjs";
import { get } from "../server/api.mjs";

const MOST_LISTED = 1000;

/**
 * Make the choice: `value` is the name of an account, empty for all; `changed` tells of changes.
 *
 * It begins with the account that the page is about, and follows it until somebody chooses.
 */
export function makeTarget(scope, changed) {
  const id = makeId();
  const select = h("select", { id, on: { change: changed } });
  const element = h(
    "div",
    { class: "field" },
    h("label", { for: id }, h("span", { class: "name" }, "For which account")),
    select,
  );
  let accounts = [];
  scope.changed.add(() => {
    show(scope.chosen[0] ?? "");
    changed();
  });
  show(scope.chosen[0] ?? "");

  function show(chosen) {
    const names = accounts.map(({ account }) => account);
    const gone = [...new Set([chosen, ...scope.chosen])]
      .filter((name) => name && !names.includes(name))
      .map((account) => ({ account }));
    replace(
      select,
      h("option", { value: "" }, "every account"),
      [...gone, ...accounts].map(({ account, api_key: key }) =>
        h("option", { value: account }, `${account}${key ? ` ${key}` : ""}`),
      ),
    );
    select.value = chosen;
  }

  return {
    element,
    get value() {
      return select.value;
    },
    choose(account) {
      show(account ?? "");
      changed();
    },
    async refresh() {
      ({ accounts } = await get("/_mock/accounts", { limit: MOST_LISTED }));
      show(select.value);
    },
  };
}
