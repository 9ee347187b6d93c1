// A form for an object, made of its JSON Schema: as fields, or as JSON by hand.

import { h } from "../base/dom.mjs";
import { makeMembers } from "./field_groups.mjs";
import { makeField } from "./fields.mjs";
import { makeJsonBox } from "./json_box.mjs";
import { checkValue } from "./schema_checks.mjs";
import { simplifySchema } from "./schemas.mjs";

let count = 0;

/**
 * Make a form.
 *
 * `read()` returns `{value, problems}`: the object as it stands, and what keeps it from being read
 * (a number that is none, JSON that is none); `check()` shows at the fields all that the schema
 * finds wrong, and returns it; `write(value)` sets everything; `showProblem(path, reason)` shows one
 * at its field and tells whether there is one; `clearProblems()` shows none.
 *
 * Members that the schema does not name, and that it may have, are written as JSON in a box.
 *
 * @param {object} given The schema, references resolved.
 * @param {{value?: object, changed?: () => void}} options `value` is what the form begins with;
 *   `changed` is called when somebody has changed anything.
 */
export function makeForm(given, { value = {}, changed = () => {} } = {}) {
  const schema = simplifySchema(given);
  const members = makeMembers(schema, { changed, makeField });
  const others = schema.additionalProperties === false ? null : makeOthers(changed);
  const element = h("div", { class: "form" }, h("div", { class: "fields" }, members.elements), others?.element);
  write(value);

  function read() {
    const known = members.read();
    const more = others?.read() ?? { value: {}, problems: [] };
    return { value: { ...known.value, ...more.value }, problems: [...known.problems, ...more.problems] };
  }

  function write(next) {
    members.write(Object.fromEntries(Object.entries(next).filter(([name]) => !others || members.fields.has(name))));
    others?.write(Object.fromEntries(Object.entries(next).filter(([name]) => !members.fields.has(name))));
  }

  function check() {
    members.clearProblems();
    const { value: object, problems } = read();
    const all = problems.length ? problems : checkValue(object, schema);
    for (const { path, reason } of all) members.showProblem(path, reason);
    return all;
  }

  return {
    element,
    target: members.target,
    read,
    write,
    check,
    showProblem: members.showProblem,
    clearProblems: members.clearProblems,
  };
}

function makeOthers(changed) {
  const id = `others-${++count}`;
  const problem = h("p", { id: `${id}-problem`, class: "problem bad", hidden: true });
  const box = makeJsonBox({
    id,
    attributes: { "aria-describedby": `${id}-problem` },
    placeholder: '{"another": 1}',
    changed: tellChange,
  });
  const element = h(
    "details",
    { class: "others" },
    h("summary", {}, "Other fields"),
    h(
      "div",
      { class: "field" },
      h("label", { for: id }, "A JSON object with what has no field above"),
      box.element,
      problem,
    ),
  );

  function read() {
    const { value, problems } = box.read();
    const isObject = value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value));
    return isObject
      ? { value: value ?? {}, problems }
      : { value: {}, problems: [{ path: [], reason: "is no JSON object" }] };
  }
  function tellChange() {
    const [first] = read().problems;
    problem.textContent = first?.reason ?? "";
    problem.hidden = !first;
    changed();
  }
  return {
    element,
    read,
    write(value) {
      const isEmpty = Object.keys(value).length === 0;
      box.write(isEmpty ? undefined : value);
      if (!isEmpty) element.open = true;
    },
  };
}
