// Fields that have others in them: objects, lists, and values of one of several kinds.
//
// Each takes the function that makes any field as `makeField`.

import { h, replace } from "../base/dom.mjs";
import { makeId, makeName, makeWords } from "./field_words.mjs";
import { checkValue } from "./schema_checks.mjs";
import { findKind, listAlternatives, nameSchema, simplifySchema } from "./schemas.mjs";

function makeFieldset(name, schema, isMarked, ...content) {
  const id = makeId();
  const words = makeWords(id, schema);
  const element = h(
    "fieldset",
    { class: "group", ...words.described },
    h("legend", {}, makeName(name, isMarked)),
    words.problem,
    words.hint,
    content,
  );
  return { element, show: words.show };
}

/** Make a field for each member of an object; those that are required come first. */
export function makeGroup(name, schema, { isRequired, isMarked, changed, makeField }) {
  const members = makeMembers(schema, { changed, makeField });
  const { element, show } = makeFieldset(name, schema, isMarked, h("div", { class: "fields" }, members.elements));
  return {
    element,
    target: members.target,
    read() {
      const { value, problems } = members.read();
      const isEmpty = Object.keys(value).length === 0 && !isRequired;
      return { value: isEmpty ? undefined : value, problems };
    },
    write: (value) => members.write(value ?? {}),
    showProblem: (path, reason) => members.showProblem(path, reason) || show(reason),
    clearProblems() {
      show("");
      members.clearProblems();
    },
  };
}

/** Make the fields of an object's members; what a value has beside them is kept as it is. */
export function makeMembers(schema, { changed, makeField }) {
  const required = new Set(schema.required ?? []);
  const names = Object.keys(schema.properties ?? {}).sort((one, other) => required.has(other) - required.has(one));
  const fields = new Map(
    names.map((name) => [name, makeField(name, schema.properties[name], { isRequired: required.has(name), changed })]),
  );
  let others = {};
  return {
    fields,
    elements: [...fields.values()].map(({ element }) => element),
    target: fields.values().next().value?.target,
    read() {
      const read = [...fields].map(([name, field]) => [name, field.read()]);
      const value = Object.fromEntries(
        read.filter(([, { value: member }]) => member !== undefined).map(([name, each]) => [name, each.value]),
      );
      const problems = read.flatMap(([name, each]) =>
        each.problems.map(({ path, reason }) => ({ path: [name, ...path], reason })),
      );
      return { value: { ...value, ...others }, problems };
    },
    write(value) {
      for (const [name, field] of fields) field.write(Object.hasOwn(value, name) ? value[name] : undefined);
      others = Object.fromEntries(Object.entries(value).filter(([name]) => !fields.has(name)));
    },
    /** Show a problem at the member that it is about; tell whether there is one. */
    showProblem([name, ...rest], reason) {
      const field = fields.get(name);
      field?.showProblem(rest, reason);
      return Boolean(field);
    },
    clearProblems: () => fields.forEach((field) => field.clearProblems()),
  };
}

/** Make a list of fields, to which more can be added. */
export function makeList(name, schema, { isRequired, isMarked, spoken, changed, makeField }) {
  let items = [];
  const list = h("ol", { class: "items" });
  const add = h("button", { class: "small", type: "button", on: { click: addEmpty } }, "Add an item");
  const { element, show } = makeFieldset(name, schema, isMarked, list, add);

  function makeItem() {
    const options = { isRequired: true, isMarked: false, spoken: `an item of ${spoken}`, changed };
    const item = makeField("item", schema.items, options);
    const remove = h(
      "button",
      {
        class: "small",
        type: "button",
        "aria-label": `Remove this item of ${name}`,
        on: { click: () => removeItem(item) },
      },
      "Remove",
    );
    item.line = h("li", {}, item.element, remove);
    return item;
  }
  function showItems(next) {
    items = next;
    list.replaceChildren(...items.map(({ line }) => line));
  }
  function addEmpty() {
    const item = makeItem();
    showItems([...items, item]);
    item.target?.focus();
    changed();
  }
  function removeItem(item) {
    showItems(items.filter((each) => each !== item));
    add.focus();
    changed();
  }
  return {
    element,
    target: add,
    read() {
      const read = items.map((item) => item.read());
      const value = read.map((each) => (each.value === undefined ? makeEmpty(schema.items) : each.value));
      const problems = read.flatMap((each, index) =>
        each.problems.map(({ path, reason }) => ({ path: [index, ...path], reason })),
      );
      return { value: items.length || isRequired ? value : undefined, problems };
    },
    write(value) {
      const values = value === undefined ? [] : [value].flat();
      showItems(values.map(makeItem));
      items.forEach((item, index) => item.write(values[index]));
    },
    showProblem: ([index, ...rest], reason) => (items[index] ? items[index].showProblem(rest, reason) : show(reason)),
    clearProblems() {
      show("");
      for (const item of items) item.clearProblems();
    },
  };
}

/** Let somebody choose which of several schemas a value is of; what was written in another is kept. */
export function makeAlternatives(name, schema, { isRequired, isMarked, spoken, changed, makeField }) {
  const all = listAlternatives(schema);
  const fields = all.map((each) =>
    makeField(nameSchema(each), { ...each, description: undefined }, { isRequired: true, isMarked: false, spoken, changed }),
  );
  const content = h("div", {});
  const label = isRequired ? "choose …" : "not set";
  const select = h(
    "select",
    {
      "aria-label": `Which kind of ${name}`,
      on: {
        change: () => {
          show();
          changed();
        },
      },
    },
    h("option", { value: "" }, label),
    all.map((each, index) => h("option", { value: String(index) }, nameSchema(each))),
  );
  const outer = makeFieldset(
    name,
    { description: schema.description, default: schema.default },
    isMarked,
    select,
    content,
  );
  const find = () => fields[select.value === "" ? -1 : Number(select.value)];
  const show = () => replace(content, find()?.element);
  return {
    element: outer.element,
    target: select,
    read: () => find()?.read() ?? { value: undefined, problems: [] },
    write(value) {
      const fitting = all.findIndex((each) => checkValue(value, each).length === 0);
      const index = value === undefined ? -1 : Math.max(0, fitting);
      select.value = index < 0 ? "" : String(index);
      if (index >= 0) fields[index].write(value);
      show();
    },
    showProblem: (path, reason) => (find() ? find().showProblem(path, reason) : outer.show(reason)),
    clearProblems() {
      outer.show("");
      fields.forEach((field) => field.clearProblems());
    },
  };
}

function makeEmpty(given) {
  return { text: "", object: {}, list: [] }[findKind(simplifySchema(given))] ?? null;
}
