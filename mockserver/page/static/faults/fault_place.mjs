// Which calls a rule strikes: where, on which side of the work, and how often.

import { h } from "../base/dom.mjs";
import { STATES } from "../common/job_states.mjs";
import { makeId, makeName, makeWords } from "../forms/field_words.mjs";
import { makeField } from "../forms/fields.mjs";

const WHEN = { before: "before anything is done", after: "after the work was done and charged" };
const COUNTS = {
  times: { type: "integer", minimum: 1, description: "How often, at the most." },
  skip: { type: "integer", minimum: 0, description: "The first so many calls pass." },
  every: { type: "integer", minimum: 1, description: "Each so-manieth call." },
  probability: {
    type: "number",
    exclusiveMinimum: 0,
    maximum: 1,
    description: "The same seed strikes the same calls.",
  },
};
const ANY = "";

/**
 * Make the fields.
 *
 * `read()` returns `{value, problems}` with all of a rule but its `do`; `write(rule)` sets them;
 * `fit(rows, isList)` offers what these effects can do, and keeps what was chosen;
 * `showProblem(name, reason)` shows what is wrong with a field, and tells whether there is one.
 *
 * @param {object[]} routes Routes with `name`, `methods`, `path`, `has_model`, `has_state`.
 * @param {() => void} changed Called when somebody has changed anything.
 */
export function makePlace(routes, changed) {
  const models = h("datalist", { id: makeId() });
  const route = makeSelect("route", [
    [ANY, "any"],
    ...routes.map(({ name, methods, path }) => [name, `${name}: ${methods[0]} ${path}`]),
  ]);
  const model = makeEntry("model", (attributes) =>
    h("input", { ...attributes, list: models.id, autocomplete: "off", placeholder: "any" }),
  );
  const state = makeSelect(
    "state",
    [[ANY, "any"], ...STATES.map((each) => [each, each])],
    "Of the job that is asked about.",
  );
  const when = makeSelect("when", [[ANY, ""], ...Object.entries(WHEN)]);
  const counts = new Map(Object.entries(COUNTS).map(([name, schema]) => [name, makeField(name, schema, { changed })]));
  const fields = new Map([...Object.entries({ route, model, state, when }), ...counts]);
  const countFields = h(
    "div",
    { class: "fields" },
    [...counts.values()].map(({ element }) => element),
  );
  const noCounts = h(
    "p",
    { class: "hint" },
    "A list goes without times, skip, every and probability: its n-th effect strikes the n-th call.",
  );
  const element = h(
    "div",
    { class: "form" },
    h("div", { class: "fields" }, route.element, model.element, models, state.element, when.element),
    countFields,
    noCounts,
  );
  let isList = false;
  let rows = [];
  for (const each of [route, model, state, when]) {
    each.target.addEventListener("input", () => {
      fit(rows, isList);
      changed();
    });
  }

  function read() {
    const where = { route, model, state };
    const on = Object.fromEntries(
      Object.entries(where)
        .map(([name, { target }]) => [name, target.value.trim()])
        .filter(([, text]) => text),
    );
    const value = { ...(Object.keys(on).length && { on }), ...(when.target.value && { when: when.target.value }) };
    const problems = [];
    for (const [name, field] of isList ? [] : counts) {
      const found = field.read();
      problems.push(...found.problems.map(({ reason }) => ({ path: [name], reason })));
      if (found.value !== undefined) value[name] = found.value;
    }
    return { value, problems };
  }

  function write(rule) {
    const { on = {} } = rule;
    choose(route.target, on.route === "*" ? ANY : (on.route ?? ANY));
    model.target.value = on.model ?? "";
    choose(state.target, on.state ?? ANY);
    choose(when.target, rule.when ?? ANY);
    for (const [name, field] of counts) field.write(rule[name] ?? undefined);
  }

  function fit(nextRows, nextIsList) {
    [rows, isList] = [nextRows, nextIsList];
    [countFields.hidden, noCounts.hidden] = [isList, !isList];
    const strikes = (name) => rows.every((row) => row.routes.includes(name));
    const has = (name) => rows.every((row) => row.when.includes(name));
    for (const option of route.target.options) option.disabled = option.value !== ANY && !strikes(option.value);
    for (const option of when.target.options) option.disabled = option.value !== ANY && !has(option.value);
    when.target.options[0].textContent = isList ? "as each effect has it" : (WHEN[rows[0]?.when[0]] ?? "any");
    const chosen = routes.find(({ name }) => name === route.target.value);
    const effects = rows.map(({ effect }) => effect).join(", ");
    route.show(route.target.selectedOptions[0]?.disabled ? `${effects} never strikes it` : "");
    when.show(when.target.selectedOptions[0]?.disabled ? `${effects} cannot strike then` : "");
    model.show(chosen && !chosen.has_model && model.target.value ? `${chosen.name} has no model` : "");
    state.show(chosen && !chosen.has_state && state.target.value ? `${chosen.name} has no state` : "");
  }

  return {
    element,
    read,
    write,
    fit,
    setModels: (slugs) => models.replaceChildren(...slugs.map((slug) => h("option", { value: slug }))),
    showProblem(name, reason) {
      fields.get(name)?.showProblem([], reason);
      return fields.has(name) && !(isList && counts.has(name));
    },
    clearProblems() {
      for (const field of fields.values()) field.clearProblems();
      fit(rows, isList);
    },
  };
}

function makeSelect(name, options, description) {
  const make = (attributes) =>
    h(
      "select",
      attributes,
      options.map(([value, text]) => h("option", { value }, text)),
    );
  return makeEntry(name, make, description);
}

function makeEntry(name, make, description) {
  const id = makeId();
  const words = makeWords(id, { description });
  const target = make({ id, ...words.described });
  function show(reason) {
    words.show(reason);
    if (reason) target.setAttribute("aria-invalid", "true");
    else target.removeAttribute("aria-invalid");
  }
  const element = h(
    "div",
    { class: "field" },
    h("label", { for: id }, makeName(name)),
    target,
    words.problem,
    words.hint,
  );
  return { element, target, show, showProblem: (_path, reason) => show(reason), clearProblems: () => show("") };
}

/** Choose an option; one that the list lacks is added, as it stands in a rule. */
function choose(select, value) {
  if (![...select.options].some((option) => option.value === value)) select.append(h("option", { value }, value));
  select.value = value;
}
