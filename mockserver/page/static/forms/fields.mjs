// Fields made of JSON Schemas: a control with its name, what is asked of it, and what is wrong with it.

import { h } from "../base/dom.mjs";
import { makeControl } from "./controls.mjs";
import { makeAlternatives, makeGroup, makeList } from "./field_groups.mjs";
import { makeId, makeName, makeWords } from "./field_words.mjs";
import { checkValue } from "./schema_checks.mjs";
import { findKind, simplifySchema } from "./schemas.mjs";

/**
 * Make a field.
 *
 * Its `read()` returns `{value, problems}`, where a problem is `{path, reason}` and `value` undefined
 * where nothing is set; `write(value)` sets it, undefined leaves it empty; `showProblem(path, reason)`
 * shows what is wrong at the place, as deep as there is a field, and `clearProblems()` nothing.
 *
 * @param {string} name How it is called.
 * @param {object|boolean} given Its schema, references resolved.
 * @param {{isRequired?: boolean, isMarked?: boolean, spoken?: string, changed?: () => void}} options Whether
 *   something has to be set, and whether the name says so; how the field is called where its name alone
 *   would not tell; `changed` is called when somebody has changed anything.
 */
export function makeField(name, given, options = {}) {
  const { isRequired = false, isMarked = isRequired, spoken = name, changed = () => {} } = options;
  const schema = simplifySchema(given);
  const make = { object: makeGroup, list: makeList, alternatives: makeAlternatives }[findKind(schema)] ?? makePlain;
  const field = make(name, schema, { isRequired, isMarked, spoken, changed, makeField });
  return schema.isNullable ? allowNull(field, changed) : field;
}

function makePlain(name, schema, { isRequired, isMarked, spoken, changed }) {
  const id = makeId();
  const words = makeWords(id, schema);
  const attributes = { ...words.described, "aria-required": isRequired ? "true" : null };
  const control = makeControl(schema, { id, spoken, attributes, isRequired, changed: tellChange });

  function tellChange() {
    const { value, problems } = control.read();
    showProblems([...problems, ...(value === undefined ? [] : checkValue(value, schema))]);
    changed();
  }
  function showProblems([first]) {
    words.show(first?.reason ?? "");
    if (first) control.target.setAttribute("aria-invalid", "true");
    else control.target.removeAttribute("aria-invalid");
  }

  return {
    element: h(
      "div",
      { class: "field" },
      h("label", { for: id }, makeName(name, isMarked)),
      control.element,
      words.problem,
      words.hint,
    ),
    target: control.target,
    read: control.read,
    write: control.write,
    showProblem: (path, reason) =>
      showProblems([{ path, reason: path.length ? `${path.join(".")} ${reason}` : reason }]),
    clearProblems: () => showProblems([]),
  };
}

/** Add a box to a field that says null in its place. */
function allowNull(field, changed) {
  const box = h("input", {
    type: "checkbox",
    on: {
      change: () => {
        show();
        changed();
      },
    },
  });
  const content = h("div", { class: "nullable" }, field.element, h("label", { class: "null" }, box, " null"));
  const show = () => content.classList.toggle("is-null", box.checked);
  return {
    ...field,
    element: content,
    read: () => (box.checked ? { value: null, problems: [] } : field.read()),
    write(value) {
      box.checked = value === null;
      show();
      field.write(value === null ? undefined : value);
    },
  };
}
