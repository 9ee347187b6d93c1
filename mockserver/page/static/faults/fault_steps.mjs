// What a rule does: one effect, or a list of them, one for each call, each with fields made of its schema.

import { h, markCode, replace } from "../base/dom.mjs";
import { describeEffect, findWord } from "../common/fault_words.mjs";
import { makeForm } from "../forms/form.mjs";

const PASS = "null";

/**
 * Make the steps of a rule.
 *
 * `read()` returns `{value, problems}` with the `do` of a rule; `write(deed)` sets it; `rows()` are the
 * rows of the effects that are chosen; `check()` shows what their schemas find wrong;
 * `showProblem(path, reason)` shows one where there is one step, and tells whether it did.
 *
 * @param {object[]} effects The rows of contracts/faults.json.
 * @param {() => void} changed Called when somebody has changed anything.
 */
export function makeSteps(effects, changed) {
  const list = h("ol", { class: "deed-steps" });
  const add = h(
    "button",
    { class: "small", type: "button", on: { click: () => addStep(makeStep(effects, tools)) } },
    "Then another",
  );
  const addPass = h(
    "button",
    { class: "small", type: "button", on: { click: () => addStep(makeStep(effects, tools, null)) } },
    "Then let one pass",
  );
  const element = h("div", { class: "deed" }, list, h("div", { class: "bar" }, add, addPass));
  const tools = { changed, move, remove };
  let steps = [];

  function show(next) {
    steps = next;
    list.classList.toggle("is-single", steps.length === 1);
    list.replaceChildren(...steps.map(({ element: line }) => line));
    steps.forEach((step, index) => step.place(index, steps.length));
  }

  function addStep(step) {
    show([...steps, step]);
    step.focus();
    changed();
  }

  function move(step, by) {
    const from = steps.indexOf(step);
    const next = steps.filter((each) => each !== step);
    next.splice(from + by, 0, step);
    show(next);
    changed();
  }

  function remove(step) {
    const index = steps.indexOf(step);
    show(steps.filter((each) => each !== step));
    steps[Math.min(index, steps.length - 1)].focus();
    changed();
  }

  function read() {
    const read = steps.map((step) => step.read());
    const values = read.map(({ value }) => value);
    return { value: steps.length === 1 ? values[0] : values, problems: read.flatMap(({ problems }) => problems) };
  }

  return {
    element,
    read,
    write(deed) {
      show([deed].flat().map((effect) => makeStep(effects, tools, effect)));
    },
    rows: () => steps.map((step) => step.row()).filter(Boolean),
    isList: () => steps.length > 1,
    check: () => steps.flatMap((step) => step.check()),
    showProblem: (path, reason) => steps.length === 1 && steps[0].showProblem(path, reason),
    clearProblems: () => steps.forEach((step) => step.clearProblems()),
  };
}

/** Make one step; what was written for an effect is kept while another is tried. */
function makeStep(effects, { changed, move, remove }, effect = effects[0].example) {
  const select = h("select", { "aria-label": "Effect", on: { change: choose } }, makeOptions(effects));
  const content = h("div", {});
  const forms = new Map();
  const up = makeTool("↑", "Move this step up", () => moveBy(up, -1));
  const down = makeTool("↓", "Move this step down", () => moveBy(down, 1));
  const away = makeTool("×", "Remove this step", () => remove(step));
  const tools = h("span", { class: "tools" }, up, down, away);
  const element = h("li", { class: "step" }, h("div", { class: "bar" }, select, tools), content);
  const row = () => effects.find((each) => each.effect === select.value);

  function moveBy(tool, by) {
    move(step, by);
    (tool.disabled ? select : tool).focus();
  }
  function find() {
    const chosen = row();
    if (chosen && !forms.has(chosen)) forms.set(chosen, makeForm(chosen.schema, { value: chosen.example, changed }));
    return forms.get(chosen);
  }
  function choose() {
    show();
    changed();
  }
  function show() {
    const chosen = row();
    const hasFields = chosen && Object.values(chosen.schema.properties ?? {}).some((each) => !("const" in each));
    replace(
      content,
      h("p", { class: "hint" }, chosen ? markCode(chosen.description) : "The call is answered as if there were no rule."),
      hasFields && find().element,
    );
  }
  function write(value) {
    const word = findWord(
      value,
      effects.map((each) => each.effect),
    );
    select.value = word ?? PASS;
    if (word) find().write(value);
    show();
  }

  const step = {
    element,
    row,
    read: () => find()?.read() ?? { value: null, problems: [] },
    check: () => find()?.check() ?? [],
    showProblem: (path, reason) => Boolean(find()?.showProblem(path, reason)),
    clearProblems: () => find()?.clearProblems(),
    focus: () => select.focus(),
    place(index, count) {
      select.setAttribute("aria-label", count === 1 ? "Effect" : `Effect of call ${index + 1}`);
      [up.disabled, down.disabled, tools.hidden] = [index === 0, index === count - 1, count === 1];
    },
  };
  write(effect);
  return step;
}

function makeTool(sign, label, act) {
  return h("button", { class: "small", type: "button", "aria-label": label, title: label, on: { click: act } }, sign);
}

function makeOptions(effects) {
  const groups = [...new Set(effects.map(({ group }) => group))].map((group) => {
    const options = effects
      .filter((row) => row.group === group)
      .map(({ effect, example }) => h("option", { value: effect }, `${effect}: ${describeEffect(example)}`));
    return h("optgroup", { label: group[0].toUpperCase() + group.slice(1) }, options);
  });
  return [groups, h("option", { value: PASS }, "null: lets the call pass")];
}
