// What stands beside a field: its name, what is asked of it, what is wrong with it.

import { h, markCode, replace } from "../base/dom.mjs";
import { describeLimits } from "./schemas.mjs";

let count = 0;

/** Return an id that no other field has. */
export function makeId() {
  return `field-${++count}`;
}

/** Make what a field of one value and a group of several have in common: a hint, and the place of a problem. */
export function makeWords(id, schema) {
  const description = schema.description ? h("span", {}, markCode(schema.description)) : null;
  const limits = describeLimits(schema);
  const hint = h(
    "p",
    { id: `${id}-hint`, class: "hint", hidden: !description && !limits },
    description,
    description && limits && " ",
    limits && h("span", { class: "limits" }, `(${limits})`),
  );
  const problem = h("p", { id: `${id}-problem`, class: "problem bad", hidden: true });
  const show = (reason) => {
    replace(problem, markCode(reason));
    problem.hidden = reason === "";
  };
  return { hint, problem, show, described: { "aria-describedby": `${id}-hint ${id}-problem` } };
}

/** Make the name of a field, with a mark if it has to be set. */
export function makeName(name, isMarked) {
  return [h("span", { class: "name" }, name), isMarked && h("span", { class: "required" }, " required")];
}
