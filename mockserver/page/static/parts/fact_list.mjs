// Facts about one thing, each a name and a value.

import { h } from "../base/dom.mjs";

/** Make a list of facts, `[name, value]` each; one without a value is left out. */
export function makeFactList(rows, kind = null) {
  return h("dl", { class: ["facts", kind] }, makeFactRows(rows));
}

/** Make what a list of facts has in it. */
export function makeFactRows(rows) {
  return rows.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]);
}
